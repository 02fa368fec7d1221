"""An amendments page cut into batches: what stands under one month and one group heading.

blocks ─▶ signposts (months, groups, header rows, next update, archive) ─▶ batches of rows and lines
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from manual.amendments.columns import Column, columns_of, is_header_line
from manual.amendments.sentences import is_details
from manual.amendments.signposts import (
    MAX_HEADING,
    Heading,
    edition_in,
    heading_of,
    is_archive_link,
    next_update_in,
    says_none,
)
from manual.months import find_date, month_of, whole_date
from manual.page.blocks import Block, BlockKind, Cell, Run, cut
from manual.reading import AmendmentKind


@dataclass(slots=True)
class Batch:
    """What stands under one month and one group heading: rows of several cells, or lines."""

    month: str | None = None
    kind: AmendmentKind | None = None
    heading: str | None = None
    """The group heading's own words; None where there is none."""
    has_header: bool = False
    """A header row ("Chapter Name | Details") was seen: what follows are entries, whatever they say."""
    is_open: bool = False
    """Whether lines in it may be entries. The page's top is not open, nor is what follows the next update."""
    rows: list[tuple[Block, list[Column] | None]] = field(default_factory=list)
    lines: list[Block] = field(default_factory=list)
    is_of_own_date: bool = False
    """What announced it is a line with a whole date: it may be the date of one entry, before or behind it."""
    says_none: bool = False
    """It says itself that there is nothing in it."""


@dataclass(slots=True)
class Outline:
    """A page's batches in order, and what its signposts say of the page as a whole."""

    batches: list[Batch] = field(default_factory=lambda: [Batch()])
    next_updates: list[str] = field(default_factory=list)
    archives: list[str] = field(default_factory=list)
    editions: list[str] = field(default_factory=list)
    is_about_amendments: bool = False
    """A heading says so: "Amendments", "Recent Changes to Manual"."""


def outline_of(blocks: Iterable[Block]) -> Outline:
    gatherer = _Gatherer()
    for block in blocks:
        gatherer.take(block)
    _move_dates_back(gatherer.outline.batches)
    return gatherer.outline


def _move_dates_back(batches: list[Batch]) -> None:
    """Where each entry's date stands behind it, give the entries before a date that date.

    It is so where lines without a month stand above the first date, and none stand behind the last.
    """
    dated = [position for position, batch in enumerate(batches) if batch.is_of_own_date]
    if not dated or dated != list(range(dated[0], len(batches))) or dated[0] == 0:
        return
    first, last = batches[dated[0] - 1], batches[-1]
    if first.is_open and first.month is None and first.lines and not (last.lines or last.rows):
        for position in dated:
            batches[position - 1].month = batches[position].month


