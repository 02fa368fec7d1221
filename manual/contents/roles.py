"""Decides what each row of a contents list is: heading, chapter, see-also line, note, flags, or nothing of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from enum import Enum, auto
from itertools import pairwise

from manual.contents.headings import numbered_headings
from manual.contents.rows import BRACKETS, Row
from manual.numbering import is_under, parts_of
from manual.page.blocks import BlockKind


class Role(Enum):
    HEADING = auto()
    CHAPTER = auto()
    SEE_ALSO = auto()
    NOTE = auto()
    """About the chapter or see-also line before it."""
    FLAGS = auto()
    """Of the chapter before it, on a line of their own."""
    OTHER = auto()
    """The page's title, furniture, introductions."""


FURNITURE = re.compile(
    r"(?:(?:table of )?contents(?: list| page)?|quick links?|caption:.*|this contents list.*|click (?:on|here)\b.*"
    r"|(?:back to )?top(?: of (?:the )?page)?|skip to\b.*|print(?: this page)?|.*\bcookies?\b.*|last updated:?.*"
    r"|(?:number|no|ref(?:erence)?|chapter(?: name| title)?s?|titles?|procedures?|status|date|document)"
    r"|v\.?\d+|menu|search|home|share|©.*|copyright\b.*|accessibility|privacy(?: policy)?|sign in|log ?in)\W*$",
    re.IGNORECASE,
)
NUMBER_WORD = "(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen)"
PART = re.compile(
    rf"(?:volume|part|book|chapter|section)\s(?:\d{{1,2}}|[A-Z]|[IVX]{{1,4}}|{NUMBER_WORD})\s?(?:[:–—.-]|$)",
    re.IGNORECASE,
)
ANNEX = re.compile(r"(?:annexe?|appendix|part|form|template|schedule|leaflet|flow ?chart)\b", re.IGNORECASE)
REMARK = re.compile(
    r"(?:this (?:procedure|chapter|policy|protocol|document|process|guidance|link)s?|these|n\.?b\b|note|please"
    r"|the above|local procedures?)\b",
    re.IGNORECASE,
)

ENOUGH = 2
"""Numbered chapters from which on a list counts as numbered."""
NEARLY_ALL = 0.6
"""The share of a line's letters that are links, from which on it is a link and not prose with a link in it."""


def roles_of(rows: Sequence[Row], *, is_html: bool) -> list[Role]:
    """The role of each row, in order."""
    headings = numbered_headings(rows)
    chapters = [at for at, row in enumerate(rows) if row.number is not None and row.words and at not in headings]
    walk: _Walk
    if len(chapters) >= ENOUGH:
        walk = _NumberedWalk(rows, headings, chapters, is_html=is_html)
    else:
        walk = _HtmlWalk(rows, headings) if is_html else _TextWalk(rows, headings)
    return walk.roles()


