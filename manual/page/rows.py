"""Decides which rows are rows of data, and which only lay the page out and fall apart into their blocks."""

from __future__ import annotations

from collections.abc import Sequence

from manual.page.blocks import Block, BlockKind, Cell

MAX_LABEL = 200
"""Characters of a cell that names something. Longer text in every cell means columns of prose."""
MAX_ROWS_IN_CELL = 8
"""Rows of a table inside a cell of data. More, and the cell lays out the page."""


def row_of(cells: list[Cell], table: int, *, after_data: bool, furniture: bool) -> list[Block]:
    """What stands in the page for a row's cells: one ROW, or its blocks where the row is layout; [] when empty.

    ``after_data``: the table has rows of data already, so that a cell with headings in it is a long one.
    """
    if not any(cell.blocks for cell in cells):
        return []
    blocks = [block for cell in cells for block in cell.blocks]
    if _is_layout(cells, blocks, after_data):
        return blocks
    text = "\t".join([cell.text for cell in cells])
    return [Block(BlockKind.ROW, text, (), 0, tuple(cells), table, furniture=furniture)]


def _is_layout(cells: list[Cell], blocks: list[Block], after_data: bool) -> bool:
    if len(cells) == 1 and len(blocks) > 1:
        return True
    headings = 0
    for block in blocks:
        if block.kind is BlockKind.ROW:
            return True
        headings += block.kind is BlockKind.HEADING
    return headings > 1 and not (after_data and _is_label(cells[0]))


def _is_label(cell: Cell) -> bool:
    return len(cell.blocks) == 1 and len(cell.blocks[0].text) <= MAX_LABEL


def is_part_of_cell(cells: Sequence[Cell], blocks: Sequence[Block]) -> bool:
    """Whether a small table in a cell is part of what the cell says: it stands behind a label, under no heading.

    ``cells`` are those before it in its row, ``blocks`` the cell's own with the table's rows among them.
    """
    if not cells or not _is_label(cells[0]) or any(block.kind is BlockKind.HEADING for block in blocks):
        return False
    return sum(block.kind is BlockKind.ROW for block in blocks) <= MAX_ROWS_IN_CELL


def unwrapped(blocks: Sequence[Block]) -> list[Block] | None:
    """The blocks of a table inside a cell that is only a box around text: one column. None when it is a table."""
    inner: list[Block] = []
    for block in blocks:
        if block.kind is not BlockKind.ROW:
            inner.append(block)
            continue
        filled = [cell for cell in block.cells if cell.blocks]
        if len(filled) > 1:
            return None
        inner.extend(filled[0].blocks)
    return inner


def flattened(blocks: Sequence[Block]) -> list[Block]:
    """Blocks with each row turned into a paragraph: a small table inside an entry's details is its words."""
    flat: list[Block] = []
    for block in blocks:
        if block.kind is BlockKind.ROW:
            runs = tuple(run for cell in block.cells for inner in cell.blocks for run in inner.runs)
            text = " ".join(block.text.split())
            flat.append(Block(BlockKind.PARAGRAPH, text, runs, furniture=block.furniture))
        else:
            flat.append(block)
    return flat


def div_cells(children: Sequence[Sequence[Block]]) -> list[Cell] | None:
    """The cells of a ``div`` whose whole content is these children, or None when it is no row.

    A row's cells are short, but for one that may hold prose. A child that was itself taken for a row of a ``div``
    (two paragraphs in two ``div``) is taken apart again: the outer one is the row.
    """
    cells: list[Cell] = []
    long = 0
    for position, child in enumerate(children):
        blocks = child
        if any(block.kind is BlockKind.ROW for block in child):
            if position == 0 or len(child) > 1 or not _is_prose(child[0]):
                return None
            blocks = [block for cell in child[0].cells for block in cell.blocks]
        if sum(block.kind is BlockKind.HEADING for block in blocks) > (position == 0):
            return None
        long += len(blocks) > 1 or any(len(block.text) > MAX_LABEL for block in blocks)
        cells.append(Cell(tuple(blocks)))
    return cells if long <= 1 and any(cell.blocks for cell in cells) else None


def soft_row(cells: Sequence[Cell], table: int, *, furniture: bool) -> Block:
    """The ROW of a ``div`` with these cells."""
    text = "\t".join([cell.text for cell in cells])
    return Block(BlockKind.ROW, text, (), SOFT, tuple(cells), table, furniture=furniture)


def _is_prose(row: Block) -> bool:
    """Whether what was taken for a row of a ``div`` may as well be paragraphs: its first cell is a sentence."""
    first = row.cells[0].text
    return row.level == SOFT and (first.endswith((".", ":", ";")) or len(first) > MAX_LABEL)


SOFT = 1
"""The ``level`` of a ROW that was made of a ``div``: a guess, which a row around it overrules."""
