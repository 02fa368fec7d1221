"""Titles and details out of lines: what an entry's place on the page says, before its words are read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from manual.blocks import Block, BlockKind
from manual.identity import title_key
from manual.months import find_date
from manual.reading import AmendmentKind
from manual.titles import (
    MAX_TITLE,
    START,
    Split,
    begins_entry,
    clean_title,
    goes_on,
    is_details,
    split_marked,
    split_title,
)


class Draft(NamedTuple):
    """An entry as it stands. ``month`` and ``kind`` are what its own row says, mostly nothing."""

    title: str | None
    details: str
    url: str | None = None
    month: str | None = None
    kind: AmendmentKind | None = None
    sections: tuple[str, ...] = ()
    """From a column of its own; those that the details name are not among them."""
    glued: bool = False
    """Title and details stand on one line and could not be told apart: ``details`` holds both."""


_EXPLAINS = re.compile(
    r"(?:The above|The following|These|This|Those|All (?:of )?(?:the|these)|Please|Note|N\.?B|For |We |It |As |Any |See |Both"
    r"|A number|The (?:chapters?|policies|documents?|procedures?|list|removed) |In addition|Where|If )"
)
_GONE = re.compile(
    r"^(?P<title>.{3,200}?)(?: chapter| procedure| policy)?(?P<details>"
    r" (?:has|have|was|were)(?: now)?(?: been)? (?:removed|withdrawn|deleted|archived|replaced|incorporated|merged|superseded)\b.*"
    r"|\s*[(–—-]\s?(?:(?:now )?(?:replaced|superseded|incorporated|covered|merged|moved|included|part of|see|removed|withdrawn|no longer)"
    r"|this (?:is|has|was|chapter))\b.*)$"
)
FURNITURE = re.compile(
    r"(?:back to |return to )?(?:the )?top(?: of (?:the )?page)?|print(?: this)?(?: page)?|skip to\b.*|share(?: this.*)?"
    r"|search(?: (?:this|the) .*)?|home(?: page)?|contact us.*|copyright\b.*|©.*|privacy(?: policy| notice| statement)?"
    r"|cookies?(?: policy| settings)?|.*we use cookies.*|accessibility(?: statement)?|site ?map|powered by\b.*|feedback"
    r"|report abuse.*|follow us.*|menu|log ?(?:in|out)|all rights reserved.*|.*view this website.*|click here.*|page \d+.*"
    r"|terms (?:of use|and conditions)|(?:main |return to )?contents|quick links.*|.*logo alt text.*|company logo|skip|close"
    r"|view [\w ]+ (?:procedures|manual)|spacer.*|.*floating buttons|size:.*|toggle navigation|disclaimer",
    re.IGNORECASE,
)
MAX_FURNITURE = 120
"""Characters of a line of furniture."""
_ABOUT_MANUAL = re.compile(
    r"(?:The|This|Our)(?: [\w'’]+){0,6}? (?:manual|website|site) (?:is|was|has|will|can|should)\b"
    r"|(?:The|These|Our|All)(?: [\w'’]+){0,6}? procedures (?:have|were|are|will)\b"
)


# a list that was run together: "Old Loans Form; Fees and Fines;"
_SEVERAL = re.compile(r"[;.]\s+(?=[A-Z\d'\"‘“])|\s+[•·]\s+")


def is_furniture(text: str) -> bool:
    """Whether a line is the site's and not the page's: "Back to top", "Print this page"."""
    return len(text) <= MAX_FURNITURE and FURNITURE.fullmatch(text) is not None


def drafts_of_lines(
    lines: Sequence[Block], *, listed: bool, known: Mapping[str, str], is_text: bool
) -> list[Draft]:
    """The drafts in the lines under one heading.

    ``listed``: the heading announces a list of titles (removed chapters). ``is_text``: the blank lines before a
    line are known, and tell where a title went missing.
    """
    lines = [line for line in lines if not is_furniture(line.text)]
    explained = [line for line in lines if _has_details(line, known)]
    if listed and not any(begins_entry(line.text) for line in explained):
        explained = []  # what has details under a list of titles explains the list
    return _Writer(lines, known, is_text).drafts() if explained else _listed(lines)


def _has_details(line: Block, known: Mapping[str, str]) -> bool:
    return is_details(line.text) or split_title(line.text, known) is not None


def _listed(lines: Sequence[Block]) -> list[Draft]:
    """A title a line. Where there are bullets only they count; sentences explain and are no titles."""
    items = [line for line in lines if line.kind is BlockKind.ITEM]
    drafts = []
    for line, text in ((line, text) for line in items or lines for text in _SEVERAL.split(line.text)):
        if (found := _GONE.match(text)) and (items or not _EXPLAINS.match(text)):
            details = found["details"].strip().strip("()–—- ")
            whole = found["details"].startswith(" h") or found["details"].startswith(" w")
            drafts.append(Draft(clean_title(found["title"]), text if whole else details, _link(line)))
        elif not (_EXPLAINS.match(text) and is_details(text)) and len(text) <= MAX_TITLE:
            drafts.append(Draft(clean_title(text), "", _link(line)))
    return [draft for draft in drafts if draft.title]


def _link(line: Block) -> str | None:
    return next((run.url for run in line.runs if run.url), None)


def _all_joined(lines: Sequence[Block], known: Mapping[str, str]) -> bool:
    """Whether each row is one line, title and details together: more lines begin like a title and end like details
    than are titles alone."""
    titles = joined = 0
    for line in lines:
        if split_title(line.text, known) is not None:
            joined += 1
        elif not is_details(line.text):
            titles += 1
        elif not goes_on(line.text):
            joined += 1
    return joined > max(1, titles)


_LAST_DATE = re.compile(r"[\s|]*(?<!\d)(?<!\d[./-])\d{1,2}[./-]\d{1,2}[./-](?:\d\d)?\d\d$")


class _Writer:
    """Goes through lines and tells where an entry begins, what is its title and what belongs to its details."""

    def __init__(self, lines: Sequence[Block], known: Mapping[str, str], is_text: bool) -> None:
        self.lines = lines
        self.known = known
        gaps = Counter(line.gap for line in lines[1:])
        # the blank lines that part paragraphs; more than that, and a line between them was lost
        self.usual_gap = gaps.most_common(1)[0][0] if is_text and gaps else None
        self.is_row = False  # whether this line may be a whole row
        self.all_joined = is_text and _all_joined(lines, known)
        self.done: list[Draft] = []
        self.title: str | None = None
        self.month: str | None = None
        self.url: str | None = None
        self.details: list[str] = []
        self.begun = False
        self.item_level = 0  # of the bullet that the open entry began with: the next such bullet is the next entry
        self.joined = False  # the open entry's title and details stood on one line
        self.glued = False  # they do, and could not be told apart

    def drafts(self) -> list[Draft]:
        for position, line in enumerate(self.lines):
            following = self.lines[position + 1] if position + 1 < len(self.lines) else None
            self.take(line, following)
        if (
            self.details or self.item_level
        ):  # a title at the very end with nothing said of it is the page's furniture
            self.end()
        return self.done

    def take(self, line: Block, following: Block | None) -> None:
        if dated := _LAST_DATE.search(line.text):  # a log whose rows end in their date
            line = line._replace(text=line.text[: dated.start()])
        # where paragraphs are parted by blank lines, lines that aren't are rows, title and details together
        in_run = line.gap == 0 or (following is not None and following.gap == 0)
        self.is_row = (in_run and bool(self.usual_gap)) or (self.all_joined and (self.joined or not self.begun))
        self.take_words(line, following)
        if dated and (date := find_date(dated.group())):
            self.month = date.month

    def take_words(self, line: Block, following: Block | None) -> None:
        text = line.text
        if split := split_marked(line) or self.split(line):
            self.begin(split.title, line)
            self.details.append(split.details)
            self.joined = True
        elif self.is_title(line, following):
            self.begin(clean_title(text), line)
        elif self.begun and not (self.details and self.begins_untitled(line)):
            self.details.append(text)
        elif self.done or self.begun or not _ABOUT_MANUAL.match(text):
            self.begin(None, line)
            self.details.append(text)
            self.glued = self.usual_gap is not None and START.match(text) is None

    def split(self, line: Block) -> Split | None:
        # a bullet of an entry's details may well read like a title and a sentence
        if line.kind is BlockKind.ITEM and self.details and self.details[-1].endswith(":"):
            return None
        awaits_details = self.begun and not self.details
        return split_title(line.text, self.known, joined=self.is_row and not awaits_details)

    def is_title(self, line: Block, following: Block | None) -> bool:
        if is_details(line.text):
            return False
        if title_key(line.text) in self.known:
            return True
        if (
            line.kind is BlockKind.ITEM and self.details and not 0 < line.level <= self.item_level
        ):  # a bullet of the details, unless it has its own
            return following is not None and following.kind is not BlockKind.ITEM and is_details(following.text)
        return len(line.text) <= MAX_TITLE

    def begins_untitled(self, line: Block) -> bool:
        """Whether details are not the open entry's, but another's whose title was lost."""
        if line.kind is BlockKind.ITEM:
            return line.level <= self.item_level
        if begins_entry(line.text):
            return True
        if self.usual_gap is None:
            return False
        if self.is_row and not goes_on(line.text):
            return True
        return line.gap > max(self.usual_gap, 1) or (line.gap == 0 and self.joined)

    def begin(self, title: str | None, line: Block) -> None:
        self.end()
        self.begun, self.joined, self.glued = True, False, False
        self.title, self.url, self.month = title, _link(line) if title else None, None
        self.item_level = line.level if line.kind is BlockKind.ITEM else 0

    def end(self) -> None:
        if self.begun:
            self.done.append(Draft(self.title, "\n".join(self.details), self.url, self.month, glued=self.glued))
        self.details, self.begun = [], False
