"""Text pages whose lines were broken to a width: the lines of a paragraph put together again."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from manual.page.blocks import Block, BlockKind, Run

MAX_WIDTH = 100
"""Characters. A page with longer lines was not broken to a width."""
LEAST_CONTINUED = 2
"""Lines that begin with a small letter, for a page of short lines to count as broken to a width."""


def unwrapped_lines(blocks: Sequence[Block], stands_alone: Callable[[str], bool]) -> list[Block]:
    """The blocks with lines that go on joined to the line before.

    A line goes on that begins with a small letter, and on a page that was broken to a width any line with no blank
    line before it. Lines for which ``stands_alone`` holds (headings) are joined to nothing.
    """
    width = max((len(block.text) + block.indent for block in blocks), default=0)
    continued = sum(block.gap == 0 and block.text[:1].islower() for block in blocks)
    is_broken = width <= MAX_WIDTH and continued >= LEAST_CONTINUED
    joined: list[Block] = []
    alone = True
    for block in blocks:
        goes_on = block.gap == 0 and block.kind is BlockKind.PARAGRAPH and (is_broken or block.text[:1].islower())
        if goes_on and not alone and not stands_alone(block.text):
            text = f"{joined[-1].text} {block.text}"
            joined[-1] = joined[-1]._replace(text=text, runs=(Run(text),))
            continue
        joined.append(block)
        alone = block.kind is BlockKind.ROW or stands_alone(block.text)
    return joined
