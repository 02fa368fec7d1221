"""Reads amendments pages: which chapters a manual says it has changed, month by month.

    blocks ─▶ batches.py (what stands under one month and group) ─▶ drafts.py (title, details) ─▶ entries

An entry's kind is its group heading's, unless its own words say otherwise: `manual.wording` reads those.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from manual.batches import Batch, outline_of
from manual.blocks import Block, Page
from manual.columns import drafts_of_rows
from manual.details import Told, told_by
from manual.drafts import Draft, drafts_of_lines, usual_gap_of
from manual.errors import Unreadable
from manual.identity import title_key
from manual.months import find_date
from manual.pipes import has_pipes, is_signpost, rows_of_pipes
from manual.reading import Amendment, AmendmentKind, AmendmentsReading
from manual.retitling import former_titles
from manual.rows import SOFT
from manual.sentences import START, STRONG_START, is_details
from manual.wording import CHANGED, MAX_READ
from manual.wrapping import unwrapped_lines


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
    is_about = outline.is_about_amendments or _is_titled_so(page.title) or any(map(_has_heads, outline.batches))
    entries: list[Amendment] = []
    oddities: list[str] = []
    evidence = 0
    for batch in outline.batches:
        found = _entries_of(batch, known, usual_gap=usual_gap, is_about=is_about)
        if found and _has_heads(batch):
            evidence += 1
        elif batch.heading and batch.is_open and not found and not batch.says_none:
            oddities.append(f"nothing stands under “{batch.heading}”: {MAY_BE_LOST}")
        entries.extend(found)
    if not entries or not _convincing(entries, is_about, evidence, any(batch.rows for batch in outline.batches)):
        return None
    if any(entry.month is None for entry in entries):
        oddities.append("some entries stand under no month")
    updates = sorted(set(outline.next_updates))
    if len(updates) > 1:
        oddities.append(f"the page names several next updates: {', '.join(updates)}")
    if page.is_html and "<html" in page.source[:3000].lower() and "</html" not in page.source[-3000:].lower():
        oddities.append(TRUNCATED)
    return AmendmentsReading(
        entries=tuple(entries),
        next_update=updates[-1] if updates else None,
        archives=tuple(outline.archives),
        edition=" ".join(outline.editions) or None,
        oddities=tuple(oddities),
    )


def _has_heads(batch: Batch) -> bool:
    """Whether its headings alone say that entries stand under them."""
    return batch.has_header or bool(batch.month and batch.heading)


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


def _convincing(entries: list[Amendment], is_about: bool, evidence: int, has_rows: bool) -> bool:
    """Whether what was found is an amendments list, and not a chapter's own amendment box or a page of news."""
    if evidence:
        return True
    changed = sum(
        CHANGED.search(entry.details[:MAX_READ].lower()) is not None
        or (START.match(entry.details) is not None and is_details(entry.details))
        for entry in entries
    )
    titled = sum(entry.title is not None for entry in entries)
    if not titled and not has_rows:
        return False
    if is_about:
        return changed > 0 and changed * 4 >= len(entries)
    dated = sum(entry.month is not None for entry in entries)
    return titled > 0 and changed * 2 >= len(entries) and (dated > 0 or changed > 2)


# -- entries


def _entries_of(batch: Batch, known: dict[str, str], *, usual_gap: int | None, is_about: bool) -> list[Amendment]:
    is_sure = batch.has_header or batch.heading is not None
    rows = batch.rows if is_sure else [each for each in batch.rows if _is_row(each[0])]
    drafts = list(drafts_of_rows(rows, known))
    if not (
        batch.has_header
        or batch.heading
        or (is_about and batch.month and batch.is_open)
        or _mostly_changes(drafts, batch)
    ):
        drafts = []
    if batch.is_open and (not drafts or batch.kind is AmendmentKind.REMOVED):
        listed = batch.kind is AmendmentKind.REMOVED
        of_lines = drafts_of_lines(batch.lines, listed=listed, known=known, usual_gap=usual_gap)
        if batch.has_header or (batch.heading and (is_about or batch.month)) or _mostly_changes(of_lines, batch):
            drafts.extend(of_lines)
    return [_entry_of(draft, batch) for draft in drafts if _says_something(draft)]


def _is_row(row: Block) -> bool:
    """Whether a row is one where no heading says so. One that was made of ``div`` must read like an entry's."""
    return row.level != SOFT or bool(row.cells[0].links) or any(map(is_details, row.texts))


def _says_something(draft: Draft) -> bool:
    """Rows of "+" or "-" only part other rows."""
    return len(f"{draft.title or ''}{draft.details}".strip("+-–—•.*|:; ")) > 2


def _mostly_changes(drafts: list[Draft], batch: Batch) -> bool:
    """Whether drafts read like amendments even where no heading says that they are. Where not even a month is
    told, they must begin as hardly anything but an amendment does."""
    begins = START if batch.month else STRONG_START
    changes = sum(begins.match(draft.details) is not None and is_details(draft.details) for draft in drafts)
    return changes > 0 and changes * 2 >= len(drafts)


def _entry_of(draft: Draft, batch: Batch) -> Amendment:
    told = told_by(draft.details)
    kind, oddity = _kind_of(draft, batch, told)
    month = draft.month or batch.month
    if month is None and (month := _month_told(draft.details)):
        oddity = oddity or "it stands under no month; its words tell one"
    if draft.glued:
        oddity = oddity or "its title and its details could not be told apart"
    return Amendment(
        month=month,
        kind=kind,
        title=draft.title or None,
        details=draft.details,
        sections=tuple(dict.fromkeys(draft.sections + told.sections)),
        reread=told.reread,
        rereference=told.rereference,
        url=draft.url,
        former_titles=former_titles(draft.title, draft.details if kind is AmendmentKind.REPLACED else ""),
        oddity=oddity,
    )


def _kind_of(draft: Draft, batch: Batch, told: Told) -> tuple[AmendmentKind, str | None]:
    """The entry's kind, and what is odd when its words and its group heading disagree."""
    group, kind = draft.kind or batch.kind, told.kind
    if told.link_to and draft.title and told.link_to == title_key(draft.title):
        kind = AmendmentKind.LINK
    if group in (AmendmentKind.REMOVED, AmendmentKind.REPLACED):
        return group, None
    if group is AmendmentKind.NEW:
        if kind is None and told.is_new_link:
            return AmendmentKind.LINK, None
        return (kind if kind in (AmendmentKind.REPLACED, AmendmentKind.LINK) else group), None
    if kind is None and group is AmendmentKind.UPDATED and told.is_description:
        kind = AmendmentKind.NEW
    if kind in (AmendmentKind.NEW, AmendmentKind.REMOVED) and group is AmendmentKind.UPDATED:
        return kind, f"listed under “{batch.heading or 'Updated'}”, but its words say that it is {kind}"
    return kind or group or AmendmentKind.UPDATED, None


_MONTH_TOLD = re.compile(
    r"\b(?:in|updated|refreshed|added|reviewed|amended|revised)\s+(?:early |late )?(?=[A-Z][a-z]+\.? \d{4})", re.I
)


def _month_told(details: str) -> str | None:
    """The month that the first sentence says the change was made in."""
    sentence = details.split(". ")[0][:400]
    found = _MONTH_TOLD.search(sentence)
    date = find_date(sentence[found.end() : found.end() + 30]) if found else None
    return date.month if date and date.start == 0 else None