class _Walk:
    """Goes through the rows from top to bottom; `unnumbered` is what each sort of list has of its own."""

    def __init__(self, rows: Sequence[Row], headings: set[int]) -> None:
        self.rows = rows
        self.headings = headings
        self.parts_are_headings = self._parts_are_headings()
        self.last = Role.OTHER
        """Of the row before, but for notes, flags and furniture."""
        self.last_at = -1

    def roles(self) -> list[Role]:
        found = []
        for at, row in enumerate(self.rows):
            role = self.role(at, row)
            if role in (Role.HEADING, Role.CHAPTER, Role.SEE_ALSO):
                self.last, self.last_at = role, at
            found.append(role)
        return found

    def is_remark(self, at: int, row: Row) -> bool:
        """Whether a line right behind a chapter's says something about it."""
        return self.last is Role.CHAPTER and self.last_at == at - 1 and REMARK.match(row.words) is not None

    def role(self, at: int, row: Row) -> Role:
        if row.number is not None:
            if not row.words:
                return Role.OTHER
            return Role.HEADING if at in self.headings else Role.CHAPTER
        if not row.words:
            return Role.FLAGS if row.flags or row.updated_on else Role.OTHER
        if FURNITURE.match(row.words):
            return Role.OTHER
        if row.is_see_also:
            return Role.SEE_ALSO
        if BRACKETS.match(row.words):
            return Role.NOTE
        if PART.match(row.words) and self.parts_are_headings and not row.inside:
            return Role.HEADING
        stands_out = row.bold and not (row.url or row.inside or row.below or row.flags)
        if row.kind is BlockKind.HEADING or stands_out:
            return Role.HEADING
        return self.unnumbered(at, row)

    def unnumbered(self, at: int, row: Row) -> Role:
        raise NotImplementedError

    def _parts_are_headings(self) -> bool:
        """Whether "Part A – …" heads other rows; where one follows the other they are the chapters themselves."""
        parts = {at for at, row in enumerate(self.rows) if row.number is None and PART.match(row.words)}
        adjacent = sum(at + 1 in parts for at in parts)
        return adjacent * 2 < len(parts)


class _NumberedWalk(_Walk):
    """A list whose chapters have numbers; what has none is an annex, goes on a see-also line, or is none of it."""

    def __init__(self, rows: Sequence[Row], headings: set[int], chapters: Sequence[int], *, is_html: bool) -> None:
        super().__init__(rows, headings)
        self.is_html = is_html
        self.chapter_at = set(chapters)
        first = min((at for at, row in enumerate(rows) if row.number is not None), default=0)
        self.among = range(first, chapters[-1])
        """Between the first number and the last chapter; the site's navigation stands outside."""
        self.kinds = {rows[at].kind for at in chapters}
        numbered = [(at, row.number) for at, row in enumerate(rows) if row.number]
        self.heads_numbers = {at for (at, number), (_, below) in pairwise(numbered) if is_under(below, number)}
        self.parent: tuple[str, ...] | None = None
        """Where the list has got to by its numbers."""
        self.level = 0
        """Of the last numbered chapter in a list."""
        self.announced = False
        """Whether the last see-also line ended with a colon: a list follows."""
        self.heads_unnumbered = False
        """Whether the numbered heading that is open has no numbers below it."""

    def role(self, at: int, row: Row) -> Role:
        role = super().role(at, row)
        if row.is_see_also:
            self.announced = row.words.endswith(":")
        if row.number is not None:
            parts = parts_of(row.number)
            self.parent = parts if role is Role.HEADING else parts[:-1]
            self.level = row.level
            self.heads_unnumbered = role is Role.HEADING and at not in self.heads_numbers
        return role

    def unnumbered(self, at: int, row: Row) -> Role:
        goes_on = row.inside or row.below or row.kind is BlockKind.ITEM or row.words.startswith(("and ", "And "))
        if self.last is Role.SEE_ALSO and goes_on and (self.announced or not ANNEX.match(row.words)):
            return Role.SEE_ALSO
        if row.below:
            return Role.CHAPTER if is_link(row) or row.flags or ANNEX.match(row.words) else Role.NOTE
        if row.inside and REMARK.match(row.words) and not row.links:
            return Role.NOTE
        if row.inside:
            return Role.CHAPTER if self.last is not Role.OTHER else Role.OTHER
        if self.heads_unnumbered and self.last_at == at - 1 and is_link(row):
            return Role.CHAPTER
        if self.heads_chapters(at, row):
            return Role.HEADING
        is_among = at in self.among and row.kind in self.kinds
        if row.kind is BlockKind.ITEM:
            is_below = row.level > self.level > 0 and self.last is Role.CHAPTER
            return Role.CHAPTER if is_among or is_below else Role.OTHER
        if row.kind is BlockKind.ROW:
            return Role.CHAPTER if is_among and (row.url or row.flags) else Role.OTHER
        if self.is_remark(at, row):
            return Role.NOTE
        if not self.is_html and row.gap == 0 and self.last is Role.CHAPTER and self.last_at == at - 1:
            return Role.CHAPTER if ANNEX.match(row.words) else Role.NOTE
        return Role.CHAPTER if is_among and is_link(row) else Role.OTHER

    def heads_chapters(self, at: int, row: Row) -> bool:
        """Whether a line that isn't set as a heading stands above chapters that belong to no heading yet.

        So stand headings whose number an extraction has lost.
        """
        if row.url or row.flags or (not self.is_html and at and not row.gap):
            return False
        following = at + 1
        while following < len(self.rows) and self.rows[following].is_see_also:
            following += 1
        if following not in self.chapter_at:
            return False
        parts = parts_of(self.rows[following].number or "")
        if len(parts) > 1:
            return parts[:-1] != self.parent
        return not self.is_html and self.rows[following].gap > 0


