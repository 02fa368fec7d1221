"""Takes a contents page apart into rows: a number, words, a link, flags, and how it was set.

    Page(blocks) ─▶ rows_of ─▶ Row, Row, … ─▶ numbers ─▶ roles ─▶ manual.contents

What a table has in cells, the new platform in glued spans and a text in one line all come out the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from manual.errors import Unreadable
from manual.flags import Flagged, only_flags, take_flags
from manual.numbering import bare_number, leading_number
from manual.page.blocks import Block, BlockKind, Cell, Link, Page, Run, links_of
from manual.reading import Flag

CHANGE_FLAGS = {Flag.UPDATED, Flag.NEW}
MOST_ROWS = 15_000
"""A page with more lines is no list of contents: the longest manuals have some 500 chapters."""
LONGEST_ROW = 1_500
"""Characters. A longer line is prose."""
SHORT = 60
"""Characters. A longer cell or span is no flag."""

LAST_UPDATED = re.compile(r"last (?:updated|modified|reviewed)\b", re.IGNORECASE)
NEW_WINDOW = re.compile(
    r"\s*[(\[]?\s*(?:external link,? )?opens? in (?:a )?new (?:window|tab)\s*[)\]]?", re.IGNORECASE
)
TOGGLE = re.compile(r"\s*[+▲▼▴▾▸►▶⌄˅]$")
PIPE_RULE = re.compile(r"[\s|:-]+$")
NOTE_BEHIND = re.compile(
    r"(?<=\S)\s*(\((?:this|these|the following|applies|n\.?b)\b[^()]*\)|\([^()]*\bProcedures(?: Manual)?\))$",
    re.IGNORECASE,
)
SEE_LABEL = re.compile(
    r"(?:n\.?b\.?:?\s)?(?:for\b[^:]{0,100}?\b)?(?:please\s)?(?:also\s)?(?:see|refer\sto)\b(?:\salso\b)?\s*(?:[:;–-]\s*|$|(?=\S))",
    re.IGNORECASE,
)
EMPHASIS = re.compile(r"(\*{1,3}|_{2})(?=\S)([^*_]+)(?<=\S)\1")
BRACKETS = re.compile(r"[(\[].*[)\]]\.?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a contents list. ``words`` have lost the number, the flags and the note."""

    words: str
    number: str | None = None
    url: str | None = None
    links: tuple[Link, ...] = ()
    flags: tuple[Flag, ...] = ()
    updated_on: str | None = None
    note: str | None = None
    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    """Of a heading or a list item."""
    bold: bool = False
    alone: bool = False
    """The number stood on a line of its own."""
    inside: bool = False
    """In a table, with an empty cell where others have their number; in a text, indented."""
    below: bool = False
    """A further line in the cell of another row."""
    columns: int = 1
    gap: int = 0
    """Text pages: how many blank lines stood before it."""
    ragged: bool = False
    """Text pages: the line ended in white space, as a row with an empty last cell does."""
    furniture: bool = False

    @property
    def is_see_also(self) -> bool:
        """Whether it begins "See also:", "Please see", "For … see" or the like, and has no number."""
        label = SEE_LABEL.match(self.words) if self.number is None else None
        if label is None:
            return False
        # "See Me First" as a link's own text is a title
        is_plain = label[0].strip().casefold() == "see"
        return not (is_plain and any(link.text.startswith(label[0].strip()) for link in self.links))

    @property
    def style(self) -> tuple[object, ...]:
        """How it was set: rows of one style are mostly of one sort."""
        heading = self.level if self.kind is BlockKind.HEADING else 0
        return (self.kind, heading, self.alone, self.columns, self.bold, self.url is not None)


def rows_of(page: Page) -> list[Row]:
    """Every row of the page, furniture and headings among them, in order; each with the number in its own line.

    Raises Unreadable for a page of more lines than any list has.
    """
    if len(page.blocks) > MOST_ROWS:
        raise Unreadable(f"a page of {len(page.blocks):,} lines is no list of contents")
    blocks = page.blocks if page.is_html else _without_pipes(page.blocks)
    reader = _Reader(any(_has_flag_apart(block) for block in blocks))
    lines = [] if page.is_html else [line for line in page.source.splitlines() if line.strip()]
    ragged = [line[-1].isspace() for line in lines] if len(lines) == len(blocks) else [False] * len(blocks)
    return [
        replace(row, ragged=True) if is_ragged else row
        for block, is_ragged in zip(blocks, ragged, strict=True)
        for row in reader.rows_in(block)
    ]


def _has_flag_apart(block: Block) -> bool:
    pieces = [cell.text for cell in block.cells] or [run.text for run in block.runs[1:]]
    return any(len(piece) < SHORT and CHANGE_FLAGS.intersection(_flags_in(piece)) for piece in pieces)


def _flags_in(piece: str) -> tuple[Flag, ...]:
    found = only_flags(piece)
    return found.flags if found else ()


