"""Titles and details out of lines: where an entry begins on a page that has no cells to say so."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from manual.amendments.sentences import START, begins_entry, goes_on, is_details
from manual.amendments.title_lists import listed_titles
from manual.amendments.titles import MAX_TITLE, Split, clean_title, split_marked, split_title, title_named
from manual.identity import title_key
from manual.months import find_date
from manual.page.blocks import Block, BlockKind
from manual.page.furniture import is_furniture
from manual.reading import AmendmentKind


class Draft(NamedTuple):
    """An entry as it stands, its words not yet read. What follows ``url`` is what its row says, mostly nothing."""

    title: str | None
    details: str
    url: str | None = None
    month: str | None = None
    kind: AmendmentKind | None = None
    sections: tuple[str, ...] = ()
    """From a column of its own; those that the details name are not among them."""
    glued: bool = False
    """Title and details stand on one line and could not be told apart: ``details`` holds both."""


class _Line(NamedTuple):
    """A line and what it looks like by itself."""

    block: Block
    text: str
    """Without the date at its end."""
    month: str | None
    """The date at its end: a running log's rows end in theirs."""
    split: Split | None
    is_details: bool


_LAST_DATE = re.compile(r"[\s|]*(?<!\d)(?<!\d[./-])\d{1,2}[./-]\d{1,2}[./-](?:\d\d)?\d\d$")
# "The manual is gone through every June and December": about no chapter
_ABOUT_MANUAL = re.compile(
    r"(?:The|This|Our)(?: [\w'’]+){0,6}? (?:manual|website|site) (?:is|was|has|will|can|should)\b"
    r"|(?:The|These|Our|All)(?: [\w'’]+){0,6}? procedures (?:have|were|are|will)\b"
)


def drafts_of_lines(
    blocks: Sequence[Block], *, listed: bool, known: Mapping[str, str], usual_gap: int | None
) -> list[Draft]:
    """The drafts in the lines under one heading.

    ``listed``: the heading announces a list of titles (removed chapters). ``known`` are the manual's titles by
    their key, so far as they are known. ``usual_gap``: how many blank lines part paragraphs; where there are twice
    as many, a title went missing. None where blank lines tell nothing, as in HTML.
    """
    blocks = [block for block in blocks if not is_furniture(block.text)]
    lines = [_line(block, known) for block in blocks]
    explained = [line for line in lines if line.is_details or line.split is not None]
    if listed and not any(begins_entry(line.text) for line in explained):
        explained = []  # sentences under a list of titles explain the list
    if explained:
        return _Writer(lines, known, usual_gap).drafts()
    return [Draft(title, details, _link(block)) for title, details, block in listed_titles(blocks)]


def usual_gap_of(blocks: Sequence[Block]) -> int:
    """How many blank lines part the paragraphs of a text page: the fewest that aren't an exception; 0 for none."""
    gaps = Counter(block.gap for block in blocks if block.gap > 0)
    return min((gap for gap, count in gaps.items() if count * 10 >= gaps.total()), default=0)


def _line(block: Block, known: Mapping[str, str]) -> _Line:
    text, month = block.text, None
    if (dated := _LAST_DATE.search(text, len(text) - 16 if len(text) > 16 else 0)) is not None:
        date = find_date(dated.group())
        text, month = text[: dated.start()], date.month if date else None
    return _Line(block, text, month, split_marked(block) or split_title(text, known), is_details(text))


def _link(block: Block) -> str | None:
    return next((run.url for run in block.runs if run.url), None)


def _all_joined(lines: Sequence[_Line]) -> bool:
    """Whether each row is one line, title and details together: more lines begin like a title and end like details
    than are titles alone."""
    titles = sum(not line.split and not line.is_details for line in lines)
    joined = sum(line.split is not None or (line.is_details and not goes_on(line.text)) for line in lines)
    return joined > max(1, titles)


