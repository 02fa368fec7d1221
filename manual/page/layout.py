"""Lays a page's tags out as the flat list of blocks that a reader sees."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urljoin

from manual.errors import Unreadable
from manual.page.blocks import MAX_BLOCKS, MAX_PARAGRAPH, Block, BlockKind, Page, Run, cut
from manual.page.decoding import Markup, decode
from manual.page.open_tables import OpenDiv, OpenTable
from manual.page.rows import soft_row
from manual.page.tags import attributes_of, tags_of, unescape
from manual.page.text_lines import text_blocks

MAX_TAGS = 500_000
MAX_DEPTH = 100
"""Tables in tables, lists in lists. The deepest real page has six."""

# These end the block before them and do no more.
BREAKING = frozenset(
    "p br header main aside form fieldset legend address blockquote figure figcaption details summary center hr"
    " body html head dir menu hgroup search button label".split()
)

INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
FLAG_WORDS = re.compile(r"\s*(?:new|updated|under review|to follow)[\s!]*", re.IGNORECASE)
TYPED_BULLETS = "·•▪◦‣●■§\uf0b7\uf0a7"
"""Word processors write lists as paragraphs with a bullet out of a symbol font."""
TYPED_BULLET = re.compile(rf"[{TYPED_BULLETS}]\s*(?=\w)")


def page_of(page: bytes | str, *, url: str | None = None, content_type: str | None = None) -> Page:
    """The page's blocks. ``url`` is the page's own address, which makes its links absolute.

    Raises Unreadable for what `manual.page.decoding.decode` refuses, and for pages with more tags, blocks or
    nesting than any manual's.
    """
    decoded = decode(page, content_type)
    if decoded.markup is Markup.TEXT:
        return Page(tuple(text_blocks(decoded.text)), None, False, decoded.text, url)
    if decoded.text.count("<") > MAX_TAGS:
        raise Unreadable(f"the page has over {MAX_TAGS:,} tags")
    return _Layout(url).page(decoded.text)


# the href of a tag; and one that only has to be put behind the page's folder
HREF = re.compile(r"""(?:^|\s)href\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
PLAIN_HREF = re.compile(r"[\w-][\w.-]*(?:/[\w-][\w.-]*)*")


def _folder(url: str | None) -> str | None:
    """The folder of a page's address, with its last slash; None without an address that has one."""
    if not url:
        return None
    try:
        return urljoin(url, ".")
    except ValueError:
        return None


