"""How well places answer a question: candidates by their features, scored word by word, and when that is sure.

The figures were chosen on tests/lookup/to-build.tsv.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import heapreplace
from itertools import islice
from operator import mul

from manual.lookup.glossary import Title
from manual.lookup.index import Kind, ManualIndex, Place
from manual.lookup.question import Question, Way
from manual.lookup.words import stem, weight

BOUND = 0.93
"""A word that stands in the title only inside a longer name of another concept."""
INNER = 0.85
"""A concept whose name stands in the title only inside a longer name."""
CONTEXT = 0.5
"""Only with the headings above."""
FORMER = 0.95
"""In a title that the chapter had before."""
BY_KIND = {Kind.CHAPTER: 1.0, Kind.SEE_ALSO: 0.93, Kind.SECTION: 0.84}
PRECISION = 0.12
"""What a title loses at most for saying more than was asked."""

LIKE, LIKE_MORE, LIKE_LEAST = 0.8, 0.2, 0.2
"""A title with a concept that the question as a whole is like, times how much: alone, and what that adds to the
title's own score; what is less like is passed over."""

TEXT_BELOW = 0.6
"""Chapters' texts are asked where no title answers so well."""
TEXT, TEXT_OFTEN, TEXT_HALF = 0.45, 0.15, 2
"""A word that is only in the text; what it gains by standing there often; how often for half of that."""
TEXT_SHARE = 0.1
"""A word in more than this share of a manual's texts says nothing."""

LEAST = 0.38
"""Nothing fits that scores less."""
SURE, MARGIN = 0.74, 0.06
"""What a confident answer scores, and how far it is ahead of the next."""
BROAD, BROAD_CHAPTERS, BROAD_CHAPTER, EXACT = 0.85, 3, 0.8, 0.96
"""A heading that answers so well goes before its chapters where so many answer so well, none of them exactly."""
TOP = 12
"""So many answers are found exactly: the search ends when nothing that is left can come among them."""
SMALL_SHARE = 0.25
"""Ways to answer less of a query than this find no further places where enough were found."""
MOST_SCORED = 800
"""So many different titles are scored; of more, those that the best ways find."""


NOWHERE: frozenset[int] = frozenset()
Scored = tuple[float, tuple[Way, ...]]
"""How well a title answers, and by which ways."""


@dataclass(slots=True)
class Candidate:
    """A place that may answer, how well, and by which ways."""

    manual: str
    at: int
    place: Place
    score: float
    ways: tuple[Way, ...]

    @property
    def is_by_title(self) -> bool:
        """Whether the title itself answers, not another concept's chapter or a text."""
        return bool(self.ways) and not any(way.is_unsure or way.is_text for way in self.ways)


def rank(question: Question, indexes: Mapping[str, ManualIndex]) -> list[Candidate]:
    """The places that answer, best first."""
    found = list(_by_titles(question, indexes))
    found = list(_by_likeness(question, indexes, found))
    if max((each.score for each in found), default=0.0) < TEXT_BELOW:
        found = list(_by_texts(question, indexes, found))
    found = [each for each in found if each.score >= LEAST]
    _put_headings_first(question, found)
    return sorted(found, key=_order)


def _order(each: Candidate) -> tuple[float, Kind, int]:
    return -round(each.score, 3), each.place.kind, each.place.order


def is_confident(ranked: Sequence[Candidate]) -> bool:
    """Whether the first is right at least 95 times in 100, as measured on queries that were held back."""
    if not ranked or ranked[0].score < SURE or not ranked[0].is_by_title:
        return False
    return len(ranked) == 1 or ranked[0].score - ranked[1].score >= MARGIN


def _by_titles(question: Question, indexes: Mapping[str, ManualIndex]) -> Iterator[Candidate]:
    """The places that satisfy any way, the best ways first, until nothing better can come."""
    scores = Scores(question)
    seen: dict[str, set[int]] = {manual: set() for manual in indexes}
    top = [0.0] * TOP
    for way, bound, by_feature in _searches(question, indexes):
        if top[0] >= bound:
            return
        for manual, found_by in by_feature.items():
            places = indexes[manual].places
            new = _places_with(way.features, found_by) - seen[manual]
            seen[manual] |= new
            for at in new:
                score, by = _best_title(scores, places[at])
                if score > top[0]:
                    heapreplace(top, score)
                yield Candidate(manual, at, places[at], score, by)
            if len(scores.known) >= MOST_SCORED:
                return