class _HtmlWalk(_Walk):
    """A list without numbers: links under headings."""

    def __init__(self, rows: Sequence[Row], headings: set[int]) -> None:
        super().__init__(rows, headings)
        linked = Counter(row.kind for row in rows if is_link(row))
        self.kind = linked.most_common(1)[0][0] if linked else None
        """How most links are set: what stands among them is a chapter even without one."""
        self.announced: Row | None = None
        """The "See also:" that announces the list below it."""

    def role(self, at: int, row: Row) -> Role:
        role = super().role(at, row)
        if row.is_see_also:
            self.announced = row if row.words.endswith(":") and not row.links else None
        elif role is not Role.SEE_ALSO:
            self.announced = None
        return role

    def unnumbered(self, at: int, row: Row) -> Role:
        if self.announced is not None:
            outer = self.announced.level if self.announced.kind is row.kind else 0
            if row.inside or row.below or (row.kind is BlockKind.ITEM and row.level > outer):
                return Role.SEE_ALSO
        if is_link(row):
            return Role.CHAPTER
        following = self.rows[at + 1] if at + 1 < len(self.rows) else None
        if row.kind is BlockKind.ITEM and following and following.kind is row.kind and following.level > row.level:
            return Role.HEADING
        if row.kind is BlockKind.ROW and row.columns == 1:
            return Role.HEADING
        if row.below:
            return Role.NOTE
        if row.flags or (row.kind is self.kind and row.kind is not BlockKind.PARAGRAPH):
            return Role.CHAPTER
        return Role.NOTE if self.is_remark(at, row) else Role.OTHER


class _TextWalk(_Walk):
    """A text without numbers: only blank lines and the white space at the ends of table rows tell."""

    def __init__(self, rows: Sequence[Row], headings: set[int]) -> None:
        super().__init__(rows, headings)
        self.has_ragged = any(row.ragged for row in rows)
        self.has_lone_lines = any(self._is_lone(at) for at in range(1, len(rows)))

    def unnumbered(self, at: int, row: Row) -> Role:
        if self.last is Role.SEE_ALSO and (row.inside or row.words.startswith("and ")):
            return Role.SEE_ALSO
        if row.ragged or row.flags or row.updated_on or row.inside or row.kind is not BlockKind.PARAGRAPH:
            return Role.CHAPTER
        begins = row.gap > 0 or at == 0
        if self.has_ragged or not self.has_lone_lines:
            return Role.HEADING if begins else Role.CHAPTER
        return Role.HEADING if self._is_lone(at) else Role.CHAPTER

    def _is_lone(self, at: int) -> bool:
        """Whether blank lines stand before and behind it."""
        before = at == 0 or self.rows[at].gap > 0
        return before and (at + 1 == len(self.rows) or self.rows[at + 1].gap > 0)


def is_link(row: Row) -> bool:
    """Whether a row is a link as a whole, or nearly."""
    linked = sum(len(link.text) for link in row.links)
    return linked > 0 and linked >= NEARLY_ALL * len(row.words)
