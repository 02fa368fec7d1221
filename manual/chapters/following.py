"""Follows chapters' own pages: which ones, and what their changed text says beyond the amendments list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy.ext.asyncio import AsyncConnection

from config.manuals import ManualConfig
from manual import store
from manual.chapters.compare import ChapterComparison, compare_chapters
from manual.chapters.word_changes import WordChange, word_change
from manual.contents.changes import HELD_FOR, LISTED_WITHIN
from manual.errors import Unreadable
from manual.identity import title_key
from manual.reading import Amendment, AmendmentKind, ChapterReading, ContentsReading
from manual.store import Source

TOLD_BY_CHAPTER = "told by the chapter's own text, not by the amendments"

# How often a followed chapter is looked at when nothing has told of it.
EVERY = timedelta(days=30)


async def record_chapter(
    connection: AsyncConnection, source: Source, before: ChapterReading, after: ChapterReading, now: datetime
) -> None:
    """Give a chapter's changed sections to the amendment that told of it; hold them as one where none did.

    Raises Unreadable where the two readings can't be compared.
    """
    comparison = compare_chapters(before, after)
    if not comparison.understood:
        raise Unreadable(comparison.reason or "the chapter can't be compared with the last reading")
    if not (comparison.changes or comparison.added or comparison.removed):
        return
    changes = [each.to_json() for each in _section_changes(comparison, before, after)]
    since = now - LISTED_WITHIN
    if not await store.attach_section_changes(connection, source.manual, after.title, changes, since):
        untold = unannounced(comparison, after, source.url, f"{now:%Y-%m}")
        await store.record_amendments(
            connection,
            source,
            [(untold, None)],
            baseline=False,
            held_until=now + HELD_FOR,
            section_changes=changes,
            now=now,
        )


def _section_changes(
    comparison: ChapterComparison, before: ChapterReading, after: ChapterReading
) -> list[WordChange]:
    """The sections whose words changed, those that came, and those that went, with their words."""
    came = [
        word_change(each.heading, "", each.text) for each in after.sections if each.heading in comparison.added
    ]
    went = [
        word_change(each.heading, each.text, "") for each in before.sections if each.heading in comparison.removed
    ]
    return [*comparison.changes, *came, *went]


def chapters_to_follow(
    config: ManualConfig, contents: ContentsReading, now: datetime
) -> list[tuple[str, datetime]]:
    """The addresses of all chapters of the manual's own site, each with the day of its first visit.

    Spread by the council's budget a day; documents and other people's pages are left out. Empty unless all
    chapters are followed.
    """
    if config.follow != "all":
        return []
    urls = dict.fromkeys(chapter.url for chapter in contents.chapters if chapter.url)
    own = [url for url in urls if is_followable(url, config)]
    return [(url, now + timedelta(days=place // config.chapters_a_day)) for place, url in enumerate(own)]


def chapters_told_of(
    config: ManualConfig, contents: ContentsReading | None, told: Iterable[Amendment]
) -> list[str]:
    """The addresses of the chapters that these amendments are about, to be visited now."""
    if config.follow == "off":
        return []
    listed = {title_key(chapter.title): chapter.url for chapter in contents.chapters} if contents else {}
    found = [each.url or (listed.get(title_key(each.title)) if each.title else None) for each in told]
    return [url for url in dict.fromkeys(found) if url and is_followable(url, config)]


def is_followable(url: str, config: ManualConfig) -> bool:
    """Whether this is a page of the manual's own site: not a document, not a link to somebody else."""
    parts = urlsplit(url)
    hosts = {urlsplit(source.url).netloc for source in config.sources}
    return parts.netloc in hosts and not parts.path.lower().endswith((".pdf", ".doc", ".docx", ".xls", ".xlsx"))


def unannounced(comparison: ChapterComparison, after: ChapterReading, url: str, month: str) -> Amendment:
    """A change of a chapter's text that no list has told of, as an amendment of ``month``."""
    headings = [*comparison.changed_sections, *comparison.added, *comparison.removed]
    return Amendment(
        month=month,
        kind=AmendmentKind.UPDATED,
        title=after.title,
        details=f"The text of this chapter has changed: {_listed(headings)}.",
        url=url,
        oddity=TOLD_BY_CHAPTER,
    )


def _listed(headings: Sequence[str]) -> str:
    if len(headings) > 5:
        return f"{', '.join(headings[:5])} and {len(headings) - 5} more sections"
    return ", ".join(headings)