def _searches(
    question: Question, indexes: Mapping[str, ManualIndex]
) -> Iterator[tuple[Way, float, Mapping[str, Mapping[str, frozenset[int]]]]]:
    """What to search for, the best ways first, in titles and then in headings.

    With each comes the most that a place can score which no search before it found.
    """
    shares = {
        way: way.score * sum(question.weights[at] for at in way.covers) / question.whole for way in question.ways
    }
    ways = sorted(shares, key=lambda way: -shares[way])
    bounds = _bounds(question, ways)
    by_title = {manual: index.by_title for manual, index in indexes.items()}
    for way, bound in zip(ways, bounds, strict=False):
        yield way, min(bound, LEAST) if shares[way] < SMALL_SHARE else bound, by_title
    by_heading = {manual: index.by_heading for manual, index in indexes.items()}
    for way in ways:
        yield way, min(bounds[-1], LEAST), by_heading


def _bounds(question: Question, ways: Sequence[Way]) -> list[float]:
    """For each way what a place can score that no earlier way's title found; last, what headings alone give.

    An earlier way may still be satisfied by the headings.
    """
    by_headings = [0.0] * len(question.weights)
    for way in ways:
        for at in way.covers:
            by_headings[at] = max(by_headings[at], way.score * CONTEXT)
    best = list(by_headings)
    bounds = [sum(map(mul, best, question.weights)) / question.whole]
    for way in reversed(ways):
        for at in way.covers:
            best[at] = max(best[at], way.score)
        bounds.append(sum(map(mul, best, question.weights)) / question.whole)
    return bounds[::-1]


class Scores:
    """What titles score for one question. Titles that share the same of its features recall as much of it, so most
    of a manual's titles are reckoned once; ``known`` are those of the same features."""

    def __init__(self, question: Question) -> None:
        self.known: dict[tuple[int, int], Scored] = {}
        self._question = question
        self._wanted = frozenset().union(*(way.features for way in question.ways))
        self._recalled: dict[tuple[frozenset[str], ...], Scored] = {}

    def score(self, title: Title, context: frozenset[str]) -> Scored:
        """How well a title under such headings answers, and by which ways."""
        pair = id(title), id(context)
        if pair not in self.known:
            wanted = self._wanted
            shared = wanted & title.features, wanted & title.inner, wanted & title.bound, wanted & context
            if shared not in self._recalled:
                self._recalled[shared] = _recall(self._question, self._question.ways, *shared)
            self.known[pair] = _precise(title, self._recalled[shared])
        return self.known[pair]


def _best_title(scores: Scores, place: Place) -> Scored:
    """How well the best of a place's titles answers."""
    best: float = 0.0
    by: tuple[Way, ...] = ()
    for title in place.titles:
        score, ways = scores.score(title, place.context)
        if title is not place.titles[0]:
            score *= FORMER
        if score > best:
            best, by = score, ways
    return best * BY_KIND[place.kind], by


def _by_likeness(
    question: Question, indexes: Mapping[str, ManualIndex], titled: Iterable[Candidate]
) -> Iterator[Candidate]:
    """The candidates by title, and the places of what the question as a whole is like, scored by both."""
    found = {(each.manual, each.at): each for each in titled}
    liked: dict[tuple[str, int], Way] = {}
    for way in question.likes:
        for manual, index in indexes.items() if way.score >= LIKE_LEAST else ():
            for at in _places_with(way.features, index.by_title):
                if (manual, at) in found or _liked(LIKE * way.score, way) >= LEAST:
                    liked.setdefault((manual, at), way)
    yield from (each for key, each in found.items() if key not in liked)
    for (manual, at), way in liked.items():
        place = indexes[manual].places[at]
        each = found.get((manual, at)) or Candidate(manual, at, place, 0.0, ())
        alone = LIKE * way.score * BY_KIND[place.kind]
        if alone > each.score:
            each = Candidate(manual, at, place, alone, (way,))
        each.score = _liked(each.score, way)
        yield each


def _liked(score: float, way: Way) -> float:
    """A score with what it adds that the question as a whole is like the place."""
    return score + LIKE_MORE * way.score * (1 - score)


