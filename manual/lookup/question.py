"""A query, understood: how much each of its words weighs, and the ways in which a title can answer them.

A query isn't cut into concepts once and for all. Every name of the glossary in it, and everything that people ask,
is a *way*: it covers some of the words, and is satisfied by titles with certain features. Each word is answered by
the best way that covers it. So "foster carer resigning" is answered by what people ask ("carer resigns") better
than by "foster carer" alone, and both count.

The figures were chosen on tests/lookup/to-build.tsv.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from manual.lookup.glossary import Glossary
from manual.lookup.phrases import HINT, TAG, Found, hint, tag
from manual.lookup.words import EMPTY_STEMS, stem, weight

# How good a way is. The words themselves, with the concept that they name, are 1.
NAMED, NAMED_WHOLE = 0.93, 0.95
"""Another name of the concept; where nothing else was asked."""
ASKED = 0.89
"""What people ask who mean the concept."""
PRINTED = 0.85
"""By another name, where a title or two print the single word that was typed."""
HINTED = 0.98
"""What people ask of the concept stands in the title; as all that is inside a title it loses a little more."""
UNDER, UNDER_STEP, UNDER_PRESENT = 0.8, 0.06, 0.3
"""Where the glossary says to look first; each further place less; less again where the concept has a chapter."""
NESTED = 0.85
"""A name inside a longer name; what is asked beside a name that the manual lacks."""
WORD_IN_PHRASE = 0.85
"""A word of the query that is part of a phrase of the glossary."""

# How much words weigh.
COMMONNESS, COMMON_FROM = 0.5, 0.1
"""What a word loses at most for standing in many titles, and the share of titles from which it loses that."""
ACRONYM_WEIGHT = 1.8
OUTSIDE_WEIGHT = 3.0
UNKNOWN = 0.6
"""Words that nothing in the manual can answer count so much, unless they name a concept."""


@dataclass(slots=True)
class Counts:
    """In how many places features stand, at all and in titles: of one manual, or of several together."""

    places: int = 0
    anywhere: Counter[str] = field(default_factory=Counter)
    titled: Counter[str] = field(default_factory=Counter)

    @classmethod
    def together(cls, several: Iterable[Counts]) -> Counts:
        """Of several manuals."""
        total = cls()
        for each in several:
            total.places += each.places
            total.anywhere.update(each.anywhere)
            total.titled.update(each.titled)
        return total

    def rarity(self, feature: str) -> float:
        """1 for what few titles have, less for what many have."""
        return 1 - COMMONNESS * min(1.0, self.titled[feature] / (COMMON_FROM * self.places + 1))

    def has(self, features: frozenset[str]) -> bool:
        """Whether every feature stands somewhere."""
        return features <= self.anywhere.keys()

    def prints(self, feature: str) -> bool:
        """Whether a title or two have it, but not more."""
        return 1 <= self.titled[feature] <= max(2, self.places // 80)


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """One way to answer some of the query's words: the features that a title must have, and how good that is."""

    covers: tuple[int, ...]
    features: frozenset[str]
    score: float
    reason: str
    is_word: bool = False
    """A single word as it stands."""
    is_unsure: bool = False
    """Another concept's chapter, or what is only asked where a name is lacking."""
    is_text: bool = False
    """A word in the chapter's text."""
    only: str | None = field(init=False)
    """The feature, where it is one: most are, and that is asked for fastest."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "only", next(iter(self.features)) if len(self.features) == 1 else None)


@dataclass(frozen=True, slots=True)
class Question:
    """The query's words and stems, their weights, and the ways to answer them that the manuals make possible."""

    words: tuple[str, ...]
    stems: tuple[str, ...]
    weights: tuple[float, ...]
    whole: float
    """All weights together, never 0."""
    ways: tuple[Way, ...]
    likes: tuple[Way, ...]
    """Ways to answer the question as a whole, by the concepts that it is like, scored by how much."""


def understand(words: Sequence[str], glossary: Glossary, counts: Counts) -> Question:
    """What a query's folded words ask for, in manuals with these features."""
    return _Understanding(words, glossary, counts).question()


