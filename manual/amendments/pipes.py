"""Rows of tables out of text pages in which a cell ends with "|": "Title | Details |", or a line for each cell.

Where a title was a link it may be gone: then the details stand alone, with a line of only "|" behind them
(older pages), or an empty cell (newer ones). Such rows come out with an empty first cell.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from manual.amendments.columns import is_header_line
from manual.amendments.sentences import begins_entry, is_details
from manual.amendments.signposts import edition_in, heading_of, is_archive_link, next_update_in
from manual.page.blocks import Block, BlockKind, Cell, Run

BULLETS = re.compile(r"(?:^|(?<=[;.,:]))\s*[-•*]\s+")


def has_pipes(blocks: Sequence[Block]) -> bool:
    counts = [block.text.count("|") for block in blocks if "|" in block.text]
    return len(counts) > 1 or any(count > 1 for count in counts)


def rows_of_pipes(blocks: Sequence[Block]) -> list[Block]:
    """The blocks with every table made of pipes turned into ROWs of one to four cells.

    A row without any text stands for a line of only "|" that belongs to no row: what it held was lost.
    """
    piped = [block.text.rstrip() for block in blocks if "|" in block.text]
    every_cell_ends = sum(text.endswith("|") for text in piped) * 2 >= len(piped)
    rows = _Rows(every_cell_ends)
    for block in blocks:
        rows.take(block)
    rows.end_table()
    return rows.blocks


class _Rows:
    def __init__(self, every_cell_ends: bool) -> None:
        self.every_cell_ends = every_cell_ends
        self.blocks: list[Block] = []
        self.in_table = False
        self.open: list[Block] = []  # lines of a cell that has not ended
        self.waiting: list[Block] = []  # a whole cell: a title, or details whose title was lost

    def take(self, block: Block) -> None:
        text = block.text
        if block.kind is BlockKind.ROW:
            self.end_table()
            self.blocks.append(block)
        elif "|" not in text:
            if not self.in_table or is_signpost(text):
                self.end_table()
                self.blocks.append(block)
            else:
                self.open.append(block)
        elif not text.strip("|-: "):
            if "-" not in text:  # a ruler under a header row says nothing
                self.take_empty()
        else:
            self.take_piped(block)
        self.in_table = "|" in text or (self.in_table and bool(self.open or self.waiting))

    def take_piped(self, block: Block) -> None:
        texts = [part.strip() for part in block.text.split("|")]
        if block.text.lstrip().startswith("|") and not self.open:
            texts.pop(0)
        ended = not texts[-1]
        if ended:
            texts.pop()
        elif not self.every_cell_ends:
            ended = True
        cells = [_lines(block, text) for text in texts]
        if self.open:
            cells[0] = [*self.open, *cells[0]]
            self.open = []
        if not ended:
            self.open = cells.pop()
        if len(cells) > 1:
            self.end_row()
            self.add(*cells)
        elif cells:
            self.take_cell(cells[0])

    def take_cell(self, cell: list[Block]) -> None:
        """One whole cell: the title of a row, the details of one, or something that stands alone."""
        text = " ".join(block.text for block in cell)
        if is_signpost(text) or all(block.kind is BlockKind.ITEM for block in cell):
            self.end_row()
            self.add(cell)
        elif not self.waiting:
            self.waiting = cell
        elif _has_no_title(self.waiting) and (begins_entry(text) or not is_details(text)):
            self.end_row()
            self.waiting = cell
        else:
            self.add(self.waiting, cell)
            self.waiting = []

    def take_empty(self) -> None:
        """A line of only "|": the empty title cell of the details before it, or all that is left of a list."""
        if self.open:
            self.take_cell(self.open)
            self.open = []
        if self.waiting:
            self.add([], self.waiting)
            self.waiting = []
        else:
            self.add([])

    def end_row(self) -> None:
        if self.waiting:
            self.add(*([[], self.waiting] if _has_no_title(self.waiting) else [self.waiting, []]))
        self.waiting = []

    def end_table(self) -> None:
        self.end_row()
        self.blocks.extend(self.open)
        self.open = []

    def add(self, *cells: list[Block]) -> None:
        text = "\t".join(["\n".join([block.text for block in cell]) for cell in cells])
        self.blocks.append(Block(BlockKind.ROW, text, (), 0, tuple(Cell(tuple(cell)) for cell in cells), 1))


def _lines(block: Block, text: str) -> list[Block]:
    """The lines of a cell: one, or a bullet each where a list was run together ("- Loans; - Mileage;")."""
    bullets = [bullet.strip() for bullet in BULLETS.split(text)] if text.startswith(("- ", "• ", "* ")) else []
    if not bullets:
        return [block._replace(text=text, runs=(Run(text),))] if text else []
    return [block._replace(kind=BlockKind.ITEM, level=1, text=each, runs=(Run(each),)) for each in bullets if each]


def _has_no_title(cell: list[Block]) -> bool:
    return is_details(cell[0].text)


def is_signpost(text: str) -> bool:
    """Whether a line stands for itself: a heading, the next update, a link to an older year."""
    return (
        heading_of(text) is not None
        or next_update_in(text) is not None
        or is_archive_link(text)
        or edition_in(text) is not None
        or is_header_line(text)
    )
