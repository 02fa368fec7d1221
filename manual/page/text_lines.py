"""The lines of a text page as blocks: paragraphs, bulleted items, Markdown's headings, rows with tabs."""

from __future__ import annotations

import re

from manual.errors import Unreadable
from manual.page.blocks import MAX_BLOCKS, MAX_PARAGRAPH, Block, BlockKind, Cell, Run

MAX_LINES = 1_000_000
"""Blank ones too."""
MAX_MARKED = 5000
"""Characters of a line in which links and bold letters are looked for."""

BULLET = re.compile(r"(?:[•·▪◦‣●■]\s*|[*\-–o]\s+)(?=\S)")
HASHES = re.compile(r"(#{1,6})\s+(?=\S)")
# "**bold**", "[text](address)", anything else
MARKED = re.compile(
    r"\*\*([^*]+)\*\*|\[([^\]]{0,300})\]\(([^()\s]{0,2000})\)|((?:[^*\[]|\*(?!\*)|\[(?![^\]]{0,300}\]\())+|.)"
)


def text_blocks(text: str) -> list[Block]:
    """The lines of a text page: paragraphs, or items where a bullet stands first, or headings behind "#".

    ``gap`` and ``indent`` tell what stood before a line. Cells parted by tabs make a ROW, as a table does that was
    copied out of a browser; lines of a table made of "|" stay paragraphs.
    """
    blocks: list[Block] = []
    gap = 0
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.count("\n") > MAX_LINES:
        raise Unreadable(f"the page has over {MAX_LINES:,} lines")
    for line in text.split("\n"):
        if not line or line.isspace():
            gap += 1
            continue
        if len(line) > MAX_PARAGRAPH:
            raise Unreadable(f"the page has a paragraph of over {MAX_PARAGRAPH:,} characters")
        blocks.append(_text_block(line, gap))
        gap = 0
        if len(blocks) > MAX_BLOCKS:
            raise Unreadable(f"the page has over {MAX_BLOCKS:,} lines")
    return blocks


def _text_block(line: str, gap: int) -> Block:
    kind, level = BlockKind.PARAGRAPH, 0
    words = " ".join(line.split())
    if mark := BULLET.match(words):
        kind, level, words = BlockKind.ITEM, 1, words[mark.end() :]
    elif mark := HASHES.match(words):
        kind, level, words = BlockKind.HEADING, len(mark.group(1)), words[mark.end() :]
    elif "\t" in line.strip() and "|" not in line:
        cells = [" ".join(cell.split()) for cell in line.split("\t")]
        blocks = [(Block(BlockKind.PARAGRAPH, cell, (Run(cell),)),) if cell else () for cell in cells]
        return Block(BlockKind.ROW, "\t".join(cells), cells=tuple(Cell(each) for each in blocks), table=1, gap=gap)
    is_marked = len(words) < MAX_MARKED and ("**" in words or "](" in words)
    runs = _marked_runs(words) if is_marked else (Run(words),)
    text = "".join([run.text for run in runs])
    return Block(kind, text, runs, level, gap=gap, indent=len(line) - len(line.lstrip()))


def _marked_runs(words: str) -> tuple[Run, ...]:
    """The runs of a line in which links and bold letters are written as Markdown does."""
    runs = [
        Run(plain or bold or name, url or None, bool(bold)) for bold, name, url, plain in MARKED.findall(words)
    ]
    return tuple(runs) or (Run(words),)
