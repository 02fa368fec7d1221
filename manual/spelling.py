"""Typing errors: the word that was meant, where it is safe to say so."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA

from manual.words import stem

SHORTEST = 5
"""Shorter words are never corrected: most are acronyms, and every other one is a near miss of another."""
TWO_EDITS_FROM = 8


class Spelling:
    """Known words, and the nearest of them to a word that isn't known."""

    def __init__(self, words: Iterable[str], *, preferred: Iterable[str] = ()) -> None:
        self._preferred = frozenset(preferred)
        self._known = frozenset(words) | self._preferred
        self._stems = frozenset(stem(word) for word in self._known)
        self._by_first: dict[str, list[str]] = {}
        for word in sorted(self._known):
            if word.isalpha() and len(word) >= SHORTEST:
                self._by_first.setdefault(word[0], []).append(word)

    def correct(self, word: str) -> tuple[str, ...]:
        """The words meant by an unknown one: itself where it is known or nothing is near enough, two where it ran two
        known words together."""
        if word in self._known or stem(word) in self._stems or not word.isalpha() or len(word) < SHORTEST:
            return (word,)
        edits = 2 if len(word) >= TWO_EDITS_FROM else 1
        near = process.extract(
            word, self._by_first.get(word[0], ()), scorer=OSA.distance, score_cutoff=edits, limit=None
        )
        if near:
            return (min(near, key=lambda each: (each[1], each[0] not in self._preferred, abs(len(each[0]) - len(word))))[0],)
        return self._run_together(word) or (word,)

    def _run_together(self, word: str) -> tuple[str, str] | None:
        """ "careleaver" is "care leaver"."""
        for at in range(4, len(word) - 3):
            if word[:at] in self._known and word[at:] in self._known:
                return word[:at], word[at:]
        return None
