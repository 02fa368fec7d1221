"""Phrases found in a text's stems: word by word, in any order, or made with the name of another's concept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from manual.lookup.words import EMPTY_STEMS, weight

Stems = tuple[str, ...]

ASKED_SPREAD = 6
"""How many other words may stand between the words of what people ask."""
COMPOSED_SPREAD = 4
"""How many other words may stand between the parts of a name that is made of another's."""
TAG, HINT = "@", "~"
"""What the features begin with that stand for a concept, by name or by what people ask."""


@dataclass(frozen=True, slots=True)
class Found:
    """A concept in a text: which, at which words, and whether by a name or only by what people ask."""

    concept: int
    positions: tuple[int, ...]
    by_name: bool

    def after(self, words: int) -> Found:
        """The same where so many words go before."""
        return Found(self.concept, tuple(at + words for at in self.positions), self.by_name)


class Phrases:
    """Phrases that stand word by word, each with the number of its concept."""

    def __init__(self) -> None:
        self._by_first: dict[str, list[tuple[Stems, int]]] = {}

    def add(self, phrase: Stems, concept: int) -> None:
        same_first = self._by_first.setdefault(phrase[0], [])
        if (phrase, concept) not in same_first:
            same_first.append((phrase, concept))

    def __iter__(self) -> Iterator[tuple[Stems, int]]:
        for same_first in self._by_first.values():
            yield from same_first

    def find(self, stems: Sequence[str]) -> Iterator[tuple[int, tuple[int, ...]]]:
        """Every phrase in the text, those inside longer ones too: concept and positions."""
        for start, first in enumerate(stems):
            for phrase, concept in self._by_first.get(first, ()):
                if tuple(stems[start : start + len(phrase)]) == phrase:
                    yield concept, tuple(range(start, start + len(phrase)))


class Bags:
    """Phrases whose words may stand in any order and a little apart."""

    def __init__(self) -> None:
        self._by_first: dict[str, list[tuple[Stems, int]]] = {}

    def add(self, bag: Stems, concept: int) -> None:
        same_first = self._by_first.setdefault(bag[0], [])
        if (bag, concept) not in same_first:
            same_first.append((bag, concept))

    def find(self, stems: Sequence[str]) -> Iterator[tuple[int, tuple[int, ...]]]:
        """Every bag whose words the text has near each other: concept and positions."""
        there = frozenset(stems)
        for first in dict.fromkeys(stems):
            for bag, concept in self._by_first.get(first, ()):
                if there.issuperset(bag) and (positions := _nearest(bag, stems)):
                    yield concept, positions


class Composites:
    """Names that hold another concept's name: "health of looked after children" is found in "CLA health"."""

    def __init__(self, names: Phrases) -> None:
        self._by_part: dict[str, list[tuple[frozenset[str], int]]] = {}
        for name, concept in names:
            for features in _compositions(name, concept, names):
                key = next((each for each in sorted(features) if not each.startswith(TAG)), min(features))
                same_part = self._by_part.setdefault(key, [])
                if (features, concept) not in same_part:
                    same_part.append((features, concept))

    def find(self, plain: Iterable[Found], stems: Sequence[str]) -> Iterator[tuple[int, tuple[int, ...]]]:
        """Every composite whose parts stand near each other; ``plain`` are the names found word by word."""
        parts: dict[str, tuple[int, ...]] = {each: (at,) for at, each in enumerate(stems)}
        longest_last = sorted(plain, key=lambda found: len(found.positions))
        parts.update((tag(found.concept), found.positions) for found in longest_last)
        for part in tuple(parts):
            for features, concept in self._by_part.get(part, ()):
                if features <= parts.keys():
                    positions = tuple(sorted({at for feature in features for at in parts[feature]}))
                    if positions[-1] - positions[0] < len(positions) + COMPOSED_SPREAD:
                        yield concept, positions


def tag(concept: int) -> str:
    """The feature that stands for a concept among a title's stems."""
    return f"{TAG}{concept}"


def hint(concept: int) -> str:
    """The feature that stands for what people ask of a concept, where a title has it."""
    return f"{HINT}{concept}"


def _compositions(name: Stems, concept: int, names: Phrases) -> Iterator[frozenset[str]]:
    """A name with the longest names of other concepts inside it as tags, beside the words that are left."""
    inside: dict[tuple[int, ...], list[int]] = {}
    for inner, positions in names.find(name):
        if inner != concept and 1 < len(positions) < len(name):
            inside.setdefault(positions, []).append(inner)
    chosen: list[tuple[int, ...]] = []
    for positions in sorted(inside, key=len, reverse=True):
        if not any(set(positions) & set(other) for other in chosen):
            chosen.append(positions)
    covered = {at for positions in chosen for at in positions}
    rest = [each for at, each in enumerate(name) if at not in covered and each not in EMPTY_STEMS]
    if len(chosen) > 1 or (chosen and any(map(weight, rest))):
        for inners in product(*(inside[positions] for positions in chosen)):
            yield frozenset((*map(tag, inners), *rest))


def _nearest(bag: Stems, stems: Sequence[str]) -> tuple[int, ...] | None:
    """Where all words of a bag stand near each other; None where they are too far apart."""
    places: Mapping[str, list[int]] = {word: [at for at, each in enumerate(stems) if each == word] for word in bag}
    for start in places[bag[0]]:
        nearest = sorted({min(options, key=lambda at: abs(at - start)) for options in places.values()})
        if nearest[-1] - nearest[0] < len(bag) + ASKED_SPREAD:
            return tuple(nearest)
    return None
