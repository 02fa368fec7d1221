"""Tables of amendments: what each column holds, and the entry that a row makes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum, auto

from manual.amendments.drafts import Draft, drafts_of_lines
from manual.amendments.signposts import kind_named
from manual.amendments.titles import clean_title
from manual.identity import fold
from manual.months import find_date, whole_date
from manual.page.blocks import Block, Cell
from manual.reading import AmendmentKind


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
    says = Column.TITLE in columns and any(
        column in columns for column in (Column.DETAILS, Column.DATE, Column.KIND)
    )
    return columns if says and unknown <= 1 + len(columns) // 4 else None


def _column_of(head: str) -> Column:
    return next((column for pattern, column in HEADS if pattern.fullmatch(head)), Column.OTHER)


def is_header_line(text: str) -> bool:
    """Whether a line is a header row whose cells were run together: "Chapter Title Details"."""
    return len(text) < 60 and HEADER_LINE.fullmatch(fold(text)) is not None


ONE_KIND = re.compile(r"(?:new|updated|amended|revised|removed|withdrawn)", re.IGNORECASE)
_NUMBER = re.compile(r"v?\d{1,3}(?:\.\d{1,3})*[a-z]?\.?|[A-Z]{1,2}\d{1,3}")
_BADGE = re.compile(r"\s*[(\[]?(?:new|updated|amended|revised)[)\]!]?\s*", re.IGNORECASE)


def drafts_of_rows(
    rows: Iterable[tuple[Block, Sequence[Column] | None]], known: Mapping[str, str]
) -> Iterator[Draft]:
    """The drafts in the rows of a batch, each row with what its table's header row named, if it has one.

    Without a header row cells are told by what they hold, or by what the row before held. A month stands for the
    rows below it whose own is empty.
    """
    before: Sequence[Column] = ()
    month: str | None = None
    for row, columns in rows:
        if columns is None or len(columns) != len(row.cells):
            is_same = len(before) == len(row.cells) and not row.texts[0] and before[0] is Column.DATE
            columns = before if is_same else _told_by_content(row.texts)
        if Column.DATE not in columns:
            month = None
        before = columns
        for draft in drafts_of_row(row, columns, known):
            month = draft.month or month
            yield draft if draft.month or month is None else draft._replace(month=month)


def drafts_of_row(row: Block, columns: Sequence[Column], known: Mapping[str, str]) -> list[Draft]:
    """The draft in a row's cells, or the drafts where one cell holds several; none when the row says nothing."""
    cells, texts = row.cells, row.texts
    title: Cell | None = None
    details: list[Cell] = []
    words: list[str] = []
    month: str | None = None
    kind: AmendmentKind | None = None
    sections: list[str] = []
    for column, cell, text in zip(columns, cells, texts, strict=True):
        if column is Column.TITLE and title is None:
            title = cell
        elif column in (Column.DETAILS, Column.TITLE) and text:
            details.append(cell)
            words.append(text)
        elif column is Column.DATE and (date := whole_date(text) or find_date(text)) is not None:
            month = month or date.month
        elif column is Column.KIND:
            kind = kind or kind_named(text)
        elif column is Column.SECTION and _NUMBER.fullmatch(text):
            sections.append(text)
    if not words or title is None:
        drafts = [draft for cell in [title, *details] for draft in _in_one_cell(cell, known)]
    elif title.blocks:
        drafts = [Draft(_title_of(part), "\n".join(words), _url_of(part)) for part in _titles_in(title)]
    else:
        drafts = [Draft(None, "\n".join(words))]
    if month or kind or sections:
        drafts = [draft._replace(month=month, kind=kind, sections=tuple(sections)) for draft in drafts]
    return drafts


def _told_by_content(texts: Sequence[str]) -> list[Column]:
    """What cells hold in a table without a header row: dates tell themselves, then the title comes first."""
    columns = [Column.DATE if whole_date(text) else Column.DETAILS for text in texts]
    others = [position for position, column in enumerate(columns) if column is Column.DETAILS]
    filled = sum(bool(texts[position]) for position in others)
    for position in list(others):
        if filled < 3 or not texts[position]:
            continue
        is_kind = kind_named(texts[position]) is not None
        if is_kind or _NUMBER.fullmatch(texts[position]):
            columns[position] = Column.KIND if is_kind else Column.OTHER
            others.remove(position)
            filled -= 1
    if filled == 2 and len(others) == 2 and ONE_KIND.fullmatch(texts[others[0]]):
        columns[others.pop(0)] = Column.KIND
    if others and (len(others) > 1 or not texts[others[0]]):
        columns[others[0]] = Column.TITLE
    return columns


def _in_one_cell(cell: Cell | None, known: Mapping[str, str]) -> list[Draft]:
    """A row with one filled cell: a title alone, details alone, or both."""
    if cell is None or not cell.blocks:
        return []
    drafts = drafts_of_lines(cell.blocks, listed=False, known=known, usual_gap=None)
    if any(draft.details for draft in drafts):
        return drafts
    return [Draft(_title_of(cell), "", _url_of(cell))]


def _titles_in(cell: Cell) -> list[Cell]:
    """The cell, or each of its lines where every line is a link of its own: one change to several chapters."""
    links = {link.url for link in cell.links}
    is_list = len(links) == len(cell.blocks) > 1
    is_list = is_list and all(run.url for block in cell.blocks for run in block.runs)
    return [Cell((block,)) for block in cell.blocks] if is_list else [cell]


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
