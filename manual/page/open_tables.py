"""Tables, definition lists and ``div`` while they are open: which row and which cell is being written."""

from __future__ import annotations

from manual.page.blocks import Block, Cell
from manual.page.rows import div_cells, flattened, is_part_of_cell, row_of, unwrapped
from manual.page.tags import attributes_of

MAX_COLUMNS = 4
"""Of a row made of ``div``."""
MAX_REACHING = 20
"""Cells that reach down over several rows, at one time."""


class OpenDiv:
    """An open ``div``: where its blocks begin in the page or cell, and where those of its child ``div`` do."""

    __slots__ = ("children", "start", "table")

    def __init__(self, start: int) -> None:
        self.start = start
        self.children: list[tuple[int, int]] = []
        self.table = 0  # of the rows that its children turn out to be

    def add_child(self, start: int, end: int) -> None:
        if len(self.children) <= MAX_COLUMNS:
            self.children.append((start, end))

    def cells(self, sink: list[Block]) -> list[Cell] | None:
        """Its cells, if it holds nothing but two to four ``div`` that look like cells."""
        filled = sum(end - start for start, end in self.children)
        if not 2 <= len(self.children) <= MAX_COLUMNS or not filled or filled != len(sink) - self.start:
            return None
        return div_cells([sink[start:end] for start, end in self.children])


class OpenTable:
    """An open table or definition list, and the row and cell that are open in it. The page itself is one too."""

    def __init__(self, name: str, number: int, outer: list[Block]) -> None:
        self.name = name
        self.number = number
        self.outer = outer  # where its rows go
        self.start = len(outer)
        self.rows = 0  # rows of data so far
        self.divs = [OpenDiv(0)]  # open in the cell, under one that never closes
        self.cells: list[Cell] | None = None  # of the open row
        # of the open cell
        self.sink: list[Block] | None = None
        self.header, self.span, self.rowspan = False, 1, 1
        # cells that reach down (rowspan): by column, with the rows left; and those that this row has taken
        self.reaching: dict[int, tuple[int, Cell]] = {}
        self.reached: dict[int, tuple[int, Cell]] = {}

    def open_cell(self, header: bool, attributes: str, *, is_second: bool) -> list[Block]:
        """Open a cell, and a row if none is; where its blocks go. A second cell that is the row's first follows an
        empty one (a <dd> without <dt>)."""
        if self.cells is None:
            self.cells = [Cell()] if is_second else []
        self.sink = []
        self.header = header
        self.span, self.rowspan = _spans(attributes) if attributes else (1, 1)
        return self.sink

    def close_cell(self) -> bool:
        """Put the open cell into its row; False when none is open."""
        if self.sink is None or self.cells is None:
            return False
        cell = Cell(tuple(self.sink), self.header, self.span)
        self.sink = None
        self.divs = [OpenDiv(0)]
        self.reach_down()
        if self.rowspan > 1 and len(self.reaching) < MAX_REACHING:
            self.reaching[len(self.cells)] = (self.rowspan - 1, cell)
        self.cells.append(cell)
        return True

    def reach_down(self) -> None:
        """Put cells of earlier rows that reach down to this column into the open row."""
        while self.reaching and self.cells is not None and len(self.cells) in self.reaching:
            column = len(self.cells)
            rows, cell = self.reaching.pop(column)
            self.cells.append(cell)
            if rows > 1:
                self.reached[column] = (rows - 1, cell)

    def close_row(self, *, furniture: bool) -> list[Block]:
        """What stands in the page for the open row, whose cells are closed; nothing when none is open."""
        if self.cells is None:
            return []
        self.reach_down()
        cells, self.cells = self.cells, None
        self.reaching |= self.reached
        self.reached = {}
        row = row_of(cells, self.number, after_data=self.rows > 0, furniture=furniture)
        if len(cells) > 1 and len(row) == 1:
            self.rows += 2 if all(cell.header for cell in cells) else 1  # a header row says plainly: data
        return row

    def boxed(self, start: int) -> list[Block]:
        """The open cell's blocks from ``start``, which are a table that ended: a table only where the cell lays
        out the page."""
        blocks = self.sink[start:] if self.sink is not None else []
        inner = unwrapped(blocks)
        if inner is None and self.rows > 1 and is_part_of_cell(self.cells or [], self.sink or []):
            inner = flattened(blocks)
        return blocks if inner is None else inner


def _spans(attributes: str) -> tuple[int, int]:
    values = attributes_of(attributes)
    return _number(values.get("colspan", "")), _number(values.get("rowspan", ""))


def _number(value: str) -> int:
    return min(max(int(value), 1), 1000) if value.isascii() and value.isdigit() and len(value) < 6 else 1
