"""Lays a page's tags out as the flat list of blocks that a reader sees."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urljoin

from manual.blocks import Block, BlockKind, Cell, Page, Run, cut
from manual.decoding import Markup, decode
from manual.errors import Unreadable
from manual.rows import SOFT, div_cells, flattened, is_part_of_cell, row_of, unwrapped
from manual.tags import attributes_of, tags_of, unescape

MAX_TAGS = 500_000
MAX_BLOCKS = 50_000
MAX_LINES = 1_000_000
"""Of a text page, blank ones too."""
MAX_PARAGRAPH = 200_000
"""Characters. The longest real one, a whole procedure pasted into a cell, is a tenth of that."""
MAX_DEPTH = 100
"""Tables in tables, lists in lists. The deepest real page has six."""

MAX_COLUMNS = 4

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
BULLET = re.compile(r"(?:[•·▪◦‣●■]\s*|[*\-–o]\s+)(?=\S)")
MARKED = re.compile(
    r"\*\*([^*]+)\*\*|\[([^\]]{0,300})\]\(([^()\s]{0,2000})\)|((?:[^*\[]|\*(?!\*)|\[(?![^\]]{0,300}\]\())+|.)"
)
MAX_MARKED = 5000
"""Characters of a line in which links and bold letters are looked for."""
HASHES = re.compile(r"(#{1,6})\s+(?=\S)")


def page_of(page: bytes | str, *, url: str | None = None, content_type: str | None = None) -> Page:
    """The page's blocks. ``url`` is the page's own address, which makes its links absolute.

    Raises Unreadable for what `manual.decoding.decode` refuses, and for pages with more tags, blocks or nesting
    than any manual's.
    """
    decoded = decode(page, content_type)
    if decoded.markup is Markup.TEXT:
        return Page(tuple(text_blocks(decoded.text)), None, False, decoded.text, url)
    if decoded.text.count("<") > MAX_TAGS:
        raise Unreadable(f"the page has over {MAX_TAGS:,} tags")
    return _Layout(url).page(decoded.text)


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
            raise _too_long()
        blocks.append(_text_block(line, gap))
        gap = 0
        if len(blocks) > MAX_BLOCKS:
            raise Unreadable(f"the page has over {MAX_BLOCKS:,} lines")
    return blocks


def _too_long() -> Unreadable:
    return Unreadable(f"the page has a paragraph of over {MAX_PARAGRAPH:,} characters")


def _text_block(line: str, gap: int) -> Block:
    kind, level = BlockKind.PARAGRAPH, 0
    words = " ".join(line.split())
    if mark := BULLET.match(words):
        kind, level, words = BlockKind.ITEM, 1, words[mark.end() :]
    elif mark := HASHES.match(words):
        kind, level, words = BlockKind.HEADING, len(mark.group(1)), words[mark.end() :]
    elif "\t" in line.strip():
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


class _Div:
    """An open ``div``: where its blocks begin in the sink, and where those of its child ``div`` do."""

    __slots__ = ("children", "start", "table")

    def __init__(self, start: int) -> None:
        self.start = start
        self.children: list[tuple[int, int]] = []
        self.table = 0  # of the rows that its children turn out to be


class _Table:
    """An open table or definition list, and the row and cell that are open in it. The page itself is one too."""

    def __init__(self, name: str, number: int, outer: list[Block]) -> None:
        self.name = name
        self.number = number
        self.outer = outer  # where its rows go
        self.start = len(outer)
        self.cells: list[Cell] | None = None  # of the open row
        self.sink: list[Block] | None = None  # of the open cell
        self.header, self.span, self.rowspan = False, 1, 1  # of the open cell
        # cells that reach down (rowspan): by column, with the rows left; and those that this row has taken
        self.reaching: dict[int, tuple[int, Cell]] = {}
        self.reached: dict[int, tuple[int, Cell]] = {}
        self.rows = 0  # rows of data so far
        self.divs = [_Div(0)]  # open in the cell, under one that never closes


def _spans(attributes: str) -> tuple[int, int]:
    values = attributes_of(attributes)
    return _number(values.get("colspan", "")), _number(values.get("rowspan", ""))


def _number(value: str) -> int:
    return min(max(int(value), 1), 1000) if value.isascii() and value.isdigit() and len(value) < 6 else 1


class _Layout:
    """What is open while the tags go by: the block being written, tables, lists, links."""

    def __init__(self, url: str | None) -> None:
        self.url = self.base = url  # links are relative to the base
        self.folder = _folder(url)  # of the base
        self.title: str | None = None
        self.asks_password = False
        self.blocks: list[Block] = []
        self.sink = self.blocks  # where finished blocks go: the page, or the cell that is open
        self.tables = [_Table("page", 0, self.blocks)]
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
        return Page(tuple(self.blocks), self.title, True, source, self.url, self.asks_password)

    # -- words

    def write(self, text: str) -> None:
        if self.verbatim and "\n" in text:
            for line in text.split("\n"):
                self.write(line)
                self.end_block()
            return
        if len(text) > MAX_PARAGRAPH and not text.isspace():
            raise _too_long()
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
            raise _too_long()
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
        self.table = _Table(name, self.numbered, self.sink)
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
        table = self.table
        if table.cells is None:
            table.cells = [Cell()] if name == "dd" else []
        table.sink = self.sink = []
        table.header = name == "th" or self.header_rows
        table.span, table.rowspan = _spans(attributes) if attributes else (1, 1)

    def close_cell(self) -> None:
        table = self.table
        if table.sink is None or table.cells is None:
            return
        cell = Cell(tuple(table.sink), table.header, table.span)
        table.sink = None
        table.divs = [_Div(0)]
        self.sink = table.outer
        self.reach_down()
        if table.rowspan > 1 and len(table.reaching) < MAX_DEPTH:
            table.reaching[len(table.cells)] = (table.rowspan - 1, cell)
        table.cells.append(cell)

    def reach_down(self) -> None:
        """Put cells of earlier rows that reach down to this column into the open row."""
        table = self.table
        while table.reaching and table.cells is not None and len(table.cells) in table.reaching:
            column = len(table.cells)
            rows, cell = table.reaching.pop(column)
            table.cells.append(cell)
            if rows > 1:
                table.reached[column] = (rows - 1, cell)

    def close_row(self) -> None:
        self.close_cell()
        table = self.table
        if table.cells is None:
            return
        self.reach_down()
        cells, table.cells = table.cells, None
        table.reaching |= table.reached
        table.reached = {}
        row = row_of(cells, table.number, after_data=table.rows > 0, furniture=self.furniture > 0)
        if len(cells) > 1 and len(row) == 1:
            table.rows += 2 if all(cell.header for cell in cells) else 1  # a header row says plainly: data
        self.sink.extend(row)

    def close_table(self) -> str:
        """Close the innermost table; its name."""
        self.close_row()
        table = self.tables.pop()
        self.table = self.tables[-1]
        self.sink = table.outer
        if self.table.sink is not None:
            self.box(table.start)
        return table.name

    def box(self, start: int) -> None:
        """A table inside a cell ended; its blocks begin at ``start``. Keep it only if the cell is layout."""
        blocks = self.sink[start:]
        inner = unwrapped(blocks)
        if inner is None and self.table.rows > 1 and is_part_of_cell(self.table.cells or [], self.sink):
            inner = flattened(blocks)
        if inner is not None:
            self.sink[start:] = inner

    def on_div(self, ends: bool, attributes: str, name: str) -> None:
        self.end_block()
        divs = self.table.divs
        if not ends:
            divs.append(_Div(len(self.sink)))
        elif len(divs) > 1:
            div, outer = divs.pop(), divs[-1]
            self.make_row(div, outer)
            if len(outer.children) <= MAX_COLUMNS:
                outer.children.append((div.start, len(self.sink)))

    def make_row(self, div: _Div, outer: _Div) -> None:
        """A ``div`` ended: if it holds nothing but two to four ``div``, and they look like cells, it was a row."""
        filled = sum(end - start for start, end in div.children)
        if not 2 <= len(div.children) <= MAX_COLUMNS or not filled or filled != len(self.sink) - div.start:
            return
        cells = div_cells([self.sink[start:end] for start, end in div.children])
        if cells is None:
            return
        if not outer.table:
            self.numbered += 1
            outer.table = self.numbered
        text = "\t".join([cell.text for cell in cells])
        furniture = self.furniture > 0
        self.sink[div.start :] = [
            Block(BlockKind.ROW, text, (), SOFT, tuple(cells), outer.table, furniture=furniture)
        ]

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
