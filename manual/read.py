"""Reads whatever a source sent: finds out what it is, and gives it to the reader of that kind.

bytes ─▶ decode ─▶ blocks ─▶ refusal? ─▶ amendments, contents, a chapter or notices
            └▶ XML ─▶ feed
"""

from __future__ import annotations

from collections.abc import Callable

import structlog

from manual.amendments.reader import find_amendments, read_amendments
from manual.chapters.reader import read_chapter
from manual.contents.reader import read_contents
from manual.errors import Unreadable
from manual.feeds import read_feed
from manual.notices import read_notices
from manual.page.blocks import Page
from manual.page.decoding import Markup, markup_of
from manual.page.layout import page_of
from manual.page.refusals import refusal_of
from manual.reading import READING_TYPES, ChapterReading, ContentsReading, Reading

log = structlog.get_logger(__name__)


def read(
    page: bytes | str, *, kind: str | None = None, url: str | None = None, content_type: str | None = None
) -> Reading:
    """What a page says. ``kind`` is one of READING_TYPES, found out when it isn't given; ``url`` is the page's own
    address, against which its links are resolved; ``content_type`` is the HTTP header's.

    Raises Unreadable, with the reason for an operator: a login or maintenance page, a binary file, a page over
    20 MB, a page that is not of the kind that was asked for. Raises KeyError for a kind that isn't one.
    """
    if kind is not None:
        READING_TYPES[kind]
    if kind == "feed" or (kind is None and markup_of(page, content_type) is Markup.XML):
        return read_feed(page.encode("utf-8", "replace") if isinstance(page, str) else page, url=url)
    blocks = page_of(page, url=url, content_type=content_type)
    if kind is None:
        return _read_unknown(blocks)
    try:
        reading = READERS[kind](blocks)
    except Unreadable as error:
        raise Unreadable(refusal_of(blocks) or error.reason) from error
    if kind == "notices" and (reason := refusal_of(blocks)):
        raise Unreadable(reason)
    return reading


def read_carefully(
    page: bytes | str, *, kind: str | None = None, url: str | None = None, content_type: str | None = None
) -> Reading:
    """The same for entry points, where a page must never cost more than its own reading.

    Whatever a reader stumbles over is Unreadable too, and says that the fault is ours.
    """
    try:
        return read(page, kind=kind, url=url, content_type=content_type)
    except Unreadable:
        raise
    except Exception as error:
        log.exception("the reader stumbled", url=url)
        what = f"{type(error).__name__}: {error}"
        raise Unreadable(
            f"Chapterwatch stumbled over this page ({what}); please report it, with the page"
        ) from error


READERS: dict[str, Callable[[Page], Reading]] = {
    "amendments": read_amendments,
    "contents": read_contents,
    "chapter": read_chapter,
    "notices": read_notices,
}


def _read_unknown(page: Page) -> Reading:
    """Try the kinds from the most to the least particular; what is none of them is notices."""
    if (amendments := find_amendments(page)) is not None:
        return amendments
    try:
        contents = read_contents(page)
        if _is_contents(contents, page):
            return contents
    except Unreadable:
        pass
    try:
        chapter = read_chapter(page)
        if _is_chapter(chapter):
            return chapter
    except Unreadable:
        pass
    if reason := refusal_of(page):
        raise Unreadable(reason)
    return read_notices(page)


def _is_contents(reading: ContentsReading, page: Page) -> bool:
    """Whether the page is a list, most of whose lines are the chapters that were found in it."""
    listed = len(reading.chapters) + len(reading.sections) + len(reading.see_also)
    numbered = sum(chapter.number is not None for chapter in reading.chapters)
    blocks = [block for block in page.blocks if not block.furniture]
    prose = sum(len(block.text) > 250 for block in blocks)
    named = "contents" in (page.title or "").lower() or any(
        block.text.lower() == "contents" for block in blocks[:20]
    )
    if len(reading.chapters) < 3 or prose * 5 > listed:
        return False
    return named or (numbered * 2 > len(reading.chapters) and listed * 2 > len(blocks))


def _is_chapter(reading: ChapterReading) -> bool:
    numbered = sum(section.number is not None for section in reading.sections)
    return bool(reading.amendment or reading.related or numbered > 2)