class _Writer:
    """Goes through lines and tells where an entry begins, what is its title and what belongs to its details."""

    def __init__(self, lines: Sequence[_Line], known: Mapping[str, str], usual_gap: int | None) -> None:
        self.lines = lines
        self.known = known
        self.is_text = usual_gap is not None
        self.usual_gap = usual_gap or 0
        self.all_joined = self.is_text and _all_joined(lines)
        self.done: list[Draft] = []
        # the open entry
        self.begun = False
        self.title: str | None = None
        self.url: str | None = None
        self.month: str | None = None
        self.details: list[str] = []
        self.joined = False  # its title and details stood on one line
        self.glued = False  # they do, and could not be told apart
        self.heading_level = 0  # of the HTML heading that it began with
        self.item_level = 0  # of the bullet that it began with: the next such bullet begins the next entry
        self.in_bullets = False  # the last line was a bullet of its details

    def drafts(self) -> list[Draft]:
        for position, line in enumerate(self.lines):
            self.take(line, self.lines[position + 1] if position + 1 < len(self.lines) else None)
        # a title at the very end, with nothing said of it, is the page's furniture; a bullet isn't
        if self.details or self.item_level:
            self.end()
        return self.done

    def take(self, line: _Line, following: _Line | None) -> None:
        may_be_row = self.may_be_row(line, following)
        if split := self.split(line, may_be_row):
            self.begin(line, split.title)
            self.details.append(split.details)
            self.joined = True
        elif self.is_title(line, following):
            self.begin(line, clean_title(line.text))
        elif self.begun and not (self.details and self.is_of_another(line, may_be_row)):
            self.details.append(line.text)
        elif self.done or self.begun or not _ABOUT_MANUAL.match(line.text):
            self.begin(line, title_named(line.text) if line.block.kind is BlockKind.ITEM else None)
            self.details.append(line.text)
            self.glued = self.is_text and START.match(line.text) is None
        self.month = line.month or self.month
        self.in_bullets = line.block.kind is BlockKind.ITEM and len(self.details) > 1

    def may_be_row(self, line: _Line, following: _Line | None) -> bool:
        """Whether a line may be a whole row: where blank lines part paragraphs, a line without them is."""
        if self.all_joined and (self.joined or not self.begun):
            return True
        in_run = line.block.gap == 0 or (following is not None and following.block.gap == 0)
        return self.is_text and in_run and self.usual_gap > 0

    def split(self, line: _Line, may_be_row: bool) -> Split | None:
        # a bullet of an entry's details may well read like a title and a sentence
        if line.block.kind is BlockKind.ITEM and self.details and self.details[-1].endswith(":"):
            return None
        if line.split is None and may_be_row and line.is_details and not (self.begun and not self.details):
            return split_title(line.text, self.known, joined=True)
        return line.split

    def is_title(self, line: _Line, following: _Line | None) -> bool:
        if line.is_details:
            return False
        if title_key(line.text) in self.known:
            return True
        if self.begun and not self.details and line.text.endswith((".", ":")):
            return False  # details without a verb: "Opening hours and a map."
        if line.block.kind is BlockKind.ITEM and self.details and not 0 < line.block.level <= self.item_level:
            # a bullet of the details, unless it has details of its own
            if self.in_bullets or self.details[-1].endswith(":"):
                return False
            return following is not None and following.block.kind is not BlockKind.ITEM and following.is_details
        return len(line.text) <= MAX_TITLE

    def is_of_another(self, line: _Line, may_be_row: bool) -> bool:
        """Whether details are not the open entry's, but another's whose title was lost."""
        if line.block.kind is BlockKind.ITEM:
            return line.block.level <= self.item_level
        if begins_entry(line.text):
            return True
        if not self.is_text:
            return False
        if may_be_row and not goes_on(line.text):
            return True
        return line.block.gap >= 2 * max(self.usual_gap, 1) or (line.block.gap == 0 and self.joined)

    def begin(self, line: _Line, title: str | None) -> None:
        if self.details or not 0 < self.heading_level < line.block.level:
            self.end()  # else it was a heading over several entries
        self.open_none()
        self.heading_level = line.block.level if line.block.kind is BlockKind.HEADING else 0
        self.begun = True
        self.title = title
        self.url = _link(line.block) if title else None
        self.item_level = line.block.level if line.block.kind is BlockKind.ITEM else 0

    def end(self) -> None:
        """Put the open entry down."""
        if self.begun:
            details = "\n".join(self.details)
            self.done.append(Draft(self.title, details, self.url, self.month, glued=self.glued))
        self.open_none()

    def open_none(self) -> None:
        self.begun = False
        self.title, self.url, self.month = None, None, None
        self.details = []
        self.joined = False
        self.glued = False
        self.heading_level = 0
        self.item_level = 0
        self.in_bullets = False
