"""Looks up chapters: which one answers what somebody typed, how sure that is, and why.

query ─▶ words, spelling ─▶ understand ─▶ rank ─▶ Answers
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from manual.lookup.ahead import Acronyms, complete
from manual.lookup.answers import Answer, Answers
from manual.lookup.glossary import Glossary
from manual.lookup.index import Extras, ManualIndex, Shared, index_manual
from manual.lookup.question import Counts, understand
from manual.lookup.ranking import is_confident, rank
from manual.lookup.spelling import WordList, correct
from manual.lookup.words import PLAIN_WORDS, words_of
from manual.reading import ContentsReading

NUMBER = re.compile(r"(?:chapter|number|no\.?)?\s*((?:\d+\.)*\d+[a-z]?|[a-z]{1,2}\d+[a-z]?)\.?")
SECTION_NUMBER = re.compile(r"sect(?:ion)?\.?\s*((?:\d+\.)+\d+[a-z]?)\.?")
"""A "section 4.2" is the manual's, a "section 47" a statute's."""
VERBS, SENTENCE = frozenset("send prevent channel pace dash".split()), 6
"""In a question of so many words, "send" is no SEND and "prevent" no Prevent, unless in capitals."""


class Lookup:
    """Any number of manuals, each put, put again when it changes, and removed without touching the others."""

    def __init__(self, glossary: Glossary) -> None:
        self.glossary = glossary
        self._manuals: dict[str, ManualIndex] = {}
        self._shared = Shared(glossary)
        self._all: tuple[Counts, WordList] | None = None

    @property
    def manuals(self) -> tuple[str, ...]:
        """The manuals that were put, in that order."""
        return tuple(self._manuals)

    def put(self, manual: str, contents: ContentsReading, extras: Mapping[str, Extras] | None = None) -> None:
        """Index a manual, or index it anew. ``extras`` are by title key (manual.identity.title_key)."""
        self.put_index(manual, self.index(contents, extras))

    def index(self, contents: ContentsReading, extras: Mapping[str, Extras] | None = None) -> ManualIndex:
        """A manual's index, to be put afterwards: one at a time may be made in another thread than looks up."""
        return index_manual(contents, self._shared, extras)

    def put_index(self, manual: str, index: ManualIndex) -> None:
        """Take a manual's new index in the place of the old one."""
        self._manuals[manual] = index
        self._all = None

    def remove(self, manual: str) -> None:
        """Forget a manual. Raises KeyError for one that was not put."""
        del self._manuals[manual]
        self._all = None

    def look_up(self, query: str, manual: str | None = None, *, limit: int = 5) -> Answers:
        """What answers a query in one manual, or in all.

        Raises KeyError for a manual that was not put.
        """
        indexes = self._indexes(manual)
        if by_number := list(_numbered(query, indexes)):
            return Answers(query=query, answers=tuple(by_number[:limit]), confident=len(by_number) == 1)
        counts, known = self._scope(manual)
        words: list[str] = []
        notes: list[str] = []
        for typed in _without_verbs(query, words_of(query)):
            in_text = any(index.has_in_text(typed) for index in indexes.values())
            meant = (typed,) if in_text else correct(typed, known)
            words += meant
            if meant != (typed,):
                notes.append(f"{typed} read as {' '.join(meant)}")
        ranked = rank(understand(words, self.glossary, counts), indexes)
        answers = (
            Answer.of(each.manual, each.place, each.score, (*notes, *(way.reason for way in each.ways)))
            for each in ranked[:limit]
        )
        return Answers(query=query, answers=tuple(answers), confident=is_confident(ranked))

    def complete(self, typed: str, manual: str | None = None, *, limit: int = 8) -> tuple[Answer, ...]:
        """Chapters for what has been typed so far: beginnings of words, of numbers, of acronyms, or initials.

        Raises KeyError for a manual that was not put.
        """
        return complete(typed, self._indexes(manual), self._acronyms, limit)

    def knows(self, word: str) -> bool:
        """Whether the glossary or the title of any chapter has a folded word."""
        return any(word in each.words for each in self._scope(None)[1])

    def _indexes(self, manual: str | None) -> Mapping[str, ManualIndex]:
        return self._manuals if manual is None else {manual: self._manuals[manual]}

    def _scope(self, manual: str | None) -> tuple[Counts, tuple[WordList, ...]]:
        """The features of the manuals asked, and the words that are known there."""
        if manual is not None:
            index = self._manuals[manual]
            return index.counts, (index.words, self._glossary_words)
        if self._all is None:
            words = WordList(word for index in self._manuals.values() for word in index.words.words)
            self._all = Counts.together(index.counts for index in self._manuals.values()), words
        return self._all[0], (self._all[1], self._glossary_words)

    @cached_property
    def _glossary_words(self) -> WordList:
        return WordList(self.glossary.words | PLAIN_WORDS)

    @cached_property
    def _acronyms(self) -> Acronyms:
        return Acronyms(self.glossary)


def _without_verbs(query: str, words: Sequence[str]) -> Sequence[str]:
    """The words less those that stand for something in capitals but are plain verbs in a sentence."""
    if len(words) < SENTENCE:
        return words
    return [word for word in words if word not in VERBS or word.upper() in query]


def _numbered(query: str, indexes: Mapping[str, ManualIndex]) -> Iterator[Answer]:
    """The chapters or headings whose number was typed."""
    query = query.casefold().strip()
    if typed := NUMBER.fullmatch(query) or SECTION_NUMBER.fullmatch(query):
        for manual, index in indexes.items():
            if (at := index.by_number.get(typed[1])) is not None:
                yield Answer.of(manual, index.places[at], 1.0, (f"number {typed[1]}",))


__all__ = ["Answer", "Answers", "Extras", "Lookup"]
