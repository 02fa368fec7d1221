"""The manuals as the app has them at hand: indexed for looking up, and anew when something of them was read."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from manual.identity import title_key
from manual.lookup.answers import Answer
from manual.lookup.extras import kept_extras
from manual.lookup.glossary import Glossary
from manual.lookup.index import ManualIndex
from manual.lookup.lookup import Answers, Lookup
from manual.reading import Amendment, Chapter, ContentsReading, Section
from manual.store.history import told_amendments
from manual.store.shelved import chapter_pages, contents_page, newest_readings
from subscriptions.interests import Interest

ANSWERS = 5
"""How many chapters a question gets at most."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ManualAtHand:
    """A manual's contents. ``url`` is its contents page."""

    id: str
    name: str
    url: str
    contents: ContentsReading
    lookup: Lookup

    def look_up(self, query: str) -> Answers:
        return self.lookup.look_up(query, self.id, limit=ANSWERS)

    def chapter_of(self, title: str) -> Chapter | None:
        """The chapter of this title, None where the contents have none (any more)."""
        return self._by_key.get(title_key(title))

    def section_of(self, chapter: Chapter) -> Section | None:
        """The innermost heading that a chapter stands under."""
        sections = self.contents.sections
        return next((each for each in sections if chapter.section in (each.number, each.title)), None)

    @cached_property
    def _by_key(self) -> dict[str, Chapter]:
        return {title_key(each.title): each for each in reversed(self.contents.chapters)}


class Shelf:
    """Every manual by its id. One process has one shelf, so that all its doors answer alike."""

    def __init__(self, names: Mapping[str, str], glossary: Glossary) -> None:
        self.names = names
        self.lookup = Lookup(glossary)
        self._at_hand: dict[str, ManualAtHand] = {}
        self._seen: frozenset[int] = frozenset()
        self._one_at_a_time = asyncio.Lock()

    async def bring_up_to_date(self, connection: AsyncConnection) -> None:
        """Take in what was read since the last time. What it takes to index it is done in another thread."""
        if self._unseen(await newest_readings(connection)):
            async with self._one_at_a_time:
                newest = await newest_readings(connection)  # whoever waited may find it done
                for id_ in self._stale(newest):
                    await self._take(connection, id_)
                await asyncio.to_thread(
                    self.lookup.look_up, "warm up"
                )  # makes what is made for the first question
                self._seen = frozenset(newest)

    async def manual(self, connection: AsyncConnection, id_: str) -> ManualAtHand | None:
        """A manual as last read, None before its contents were."""
        await self.bring_up_to_date(connection)
        return self._at_hand.get(id_)

    async def manuals(self, connection: AsyncConnection, only: str | None = None) -> list[ManualAtHand]:
        """The manuals whose contents were read: all, or only one."""
        await self.bring_up_to_date(connection)
        return [self._at_hand[id_] for id_ in ([only] if only else self.names) if id_ in self._at_hand]

    def look_up(self, query: str, manuals: Sequence[ManualAtHand]) -> Answers:
        """What answers a query in one manual, or in all."""
        return self.lookup.look_up(query, manuals[0].id if len(manuals) == 1 else None, limit=ANSWERS)

    def type_ahead(
        self, typed: str, manuals: Sequence[ManualAtHand], most: int
    ) -> list[tuple[ManualAtHand, Chapter]]:
        """Chapters for letters typed so far: what begins so, then what they mean as they stand."""
        if not typed.strip():
            return [(each, chapter) for each in manuals for chapter in each.contents.chapters][:most]
        only = manuals[0].id if len(manuals) == 1 else None
        found = self._chapters(self.lookup.complete(typed, only, limit=2 * most))
        if len(found) < most:
            found |= self._chapters(self.look_up(typed, manuals).answers)
        return list(found.values())[:most]

    @property
    def named(self) -> dict[Interest, str]:
        """Chapters and sections that can be followed, as people call them: "the chapter Staying Put"."""
        named: dict[Interest, str] = {}
        for at_hand in self._at_hand.values():
            for section in at_hand.contents.sections:
                if section.number:
                    named[Interest.section(section.number)] = f"section {section.number} {section.title}"
            for chapter in at_hand.contents.chapters:
                named[Interest.chapter(chapter.title)] = f"the chapter {chapter.title}"
        return named

    def _chapters(self, answers: Sequence[Answer]) -> dict[tuple[str, str], tuple[ManualAtHand, Chapter]]:
        """The chapters among some answers; headings and what is only referred to are left out."""
        return {
            (each.manual, title_key(chapter.title)): (at_hand, chapter)
            for each in answers
            for at_hand in (self._at_hand[each.manual],)
            if (chapter := at_hand.chapter_of(each.title))
        }

    def _unseen(self, newest: Mapping[int, str]) -> set[str]:
        return {manual for number, manual in newest.items() if number not in self._seen}

    def _stale(self, newest: Mapping[int, str]) -> Iterable[str]:
        """The manuals of which something was read since; all where more was read than is looked at."""
        everything = self._seen.isdisjoint(newest)
        unseen = self._unseen(newest)
        return [id_ for id_ in self.names if everything or id_ in unseen]

    async def _take(self, connection: AsyncConnection, id_: str) -> None:
        page = await contents_page(connection, id_)
        if page is None:
            return
        url, contents = page
        amendments = [each.amendment for each in await told_amendments(connection, id_)]
        pages = await chapter_pages(connection, id_)
        index = await asyncio.to_thread(self._index, contents, amendments, pages)
        self.lookup.put_index(id_, index)
        name = self.names[id_]
        self._at_hand[id_] = ManualAtHand(id=id_, name=name, url=url, contents=contents, lookup=self.lookup)

    def _index(
        self,
        contents: ContentsReading,
        amendments: Sequence[Amendment],
        pages: Sequence[tuple[str, dict[str, Any]]],
    ) -> ManualIndex:
        return self.lookup.index(contents, kept_extras(contents, amendments, pages))


def chapter_key(manual: str, title: str) -> str:
    """A chapter's mark in buttons and menus, short whatever its title: it stays through new numbers."""
    return f"{manual}:{hashlib.sha256(title_key(title).encode()).hexdigest()[:12]}"
