"""Tells a page that arrived only in part."""

from __future__ import annotations

from manual.page.blocks import Page
from manual.reading import ChapterReading, ContentsReading

CUT_SHORT = "The page breaks off: it may have arrived only in part."
"""The oddity of a reading whose page ends before its own end; comparing heeds it."""


def is_cut_short(page: Page) -> bool:
    """Whether an HTML page that begins as a whole document doesn't end as one."""
    if not page.is_html or "<html" not in page.source[:3_000].lower():
        return False
    ending = page.source[-3_000:].lower()
    return "</html" not in ending and "</body" not in ending


def breaks_off(reading: ContentsReading | ChapterReading) -> bool:
    return CUT_SHORT in reading.oddities
