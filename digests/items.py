"""Makes the items of digests: an amendment, where it stands in its manual, and why a subscriber is told. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from digests.digest import Item, SectionChange
from manual.identity import title_key, url_slug
from manual.reading import Amendment, Chapter, ContentsReading, Section
from subscriptions.matching import significance_of

_LAST = 1_000_000
"""The place of what is not in the contents: after everything that is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An amendment that is to be told, as it is stored. ``page_url`` is the amendments page that it stands on."""

    amendment_id: int
    manual: str
    amendment: Amendment
    page_url: str
    revised: bool = False
    section_changes: list[dict[str, Any]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a chapter stands: its place among all, its entry in the contents, the top heading above it."""

    position: int
    chapter: Chapter
    section: Section | None


class Places:
    """Every chapter of a contents list by its link and by its title; the first wins where two share one."""

    def __init__(self, contents: ContentsReading | None) -> None:
        self._by_slug: dict[str, Place] = {}
        self._by_title: dict[str, Place] = {}
        headings = {each.number or each.title: each for each in reversed(contents.sections)} if contents else {}
        for position, chapter in enumerate(contents.chapters if contents else ()):
            place = Place(position=position, chapter=chapter, section=_top(chapter.section, headings))
            self._by_title.setdefault(title_key(chapter.title), place)
            if slug := url_slug(chapter.url):
                self._by_slug.setdefault(slug, place)

    def of(self, amendment: Amendment) -> Place | None:
        """Where the amendment's chapter stands, by its link, its title, or a title that it had before."""
        slug = url_slug(amendment.url)
        if slug and slug in self._by_slug:
            return self._by_slug[slug]
        titles = (*([amendment.title] if amendment.title else ()), *amendment.former_titles)
        return next((place for title in titles if (place := self._by_title.get(title_key(title)))), None)


def _top(section: str | None, headings: Mapping[str, Section]) -> Section | None:
    """The outermost heading above a chapter: "5" for one under "5.2", if the contents have a heading 5."""
    if not section:
        return None
    steps = section.split(".") if section[:1].isdigit() else [section]
    numbers = (".".join(steps[: length + 1]) for length in range(len(steps)))
    return next((headings[number] for number in numbers if number in headings), None)


def item_of(told: Told, *, places: Places, manual_name: str, reasons: Iterable[str]) -> Item:
    """The item of ``told`` for a subscriber who gets it for these reasons."""
    place = places.of(told.amendment)
    return Item(
        amendment_id=told.amendment_id,
        manual=told.manual,
        manual_name=manual_name,
        amendment=told.amendment,
        significance=significance_of(told.amendment),
        position=place.position if place else _LAST,
        section=place.section if place else None,
        chapter_number=place.chapter.number if place else None,
        chapter_url=told.amendment.url or (place.chapter.url if place else None),
        more_url=told.page_url,
        revised=told.revised,
        section_changes=tuple(_section_change(each) for each in told.section_changes or ()),
        reasons=tuple(dict.fromkeys(reasons)),
    )


def _section_change(stored: dict[str, Any]) -> SectionChange:
    return SectionChange(heading=stored["heading"], parts=tuple((op, text) for op, text in stored["parts"]))
