"""Typing errors: the word that was meant, where it is safe to say so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from rapidfuzz import process
from rapidfuzz.distance import OSA

from manual.lookup.words import stem

SHORTEST = 5
"""Of shorter words every other one is a near miss of another, and most are acronyms: those of one letter less are
corrected where a single word can be meant, still shorter ones never."""
DOUBLED = re.compile(r"(.)\1+")
TWO_EDITS_FROM = 8
"""How many letters a word has in which two errors may be corrected."""


class WordList:
    """Words known to be right."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = frozenset(words)
        self.stems = frozenset(map(stem, self.words))
        self._by_first: dict[str, list[str]] = {}
        self._by_single: dict[str, str] = {}
        for word in sorted(self.words):
            if word.isalpha() and len(word) >= SHORTEST:
                self._by_first.setdefault(word[0], []).append(word)
                self._by_single.setdefault(_single(word), word)

    def nearest(self, word: str, edits: int) -> tuple[int, str] | None:
        """The nearest word of the same first letter, with how many edits away it is."""
        same_first = self._by_first.get(word[0], ())
        near = process.extract(word, same_first, scorer=OSA.distance, score_cutoff=edits, limit=None)
        found = min(near, key=lambda each: (each[1], abs(len(each[0]) - len(word)), each[0]), default=None)
        return (int(found[1]), found[0]) if found else None

    def fuller_or_swapped(self, word: str) -> Iterator[str]:
        """The words of which a letter was left out, or two of four letters changed places ("nrfp"); the first
        letter is right."""
        for at in range(1, len(word) - 1):
            swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
            if swapped in self.words:
                yield swapped
        fuller = [each for each in self._by_first.get(word[0], ()) if len(each) == len(word) + 1]
        for found, _, _ in process.extract(word, fuller, scorer=OSA.distance, score_cutoff=1, limit=None):
            yield found

    def doubled(self, word: str) -> str | None:
        """The word that differs only in which letters are doubled: by far the most usual error."""
        return self._by_single.get(_single(word))


def correct(word: str, lists: tuple[WordList, ...]) -> tuple[str, ...]:
    """The words that were meant, usually one: two where they ran together ("careleaver").

    The word itself where it is in any list, or nothing is near enough; of two as near, the earlier list's.
    """
    if len(word) < SHORTEST - 1 or not word.isalpha() or any(word in each.words for each in lists):
        return (word,)
    if len(word) >= SHORTEST:
        for each in lists:
            if meant := each.doubled(word):
                return (meant,)
    a_stem = stem(word)
    if any(a_stem in each.stems for each in lists):
        return (word,)
    if len(word) < SHORTEST:
        likely = {stem(found): found for each in lists for found in each.fuller_or_swapped(word)}
        return tuple(likely.values()) if len(likely) == 1 else (word,)
    edits = 2 if len(word) >= TWO_EDITS_FROM else 1
    near = [(found[0], at, found[1]) for at, each in enumerate(lists) if (found := each.nearest(word, edits))]
    nearest = min(near, default=None)
    if nearest and nearest[0] == 1:
        return (nearest[2],)
    for at in range(SHORTEST - 1, len(word) - SHORTEST + 2):
        halves = word[:at], word[at:]
        if all(any(half in each.words for each in lists) for half in halves):
            return halves
    return (nearest[2],) if nearest else (word,)


def _single(word: str) -> str:
    return DOUBLED.sub(r"\1", word)
