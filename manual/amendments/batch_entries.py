"""The entries of a batch: which of its rows and lines are entries, and what each of them says.

An entry's kind is its group heading's, unless its own words say otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from manual.amendments.batches import Batch
from manual.amendments.columns import drafts_of_rows
from manual.amendments.details import Told, told_by
from manual.amendments.drafts import Draft, drafts_of_lines
from manual.amendments.retitling import former_titles
from manual.amendments.sentences import START, STRONG_START, is_details
from manual.identity import title_key
from manual.months import find_date
from manual.page.blocks import Block
from manual.page.rows import SOFT
from manual.reading import Amendment, AmendmentKind


def has_heads(batch: Batch) -> bool:
    """Whether its headings alone say that entries stand in a batch."""
    return batch.has_header or bool(batch.month and batch.heading)


def entries_of(
    batch: Batch, known: Mapping[str, str], *, usual_gap: int | None, is_about: bool
) -> list[Amendment]:
    """The entries of a batch: of its rows, and of its lines where it has no rows.

    ``known`` are the manual's titles by their key, ``usual_gap`` the blank lines between a text page's paragraphs.
    ``is_about``: the page says that it is about amendments; without that, or a heading, what stands in the batch
    must read like them.
    """
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


MONTH_TOLD = re.compile(
    r"\b(?:in|updated|refreshed|added|reviewed|amended|revised)\s+(?:early |late )?(?=[A-Z][a-z]+\.? \d{4})", re.I
)


def _month_told(details: str) -> str | None:
    """The month that the first sentence says the change was made in."""
    sentence = details.split(". ")[0][:400]
    found = MONTH_TOLD.search(sentence)
    date = find_date(sentence[found.end() : found.end() + 30]) if found else None
    return date.month if date and date.start == 0 else None
