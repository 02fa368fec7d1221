"""A page as a reader sees it: one flat list of blocks in order, whatever the markup was.

    page bytes ─▶ decode ─▶ HTML? ─▶ tags.py ─▶ layout.py ─▶ Page(blocks)
                          └▶ text? ─▶ lines ────────────────▶ Page(blocks)

A block is a heading, a paragraph, a list item, a table row or a caption. No tag and no class name gets through:

- a table's row, a definition list's dt/dd and a ``div`` that holds two or three ``div`` are all a ROW with cells;
- a table that only lays the page out (it holds other tables, or several headings in a cell) is gone: its
  cells' blocks stand in the list where a reader would see them;
- ``<br>`` ends a block as ``</p>`` does; runs of white space are one space; empty blocks are left out.

`Page` is made by ``manual.page.layout.page_of``; this module holds the types.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

MAX_BLOCKS = 50_000
"""Of a page. The longest real one has a tenth of that."""
MAX_PARAGRAPH = 200_000
"""Characters. The longest real one, a whole procedure pasted into a cell, is a tenth of that."""


class BlockKind(StrEnum):
    HEADING = "heading"
    """``level`` is 1 to 6."""
    PARAGRAPH = "paragraph"
    ITEM = "item"
    """The first line of a list item (what follows in it are PARAGRAPHs). ``level`` is its depth, from 1."""
    ROW = "row"
    """``cells`` hold it; rows with the same ``table`` stand in one table. ``level`` is 1 where it was told from
    ``div`` alone, and so is a guess; 0 for tables and definition lists."""
    CAPTION = "caption"
    """Belongs to ``table``."""


# These are tuples and not frozen dataclasses: a page makes thousands, and they cost a third.


class Run(NamedTuple):
    """A stretch of a block's text inside one element. Runs may be glued together without a space between."""

    text: str
    url: str | None = None
    """Where it links to: absolute when the page's own address is known; None outside a link."""
    bold: bool = False


class Link(NamedTuple):
    text: str
    url: str


class Block(NamedTuple):
    """One block. ``text`` is on one line, white space collapsed; of a ROW it is the cells' text, tabs between."""

    kind: BlockKind
    text: str
    runs: tuple[Run, ...] = ()
    level: int = 0
    cells: tuple[Cell, ...] = ()
    table: int = 0
    gap: int = 0
    """Text pages: how many blank lines stood before it. 0 on HTML pages."""
    indent: int = 0
    """Text pages: how many spaces stood before it. 0 on HTML pages."""
    furniture: bool = False
    """Inside <nav>, <footer> or an element with such a role. Mostly to be passed over."""

    @property
    def links(self) -> tuple[Link, ...]:
        """The links in it, of all cells of a ROW; neighbouring runs of one link are joined."""
        if self.cells:
            return tuple(link for cell in self.cells for link in cell.links)
        return links_of(self.runs)

    @property
    def texts(self) -> list[str]:
        """The text of each cell of a ROW, its blocks parted by newlines; "" for an empty one."""
        texts = self.text.split("\t")
        if len(texts) == len(self.cells):
            return texts
        return [cell.text for cell in self.cells]  # a saved text may hold tabs of its own

    @property
    def bold(self) -> bool:
        """Whether all of it is bold, as a heading made of <p><strong> is."""
        return bool(self.runs) and all(run.bold for run in self.runs)


class Cell(NamedTuple):
    """A cell of a row: its blocks are paragraphs, items and headings, never rows."""

    blocks: tuple[Block, ...] = ()
    header: bool = False
    span: int = 1
    """How many columns it covers."""

    @property
    def text(self) -> str:
        """Its blocks' text, parted by newlines; "" when it is empty."""
        if len(self.blocks) == 1:
            return self.blocks[0].text
        return "\n".join([block.text for block in self.blocks])

    @property
    def links(self) -> tuple[Link, ...]:
        return tuple(link for block in self.blocks for link in links_of(block.runs))


class Page(NamedTuple):
    """A whole page. ``title`` is the <title>; ``source`` the decoded text, for readers that want raw lines."""

    blocks: tuple[Block, ...]
    title: str | None
    is_html: bool
    source: str
    url: str | None = None
    asks_password: bool = False


def links_of(runs: tuple[Run, ...]) -> tuple[Link, ...]:
    """The links among runs, in order; neighbouring runs with the same address are one link."""
    if len(runs) == 1:
        run = runs[0]
        return (Link(run.text, run.url),) if run.url is not None else ()
    links: list[Link] = []
    before: str | None = None
    for run in runs:
        if run.url is not None:
            if run.url == before:
                links[-1] = Link(links[-1].text + run.text, run.url)
            else:
                links.append(Link(run.text, run.url))
        before = run.url
    return tuple(Link(" ".join(link.text.split()), link.url) for link in links)


def cut(block: Block, start: int) -> Block:
    """The block without its first ``start`` characters; its runs are cut with it."""
    runs: list[Run] = []
    position = 0
    for run in block.runs:
        end = position + len(run.text)
        if end > start:
            runs.append(run._replace(text=run.text[max(0, start - position) :]))
        position = end
    return block._replace(text=block.text[start:], runs=tuple(runs))
