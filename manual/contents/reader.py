"""Reads a contents page: sections and chapters in order, their numbers, flags, notes and see-also lines.

Page ─▶ rows ─▶ numbers ─▶ without quick links ─▶ a role for each row ─▶ ContentsReading
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from manual.amendments.signposts import edition_in
from manual.contents.headings import without_quick_links
from manual.contents.numbers import with_numbers
from manual.contents.roles import NUMBER_WORD, PART, Role, roles_of
from manual.contents.rows import SEE_LABEL, Row, rows_of
from manual.errors import Unreadable
from manual.identity import fold
from manual.months import whole_date
from manual.numbering import parts_of
from manual.page.blocks import BlockKind, Page
from manual.page.endings import CUT_SHORT, is_cut_short
from manual.reading import Chapter, ContentsReading, Section, SeeAlso

PAGE_TITLE = re.compile(r".*\b(?:contents|manual|handbook|welcome)\b.*|.*\bprocedures", re.IGNORECASE)
ASIDE = re.compile(
    r"(?:quick|useful|related|external) links?|navigation|menu|share|follow us|site ?map|more information"
    r"|contact us|search|related content|in this section|about this (?:site|manual)",
    re.IGNORECASE,
)
CHAPTER_WORD = re.compile(rf"chapter (?:\d{{1,2}}|{NUMBER_WORD})\s*[:–—-]\s*(?=\S)", re.IGNORECASE)
UNMARKED = 7
"""The level of headings that are not set as headings: below all that are."""
HEAD = 40
"""Blocks at a page's beginning among which its edition is looked for."""
GLUE = re.compile(r"(?<=[a-z)])(?=[A-Z])")


def read_contents(page: Page) -> ContentsReading:
    """The sections and chapters that a contents page lists.

    Raises Unreadable when it lists no chapter.
    """
    rows = with_numbers(rows_of(page))
    reading = _read([row for row in rows if not row.furniture], page)
    if not reading.chapters and any(row.furniture for row in rows):
        reading = _read(rows, page)  # a page that calls its whole list navigation
    if not reading.chapters:
        raise Unreadable("no chapter was found in what should be a list of contents")
    return reading


def _read(rows: Sequence[Row], page: Page) -> ContentsReading:
    rows = without_quick_links(rows)
    found = _List()
    for row, role in _without_titles(rows, roles_of(rows, is_html=page.is_html)):
        found.take(row, role)
    if is_cut_short(page):
        found.oddities.append(CUT_SHORT)
    return found.reading(edition=_edition(page))


@dataclass(slots=True)
class _Heading:
    """A heading while its list is read."""

    row: Row
    place: tuple[str, ...] | None
    """Where it stands by number; of a heading without one, by the first chapter below it."""
    filled: bool = False

    def stays_open_at(self, inner: _Heading) -> bool:
        """Whether what follows another heading can still stand under this one."""
        if inner.place is None:
            return self.row.number is not None and (self.level < inner.level or self.level == UNMARKED)
        if self.place and _begins(inner.place, self.place):
            return True
        return self.row.number is None and self.level < inner.level

    @property
    def level(self) -> int:
        if PART.match(self.row.words):
            return 0
        return self.row.level if self.row.kind is BlockKind.HEADING else UNMARKED

    @property
    def label(self) -> str:
        return self.row.number or self.row.words


