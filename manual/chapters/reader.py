"""Reads a chapter's page: its own text in sections, its amendment box, what it refers to; none of the furniture.

Page ─▶ blocks without furniture ─▶ title, list of contents, headings ─▶ sections and boxes ─▶ ChapterReading
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from manual.chapters.headings import (
    AMENDMENT,
    ASIDE,
    BOX,
    RELATED,
    Heading,
    headings_of,
    is_box,
    list_of_contents,
    title_of,
    with_numbers_joined,
)
from manual.errors import Unreadable
from manual.flags import iso_date
from manual.identity import title_key
from manual.numbering import bare_number
from manual.page.blocks import Block, Page, Run
from manual.page.endings import CUT_SHORT, is_cut_short
from manual.page.refusals import refusal_of
from manual.reading import ChapterReading, ChapterSection

MOST_LINES = 30_000
"""A page with more lines is no chapter; the longest have some 2,000."""
LITTLE_TEXT = 250
"""Characters. A page without sections and with less text than this is no chapter."""

TOP = re.compile(
    r"(?:back to |return to |go to )?(?:the )?top(?: of (?:the |this )?page)?\b(?:\s*\|.*)?", re.IGNORECASE
)
FURNITURE = re.compile(
    r"skip to \b.*|(?:size:? ?)?view this website .*|(?:print|share)(?: this (?:page|chapter))?|print share"
    r"|©.*|copyright\b.*|.* © .*|last updated:?.*|v\.?\d{1,4}|report abuse(?: report abuse)?|.{0,60}\blogo"
    r"|(?:show|hide) amendments?|(?:next|previous)(?: (?:chapter|page))?|return to contents|search|menu"
    r"|toggle navigation|was this page helpful.*|caption: .*|we use cookies.*|spacer_valid.*"
    r"|.{0,40}\bcookie (?:policy|settings|preferences)|accessibility|privacy(?: policy| notice)?|terms of use"
    r"|disclaimer|sitemap",
    re.IGNORECASE,
)
AMENDMENT_SENTENCE = re.compile(
    r"in [A-Z]\w+ \d{4},? |(?:this|the) (?:chapter|procedure|policy|guidance) (?:was|has been) (?:\w+ly )?"
    r"(?:updated|amended|revised|reviewed|refreshed|rewritten|added|changed)\b",
    re.IGNORECASE,
)
FAILED = re.compile(
    r"(?:page |file )?not found|(?:error )?40[34]\b.*|.*\bmaintenance\b.*|.*\bunavailable\b.*|(?:sign|log) ?in\b.*"
    r"|access denied.*|forbidden|just a moment.*|(?:server |application )?error\b.*",
    re.IGNORECASE,
)


def read_chapter(page: Page) -> ChapterReading:
    """The chapter's title and sections.

    Raises Unreadable for a page without a chapter's text: a login or maintenance page, an empty frame.
    """
    if len(page.blocks) > MOST_LINES:
        raise Unreadable(f"a page of {len(page.blocks):,} lines is no chapter")
    blocks = with_numbers_joined(list(_without_furniture(page.blocks)))
    at, title = title_of(blocks, page)
    body = blocks[at + 1 :]
    listed = list_of_contents(body)
    body = [block for number, block in enumerate(body) if number not in listed]
    headings = headings_of(body, is_html=page.is_html)
    found = _Text(title or "")
    for number, block in enumerate(_until_footer(body, headings)):
        if number in headings:
            found.open(headings[number])
        else:
            found.add(block)
    reading = found.reading(_oddities(page, listed, found))
    _refuse_hollow(reading, page, has_headings=bool(headings))
    return reading


def _without_furniture(blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks that can be the chapter's, rows of tables that only set its headings and boxes taken apart."""
    kept = [block for block in blocks if not block.furniture] or blocks
    for block in kept:
        for inner in _unboxed(block) if block.cells else (block,):
            if len(inner.text) > 300 or not FURNITURE.fullmatch(inner.text.strip()):
                yield inner