class _Layout:
    """What is open while the tags go by: the block being written, tables, lists, links."""

    def __init__(self, url: str | None) -> None:
        self.url = self.base = url  # links are relative to the base
        self.folder = _folder(url)  # of the base
        self.title: str | None = None
        self.asks_password = False
        self.blocks: list[Block] = []
        self.sink = self.blocks  # where finished blocks go: the page, or the cell that is open
        self.tables = [OpenTable("page", 0, self.blocks)]
        self.table = self.tables[0]
        self.numbered = 0
        self.made = 0
        # the block being written
        self.runs: list[Run] = []
        self.space = False
        # what it stands in
        self.heading = 0
        self.lists = 0
        self.item_begins = False
        self.caption = False
        self.header_rows = False
        self.link: str | None = None
        self.bold = 0
        self.furniture = 0
        self.verbatim = 0

    def page(self, source: str) -> Page:
        for text, ends, name, attributes in tags_of(source):
            if text:
                self.write(text)
            if name in BREAKING:
                self.end_block()
            elif handle := HANDLERS.get(name):
                handle(self, ends, attributes, name)
        self.end_block()
        while len(self.tables) > 1:
            self.close_table()
        if self.furniture:  # a <nav> that never ends says nothing
            self.blocks = [block._replace(furniture=False) for block in self.blocks]
        return Page(tuple(self.blocks), self.title, True, source, self.url, self.asks_password)

    # -- words

    def write(self, text: str) -> None:
        if self.verbatim and "\n" in text:
            for line in text.split("\n"):
                self.write(line)
                self.end_block()
            return
        if len(text) > MAX_PARAGRAPH and not text.isspace():
            raise Unreadable(f"the page has a paragraph of over {MAX_PARAGRAPH:,} characters")
        if "&" in text:
            text = unescape(text)
        if not text.isascii():
            text = INVISIBLE.sub("", text)
        words = " ".join(text.split())
        if not words:
            self.space = self.space or bool(text)
            return
        if self.runs and (self.space or text[0].isspace()):
            words = " " + words
        self.runs.append(Run(words, self.link, self.bold > 0))
        self.space = text[-1].isspace()

    def end_block(self) -> None:
        """The block being written is whole: put it into the sink."""
        runs = self.runs
        if not runs:
            return
        text = runs[0].text if len(runs) == 1 else "".join([run.text for run in runs])
        if len(text) > MAX_PARAGRAPH:
            raise Unreadable(f"the page has a paragraph of over {MAX_PARAGRAPH:,} characters")
        kind, level = BlockKind.PARAGRAPH, 0
        if self.caption:
            kind = BlockKind.CAPTION
        elif self.heading:
            kind, level = BlockKind.HEADING, self.heading
        elif self.item_begins:
            kind, level, self.item_begins = BlockKind.ITEM, max(self.lists, 1), False
        table = self.table.number if self.caption else 0
        block = Block(kind, text, tuple(runs), level, (), table, 0, 0, self.furniture > 0)
        if text[0] in TYPED_BULLETS and kind is BlockKind.PARAGRAPH and (typed := TYPED_BULLET.match(text)):
            block = cut(block, typed.end())._replace(kind=BlockKind.ITEM, level=1)
        self.sink.append(block)
        self.runs = []
        self.space = False
        self.made += 1
        if self.made > MAX_BLOCKS:
            raise Unreadable(f"the page has over {MAX_BLOCKS:,} paragraphs")

    def forget_inline(self) -> None:
        """A new cell or item: what was left open before (a link, bold, a heading) does not reach into it."""
        self.link = None
        self.bold = 0
        self.heading = 0
        self.caption = False

    # -- tags

    def on_heading(self, ends: bool, attributes: str, name: str) -> None:
        self.end_block()
        self.heading = 0 if ends else int(name[1])

    def on_bold(self, ends: bool, attributes: str, name: str) -> None:
        self.bold = max(0, self.bold - 1) if ends else self.bold + 1

    def on_link(self, ends: bool, attributes: str, name: str) -> None:
        self.link = None if ends else self.address(attributes)

    def on_list(self, ends: bool, attributes: str, name: str) -> None:
        self.end_block()
        self.item_begins = False
        self.lists = max(0, self.lists - 1) if ends else self.lists + 1
        if self.lists > MAX_DEPTH:
            raise Unreadable(f"the page has lists nested over {MAX_DEPTH} deep")

    def on_item(self, ends: bool, attributes: str, name: str) -> None:
        self.end_block()
        self.forget_inline()
        self.item_begins = not ends

    def on_furniture(self, ends: bool, attributes: str, name: str) -> None:
        self.end_block()
        self.furniture = max(0, self.furniture - 1) if ends else self.furniture + 1

    def on_verbatim(self, ends: bool, attributes: str, name: str) -> None:
        self.end_block()
        self.verbatim = max(0, self.verbatim - 1) if ends else self.verbatim + 1

    def on_title(self, ends: bool, attributes: str, name: str) -> None:
        """The text before </title> is the page's title and no block."""
        if ends and self.title is None:
            self.title = "".join([run.text for run in self.runs]) or None
            self.runs = []
        else:
            self.end_block()

    def on_base(self, ends: bool, attributes: str, name: str) -> None:
        if base := self.address(attributes):
            self.base, self.folder = base, _folder(base)

    def on_input(self, ends: bool, attributes: str, name: str) -> None:
        self.end_block()
        self.asks_password = self.asks_password or "password" in attributes.lower()

    def on_image(self, ends: bool, attributes: str, name: str) -> None:
        """A picture that stands for a flag is read as its words; no other is for readers."""
        words = attributes_of(attributes).get("alt", "")
        if FLAG_WORDS.fullmatch(words):
            self.write(f" {words}")

    # -- tables and what looks like them

    def on_table(self, ends: bool, attributes: str, name: str) -> None:
        self.end_block()
        self.forget_inline()
        self.item_begins = False
        if ends:
            if any(table.name == name for table in self.tables):
                while self.close_table() != name:
                    pass
            return
        self.numbered += 1
        self.table = OpenTable(name, self.numbered, self.sink)
        self.tables.append(self.table)
        if len(self.tables) > MAX_DEPTH:
            raise Unreadable(f"the page has tables nested over {MAX_DEPTH} deep")

    def on_rows(self, ends: bool, attributes: str, name: str) -> None:
        self.end_block()
        self.close_row()
        self.header_rows = name == "thead" and not ends

    def on_caption(self, ends: bool, attributes: str, name: str) -> None:
        self.end_block()
        self.caption = not ends and len(self.tables) > 1

    def on_row(self, ends: bool, attributes: str, name: str) -> None:
        self.end_block()
        self.close_row()
        if not ends and len(self.tables) > 1:
            self.table.cells = []

    def on_cell(self, ends: bool, attributes: str, name: str) -> None:
        self.end_block()
        self.close_cell()
        if ends or len(self.tables) == 1:
            return
        if name == "dt":
            self.close_row()
        self.forget_inline()
        self.item_begins = False
        self.sink = self.table.open_cell(name == "th" or self.header_rows, attributes, is_second=name == "dd")

    def close_cell(self) -> None:
        if self.table.close_cell():
            self.sink = self.table.outer

    def close_row(self) -> None:
        self.close_cell()
        self.sink.extend(self.table.close_row(furniture=self.furniture > 0))

    def close_table(self) -> str:
        """Close the innermost table; its name."""
        self.close_row()
        table = self.tables.pop()
        self.table = self.tables[-1]
        self.sink = table.outer
        if self.table.sink is not None:
            self.sink[table.start :] = self.table.boxed(table.start)
        return table.name

    def on_div(self, ends: bool, attributes: str, name: str) -> None:
        self.end_block()
        if not ends:
            self.table.divs.append(OpenDiv(len(self.sink)))
        elif len(self.table.divs) > 1:
            self.close_div()

    def close_div(self) -> None:
        """A ``div`` ended: if it was a row, one ROW stands for its blocks."""
        div, outer = self.table.divs.pop(), self.table.divs[-1]
        if (cells := div.cells(self.sink)) is not None:
            if not outer.table:
                self.numbered += 1
                outer.table = self.numbered
            self.sink[div.start :] = [soft_row(cells, outer.table, furniture=self.furniture > 0)]
        outer.add_child(div.start, len(self.sink))

    # -- addresses

    def address(self, attributes: str) -> str | None:
        """The href among a tag's attributes, made absolute when the page's address is known."""
        found = HREF.search(attributes)
        if found is None:
            return None
        href = unescape(found[1] or found[2] or found[3] or "").strip()
        if not href or href.lower().startswith(("javascript:", "data:", "#")):
            return None
        if self.base is None:
            return href
        if self.folder is not None and PLAIN_HREF.fullmatch(href):
            return self.folder + href
        try:
            return urljoin(self.base, href)
        except ValueError:
            return None


Handler = Callable[[_Layout, bool, str, str], None]

HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), _Layout.on_heading),
    **dict.fromkeys(("b", "strong", "u"), _Layout.on_bold),
    **dict.fromkeys(("ul", "ol"), _Layout.on_list),
    **dict.fromkeys(("nav", "footer"), _Layout.on_furniture),
    **dict.fromkeys(("table", "dl"), _Layout.on_table),
    **dict.fromkeys(("thead", "tbody", "tfoot"), _Layout.on_rows),
    **dict.fromkeys(("td", "th", "dt", "dd"), _Layout.on_cell),
    **dict.fromkeys(("div", "section", "article"), _Layout.on_div),
    "a": _Layout.on_link,
    "li": _Layout.on_item,
    "img": _Layout.on_image,
    "pre": _Layout.on_verbatim,
    "title": _Layout.on_title,
    "base": _Layout.on_base,
    "input": _Layout.on_input,
    "caption": _Layout.on_caption,
    "tr": _Layout.on_row,
}
