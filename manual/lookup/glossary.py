"""The glossary of the trade: which words name the same concept, and which chapters answer what people call it.

The entries are in ``config/glossary.toml``, the questions that people ask in ``config/questions.toml``; a
council's own file wins. Looking up chapters uses all of it; matching amendments can use the names
(`Glossary.expand`, `Glossary.acronyms`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from manual.lookup.glossary_file import Alike, Concept, read_glossary
from manual.lookup.likeness import Like, Likenesses
from manual.lookup.phrases import Bags, Composites, Found, Phrases, hint, tag
from manual.lookup.words import EMPTY_STEMS, TELLING_STEMS, stem, stems_of, weight, words_of

ACRONYM = re.compile(r"[A-Z][A-Za-z&+-]*[A-Z+][A-Za-z+]*")
SHORTHAND = re.compile(rf"{ACRONYM.pattern}$|(?:section|regulation|reg) \d+[A-Z]*$")
PARTS = re.compile(r"[:;()]")
"""No name goes on behind these in a title."""
WEIGHT_IN_NAME = 0.35
TELLING_WEIGHT = 0.7
"""What people ask is found in any order only where it has a word of such weight; else only as it stands."""


@dataclass(frozen=True, slots=True, eq=False)
class Title:
    """What a title carries, as features: stems but for empty words, and a tag for every concept that it names."""

    features: frozenset[str]
    inner: frozenset[str]
    """Tags of names inside longer ones ("missing from education" says little about "missing"), and hints: what
    people ask of a concept may be what its chapter is called."""
    bound: frozenset[str]
    """Stems only inside names of several words: a "supervision order" isn't what "supervision" asks for."""
    behind: dict[str, tuple[str, ...]]
    """The stems behind each tag."""

    size: float
    """The weight of all that it says."""
    words: tuple[str, ...]
    """Its folded words, in order."""

    def weight(self, a_stem: str) -> float:
        """How much a stem says in this title: an empty word says something inside a name ("looked after")."""
        return _weight_in_title(a_stem, self.bound)