class _Gatherer:
    def __init__(self) -> None:
        self.outline = Outline()
        self.batch = self.outline.batches[0]
        self.month: str | None = None
        self.month_is_captions = False
        self.year: int | None = None
        self.group_level = 0  # of the last group heading; 0 when it was no HTML heading
        self.groups_of_month: set[AmendmentKind | None] = set()
        self.after_next_update = False
        self.awaits_date = False  # "Next Update:" stood alone
        self.columns: dict[int, list[Column]] = {}  # by table

    def take(self, block: Block) -> None:
        if block.kind is BlockKind.ROW:
            self.take_row(block)
        elif block.kind is BlockKind.CAPTION or block.text[:8].lower() == "caption:":
            if heading := heading_of(block.text, stands_out=True):
                self.apply(heading, block.text, in_caption=True)
        elif not self.is_signpost(block, stands_out=block.kind is BlockKind.HEADING or block.bold):
            if not block.furniture:
                self.batch.lines.append(block)

    # -- signposts

    def is_signpost(self, block: Block, *, stands_out: bool) -> bool:
        """Follow a line if it says what stands under it, or something of the page as a whole."""
        text = block.text
        if (rest := _behind_date(block)) is not None:
            self.apply(Heading(month=rest[0]), text)
            self.batch.lines.append(rest[1])
            return True
        if self.awaits_date:
            self.awaits_date = False
            if (date := whole_date(text)) is not None:
                self.outline.next_updates.append(date.month)
                return True
        if (update := next_update_in(text)) is not None:
            if update.month is not None:
                self.outline.next_updates.append(update.month)
            self.awaits_date = update.is_label
            if len(text) < 200:
                self.close(after_next_update=True)
            return True
        if edition_in(text) is not None:
            self.outline.editions.append(text)
            return True
        if self.is_archive_line(block):
            return True
        if block.furniture:
            return True
        if (heading := heading_of(text, stands_out=stands_out)) is not None:
            is_own_date = not stands_out and (date := whole_date(text)) is not None and date.day is not None
            title = self.dangling_title() if is_own_date else None
            if not self.apply(heading, text, stands_out=stands_out, level=block.level):
                return False
            self.batch.is_of_own_date = is_own_date
            if title is not None:
                self.batch.lines.append(title)
            return True
        if is_header_line(text):
            self.batch.has_header = self.batch.is_open = True
            return True
        if says_none(text):
            self.batch.says_none = True
            return True
        return self.is_inline_list(block)

    def is_inline_list(self, block: Block) -> bool:
        """Follow a line that is a group heading and its list: "New chapters: Bail; Remand."."""
        name, colon, rest = block.text.partition(": ")
        if not (self.batch.is_open and colon and " " in name and rest[:1].isupper()) or is_details(rest):
            return False
        heading = heading_of(f"{name}:")
        if heading is None or not heading.is_group:
            return False
        self.apply(heading, name)
        for title in rest.split(";" if ";" in rest else "\n"):
            if title.strip():
                self.batch.lines.append(Block(BlockKind.ITEM, title.strip(), (Run(title.strip()),), 1))
        return True

    def is_archive_line(self, block: Block) -> bool:
        """Links to older years' pages. A heading "2019 Amendments" that is no link is a heading."""
        links = block.links
        if links and all(is_archive_link(link.text) for link in links):
            self.outline.archives.extend(link.url for link in links if link.url not in self.outline.archives)
            if len(block.text) <= sum(len(link.text) for link in links) + 40:
                self.close()
                return True
        return False

    def apply(
        self, heading: Heading, text: str, *, stands_out: bool = False, in_caption: bool = False, level: int = 0
    ) -> bool:
        """Begin the batch that a heading announces. False when the heading turns out to be none.

        ``level`` is an HTML heading's; a month heading below a group heading belongs to that group.
        """
        month = heading.month
        if heading.month_name is not None:
            if self.year is None:
                return False
            month = month_of(self.year, heading.month_name)
        if in_caption and self.month is not None and not self.month_is_captions:
            month = None  # a caption repeats the heading above its table, and is copied from older ones
        if month is not None:
            self.month, self.month_is_captions = month, in_caption
            self.groups_of_month = set()
            self.after_next_update = False
        elif heading.year is not None:
            self.year, self.month = heading.year, None
        elif heading.is_group and self.after_next_update and heading.kind in self.groups_of_month:
            self.month = None  # another batch began, and its month was lost
            self.groups_of_month = set()
        elif not heading.is_group and not heading.is_archive:
            self.outline.is_about_amendments = True
        if heading.is_group:
            self.group_level = level
        elif month is not None and 0 < self.group_level < level:
            heading, text = self.of_open_group(heading)
        elif month is not None:
            self.group_level = 0
        self.begin(heading, text, stands_out)
        return True

    def of_open_group(self, heading: Heading) -> tuple[Heading, str]:
        """A month heading as a heading of the group that it stands below, with the group's words."""
        group = self.batch
        if not (group.rows or group.lines):
            self.outline.batches.pop()  # it is the group heading's, and only months stand in it
        return heading._replace(kind=group.kind, is_group=True), group.heading or ""

    def dangling_title(self) -> Block | None:
        """The line just above a date, if it is the title of the entry that the date belongs to."""
        lines = self.batch.lines
        if not lines or not (lines[-1].kind is BlockKind.HEADING or lines[-1].bold or _is_link(lines[-1])):
            return None
        return lines.pop()

    def begin(self, heading: Heading, text: str, stands_out: bool) -> None:
        self.batch = Batch(
            month=self.month,
            kind=heading.kind,
            heading=text if heading.is_group else None,
            is_open=heading.is_group or self.month is not None or (stands_out and heading.year is None),
        )
        if heading.is_group:
            self.groups_of_month.add(heading.kind)
        self.outline.batches.append(self.batch)

    def close(self, *, after_next_update: bool = False) -> None:
        """What follows belongs to no batch until a heading begins one."""
        self.after_next_update = self.after_next_update or after_next_update
        self.batch = Batch(month=self.month)
        self.outline.batches.append(self.batch)

    # -- rows

    def take_row(self, block: Block) -> None:
        if block.furniture:
            return
        if _lays_out(block):
            for cell in block.cells:
                for inner in cell.blocks:
                    self.take(inner)
            return
        filled = [cell for cell in block.cells if cell.blocks]
        if filled and all(says_none(text) for text in block.texts if text):
            self.batch.says_none = True
        elif len(filled) == 1:
            self.take_single(block, filled[0])
        elif filled and not self.is_header(block, filled):
            self.batch.rows.append((block, self.columns.get(block.table)))

    def take_single(self, block: Block, cell: Cell) -> None:
        """A row with one filled cell: a heading inside the table, the next update, a line, or half an entry."""
        for inner in cell.blocks if len(cell.blocks) == 1 else ():
            if self.is_signpost(inner, stands_out=True):
                return
        is_list = all(inner.kind is BlockKind.ITEM for inner in cell.blocks)
        if is_list or (len(block.cells) == 1 and not (self.batch.rows and self.batch.has_header)):
            self.batch.lines.extend(cell.blocks)
        elif len(block.cells) > 1:
            self.batch.rows.append((block, self.columns.get(block.table)))

    def is_header(self, block: Block, filled: list[Cell]) -> bool:
        """Follow a row of several cells if it is a header row, a row of headings or the next update."""
        texts = [text for text in block.texts if text]
        if max(map(len, texts)) > MAX_HEADING:
            return False
        if (columns := columns_of(block.texts)) is not None:
            self.columns[block.table] = columns
            self.batch.has_header = True
            return True
        whole = " ".join(texts)
        if len(texts[0]) < 40 and len(whole) < 100 and next_update_in(whole) is not None:
            line = Block(
                BlockKind.PARAGRAPH,
                whole,
                tuple(run for cell in filled for inner in cell.blocks for run in inner.runs),
            )
            return self.is_signpost(line, stands_out=True)
        if all(is_archive_link(text) for text in texts):
            return all(self.is_signpost(inner, stands_out=False) for cell in filled for inner in cell.blocks)
        if (first := heading_of(texts[0])) is None:
            return False
        if first.is_group and columns_of(["Chapter", *texts[1:]]) is not None:
            self.apply(first, texts[0])  # "Updated Chapters | Details"
            self.batch.has_header = True
            return True
        headings = [first, *(heading_of(text) for text in texts[1:])]
        if all(heading is not None and (heading.month or heading.is_group) for heading in headings):
            for heading, text in zip(headings, texts, strict=True):
                if heading is not None:
                    self.apply(heading, text)
            return True
        return False


_AFTER_DATE = re.compile(r"\s*[-–—:|]\s*(?=\w)")


def _behind_date(block: Block) -> tuple[str, Block] | None:
    """The month and the rest of a line that begins with its own date: "14 May 2024 – Private Fostering – ..."."""
    if not block.text[:1].isalnum() or (date := find_date(block.text[:40])) is None or date.start > 0:
        return None
    found = _AFTER_DATE.match(block.text, date.end)
    if found is None or heading_of(block.text[found.end() :]) is not None:
        return None
    return date.month, cut(block, found.end())


def _is_link(block: Block) -> bool:
    return bool(block.runs) and all(run.url for run in block.runs)


MAX_HEADING_WORDS = 5
"""Of a heading inside a cell; longer lines are what an entry says."""


def _lays_out(block: Block) -> bool:
    """Whether a row is no row of data: a cell holds headings of its own among other lines."""
    for cell in block.cells:
        if len(cell.blocks) > 1:
            for inner in cell.blocks:
                if inner.text.count(" ") < MAX_HEADING_WORDS and (heading := heading_of(inner.text)) is not None:
                    if heading.month or heading.is_group or heading.is_archive:
                        return True
    return False
