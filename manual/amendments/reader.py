"""Reads amendments pages: which chapters a manual says it has changed, month by month.

blocks ─▶ batches (what stands under one month and group) ─▶ drafts (title, details) ─▶ entries (kind, sections)
          signposts.py                                       columns.py: of rows         details.py: their words
text pages first: pipes.py, wrapping.py                      drafts.py: of lines         batch_entries.py
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from manual.amendments.batch_entries import entries_of, has_heads
from manual.amendments.batches import Batch, outline_of
from manual.amendments.drafts import usual_gap_of
from manual.amendments.pipes import has_pipes, is_signpost, rows_of_pipes
from manual.amendments.sentences import START, is_details
from manual.amendments.wording import CHANGED, MAX_READ
from manual.amendments.wrapping import unwrapped_lines
from manual.errors import Unreadable
from manual.identity import title_key
from manual.page.blocks import Block, Page
from manual.reading import Amendment, AmendmentsReading


def read_amendments(page: Page, *, titles: Sequence[str] = ()) -> AmendmentsReading:
    """The entries of an amendments page. ``titles`` are the manual's chapters, where its contents are known: on
    text pages they tell where a title ends.

    Raises Unreadable when the page holds no amendments: a list that is empty was lost, not cleared.
    """
    reading = find_amendments(page, titles=titles)
    if reading is None:
        raise Unreadable("no amendments were found on the page")
    return reading


def find_amendments(page: Page, *, titles: Sequence[str] = ()) -> AmendmentsReading | None:
    """The same, or None for a page that is no amendments page."""
    known = {title_key(title): title for title in titles}
    outline = outline_of(page.blocks if page.is_html else _text_rows(page.blocks))
    usual_gap = None if page.is_html else usual_gap_of(page.blocks)
    is_about = outline.is_about_amendments or _is_titled_so(page.title) or any(map(has_heads, outline.batches))
    found = [
        (batch, entries_of(batch, known, usual_gap=usual_gap, is_about=is_about)) for batch in outline.batches
    ]
    if not _convincing(found, is_about):
        return None
    entries = [entry for _, batch_entries in found for entry in batch_entries]
    oddities = [
        f"nothing stands under “{batch.heading}”: {MAY_BE_LOST}"
        for batch, batch_entries in found
        if batch.heading and batch.is_open and not batch_entries and not batch.says_none
    ]
    if any(entry.month is None for entry in entries):
        oddities.append("some entries stand under no month")
    updates = sorted(set(outline.next_updates))
    if len(updates) > 1:
        oddities.append(f"the page names several next updates: {', '.join(updates)}")
    if _breaks_off(page):
        oddities.append(TRUNCATED)
    return AmendmentsReading(
        entries=tuple(entries),
        next_update=updates[-1] if updates else None,
        archives=tuple(outline.archives),
        edition=" ".join(outline.editions) or None,
        oddities=tuple(oddities),
    )


def _breaks_off(page: Page) -> bool:
    begins = "<html" in page.source[:3000].lower()
    return page.is_html and begins and "</html" not in page.source[-3000:].lower()


def _text_rows(blocks: Sequence[Block]) -> list[Block]:
    """A text page's lines, with what the saving of it took apart put together again."""
    return rows_of_pipes(blocks) if has_pipes(blocks) else unwrapped_lines(blocks, is_signpost)


TRUNCATED = "the page ends in the middle"
"""The oddity of a page that breaks off before its own end."""
MAY_BE_LOST = "what was there may be lost"
"""Ends the oddity of a group heading with nothing under it."""


# -- whether it is an amendments page at all

_TITLED = re.compile(r"\bamendments?\b|\brecent changes\b|\bwhat(?:'|’)?s new\b|\bupdates\b", re.IGNORECASE)


def _is_titled_so(title: str | None) -> bool:
    return title is not None and _TITLED.search(title) is not None


def _convincing(found: Sequence[tuple[Batch, Sequence[Amendment]]], is_about: bool) -> bool:
    """Whether what was found is an amendments list, and not a chapter's own amendment box or a page of news."""
    if any(batch_entries and has_heads(batch) for batch, batch_entries in found):
        return True
    entries = [entry for _, batch_entries in found for entry in batch_entries]
    has_titles = any(entry.title is not None for entry in entries)
    if not has_titles and not any(batch.rows for batch, _ in found):
        return False
    changed = sum(_says_changed(entry.details) for entry in entries)
    if is_about:
        return changed > 0 and changed * 4 >= len(entries)
    is_dated = any(entry.month is not None for entry in entries)
    return has_titles and changed * 2 >= len(entries) and (is_dated or changed > 2)


def _says_changed(details: str) -> bool:
    if CHANGED.search(details[:MAX_READ].lower()):
        return True
    return START.match(details) is not None and is_details(details)
