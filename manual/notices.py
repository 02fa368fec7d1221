"""Reads prose pages, such as a partnership's home page: their headings, and the text under each."""

from __future__ import annotations

from collections.abc import Iterator

from manual.errors import Unreadable
from manual.page.blocks import Block, BlockKind, Page
from manual.page.furniture import is_furniture
from manual.reading import Notice, NoticesReading

MAX_HEADING = 90
"""Characters of a text page's line that can be a heading. HTML pages mark theirs."""


def read_notices(page: Page) -> NoticesReading:
    """The page's headings with the text under them; text above the first heading stands under the page's title.

    Raises Unreadable when there is no text on the page.
    """
    blocks = [block for block in page.blocks if not block.furniture and not is_furniture(block.text)]
    heading, texts = page.title or "", list[str]()
    notices: list[Notice] = []
    for block, is_heading in zip(blocks, _headings(blocks, page.is_html), strict=True):
        if is_heading:
            if texts or (heading and notices) or heading != (page.title or ""):
                notices.append(Notice(heading=heading, text="\n".join(texts)))
            heading, texts = block.text, []
        else:
            texts.append(" ".join(block.text.split("\t")))
    notices.append(Notice(heading=heading, text="\n".join(texts)))
    if not any(notice.text for notice in notices):
        raise Unreadable("there is no text on the page")
    return NoticesReading(notices=tuple(notices))


def _headings(blocks: list[Block], is_html: bool) -> Iterator[bool]:
    """For each block whether it is a heading."""
    before: Block | None = None
    for block in blocks:
        if is_html:
            is_bold_line = block.kind is BlockKind.PARAGRAPH and block.bold and len(block.text) <= MAX_HEADING
            yield block.kind is BlockKind.HEADING or (is_bold_line and not block.text.endswith("."))
        else:
            yield block.kind is BlockKind.HEADING or _reads_as_heading(block, before)
        before = block


def _reads_as_heading(block: Block, before: Block | None) -> bool:
    """A short line without a full stop, unless the line before it announces it ("... can be found here:")."""
    if block.kind is not BlockKind.PARAGRAPH or len(block.text) > MAX_HEADING:
        return False
    announced = before is not None and before.text.endswith(":") and len(before.text) > MAX_HEADING // 2
    return block.text[0].isupper() and not block.text.endswith((".", ",", ";", "?", "!")) and not announced