def _by_texts(
    question: Question, indexes: Mapping[str, ManualIndex], titled: Iterable[Candidate]
) -> Iterator[Candidate]:
    """The candidates by title, those with words of the question in their text scored by both."""
    found = {(each.manual, each.at): each for each in titled}
    heard: dict[tuple[str, int], list[Way]] = {}
    for manual, index in indexes.items():
        for at, way in _heard(question, index):
            heard.setdefault((manual, at), []).append(way)
    yield from (each for key, each in found.items() if key not in heard)
    for (manual, at), ways in islice(heard.items(), MOST_SCORED):
        place = indexes[manual].places[at]
        title = place.titles[0]
        possible = (*question.ways, *ways)
        recalled = _recall(question, possible, title.features, title.inner, title.bound, place.context)
        score, by = _precise(title, recalled)
        yield Candidate(manual, at, place, score * BY_KIND[place.kind], by)


def _heard(question: Question, index: ManualIndex) -> Iterator[tuple[int, Way]]:
    """The places whose text has a word of the question that few texts of the manual have."""
    if index.text is None:
        return
    for at, each in enumerate(question.stems):
        if weight(each) and len(found := index.text.find(each)) <= max(2, TEXT_SHARE * len(index.places)):
            reason = f"in the text: {question.words[at]}"
            for place, count in found:
                score = TEXT + TEXT_OFTEN * count / (count + TEXT_HALF)
                yield place, Way((at,), frozenset(), score, reason, is_text=True)


def _put_headings_first(question: Question, found: Sequence[Candidate]) -> None:
    """A heading goes before chapters that answer alike, and where it was typed unless its own are called so."""
    headings = [each for each in found if each.place.kind is Kind.SECTION]
    if not headings:
        return
    chapters = [each for each in found if each.place.kind is Kind.CHAPTER]
    good = [each.score for each in chapters if each.score >= BROAD_CHAPTER]
    is_broad = len(good) >= BROAD_CHAPTERS and max(good) < EXACT
    for each in headings:
        is_typed = each.place.titles[0].words == question.words
        if is_typed and not any(_is_called_so(question, each.place, chapter.place) for chapter in chapters):
            each.score = 1.0
        elif is_broad and each.score / BY_KIND[Kind.SECTION] >= BROAD:
            each.score /= BY_KIND[Kind.SECTION]


def _is_called_so(question: Question, heading: Place, chapter: Place) -> bool:
    """Whether a chapter under this heading has all words of the question in its title."""
    return heading.is_above(chapter) and set(question.stems) <= set(map(stem, chapter.titles[0].words))


def _places_with(features: frozenset[str], by_feature: Mapping[str, frozenset[int]]) -> frozenset[int]:
    """The places that have all these features."""
    places = [by_feature.get(feature, NOWHERE) for feature in features]
    return places[0] if len(places) == 1 else frozenset.intersection(*places)


def _recall(
    question: Question,
    possible: Iterable[Way],
    features: frozenset[str],
    inner: frozenset[str],
    bound: frozenset[str],
    context: frozenset[str],
) -> Scored:
    """How much of the question these features answer: each word counts by the best way that covers it.

    No ways where that is too little.
    """
    best = [0.0] * len(question.weights)
    by: list[Way | None] = [None] * len(question.weights)
    for way in possible:
        only = way.only
        if only is None:
            satisfied = _satisfied(way.features - features, inner, context)
        elif only in features:
            satisfied = BOUND if way.is_word and only in bound else 1.0
        else:
            satisfied = INNER if only in inner else CONTEXT if only in context else 0.0
        score = way.score * satisfied
        for at in way.covers if score else ():
            if score > best[at]:
                best[at], by[at] = score, way
    recall = sum(map(mul, best, question.weights)) / question.whole
    return recall, () if recall < LEAST else tuple(dict.fromkeys(filter(None, by)))


def _satisfied(missing: frozenset[str], inner: frozenset[str], context: frozenset[str]) -> float:
    """How well a title has what a way wants that lacks so much: 0 where even the headings above lack it."""
    if not missing:
        return 1.0
    return BOUND if missing <= inner else CONTEXT if missing <= context else 0.0


def _precise(title: Title, recalled: Scored) -> Scored:
    """What a title scores that recalls so much: less where it says more than was asked."""
    recall, ways = recalled
    if recall < LEAST:
        return recalled
    return recall * (1 - PRECISION + PRECISION * _precision(title, ways)), ways


def _precision(title: Title, ways: Iterable[Way]) -> float:
    """How much of what a title says was asked for."""
    answering = frozenset().union(*(way.features for way in ways)) & (title.features | title.inner)
    said = {each for feature in answering for each in title.behind.get(feature, (feature,))}
    return min(1.0, sum(map(title.weight, said)) / title.size)