class _List:
    """What has been read of the list so far, and the headings that are open at this point of it."""

    def __init__(self) -> None:
        self.headings: list[_Heading] = []
        self.open: list[_Heading] = []
        self.chapters: list[tuple[_Heading | None, Chapter]] = []
        self.see_also: list[SeeAlso] = []
        self.oddities: list[str] = []
        self.last = Role.OTHER

    def take(self, row: Row, role: Role) -> None:
        match role:
            case Role.HEADING:
                self.open_heading(row)
            case Role.CHAPTER:
                self.add_chapter(row)
            case Role.SEE_ALSO:
                self.add_see_also(row)
            case Role.NOTE:
                self.add_note(row)
            case Role.FLAGS:
                self.add_flags(row)
            case Role.OTHER:
                if row.number is not None:
                    self.oddities.append(f"{row.number} has no title.")
                return
        if role in (Role.HEADING, Role.CHAPTER, Role.SEE_ALSO):
            self.last = role

    def open_heading(self, row: Row) -> None:
        heading = _Heading(row, parts_of(row.number) if row.number else None)
        self.open = [*(each for each in self.open if each.stays_open_at(heading)), heading]
        self.headings.append(heading)

    def heading_of(self, row: Row) -> _Heading | None:
        """The innermost heading that a chapter stands under, by its number as far as that tells."""
        if not self.open:
            return None
        innermost = self.open[-1]
        if row.number is None:
            return innermost
        above = parts_of(row.number)[:-1]
        if not above:  # 20 doesn't stand under 19, but both under Part B
            return next((heading for heading in reversed(self.open) if not heading.row.number), innermost)
        if innermost.row.kind is BlockKind.HEADING and innermost.place in (None, above):
            innermost.place = above or None
            return innermost
        for heading in reversed(self.open):
            if heading.place == above:
                return heading
        if innermost.place is None:
            innermost.place = above or None
            return innermost
        for heading in reversed(self.open):
            if heading.place and _begins(above, heading.place):
                return heading
        return innermost

    def add_chapter(self, row: Row) -> None:
        heading = self.heading_of(row)
        if heading is not None:
            heading.filled = True
        chapter = Chapter(
            number=row.number,
            title=CHAPTER_WORD.sub("", row.words),
            url=row.url,
            flags=row.flags,
            section=heading.label if heading else None,
            note=row.note,
            updated_on=row.updated_on,
        )
        self.chapters.append((heading, chapter))

    def add_see_also(self, row: Row) -> None:
        heading = self.open[-1] if self.open else None
        for text, url in _documents(row):
            self.see_also.append(SeeAlso(section=heading.label if heading else None, text=text, url=url))
            if heading is not None:
                heading.filled = True

    def add_note(self, row: Row) -> None:
        words = row.words if row.note is None else f"{row.words} {row.note}"
        if self.last is Role.CHAPTER:
            heading, chapter = self.chapters[-1]
            note = f"{chapter.note} {words}" if chapter.note else words
            self.chapters[-1] = (heading, replace(chapter, note=note))
        elif self.last is Role.SEE_ALSO and self.see_also:
            line = self.see_also[-1]
            self.see_also[-1] = replace(line, text=f"{line.text} {words}")

    def add_flags(self, row: Row) -> None:
        """Flags on a line of their own are the chapter's before them; behind a see-also line, nobody's of ours."""
        if self.last is Role.CHAPTER:
            heading, chapter = self.chapters[-1]
            flags = tuple(dict.fromkeys((*chapter.flags, *row.flags)))
            updated_on = chapter.updated_on or row.updated_on
            self.chapters[-1] = (heading, replace(chapter, flags=flags, updated_on=updated_on))

    def reading(self, *, edition: str | None) -> ContentsReading:
        kept = self.kept_headings()
        chapters = self.chapters
        if any(heading.filled for heading in kept) and not any(chapter.number for _, chapter in chapters):
            # links before the first heading of a list without numbers are the site's navigation
            chapters = [(heading, chapter) for heading, chapter in chapters if heading is not None]
        asides = {id(heading) for heading in self.headings if ASIDE.match(heading.row.words)}
        return ContentsReading(
            sections=tuple(Section(number=each.row.number, title=each.row.words) for each in kept),
            chapters=tuple(self.unglued(chapter for heading, chapter in chapters if id(heading) not in asides)),
            see_also=tuple(self.see_also),
            edition=edition,
            oddities=tuple(dict.fromkeys(self.oddities)),
        )

    def kept_headings(self) -> list[_Heading]:
        """The headings but for those without number, chapters, see-also lines and filled headings below."""
        kept: list[_Heading] = []
        for heading in reversed(self.headings):
            above = bool(kept) and kept[-1].level > heading.level and kept[-1].row.number is None
            if (heading.row.number or heading.filled or above) and not ASIDE.match(heading.row.words):
                kept.append(heading)
        return kept[::-1]

    def unglued(self, chapters: Iterable[Chapter]) -> Iterable[Chapter]:
        """Chapters whose title has another chapter's title glued to its end, without it."""
        titles: set[str] = set()
        for chapter in chapters:
            for glue in GLUE.finditer(chapter.title[:300]):
                first, second = chapter.title[: glue.start()], chapter.title[glue.start() :]
                if fold(second) in titles:
                    self.oddities.append(f'"{chapter.title}" is two titles in one; read as "{first}".')
                    chapter = replace(chapter, title=first)
                    break
            titles.add(fold(chapter.title))
            yield chapter


def _begins(place: tuple[str, ...], above: tuple[str, ...]) -> bool:
    return place[: len(above)] == above


def _documents(row: Row) -> Iterable[tuple[str, str | None]]:
    """What a see-also line names, each with its address: its links where it has several, else its words."""
    label = SEE_LABEL.match(row.words)
    words = row.words[label.end() :] if label else row.words
    if words.endswith("for:") and not row.links:
        return  # "See Local Resources for:" and a list
    words = words.removeprefix("and ").strip(" :;")
    if words.count(".") == 1 and " - " not in words:
        words = words.rstrip(".")
    links = [link for link in row.links if link.text.strip()]
    if len(links) > 1:
        yield from ((link.text, link.url) for link in links)
    elif words:
        yield (f"{words} {row.note}" if row.note else words), row.url


def _without_titles(rows: Sequence[Row], roles: Sequence[Role]) -> list[tuple[Row, Role]]:
    """The rows with their roles; a heading that is the whole page's title is none of the list's."""
    headings = [row for row, role in zip(rows, roles, strict=True) if role is Role.HEADING]
    title = _page_title(headings)

    def is_title(row: Row) -> bool:
        is_named = row is title or PAGE_TITLE.fullmatch(row.words) is not None
        return is_named and row.number is None and not PART.match(row.words)

    return [
        (row, Role.OTHER if role is Role.HEADING and is_title(row) else role)
        for row, role in zip(rows, roles, strict=True)
    ]


def _page_title(headings: Sequence[Row]) -> Row | None:
    """The first heading, when it is set above all others and there are others; alone only as an <h1>."""
    levels = [row.level for row in headings if row.kind is BlockKind.HEADING]
    if not levels or headings[0].kind is not BlockKind.HEADING:
        return None
    stands_above = headings[0].level == min(levels) and levels.count(min(levels)) == 1
    return headings[0] if stands_above and (len(headings) > 1 or headings[0].level == 1) else None


def _edition(page: Page) -> str | None:
    """What tells editions of the page apart: "October 2018" on top, "Last Updated: …" and "v85" below."""
    month = next((block.text for block in page.blocks[:HEAD] if whole_date(block.text)), None)
    found = (month, *(edition_in(block.text) for block in page.blocks))
    return " ".join(dict.fromkeys(filter(None, found))) or None