class Glossary:
    """Concepts, found in texts by their names and in questions by what people ask as well.

    A concept is known by its number, its place in ``concepts``.
    """

    def __init__(
        self,
        concepts: Iterable[Concept],
        alike: Iterable[Alike] = (),
        questions: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        """``questions`` are by the names of concepts."""
        self.concepts = tuple(concepts)
        self._questions = questions or {}
        self._alike = {
            stem(word): stem(line.words[0].casefold()) for line in alike for word in map(str.casefold, line.words)
        }
        self._names, self._sayings, self._bags = Phrases(), Phrases(), Bags()
        for number, concept in enumerate(self.concepts):
            for name in concept.names:
                self._names.add(tuple(stems_of(name)), number)
                if len(stems_of(name)) > 1:
                    self._add_bag(self._asked(name), number)
            for phrase in dict.fromkeys(map(self._asked, concept.asked)):
                if not self._add_bag(phrase, number):
                    self._sayings.add(phrase, number)
        self._composites = Composites(self._names)

    def _asked(self, phrase: str) -> tuple[str, ...]:
        return tuple(self._unified(stems_of(phrase)))

    def _add_bag(self, phrase: tuple[str, ...], number: int) -> bool:
        """Let a phrase be found in any order; not where it has too little to tell by."""
        told = tuple(dict.fromkeys(each for each in phrase if _tells(each)))
        if len(phrase) > 1 and (len(told) < 2 or max(map(weight, told)) < TELLING_WEIGHT):
            return False
        self._bags.add(told or phrase, number)
        return True

    def find_names(self, stems: Sequence[str]) -> list[Found]:
        """Every name that stands in the text, those inside longer ones too."""
        plain = [Found(concept, positions, by_name=True) for concept, positions in self._names.find(stems)]
        composed = (Found(*found, by_name=True) for found in self._composites.find(plain, stems))
        return list(dict.fromkeys((*plain, *composed)))

    def find_asked(self, stems: Sequence[str]) -> list[Found]:
        """What people ask, and names whose words stand apart, as far as they are in a question."""
        stems = self._unified(stems)
        found = (*self._sayings.find(stems), *self._bags.find(stems))
        return [Found(*each, by_name=False) for each in dict.fromkeys(found)]

    def like(self, stems: Sequence[str], *, most: int = 6) -> list[Like]:
        """The concepts that a question as a whole is most like, though no phrase of theirs need stand in it."""
        return self._likenesses.nearest(self._unified(stems), most=most)

    def title(self, text: str) -> Title:
        """What a title carries."""
        stems: list[str] = []
        found: list[Found] = []
        for part in PARTS.split(text):
            names = self.find_names(part_stems := stems_of(part))
            found += (each.after(len(stems)) for each in names if not self.concepts[each.concept].outside)
            stems += part_stems
        outer: set[str] = set()
        inner: set[str] = set()
        behind: dict[str, tuple[str, ...]] = {}
        for each in found:
            nested = any(set(each.positions) < set(other.positions) for other in found)
            feature = tag(each.concept)
            (inner if nested else outer).add(feature)
            words = (*behind.get(feature, ()), *(stems[at] for at in each.positions))
            behind[feature] = tuple(dict.fromkeys(words))
        in_names = {at for each in found if len(each.positions) > 1 for at in each.positions}
        bound = frozenset(stems).difference(each for at, each in enumerate(stems) if at not in in_names)
        asked = [each for each in self.find_asked(stems) if tag(each.concept) not in behind]
        behind.update((hint(each.concept), tuple(stems[at] for at in each.positions)) for each in asked)
        return Title(
            features=frozenset(outer.union(each for each in stems if each not in EMPTY_STEMS)),
            inner=frozenset(inner - outer).union(hint(each.concept) for each in asked),
            bound=bound,
            behind=behind,
            size=sum(_weight_in_title(each, bound) for each in frozenset(stems)) or 1.0,
            words=tuple(words_of(text)),
        )

    @cached_property
    def under(self) -> tuple[tuple[frozenset[str], ...], ...]:
        """For each concept, where else to look: the features that a title must have, best first."""
        return tuple(tuple(map(self._wanted, concept.under)) for concept in self.concepts)

    @cached_property
    def _likenesses(self) -> Likenesses:
        return Likenesses(
            (phrase, self._asked(phrase), number)
            for number, concept in enumerate(self.concepts)
            for phrase in self._phrases(concept)
        )

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word of the names and of what is asked, as people type it."""
        phrases = (phrase for concept in self.concepts for phrase in (*concept.names, *concept.asked))
        return frozenset(self._alike).union(word for phrase in phrases for word in words_of(phrase))

    @cached_property
    def acronym_stems(self) -> frozenset[str]:
        """The acronyms and the sections of statutes among the names, as stems of one word."""
        stems = (stems_of(name) for concept in self.concepts for name in concept.names if SHORTHAND.match(name))
        return frozenset(each[0] for each in stems if len(each) == 1)

    @cached_property
    def acronyms(self) -> dict[str, tuple[str, ...]]:
        """Every acronym as written ("UASC"), with the names of the concepts that it stands for."""
        found: dict[str, tuple[str, ...]] = {}
        for concept in self.concepts:
            for name in filter(ACRONYM.fullmatch, concept.names):
                found[name] = (*found.get(name, ()), concept.name)
        return found

    def expand(self, text: str) -> tuple[str, ...]:
        """All names of the concepts that a text names, in the text's order: what "UASC" stands for."""
        found = sorted(self.find_names(stems_of(text)), key=lambda each: each.positions)
        numbers = dict.fromkeys(each.concept for each in found)
        return tuple(dict.fromkeys(name for number in numbers for name in self.concepts[number].names))

    def _wanted(self, phrase: str) -> frozenset[str]:
        """What a title must have to answer a phrase: the tags of its longest names, and its other stems."""
        stems = stems_of(phrase)
        features: set[str] = set()
        covered: set[int] = set()
        for found in sorted(self.find_names(stems), key=lambda each: -len(each.positions)):
            if covered.isdisjoint(found.positions):
                covered.update(found.positions)
                features.add(tag(found.concept))
        features.update(each for at, each in enumerate(stems) if at not in covered and each not in EMPTY_STEMS)
        return frozenset(features)

    def _phrases(self, concept: Concept) -> tuple[str, ...]:
        return (*concept.names, *concept.asked, *self._questions.get(concept.name, ()))

    def _unified(self, stems: Iterable[str]) -> list[str]:
        return [self._alike.get(each, each) for each in stems]


def load_glossary(own: Path | None = None) -> Glossary:
    """The shipped glossary, and a council's ``own`` file over it. Raises config.files.ConfigError."""
    file = read_glossary(own)
    return Glossary(file.concept, file.alike, file.questions)


def _weight_in_title(a_stem: str, bound: frozenset[str]) -> float:
    return weight(a_stem) or (WEIGHT_IN_NAME if a_stem in bound else 0.0)


def _tells(a_stem: str) -> bool:
    return a_stem in TELLING_STEMS or a_stem not in EMPTY_STEMS
