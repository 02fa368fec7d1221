"""Which chapters' texts hold a word: compact enough for the text of every manual at once."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping

from manual.lookup.words import EMPTY, stem

NO_LETTERS = {code: " " for code in range(128) if not chr(code).isalnum()} | dict.fromkeys(
    map(ord, "‘’“”–—…•·\u00a0"), " "
)
COUNT_BITS = 8
MOST = (1 << COUNT_BITS) - 1
"""A word's count in a text goes no higher."""


class StemNumbers:
    """Numbers for stems, shared by all manuals, so that no manual holds strings of its own."""

    def __init__(self) -> None:
        self._of_words: dict[str, int | None] = dict.fromkeys(EMPTY)
        self._of_stems: dict[str, int] = {}

    def count(self, text: str) -> dict[int, int]:
        """How often each stem stands in a text, by number; empty words are left out."""
        counts: dict[int, int] = {}
        known = self._of_words
        for word, count in Counter(text.casefold().translate(NO_LETTERS).split()).items():
            number = known[word] if word in known else self._learn(word)
            if number is not None:
                counts[number] = counts.get(number, 0) + count
        return counts

    def number(self, a_stem: str) -> int | None:
        """A stem's number, None where no text has it."""
        return self._of_stems.get(a_stem)

    def _learn(self, word: str) -> int:
        number = self._of_stems.setdefault(stem(word), len(self._of_stems))
        self._of_words[word] = number
        return number


class TextIndex:
    """One manual's texts: for each stem the places that have it and how often, in flat arrays."""

    def __init__(self, texts: Iterable[tuple[int, Mapping[int, int]]], stem_numbers: StemNumbers) -> None:
        """``texts`` are the places, each with its stems' counts by number."""
        self._stem_numbers = stem_numbers
        postings: dict[int, list[int]] = {}
        for place, counts in texts:
            for number, count in counts.items():
                posting = place << COUNT_BITS | (count if count < MOST else MOST)
                if number in postings:
                    postings[number].append(posting)
                else:
                    postings[number] = [posting]
        self._numbers = array("I", sorted(postings))
        self._ends = array("I")
        self._postings = array("I")
        for number in self._numbers:
            self._postings.extend(postings[number])
            self._ends.append(len(self._postings))

    def find(self, a_stem: str) -> list[tuple[int, int]]:
        """The places whose text has a stem, each with how often."""
        number = self._stem_numbers.number(a_stem)
        at = bisect_left(self._numbers, number) if number is not None else len(self._numbers)
        if at == len(self._numbers) or self._numbers[at] != number:
            return []
        start = self._ends[at - 1] if at else 0
        return [(each >> COUNT_BITS, each & MOST) for each in self._postings[start : self._ends[at]]]