class _Understanding:
    """The steps of understanding one query; positions are those of its words."""

    def __init__(self, words: Sequence[str], glossary: Glossary, counts: Counts) -> None:
        self.words = tuple(words)
        self.stems = tuple(map(stem, words))
        self.glossary = glossary
        self.counts = counts
        self.floors = [0.0] * len(words)
        names = glossary.find_names(self.stems)
        found = [*names, *glossary.find_asked(self.stems)]
        self.outside = self._outside_spans(found)
        self.outside_words = frozenset(at for span in self.outside for at in span)
        self.found = [each for each in found if self._is_ours(each)]
        self.names = [each for each in self.found if each.by_name]
        self.lacking = self._lacking()
        self.absent = self.lacking.intersection(
            at for each in self.names if len(each.positions) > 1 for at in each.positions
        )
        self.content = frozenset(at for at, each in enumerate(self.stems) if weight(each) > 0)

    def question(self) -> Question:
        made = [
            *self._outside_ways(),
            *(way for each in self.found for way in self._ways(each)),
            *self._word_ways(),
        ]
        best: dict[tuple[tuple[int, ...], frozenset[str]], Way] = {}
        for way in sorted(made, key=lambda way: way.score):
            if self.counts.has(way.features):
                best[way.covers, way.features] = way
        ways = tuple(best.values())
        answerable = {at for way in ways for at in way.covers}
        named = self.outside_words.union(at for each in self.names for at in each.positions)
        weights = [
            max(weight(each) * self.counts.rarity(each), floor)
            * (1 if at in answerable or at in named else UNKNOWN)
            for at, (each, floor) in enumerate(zip(self.stems, self.floors, strict=True))
        ]
        return Question(self.words, self.stems, tuple(weights), sum(weights) or 1.0, ways, tuple(self._likes()))

    def _outside_spans(self, found: Sequence[Found]) -> list[tuple[int, ...]]:
        """Where the query names another service's business, unless that is part of a longer phrase of ours."""
        concepts = self.glossary.concepts
        ours = [set(each.positions) for each in found if not concepts[each.concept].outside]
        names = [set(each.positions) for each in found if each.by_name and len(each.positions) > 1]
        return [
            each.positions
            for each in found
            if concepts[each.concept].outside
            and not any(set(each.positions) < other for other in ours)
            and not any(set(each.positions) & other and not other <= set(each.positions) for other in names)
        ]

    def _is_ours(self, each: Found) -> bool:
        inside = any(set(each.positions) < set(span) for span in self.outside)
        return not self.glossary.concepts[each.concept].outside and not inside

    def _lacking(self) -> frozenset[int]:
        """The words of names that the manual has no chapter for, nor one to look under."""
        present: set[int] = set()
        lacking: set[int] = set()
        for each in self.names:
            wanted = (
                frozenset((tag(each.concept),)),
                frozenset((hint(each.concept),)),
                *self.glossary.under[each.concept],
                *(frozenset(f.replace(TAG, HINT) for f in under) for under in self.glossary.under[each.concept]),
            )
            (present if any(map(self.counts.has, wanted)) else lacking).update(each.positions)
        return frozenset(lacking - present)

    def _outside_ways(self) -> Iterator[Way]:
        """Another service's business is answered only by a title that has all of its words."""
        for span in self.outside:
            self._raise_floors(span, OUTSIDE_WEIGHT)
            yield Way(span, self._telling(span), 1.0, f"title: {self._typed(span)}")

    def _ways(self, found: Found) -> Iterator[Way]:
        """A title with the words and the concept, with the concept, with what the glossary says to look under."""
        span = found.positions
        if not found.by_name and set(span) < self.absent:
            return
        concept, feature = self.glossary.concepts[found.concept], tag(found.concept)
        is_unsure = not found.by_name and self.lacking.issuperset(span)
        is_nested = any(set(span) < set(other.positions) for other in self.names)
        factor = NESTED if is_unsure or is_nested else 1.0
        typed = self._typed(span)
        self._raise_floors(span, self._weight(found))
        if telling := self._telling(span):
            yield Way(span, telling | {feature}, factor, f"title: {typed}")
        good = self._goodness(found) * factor
        yield Way(span, frozenset((feature,)), good, f"{typed} = {concept.name}", is_unsure=is_unsure)
        if not self.counts.titled[feature]:
            hinted = frozenset((hint(found.concept),))
            yield Way(span, hinted, HINTED * factor, f"{typed}: {concept.name}", is_unsure=True)
        best = UNDER - (UNDER_PRESENT if self.counts.titled[feature] else 0)
        for step, features in enumerate(self.glossary.under[found.concept]):
            score = (best - UNDER_STEP * step) * factor
            reason = f"{typed}: see {concept.under[step]}"
            yield Way(span, features, score, reason, is_unsure=True)
            if not any(self.counts.titled[each] for each in features):
                hinted = frozenset(each.replace(TAG, HINT) for each in features)
                yield Way(span, hinted, score, reason, is_unsure=True)

    def _goodness(self, found: Found) -> float:
        """How well a title answers that has the concept, under whatever name."""
        is_whole = self.content.issubset(found.positions)
        is_word = len(found.positions) == 1
        if is_word and (is_whole or found.by_name) and self.counts.prints(self.stems[found.positions[0]]):
            return PRINTED
        if found.by_name:
            return NAMED_WHOLE if is_whole else NAMED
        is_named = any(set(found.positions) <= set(each.positions) for each in self.names)
        return 1.0 if is_whole and is_word and not is_named else ASKED

    def _weight(self, found: Found) -> float:
        """The least that the words of a name, or of what is asked, weigh together."""
        rarity = self.counts.rarity(tag(found.concept))
        if len(found.positions) > 1:
            return rarity
        is_acronym = found.by_name and self.stems[found.positions[0]] in self.glossary.acronym_stems
        return ACRONYM_WEIGHT * rarity if is_acronym else 0.0

    def _word_ways(self) -> Iterator[Way]:
        """A title that has a word itself."""
        in_phrases = self.absent.union(
            at
            for each in self.found
            if len(each.positions) > 1 and self.counts.titled[tag(each.concept)]
            for at in each.positions
        )
        for at in sorted(self.content - self.outside_words):
            score = WORD_IN_PHRASE if at in in_phrases else 1.0
            yield Way((at,), frozenset((self.stems[at],)), score, f"title: {self.words[at]}", is_word=True)

    def _likes(self) -> Iterator[Way]:
        """The concepts that the question as a whole is like; none where another service is asked for, nor where it
        only names what the manual lacks."""
        if self.outside or self.content <= self.lacking:
            return
        for like in self.glossary.like(self.stems):
            concept, feature = self.glossary.concepts[like.concept], frozenset((tag(like.concept),))
            if not concept.outside and self.counts.has(feature):
                reason = f'like "{like.phrase}": {concept.name}'
                yield Way((), feature, like.likeness, reason, is_unsure=True)

    def _raise_floors(self, span: tuple[int, ...], together: float) -> None:
        for at in span:
            self.floors[at] = max(self.floors[at], together / len(span))

    def _telling(self, span: tuple[int, ...]) -> frozenset[str]:
        return frozenset(self.stems[at] for at in span if self.stems[at] not in EMPTY_STEMS)

    def _typed(self, span: tuple[int, ...]) -> str:
        return " ".join(self.words[at] for at in span)
