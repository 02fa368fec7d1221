"""What looking up knows of a manual: its chapters, headings and "See also" entries, by their words' features."""

from __future__ import annotations

import itertools
import re
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from manual.identity import title_key
from manual.lookup.glossary import Glossary, Title
from manual.lookup.question import Counts
from manual.lookup.spelling import WordList
from manual.lookup.text import StemNumbers, TextIndex
from manual.lookup.words import EMPTY, stem, words_of
from manual.reading import ContentsReading, Section

SEE_ALSO_TAIL = re.compile(r"\s*\([^()]*\)\.?$| - This .*")
"""Where a "See also" entry comes from, or what it is good for: it doesn't say what the entry is about."""
LAST = "\U0010ffff"
DETAILS_COUNT = 4
"""A word of an amendment's details counts as so many in the chapter's text."""


class Kind(IntEnum):
    """What an answer can be; of equals the lower goes first."""

    CHAPTER = 0
    SEE_ALSO = 1
    SECTION = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Extras:
    """What may be known of a chapter beside its title: titles that it had, its amendments' details, its text."""

    former_titles: tuple[str, ...] = ()
    details: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Place:
    """One thing that can be an answer. ``number`` of a "See also" entry is its section's."""

    kind: Kind
    number: str | None
    title: str
    url: str | None
    key: str
    """The title as it identifies a chapter."""
    titles: tuple[Title, ...]
    """What its title carries, then what titles carry that it had before."""
    context: frozenset[str]
    """The features of the headings above it."""
    order: int
    """Where it stands in the manual."""
    found_by_number_only: bool = False
    """A heading over a single chapter: the chapter says all that it says."""
    is_above_chapters: bool = False

    def is_above(self, other: Place) -> bool:
        """Whether this is a heading that the other stands under, as far as numbers tell."""
        return not self.number or not other.number or other.number.startswith(f"{self.number}.")


@dataclass(slots=True, eq=False)
class ManualIndex:
    """One manual's places, findable by feature, number, beginnings of words, and words of the text."""

    places: tuple[Place, ...]
    by_title: dict[str, frozenset[int]]
    by_heading: dict[str, frozenset[int]]
    by_number: dict[str, int]
    counts: Counts
    words: WordList
    beginnings: Beginnings
    text: TextIndex | None

    def has_in_text(self, word: str) -> bool:
        """Whether any text has a word, in whatever form."""
        return self.text is not None and bool(self.text.find(stem(word)))


class Beginnings:
    """Titles, their words and their initials in order, to find those that begin with some letters."""

    def __init__(self, titles: Iterable[tuple[int, str]]) -> None:
        """``titles`` are places and their titles."""
        by_title: dict[str, array[int]] = {}
        by_word: dict[str, array[int]] = {}
        by_initials: dict[str, array[int]] = {}
        for place, title in titles:
            words = words_of(title)
            by_title.setdefault(" ".join(words), array("H")).append(place)
            for word in dict.fromkeys(words):
                by_word.setdefault(word, array("H")).append(place)
            initials = "".join(word[0] for word in words if word not in EMPTY)
            by_initials.setdefault(initials, array("H")).append(place)
        self._titles, self._words, self._initials = map(_Sorted, (by_title, by_word, by_initials))

    def find_titles(self, letters: str) -> frozenset[int]:
        """The places whose title begins so."""
        return self._titles.beginning(letters)

    def find_words(self, letters: str) -> frozenset[int]:
        """The places with a word that begins so."""
        return self._words.beginning(letters)

    def find_initials(self, letters: str) -> frozenset[int]:
        """The places whose words' initials begin so, empty words left out."""
        return self._initials.beginning(letters)


class _Sorted:
    """Texts in order, each with its places."""

    def __init__(self, places: Mapping[str, array[int]]) -> None:
        self._texts = sorted(places)
        self._places = [places[text] for text in self._texts]

    def beginning(self, letters: str) -> frozenset[int]:
        """The places of all texts that begin so."""
        first = bisect_left(self._texts, letters)
        if first == len(self._texts) or not self._texts[first].startswith(letters):
            return frozenset()
        after = bisect_left(self._texts, letters + LAST, first)
        return frozenset(itertools.chain.from_iterable(self._places[first:after]))


class Shared:
    """What manuals have in common, made and kept once: most of their titles and headings are the same."""

    def __init__(self, glossary: Glossary) -> None:
        self.stem_numbers = StemNumbers()
        self._glossary = glossary
        self._titles: dict[str, Title] = {}
        self._contexts: dict[frozenset[str], frozenset[str]] = {}

    def title(self, text: str) -> Title:
        """What a title carries."""
        if text not in self._titles:
            self._titles[text] = self._glossary.title(text)
        return self._titles[text]

    def context(self, features: frozenset[str]) -> frozenset[str]:
        """These features as one object, whichever manual has them."""
        return self._contexts.setdefault(features, features)


