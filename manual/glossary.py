"""The glossary of the trade: which words name the same concept, and which chapters answer what people call it.

The entries are in ``config/glossary.toml``; a council's own file has the same form and wins. Looking up chapters
uses all of it; matching amendments uses the names (`Glossary.expand`, `Glossary.acronyms`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from config.files import SHIPPED, FileModel, load_toml
from manual.words import EMPTY_STEMS, TELLING, stem, stems_of, weight

ACRONYM = re.compile(r"[A-Z][A-Za-z&+-]*[A-Z+][A-Za-z+]*")
ASKED_SPREAD = 6
"""How many other words may stand between the words of what people ask."""
COMPOSED_SPREAD = 2
"""How many other words may stand between the parts of a name that is made of another's."""


class Concept(FileModel):
    """One entry; the file's own head says what each key is for."""

    name: str
    also: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    under: tuple[str, ...] = ()
    source: str | None = None
    outside: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.also)


class Alike(FileModel):
    """Words that are one word in what people ask."""

    words: tuple[str, ...]


class GlossaryFile(FileModel):
    """``config/glossary.toml``, or a council's own."""

    concept: tuple[Concept, ...] = ()
    alike: tuple[Alike, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A concept in a text: which, at which words, and whether by a name or only by what people ask."""

    concept: int
    positions: tuple[int, ...]
    by_name: bool


@dataclass(frozen=True, slots=True)
class Title:
    """What a title carries: its stems but for empty words, and a tag for every concept that it names.

    ``inner`` are the tags of names inside longer ones: "missing from education" says little about "missing".
    ``words`` are the stems behind each tag, ``bound`` those that stand only inside names of several words: the
    "supervision" of a "supervision order" isn't what somebody means who types "supervision".
    """

    outer: frozenset[str]
    inner: frozenset[str]
    words: dict[str, frozenset[str]]
    bound: frozenset[str]


class Glossary:
    """Concepts, found in texts by their names and in questions by what people ask as well."""

    def __init__(self, concepts: Iterable[Concept], alike: Iterable[Alike] = ()) -> None:
        self.concepts = tuple(concepts)
        self._alike = {stem(word): stem(line.words[0]) for line in alike for word in map(str.casefold, line.words)}
        self._names: dict[str, list[tuple[tuple[str, ...], int]]] = {}
        self._asked: dict[str, list[tuple[tuple[str, ...], int]]] = {}
        self._sayings: dict[str, list[tuple[tuple[str, ...], int]]] = {}
        for number, concept in enumerate(self.concepts):
            for name in {tuple(stems_of(each)): None for each in concept.names}:
                self._names.setdefault(name[0], []).append((name, number))
            for asked in {tuple(self._unified(stems_of(each))): None for each in concept.asked}:
                told = tuple(dict.fromkeys(each for each in asked if each in TELLING or each not in EMPTY_STEMS))
                if len(told) > 1 or len(asked) == 1:
                    self._asked.setdefault(told[0], []).append((told, number))
                else:
                    self._sayings.setdefault(asked[0], []).append((asked, number))

    def find_names(self, stems: Sequence[str]) -> list[Found]:
        """Every name that stands in the text, those inside longer ones too.

        A name that holds another concept's name stands there as well where that concept has any of its names, in any
        order: "health of looked after children" is found in "CLA health".
        """
        plain = list(_word_by_word(self._names, stems, by_name=True))
        return [*plain, *self._composed(plain, stems)]

    def _composed(self, plain: Sequence[Found], stems: Sequence[str]) -> Iterator[Found]:
        parts: dict[str, tuple[int, ...]] = {stem_: (at,) for at, stem_ in enumerate(stems)}
        parts.update((tag(found.concept), found.positions) for found in plain)
        already = {(found.concept, found.positions) for found in plain}
        for part in list(parts):
            for features, concept in self._composites.get(part, ()):
                if features <= parts.keys():
                    positions = tuple(sorted({at for feature in features for at in parts[feature]}))
                    near = positions[-1] - positions[0] < len(positions) + COMPOSED_SPREAD
                    if near and (concept, positions) not in already:
                        already.add((concept, positions))
                        yield Found(concept, positions, by_name=True)

    @cached_property
    def _composites(self) -> dict[str, list[tuple[frozenset[str], int]]]:
        """Names that hold another concept's name, as features; by one of them that is no concept."""
        composites: dict[str, list[tuple[frozenset[str], int]]] = {}
        for names in self._names.values():
            for name, concept in names:
                for features in self._compositions(name, concept):
                    key = next((each for each in sorted(features) if not each.startswith("@")), min(features))
                    if (features, concept) not in composites.setdefault(key, []):
                        composites[key].append((features, concept))
        return composites

    def _compositions(self, name: tuple[str, ...], concept: int) -> Iterator[frozenset[str]]:
        for inner in _word_by_word(self._names, name, by_name=True):
            rest = [each for at, each in enumerate(name) if at not in inner.positions and each not in EMPTY_STEMS]
            if inner.concept != concept and 1 < len(inner.positions) < len(name) and any(weight(each) for each in rest):
                yield frozenset((tag(inner.concept), *rest))

    def find_asked(self, stems: Sequence[str]) -> Iterator[Found]:
        """What people ask, its words in any order and a little apart; each phrase once."""
        stems = self._unified(stems)
        yield from _word_by_word(self._sayings, stems, by_name=False)
        for first in dict.fromkeys(stems):
            for asked, concept in self._asked.get(first, ()):
                if positions := _nearest(asked, stems):
                    yield Found(concept, positions, by_name=False)

    def _unified(self, stems: Iterable[str]) -> list[str]:
        return [self._alike.get(each, each) for each in stems]

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """The stems of all names."""
        return frozenset(each for concept in self.concepts for name in concept.names for each in stems_of(name))

    @cached_property
    def under(self) -> tuple[tuple[frozenset[str], ...], ...]:
        """For each concept, where else to look: the features (see `features`) that a title must have, best first."""
        return tuple(
            tuple(self.query_features(stems_of(phrase)) for phrase in concept.under) for concept in self.concepts
        )

    def features(self, stems: Sequence[str]) -> Title:
        """What a title carries."""
        found = [each for each in self.find_names(stems) if not self.concepts[each.concept].outside]
        spans = {each.positions for each in found}
        outer, inner = set(), set()
        words: dict[str, frozenset[str]] = {}
        for each in found:
            nested = any(set(each.positions) < set(span) for span in spans)
            feature = tag(each.concept)
            (inner if nested else outer).add(feature)
            words[feature] = words.get(feature, frozenset()).union(stems[at] for at in each.positions)
        covered = {at for each in found if len(each.positions) > 1 for at in each.positions}
        loose = {each for at, each in enumerate(stems) if at not in covered}
        return Title(
            frozenset(outer.union(each for each in stems if each not in EMPTY_STEMS)),
            frozenset(inner - outer),
            words,
            frozenset(stems) - loose,
        )

    def query_features(self, stems: Sequence[str]) -> frozenset[str]:
        """What a title must have to answer a phrase: the tags of its longest names, and its other stems."""
        features: set[str] = set()
        covered: set[int] = set()
        for found in sorted(self.find_names(stems), key=lambda each: -len(each.positions)):
            if covered.isdisjoint(found.positions):
                covered.update(found.positions)
                features.add(tag(found.concept))
        features.update(each for at, each in enumerate(stems) if at not in covered and each not in EMPTY_STEMS)
        return frozenset(features)

    def expand(self, text: str) -> tuple[str, ...]:
        """All names of the concepts that a text names, in the text's order: "UASC" gives the words it stands for."""
        found = sorted(self.find_names(stems_of(text)), key=lambda each: each.positions)
        numbers = dict.fromkeys(each.concept for each in found)
        return tuple(dict.fromkeys(name for number in numbers for name in self.concepts[number].names))

    @cached_property
    def acronyms(self) -> dict[str, tuple[str, ...]]:
        """Every acronym as written ("UASC"), with the names of the concepts that it stands for."""
        found: dict[str, tuple[str, ...]] = {}
        for concept in self.concepts:
            for name in concept.names:
                if ACRONYM.fullmatch(name):
                    found[name] = (*found.get(name, ()), concept.name)
        return found


def tag(concept: int) -> str:
    """The feature that stands for a concept among a title's stems."""
    return f"@{concept}"


def load_glossary(own: Path | None = None) -> Glossary:
    """The shipped glossary, and a council's ``own`` file over it. Raises config.files.ConfigError.

    An own entry replaces the shipped one of the same name, and takes its names and asked words from all others.
    """
    shipped = load_toml(SHIPPED / "glossary.toml", GlossaryFile)
    mine = load_toml(own, GlossaryFile) if own else GlossaryFile()
    return Glossary((*mine.concept, *_without(shipped.concept, mine.concept)), (*shipped.alike, *mine.alike))


def _without(shipped: tuple[Concept, ...], mine: tuple[Concept, ...]) -> Iterator[Concept]:
    """The shipped concepts, less what the council's own say."""
    replaced = {tuple(stems_of(concept.name)) for concept in mine}
    taken = {tuple(stems_of(each)) for concept in mine for each in (*concept.names, *concept.asked)}
    for concept in shipped:
        if tuple(stems_of(concept.name)) in replaced:
            continue
        kept = {
            key: tuple(each for each in getattr(concept, key) if tuple(stems_of(each)) not in taken)
            for key in ("also", "asked")
        }
        yield concept.model_copy(update=kept)


def _word_by_word(
    phrases: dict[str, list[tuple[tuple[str, ...], int]]], stems: Sequence[str], *, by_name: bool
) -> Iterator[Found]:
    """Every phrase that stands in the text as it is."""
    for start, first in enumerate(stems):
        for phrase, concept in phrases.get(first, ()):
            if tuple(stems[start : start + len(phrase)]) == phrase:
                yield Found(concept, tuple(range(start, start + len(phrase))), by_name)


def _nearest(asked: tuple[str, ...], stems: Sequence[str]) -> tuple[int, ...] | None:
    """Where all words of ``asked`` stand near each other; None where one is missing or they are too far apart."""
    places = [[at for at, each in enumerate(stems) if each == word] for word in asked]
    if not all(places):
        return None
    for start in places[0]:
        nearest = tuple(sorted(min(options, key=lambda at: abs(at - start)) for options in places))
        if nearest[-1] - nearest[0] < len(asked) + ASKED_SPREAD and len(set(nearest)) == len(asked):
            return nearest
    return None
