"""Which concepts a question is like as a whole: by the words that it shares with what people ask and with names.

A phrase of the glossary need not stand in the question whole, as `manual.lookup.phrases` wants it. What they share
is weighed by how few concepts a word is used of, against all that the question and the phrase say.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import fsum, log

from manual.lookup.words import EMPTY_STEMS, weight

OF_QUESTION = 0.35
"""How much what the question says beyond the phrase counts; the rest is what the phrase says beyond it."""
SHARES = (4 / 7, 2 / 7, 1 / 7)
"""How much a concept's nearest phrases count, the nearest first: one alone may share its words by chance."""
COMMON_WORD = 0.2
"""The least that a word weighs here which says nothing elsewhere ("without parents")."""

ENOUGH = 200
"""So many phrases are compared with a question; of more, those that share its rarest words."""


@dataclass(frozen=True, slots=True)
class Like:
    """A concept that a question is like, how much (0 to 1), and the phrase of the glossary that says so."""

    concept: int
    likeness: float
    phrase: str


class Likenesses:
    """Phrases of concepts, found by the words that a question shares with them."""

    def __init__(self, phrases: Iterable[tuple[str, Sequence[str], int]]) -> None:
        """``phrases`` are each as written, as stems, and with the number of the concept."""
        self._phrases = tuple(
            (text, kept, concept)
            for text, stems, concept in phrases
            if len(kept := frozenset(stems) - EMPTY_STEMS) > 1
        )
        self._with: dict[str, list[int]] = defaultdict(list)
        for number, (_, stems, _) in enumerate(self._phrases):
            for stem in stems:
                self._with[stem].append(number)
        concepts = {stem: len({self._phrases[at][2] for at in found}) for stem, found in self._with.items()}
        most = len({concept for _, _, concept in self._phrases})
        self._weights = {
            stem: log(1 + most / (1 + among)) * max(weight(stem), COMMON_WORD) for stem, among in concepts.items()
        }
        self._unknown = log(1 + most)
        self._sizes = tuple(fsum(map(self._weights.__getitem__, stems)) for _, stems, _ in self._phrases)

    def nearest(self, stems: Sequence[str], *, most: int) -> list[Like]:
        """The concepts that the question's stems are most like, each with its nearest phrase."""
        asked = frozenset(stems) - EMPTY_STEMS
        whole = fsum(map(self._weight, asked))  # sets have no order: answers are to be the same everywhere
        by_concept: dict[int, list[tuple[float, int]]] = {}
        for number in self._sharing(asked):
            _, kept, concept = self._phrases[number]
            shared = fsum(map(self._weights.__getitem__, kept & asked))
            likeness = shared / (OF_QUESTION * whole + (1 - OF_QUESTION) * self._sizes[number])
            by_concept.setdefault(concept, []).append((likeness, number))
        likes = sorted((-_together(each), concept) for concept, each in by_concept.items())[:most]
        return [Like(concept, -less, self._phrases[max(by_concept[concept])[1]][0]) for less, concept in likes]

    def _sharing(self, asked: Iterable[str]) -> set[int]:
        """The phrases that share a word with the question: of its rarest words first, until they are enough."""
        found: set[int] = set()
        for phrases in sorted((self._with[stem] for stem in sorted(asked) if stem in self._with), key=len):
            if len(found) + len(phrases) > ENOUGH:
                break
            found.update(phrases)
        return found

    def _weight(self, stem: str) -> float:
        return self._weights.get(stem, self._unknown * weight(stem))


def _together(found: list[tuple[float, int]]) -> float:
    """How much a concept's nearest phrases say together."""
    if len(found) == 1:
        return SHARES[0] * found[0][0]
    nearest = sorted(found, reverse=True)[: len(SHARES)]
    return sum(share * each for share, (each, _) in zip(SHARES, nearest, strict=False))
