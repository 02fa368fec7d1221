"""Type-ahead: chapters for the first letters of words, numbers and acronyms."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from heapq import nsmallest
from itertools import islice
from operator import itemgetter

from manual.lookup.answers import Answer
from manual.lookup.glossary import ACRONYM, Glossary
from manual.lookup.index import Kind, ManualIndex, Place
from manual.lookup.phrases import tag
from manual.lookup.words import words_of

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
    letters = "".join(words)
    meanings = list(acronyms.find(letters)) if len(letters) >= SHORTEST else []
    found = (
        (-good, place.kind, place.order, manual, reason, place)
        for manual, index in indexes.items()
        for good, reason, place in islice(_completions(typed.strip().casefold(), words, meanings, index), limit)
    )
    return tuple(
        Answer.of(manual, place, -good, (reason,))
        for good, _, _, manual, reason, place in nsmallest(limit, found, key=itemgetter(0, 1, 2, 3))
    )


def _completions(
    typed: str, words: list[str], meanings: list[tuple[str, str]], index: ManualIndex
) -> Iterator[tuple[float, str, Place]]:
    """The places that what was typed may become, how good that is and why; the best first."""
    seen: set[int] = set()
    for good, reason, places in _finds(typed, words, meanings, index):
        for at in sorted(places - seen):
            if index.places[at].kind is not Kind.SEE_ALSO:
                yield good, reason, index.places[at]
        seen |= places


def _finds(
    typed: str, words: list[str], meanings: list[tuple[str, str]], index: ManualIndex
) -> Iterator[tuple[float, str, frozenset[int]]]:
    """What begins as what was typed: numbers, titles, words, acronyms, initials."""
    if typed[0].isdigit():
        numbered = frozenset(at for number, at in index.by_number.items() if number.startswith(typed))
        if numbered:
            yield BY_TITLE, f"number {typed}", numbered
            return
    yield BY_TITLE, f"title: {typed}", index.beginnings.find_titles(" ".join(words))
    letters = "".join(words)
    if len(letters) >= SHORTEST:
        with_words = frozenset.intersection(*map(index.beginnings.find_words, words))
        yield BY_WORDS, f"title: {typed}", with_words
        for feature, meaning in meanings:
            if feature in index.by_title:
                yield BY_ACRONYM, meaning, index.by_title[feature]
        yield BY_INITIALS, f"initials: {typed}", index.beginnings.find_initials(letters)
