"""What may be kept of a question that nothing answered: words, never whom they are about.

A word that the glossary or a title has is kept as it is. Any other may be a child's name: of it only a mark is
kept, until it was asked for on so many days that it hardly can be (`manual.store.misses`). What holds digits may
be a case's number: it is left out. Many words tell a story even without names: they aren't kept at all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from manual.lookup.words import EMPTY, words_of

MOST_WORDS = 8
LEFT_OUT = "…"


class Outcome(StrEnum):
    """What came of a question that did not find its chapter."""

    NOTHING = "nothing"
    UNSURE = "unsure"
    NONE_OF_THESE = "none of these"


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a question. ``mark`` stands for it as long as it may be a name; None where it is no name."""

    said: str
    mark: str | None = None


def keepable(
    query: str, knows: Callable[[str], bool], mark: Callable[[str], str] | None
) -> tuple[Word, ...] | None:
    """What may be kept of a question; None for nothing. Without ``mark``, unknown words are left out."""
    words = words_of(query)
    if len(words) > MOST_WORDS or "@" in query:
        return None
    kept = tuple(_keepable(word, knows, mark) for word in words)
    return kept if any(each.said not in EMPTY and each.said != LEFT_OUT for each in kept) else None


def _keepable(word: str, knows: Callable[[str], bool], mark: Callable[[str], str] | None) -> Word:
    if knows(word):
        return Word(word)
    return Word(word, mark(word)) if mark and word.isalpha() else Word(LEFT_OUT)