def index_manual(
    contents: ContentsReading, shared: Shared, extras: Mapping[str, Extras] | None = None
) -> ManualIndex:
    """A manual, indexed. ``extras`` are by the chapter's title key."""
    extras = extras or {}
    places = tuple(_places(contents, shared, extras))
    by_title: dict[str, set[int]] = {}
    by_heading: dict[str, set[int]] = {}
    by_number: dict[str, int] = {}
    counts = Counts(places=len(places))
    for at, place in enumerate(places):
        if place.number and place.kind is not Kind.SEE_ALSO:
            by_number.setdefault(place.number.casefold(), at)
        if not place.found_by_number_only:
            if not place.is_above_chapters:
                counts.titled.update(place.titles[0].features)
            for feature in frozenset().union(*(each.features | each.inner for each in place.titles)):
                by_title.setdefault(feature, set()).add(at)
            for feature in place.context:
                by_heading.setdefault(feature, set()).add(at)
    counts.anywhere.update(by_title.keys() | by_heading.keys())
    texts = list(_texts(places, extras, shared.stem_numbers))
    return ManualIndex(
        places=places,
        by_title={feature: frozenset(found) for feature, found in by_title.items()},
        by_heading={feature: frozenset(found) for feature, found in by_heading.items()},
        by_number=by_number,
        counts=counts,
        words=WordList(word for title in _titles(places, extras) for word in words_of(title)),
        beginnings=Beginnings((at, place.title) for at, place in enumerate(places)),
        text=TextIndex(texts, shared.stem_numbers) if texts else None,
    )


def _places(contents: ContentsReading, shared: Shared, extras: Mapping[str, Extras]) -> Iterator[Place]:
    """Chapters, then "See also" entries that are no chapters of the manual, then headings."""
    headings = _Headings(contents.sections, shared)
    order = itertools.count()
    for chapter in contents.chapters:
        key = title_key(chapter.title)
        extra = extras.get(key, Extras())
        yield Place(
            kind=Kind.CHAPTER,
            number=chapter.number,
            title=chapter.title,
            url=chapter.url,
            key=key,
            titles=tuple(map(shared.title, (chapter.title, *extra.former_titles))),
            context=headings.context(chapter.section),
            order=next(order),
        )
    chapters = {title_key(chapter.title) for chapter in contents.chapters}
    for see_also in contents.see_also:
        if title_key(see_also.text) not in chapters:
            yield Place(
                kind=Kind.SEE_ALSO,
                number=see_also.section,
                title=see_also.text,
                url=see_also.url,
                key=title_key(see_also.text),
                titles=(shared.title(SEE_ALSO_TAIL.sub("", see_also.text)),),
                context=headings.context(see_also.section),
                order=next(order),
            )
    for section in contents.sections:
        label = section.number or section.title
        inside = sum(headings.is_inside(chapter.section, label) for chapter in contents.chapters)
        yield Place(
            kind=Kind.SECTION,
            number=section.number,
            title=section.title,
            url=None,
            key=title_key(section.title),
            titles=(shared.title(section.title),),
            context=headings.context(headings.above(label)),
            order=next(order),
            found_by_number_only=inside == 1,
            is_above_chapters=inside > 0,
        )


@dataclass(slots=True)
class _Headings:
    """The headings of a contents list, by their labels: a heading's number, or its title where it has none."""

    sections: tuple[Section, ...]
    shared: Shared
    _contexts: dict[str | None, frozenset[str]] = field(default_factory=lambda: {None: frozenset()})

    def above(self, label: str) -> str | None:
        """The label of the next heading above by number, None at the top."""
        number = label.rpartition(".")[0]
        return number if any(section.number == number for section in self.sections) else None

    def is_inside(self, section: str | None, label: str) -> bool:
        return section is not None and (section == label or section.startswith(label + "."))

    def context(self, label: str | None) -> frozenset[str]:
        """The features of a heading and of all above it; the same object for the same heading."""
        if label not in self._contexts:
            found: set[str] = set()
            for section in self.sections:
                if label == (section.number or section.title):
                    title = self.shared.title(section.title)
                    found |= title.features | title.inner
            above = self.above(label) if label else None
            self._contexts[label] = self.shared.context(frozenset(found | self.context(above)))
        return self._contexts[label]


def _titles(places: Iterable[Place], extras: Mapping[str, Extras]) -> Iterator[str]:
    """Every title, of now and of old."""
    for place in places:
        yield place.title
        yield from extras.get(place.key, Extras()).former_titles


def _texts(
    places: Iterable[Place], extras: Mapping[str, Extras], stem_numbers: StemNumbers
) -> Iterator[tuple[int, Mapping[int, int]]]:
    """The places that have a text or details, each with its stems' counts."""
    for at, place in enumerate(places):
        extra = extras.get(place.key)
        if place.kind is Kind.CHAPTER and extra and (extra.text or extra.details):
            counts = stem_numbers.count(extra.text)
            for number, count in stem_numbers.count(extra.details).items():
                counts[number] = counts.get(number, 0) + DETAILS_COUNT * count
            yield at, counts