def _unboxed(row: Block) -> Sequence[Block]:
    """The row itself when it holds data, else what it holds: one cell, a box and its text, a numbered heading."""
    filled = [cell for cell in row.cells if cell.blocks]
    if len(filled) < 2:
        return filled[0].blocks if filled else ()
    first = filled[0].blocks
    rest = [block for cell in filled[1:] for block in cell.blocks]
    if len(first) == 1 and is_box(first[0]):
        return (*first, *rest)
    if len(rest) == 1 and rest[0].bold and bare_number(first[0].text):
        words = f"{first[0].text.rstrip('.')}. {rest[0].text}"
        return (rest[0]._replace(text=words, runs=(Run(words, None, True),)),)
    return (row,)


def _until_footer(blocks: Sequence[Block], headings: dict[int, Heading]) -> Iterator[Block]:
    """The blocks, links to the top of the page emptied; behind the last of those nothing counts but headings."""
    last = max(headings, default=-1)
    for at, block in enumerate(blocks):
        if len(block.text) < 200 and TOP.fullmatch(block.text.strip()):
            if at > last:
                return
            yield block._replace(text="")
        else:
            yield block


class _Text:
    """A chapter's text as far as it was read, and where the next line belongs."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.sections: list[tuple[Heading, list[str]]] = []
        self.amendment: list[str] = []
        self.related: list[str] = []
        self.updated_on: str | None = None
        self.intro: list[str] = []
        """What stands under no heading but the title."""
        self.in_body = False
        """Whether the boxes above the text are done."""
        self.lines: list[str] | None = None
        """Of the section or box that is open; None before the first and behind the page's date."""

    def open(self, heading: Heading) -> None:
        if heading.number is None and AMENDMENT.fullmatch(heading.words):
            self.lines = self.amendment
        elif heading.number is None and RELATED.fullmatch(heading.words) and not self.in_body:
            self.lines = self.related
        elif heading.number is None and ASIDE.fullmatch(heading.words):
            self.lines = []  # of nothing that is kept
        else:
            self.in_body = self.in_body or not BOX.fullmatch(heading.words)
            self.lines = []
            self.sections.append((heading, self.lines))

    def add(self, block: Block) -> None:
        words = (
            " | ".join(" ".join(cell.text.split()) for cell in block.cells) if block.cells else block.text.strip()
        )
        if not words.strip(" |"):
            return
        in_box = self.lines is None or self.lines is self.amendment or self.lines is self.related
        if in_box and self.updated_on is None and (day := iso_date(words)) is not None:
            self.updated_on = day
            self.lines = None
            return
        headless = self.lines is None or self.lines is self.related or self.lines is self.intro
        if headless and AMENDMENT_SENTENCE.match(words):
            self.lines = self.amendment  # an extraction lost the box's heading
        if self.lines is None:
            if len(words) < 40 and not words.endswith("."):
                return  # a tool bar's word, a version
            self.lines = self.intro
            if not self.intro:
                self.sections.append((Heading(None, self.title), self.intro))
        if self.lines is not None:
            self.lines.append(words)

    def reading(self, oddities: tuple[str, ...]) -> ChapterReading:
        return ChapterReading(
            title=self.title,
            sections=tuple(
                ChapterSection(number=number, heading=words, text="\n".join(lines))
                for (number, words), lines in self.sections
            ),
            amendment="\n".join(self.amendment) or None,
            related=tuple(self.related),
            updated_on=self.updated_on,
            oddities=oddities,
        )


def _oddities(page: Page, listed: dict[int, str], found: _Text) -> tuple[str, ...]:
    """Whether the page breaks off: its tags don't end, or what its list of contents names last is missing."""
    headings = {title_key(heading.words) for heading, _ in found.sections}
    expected = [key for key in listed.values() if key]
    missing = next((at for at, key in enumerate(reversed(expected)) if key in headings), len(expected))
    return (CUT_SHORT,) if is_cut_short(page) or 0 < missing < len(expected) else ()


def _refuse_hollow(reading: ChapterReading, page: Page, *, has_headings: bool) -> None:
    """Refuse what came in place of a chapter."""
    size = sum(len(section.text) for section in reading.sections)
    is_short = size < 4 * LITTLE_TEXT
    if is_short and (page.asks_password or FAILED.fullmatch(reading.title)):
        raise Unreadable(
            refusal_of(page) or f'a page that says "{reading.title[:80]}" came in place of the chapter'
        )
    if not size or (not has_headings and size < LITTLE_TEXT):
        raise Unreadable(refusal_of(page) or "the page holds no chapter's text")
    if not reading.title:
        raise Unreadable("the chapter's title was not found")
