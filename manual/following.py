"""Which chapters' own pages are followed, and what their changes say: pure decisions, recorded by the caller."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from config.manuals import ManualConfig
from manual.compare_chapters import ChapterComparison
from manual.identity import title_key
from manual.reading import Amendment, AmendmentKind, ChapterReading, ContentsReading

TOLD_BY_CHAPTER = "told by the chapter's own text, not by the amendments"

# How often a followed chapter is looked at when nothing has told of it.
EVERY = timedelta(days=30)


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
