"""Tables of amendments: what each column holds, and the entry that a row makes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import Enum, auto

from manual.blocks import Cell
from manual.drafts import Draft, drafts_of_lines
from manual.identity import fold
from manual.months import find_date, whole_date
from manual.signposts import kind_named
from manual.titles import clean_title


class Column(Enum):
    """What a column of a table holds."""

    TITLE = auto()
    DETAILS = auto()
    DATE = auto()
    KIND = auto()
    SECTION = auto()
    """The number of the section that was changed, in a column of its own."""
    OTHER = auto()
    """Nothing that readers are told: who made the change, a version."""


_TITLE_HEAD = (
    r"(?:(?:chapter|procedure|policy|document|topic|item)s?(?:/\w+)?(?: (?:name|title|heading|affected))?"
    r"|title|(?:title|name) of (?:the )?\w+)s?"
)
_DETAILS_HEAD = (
    r"(?:(?:details?|amendments?|changes?|summary|description|comments?|updates?|reason|notes?|nature)"
    r"(?: (?:of|to|made|/) ?.{0,30}|/.{0,20})?|what(?:'s| has| have| was)? .{0,20}changed)"
)
_DATE_HEAD = r"(?:date(?: .{0,20})?|month|when|(?:updated|published|amended)(?: on)?)"
HEADS = (
    (re.compile(_TITLE_HEAD), Column.TITLE),
    (re.compile(_DETAILS_HEAD), Column.DETAILS),
    (re.compile(_DATE_HEAD), Column.DATE),
    (re.compile(r"(?:type|status|action|kind|type of .{0,20}|change type)"), Column.KIND),
    (re.compile(r"(?:section|paragraph)s?(?: (?:no|number|name|affected))?\.?"), Column.SECTION),
)
HEADER_LINE = re.compile(
    rf"{_TITLE_HEAD}[\s|]*(?:details|amendments?|changes?|summary)(?:[\s|]*{_DATE_HEAD})?[\s|]*"
)


MAX_HEAD = 60
"""Characters."""


def columns_of(cells: Sequence[str]) -> list[Column] | None:
    """What the columns of a table hold, told from its header row's cells; None when they are no header row."""
    if any(len(cell) > MAX_HEAD for cell in cells):
        return None
    columns = [_column_of(fold(cell).strip(" :.*")) for cell in cells]
    if Column.TITLE not in columns and Column.SECTION in columns:
        columns[columns.index(Column.SECTION)] = Column.TITLE
    unknown = sum(
        column is Column.OTHER and bool(cell.strip()) for column, cell in zip(columns, cells, strict=True)
    )
    says = Column.TITLE in columns and (Column.DETAILS in columns or Column.DATE in columns)
    return columns if says and unknown <= 1 + len(columns) // 4 else None


def _column_of(head: str) -> Column:
    return next((column for pattern, column in HEADS if pattern.fullmatch(head)), Column.OTHER)


def is_header_line(text: str) -> bool:
    """Whether a line is a header row whose cells were run together: "Chapter Title Details"."""
    return len(text) < 60 and HEADER_LINE.fullmatch(fold(text)) is not None


_NUMBER = re.compile(r"v?\d{1,3}(?:\.\d{1,3})*[a-z]?\.?|[A-Z]{1,2}\d{1,3}")
_BADGE = re.compile(r"\s*[(\[]?(?:new|updated|amended|revised)[)\]!]?\s*", re.IGNORECASE)


def drafts_of_row(
    cells: Sequence[Cell], columns: Sequence[Column] | None, known: Mapping[str, str]
) -> list[Draft]:
    """The draft in a row's cells, or the drafts where one cell holds several; none when the row says nothing.

    ``columns`` is what the table's header row named; without it cells are told by what they hold.
    """
    if columns is None or len(columns) != len(cells):
        columns = _told_by_content(cells)
    filed = list(zip(columns, cells, strict=True))
    titles = [cell for column, cell in filed if column is Column.TITLE]
    details = [cell for column, cell in filed if column is Column.DETAILS and cell.blocks]
    dates = [date.month for column, cell in filed if column is Column.DATE and (date := find_date(cell.text))]
    kinds = [kind for column, cell in filed if column is Column.KIND and (kind := kind_named(cell.text))]
    sections = [cell.text for column, cell in filed if column is Column.SECTION and _NUMBER.fullmatch(cell.text)]
    words = "\n".join([cell.text for cell in details])
    if words and titles and titles[0].blocks:
        drafts = [Draft(_title_of(titles[0]), words, _url_of(titles[0]))]
    elif words and titles:
        drafts = [Draft(None, words)]
    else:
        drafts = [draft for cell in titles or details for draft in _in_one_cell(cell, known)]
    return [
        draft._replace(
            month=dates[0] if dates else None, kind=kinds[0] if kinds else None, sections=tuple(sections)
        )
        for draft in drafts
        if len(f"{draft.title or ''}{draft.details}".strip("+-–—•.*| ")) > 2
    ]


def _told_by_content(cells: Sequence[Cell]) -> list[Column]:
    """What cells hold in a table without a header row: dates tell themselves, then the title comes first."""
    columns = [Column.DATE if cell.blocks and whole_date(cell.text) else Column.DETAILS for cell in cells]
    others = [position for position, column in enumerate(columns) if column is Column.DETAILS]
    for position in list(others):
        text = cells[position].text
        filled = sum(bool(cells[other].blocks) for other in others)
        if filled > 2 and kind_named(text):
            columns[position] = Column.KIND
            others.remove(position)
        elif filled > 2 and _NUMBER.fullmatch(text):
            columns[position] = Column.OTHER
            others.remove(position)
    if others and (len(others) > 1 or not cells[others[0]].blocks):
        columns[others[0]] = Column.TITLE
    return columns


def _in_one_cell(cell: Cell, known: Mapping[str, str]) -> list[Draft]:
    """A row with one filled cell: a title alone, details alone, or both."""
    if not cell.blocks:
        return []
    drafts = drafts_of_lines(cell.blocks, listed=False, known=known, is_text=False)
    if any(draft.details for draft in drafts):
        return drafts
    return [Draft(_title_of(cell), "", _url_of(cell))]


def _title_of(cell: Cell) -> str | None:
    """A title cell's text: its lines joined, without a badge ("New") that stands apart from the title."""
    parts = []
    for block in cell.blocks:
        runs = block.runs
        if len(runs) > 1 and runs[0].url and not runs[-1].url and _BADGE.fullmatch(runs[-1].text):
            parts.append("".join([run.text for run in runs[:-1]]).strip())
        elif not (parts and _BADGE.fullmatch(block.text)):
            parts.append(block.text)
    return clean_title(" ".join(parts)) or None


def _url_of(cell: Cell) -> str | None:
    links = cell.links
    return links[0].url if links else None
