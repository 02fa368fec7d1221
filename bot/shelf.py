"""The manuals as the app has them at hand: contents, indexed for looking up, read again only when they changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from manual.identity import fold, title_key
from manual.lookup.glossary import Glossary
from manual.lookup.lookup import Answers, Lookup
from manual.reading import Chapter, ContentsReading, Section
from manual.store import latest_contents
from manual.store.history import contents_version
from subscriptions.interests import Interest


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ManualAtHand:
    """A manual's contents. ``url`` is its contents page."""

    id: str
    name: str
    url: str
    contents: ContentsReading
    lookup: Lookup

    def look_up(self, query: str) -> Answers:
        return self.lookup.look_up(query, self.id)

    def chapter_of(self, title: str) -> Chapter | None:
        """The chapter of this title, None where the contents have none (any more)."""
        key = title_key(title)
        return next((each for each in self.contents.chapters if title_key(each.title) == key), None)

    def section_of(self, chapter: Chapter) -> Section | None:
        """The innermost heading that a chapter stands under."""
        sections = self.contents.sections
        return next((each for each in sections if chapter.section in (each.number, each.title)), None)

    def type_ahead(self, typed: str, most: int) -> list[Chapter]:
        """Chapters for letters typed so far: by number, by words that begin so, then by what they mean."""
        if not typed.strip():
            return list(self.contents.chapters[:most])
        found = {title_key(each.title): each for each in self._begin_with(fold(typed))}
        if len(found) < most:
            for answer in self.look_up(typed).answers:
                if chapter := self.chapter_of(answer.title):
                    found.setdefault(title_key(chapter.title), chapter)
        return list(found.values())[:most]

    def _begin_with(self, typed: str) -> Iterator[Chapter]:
        words = typed.split()
        for each in self.contents.chapters:
            known = fold(each.title).split()
            by_number = (each.number or "").startswith(typed)
            if by_number or all(any(word.startswith(begun) for word in known) for begun in words):
                yield each


class Shelf:
    """Every manual by its id. One process has one shelf."""

    def __init__(self, names: Mapping[str, str], glossary: Glossary) -> None:
        self.names = names
        self.lookup = Lookup(glossary)
        self._at_hand: dict[str, tuple[int, ManualAtHand]] = {}

    async def manual(self, connection: AsyncConnection, id_: str) -> ManualAtHand | None:
        """A manual as last read, None before its contents were."""
        version = await contents_version(connection, id_)
        if version is None:
            return None
        number, url = version
        known = self._at_hand.get(id_)
        if known is None or known[0] != number:
            contents = await latest_contents(connection, id_)
            assert contents is not None, "a reading that was just counted"
            self.lookup.put(id_, contents)
            name = self.names.get(id_, id_)
            known = (number, ManualAtHand(id=id_, name=name, url=url, contents=contents, lookup=self.lookup))
            self._at_hand[id_] = known
        return known[1]

    @property
    def named(self) -> dict[Interest, str]:
        """Chapters and sections that can be followed, as people call them: "the chapter Staying Put"."""
        named: dict[Interest, str] = {}
        for _, at_hand in self._at_hand.values():
            for section in at_hand.contents.sections:
                if section.number:
                    named[Interest.section(section.number)] = f"section {section.number} {section.title}"
            for chapter in at_hand.contents.chapters:
                named[Interest.chapter(chapter.title)] = f"the chapter {chapter.title}"
        return named

    async def manuals(self, connection: AsyncConnection, only: str | None = None) -> list[ManualAtHand]:
        """The manuals whose contents were read: all, or only one."""
        ids = [only] if only else list(self.names)
        found = [await self.manual(connection, id_) for id_ in ids]
        return [each for each in found if each is not None]


def chapter_key(manual: str, title: str) -> str:
    """A chapter's mark in buttons and menus, short whatever its title: it stays through new numbers."""
    return f"{manual}:{hashlib.sha256(title_key(title).encode()).hexdigest()[:12]}"