class _Reader:
    """Reads rows out of blocks. ``flags_apart``: flags stand in cells or spans of their own, not behind titles."""

    def __init__(self, flags_apart: bool) -> None:
        self.flags_apart = flags_apart

    def rows_in(self, block: Block) -> Iterator[Row]:
        match block.kind:
            case BlockKind.CAPTION:
                return
            case BlockKind.ROW:
                yield from self.rows_in_cells(block)
            case _ if not block.text or len(block.text) > LONGEST_ROW or LAST_UPDATED.match(block.text):
                return  # prose, or the page's own date
            case _:
                yield self.row(block)

    def row(self, block: Block, *, number: str | None = None, flagged: Sequence[Flagged] = ()) -> Row:
        """A row out of one block. ``number`` and ``flagged`` are what stood in cells of their own."""
        runs = [run for run in block.runs if run.text.strip()] or [Run(block.text)]
        if number is None and len(runs) > 1:
            number = bare_number(runs[0].text)
            if number is not None:
                del runs[0]
        behind = list(flagged)
        while len(runs) > 1 and (found := only_flags(runs[-1].text)):
            behind.insert(0, found)
            del runs[-1]
        words = TOGGLE.sub("", " ".join(NEW_WINDOW.sub("", "".join([run.text for run in runs])).split()))
        if "*" in words or "__" in words:
            words = EMPHASIS.sub(r"\2", words)
        if number is None:
            number, words = (words, "") if words.isdecimal() and len(words) < 4 else leading_number(words)
        links = links_of(tuple(runs))
        own = take_flags(words, bare=not self.flags_apart)
        words, note = _without_note(own.words, links)
        if note is not None:
            inner = take_flags(words, bare=not self.flags_apart)
            words = inner.words
            behind.insert(0, inner)
        behind.insert(0, own)
        return Row(
            words=words,
            number=number,
            url=max(links, key=lambda link: len(link.text)).url if links else None,
            links=links,
            flags=tuple(dict.fromkeys(flag for each in behind for flag in each.flags)),
            updated_on=next((each.updated_on for each in behind if each.updated_on), None),
            note=note,
            kind=block.kind,
            level=block.level,
            bold=block.bold,
            gap=block.gap,
            inside=block.indent > 0,
            furniture=block.furniture,
        )

    def rows_in_cells(self, block: Block) -> Iterator[Row]:
        """A table's row: mostly number, title, flag; or two such side by side; or columns of several lines."""
        filled = [cell for cell in block.cells if cell.blocks]
        if stacked := _stacked(filled):
            for paired, line in stacked:
                yield replace(self.row(line, number=paired), kind=BlockKind.ROW, columns=len(block.cells))
            return
        number: str | None = None
        title: Cell | None = None
        flagged: list[Flagged] = []
        for cell in filled:
            if found := only_flags(cell.text):
                flagged.append(found)
                continue
            bare = bare_number(cell.text)
            if bare or (title is not None and cell.links):
                if number is not None or title is not None:
                    yield from self.rows_in_cell(block, number, title, flagged)
                number, title, flagged = bare, None if bare else cell, []
            elif title is None:
                title = cell
            else:  # a remark on it: "(X Procedures Manual)", "Local"
                title = title._replace(blocks=(*title.blocks, *cell.blocks))
        yield from self.rows_in_cell(block, number, title, flagged)

    def rows_in_cell(
        self, block: Block, number: str | None, title: Cell | None, flagged: Sequence[Flagged]
    ) -> Iterator[Row]:
        """The row of a title's cell, and a row for each further line in it."""
        lines = title.blocks if title is not None else (Block(BlockKind.PARAGRAPH, ""),)
        if len(lines[0].text) > LONGEST_ROW:
            return
        first = self.row(lines[0], number=number, flagged=flagged)
        is_heading = first.kind is BlockKind.HEADING
        yield replace(
            first,
            kind=first.kind if is_heading else BlockKind.ROW,
            level=first.level if is_heading else 0,
            bold=first.bold or (title is not None and title.header),
            columns=len(block.cells),
            inside=len(block.cells) > 1 and not block.cells[0].blocks,
            furniture=block.furniture,
        )
        for line in lines[1:]:
            if len(line.text) > LONGEST_ROW:
                continue
            yield replace(self.row(line), below=True, furniture=block.furniture)


def _without_note(words: str, links: Sequence[Link]) -> tuple[str, str | None]:
    """A note in brackets behind the title: what the link leaves out, or what names another manual."""
    if len(links) == 1 and links[0].text and words.startswith(links[0].text):
        rest = words[len(links[0].text) :].strip()
        if BRACKETS.match(rest):
            return links[0].text, rest
    found = NOTE_BEHIND.search(words)
    return (words[: found.start()].rstrip(), found[1]) if found else (words, None)


def _stacked(cells: Sequence[Cell]) -> list[tuple[str, Block]]:
    """Numbers one below the other in a cell and as many titles in the next, paired; [] for any other row."""
    if len(cells) < 2 or len(cells[0].blocks) < 2 or len(cells[0].blocks) != len(cells[1].blocks):
        return []
    numbers = [bare_number(line.text) for line in cells[0].blocks]
    return [(number, line) for number, line in zip(numbers, cells[1].blocks, strict=True) if number is not None]


def _without_pipes(blocks: Sequence[Block]) -> list[Block]:
    """A text page's lines; those of a table ("1.1.1 | Contacts | Updated |") as rows with cells, rules emptied."""
    piped = [block.text for block in blocks if "|" in block.text]
    framed = bool(piped) and all(text.startswith("|") for text in piped)
    return [
        block._replace(text="", runs=())
        if PIPE_RULE.match(block.text)
        else _piped(block, framed=framed)
        if "|" in block.text
        else block
        for block in blocks
    ]


def _piped(block: Block, *, framed: bool) -> Block:
    words = block.text[1:] if framed else block.text
    texts = [text.strip() for text in words.split("|")]
    if not texts[-1]:
        texts.pop()
    cells = tuple(Cell((Block(BlockKind.PARAGRAPH, text, (Run(text),)),)) if text else Cell() for text in texts)
    if len(cells) < 2:
        return block._replace(text=texts[0] if texts else "", runs=(Run(texts[0] if texts else ""),))
    return block._replace(kind=BlockKind.ROW, text="\t".join(texts), runs=(), cells=cells)
