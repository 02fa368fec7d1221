"""Type-ahead: chapters for the first letters of words, numbers and acronyms."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from heapq import nsmallest

from manual.glossary import ACRONYM, Glossary
from manual.lookup_answers import Answer
from manual.lookup_index import Kind, ManualIndex
from manual.phrases import tag
from manual.words import words_of

SHORTEST = 2
"""One letter begins too many words: it finds titles only."""
BY_TITLE, BY_WORDS, BY_ACRONYM, BY_INITIALS = 1.0, 0.9, 0.8, 0.7
"""How good a completion is, by what begins so."""


class Acronyms:
    """The glossary's acronyms in order, with the features of the concepts that they stand for."""

    def __init__(self, glossary: Glossary) -> None:
        self._known = sorted(
            ("".join(words_of(name)), tag(number), f"{name} = {concept.name}")
            for number, concept in enumerate(glossary.concepts)
            for name in filter(ACRONYM.fullmatch, concept.names)
        )

    def find(self, letters: str) -> Iterator[tuple[str, str]]:
        """The features of the concepts whose acronym begins so, with what it stands for."""
        at = bisect_left(self._known, (letters,))
        while at < len(self._known) and self._known[at][0].startswith(letters):
            yield self._known[at][1:]
            at += 1


def complete(typed: str, indexes: Mapping[str, ManualIndex], acronyms: Acronyms, limit: int) -> tuple[Answer, ...]:
    """Chapters and headings for what has been typed so far, best first."""
    words = words_of(typed)
    if not words:
        return ()
    found = [
        (-good, index.places[at].kind, index.places[at].order, manual, at, reason)
        for manual, index in indexes.items()
        for at, (good, reason) in _completions(typed.strip().casefold(), words, index, acronyms).items()
    ]
    return tuple(
        Answer.of(manual, indexes[manual].places[at], -good, (reason,))
        for good, _, _, manual, at, reason in nsmallest(limit, found)
    )


def _completions(
    typed: str, words: list[str], index: ManualIndex, acronyms: Acronyms
) -> dict[int, tuple[float, str]]:
    """The places that what was typed may become, each with how good that is and why."""
    if typed[0].isdigit():
        numbered = [at for number, at in index.by_number.items() if number.startswith(typed)]
        if numbered:
            return dict.fromkeys(numbered, (BY_TITLE, f"number {typed}"))
    found: dict[int, tuple[float, str]] = {}
    letters = "".join(words)
    if len(letters) >= SHORTEST:
        found.update(dict.fromkeys(index.beginnings.find_initials(letters), (BY_INITIALS, f"initials: {typed}")))
        for feature, meaning in acronyms.find(letters):
            for at in index.by_title.get(feature, ()):
                if found.get(at, (0.0, ""))[0] < BY_ACRONYM:
                    found[at] = BY_ACRONYM, meaning
        with_words = frozenset.intersection(*map(index.beginnings.find_words, words))
        found.update(dict.fromkeys(with_words, (BY_WORDS, f"title: {typed}")))
    found.update(dict.fromkeys(index.beginnings.find_titles(" ".join(words)), (BY_TITLE, f"title: {typed}")))
    return {at: each for at, each in found.items() if index.places[at].kind is not Kind.SEE_ALSO}
