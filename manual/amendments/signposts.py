"""The lines of an amendments page that are no entries but say what the entries under them are.

Month and year headings, group headings ("New Chapters and Features"), header rows ("Chapter Name | Details"),
the next update, the archive and its links, and what tells one edition of the page from another.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from manual.identity import fold
from manual.months import HAS_DIGIT, Date, find_date, whole_month_name, whole_year
from manual.reading import AmendmentKind

MAX_HEADING = 110
"""Characters. Longer lines are prose, whatever they begin with."""


class Heading(NamedTuple):
    """What a heading says about the entries under it.

    ``is_group`` with no ``kind`` is a group of several kinds ("New and Updated Chapters").
    """

    month: str | None = None
    year: int | None = None
    month_name: int | None = None
    kind: AmendmentKind | None = None
    is_group: bool = False
    is_archive: bool = False


_KINDS = {
    word: kind
    for kind, words in {
        AmendmentKind.UPDATED: "updated update updates amended amendment amendments revised revisions changed"
        " changes"
        " refreshed reviewed",
        AmendmentKind.NEW: "new added additions",
        AmendmentKind.REMOVED: "removed removals withdrawn deleted deletions archived discontinued retired",
        AmendmentKind.REPLACED: "replaced retitled re-titled renamed merged moved superseded amalgamated",
        AmendmentKind.LINK: "link links",
    }.items()
    for word in words.split()
}
_NOUNS = frozenset(
    "chapter chapters procedure procedures policy policies guidance document documents protocol protocols feature"
    " features resource resources section sections item items form forms template templates title titles content"
    " strategies tools toolkits pages topics other part titled".split()
)
_FILLERS = frozenset(
    "and the of to in for local a b c d list following recent recently latest this month summary our all main"
    " manual"
    " manuals website site page details minor further newly that have has been were are since issue edition"
    " version"
    " published date from on online children's childrens services service adults safeguarding board shared"
    " partnership"
    " show hide expand collapse toggle open close view week commencing w posted uploaded"
    " effective effect name names log history record current made also or with month's monthly release by"
    " caption tri.x trix".split()
) | frozenset("january february march april may june july august september october november december".split())
_ARCHIVE = frozenset(("archive", "archives", "archived"))
_OLDER = frozenset("previous past older earlier old years year's".split())
_VOCABULARY = _NOUNS | _FILLERS | _ARCHIVE | _OLDER | set(_KINDS)
_NOT_HEADING = re.compile(
    r"\bthis (?!month)|\blast (?:updated|amended|reviewed|modified|published)\b|\bpage (?:updated|reviewed)\b"
)
_WORD = re.compile(r"[a-z][a-z'.-]*[a-z]|[a-z]")
CAPTION = re.compile(r"^\s*caption:\s*", re.IGNORECASE)

_GROUP_IN_HEADING = re.compile(
    r"\b(updated|amended|revised|new|added|removed|deleted|withdrawn|archived|replaced|renamed|re-?titled"
    r"|merged)\b"
    r"(?: \w+){0,3} (?:chapters?|procedures?|policies|documents|guidance)\b"
)
_ABOUT_AMENDMENTS = re.compile(r"\b(?:amendments?|updates?|changes|updated|amended)\b")


def heading_of(text: str, *, stands_out: bool = False) -> Heading | None:
    """What a line says as a heading, None when it is none. ``stands_out``: it is marked as one on the page."""
    return _heading_of(text, stands_out) if len(text) <= MAX_HEADING else None


@lru_cache(maxsize=4096)  # a watched page comes again and again with the same titles
def _heading_of(text: str, stands_out: bool) -> Heading | None:
    text = CAPTION.sub("", text, count=1)
    if (year := whole_year(text)) is not None:
        return Heading(year=year)
    if (month := whole_month_name(text)) is not None:
        return Heading(month_name=month)
    words = fold(text)
    if not stands_out and not HAS_DIGIT.search(text):
        first = _WORD.search(words)
        if first is None or first[0] not in _VOCABULARY:
            return None
    if _NOT_HEADING.search(words) or (words.endswith(".") and not words.startswith("the following")):
        return None
    date = find_date(text)
    rest = fold(text[: date.start] + " " + text[date.end :]) if date else words
    tokens = _WORD.findall(rest)
    if _VOCABULARY.issuperset(tokens):
        return _of_tokens(tokens, date, rest)
    if stands_out or date is not None:
        return _of_marked(rest, date, stands_out)
    return None


def _of_tokens(tokens: list[str], date: Date | None, rest: str) -> Heading | None:
    """The heading made of nothing but headings' words and a date."""
    month = date.month if date else None
    year = _year_in(rest)
    kinds = {_KINDS[token] for token in tokens if token in _KINDS}
    has_noun = any(token in _NOUNS for token in tokens)
    is_older = bool(_OLDER.intersection(tokens)) and bool(kinds or date) and not has_noun
    if is_older or _ARCHIVE.intersection(tokens):
        if not (has_noun and AmendmentKind.REMOVED in kinds):  # "Archived Chapters" are a group
            return Heading(month=month, year=year, is_archive=True)
    if not kinds and date is None:
        return None
    bare = kinds == {AmendmentKind.UPDATED} and not has_noun and ("updated" not in tokens or date is not None)
    if not kinds or bare:  # "Amendments", "May 2020 updates": says when at most
        return Heading(month=month, year=year) if month or year or bare else None
    return Heading(month=month, year=year, kind=min(kinds) if len(kinds) == 1 else None, is_group=True)


def _of_marked(rest: str, date: Date | None, stands_out: bool) -> Heading | None:
    """The heading with a manual's name in it: "Fernshire Procedures: updated chapters", "... May 2020 Update"."""
    group = _GROUP_IN_HEADING.search(rest) if stands_out and not rest.endswith(".") else None
    if group is not None:
        kind = _KINDS[group.group(1)]
        return Heading(month=date.month if date else None, kind=kind, is_group=True)
    if date is not None and _ABOUT_AMENDMENTS.search(rest) and not rest.endswith("."):
        return Heading(month=date.month)
    return None


def _year_in(rest: str) -> int | None:
    found = re.search(r"\b(?:19|20)\d\d\b", rest)
    return int(found.group()) if found else None


# -- the next update, editions, archive links

_UPDATE = r"(?:updates?|amendments?|revisions?|releases?|editions?|uploads?|changes)"
_UPDATED = r"(?:updated|amended|revised|refreshed|published|uploaded)"
_NEXT_UPDATE = re.compile(
    rf"(?:^\W*(?:date of )?|\b(?:the|our|this manual's) )next (?:[\w-]+ ){{0,3}}?{_UPDATE}"
    # "... is due", ": June 2020"; not "the next update of the price list has been brought forward"
    r"(?: (?:of|to|for) (?:the|this|these|our) (?:[\w']+ ){0,4}?(?:manual|procedures|website|site|chapters"
    r"|page)s?)?"
    r"(?=\W*$|\W*[:–—|-]|\W*\d|\s+(?:is|will|are|due|in|by|on|date|planned|scheduled|expected|to be|should)\b"
    r"|\W*(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))"
    rf"|\b(?:will|is|are|be)(?: \w+){{0,2}}? next (?:be )?(?:fully )?{_UPDATED}\b"
    r"|\b(?:manual|procedures|chapters|website|site|page|these|they|it)\b[^.\n]{0,40}"
    rf"\b(?:will|due to|is to|are to|expected to) be (?:next |fully )?{_UPDATED}\b"
    rf"|\b{_UPDATE} (?:is |are )?(?:due|planned|expected|scheduled)\b",
    re.IGNORECASE,
)
_UPDATE_HINTS = ("next", " be ", "due", "planned", "expected", "scheduled")
"""One of them stands in every text that _NEXT_UPDATE finds."""
_EDITION = re.compile(
    r"(?:page |site |manual )?last (?:updated|amended|modified)\b.{0,60}|v\d{1,4}(?:\.\d+)*", re.IGNORECASE
)
_YEAR = r"(?:19|20)\d\d"
_CHANGES = r"(?:amendments?|updates?|changes)"
_ARCHIVE_HINT = re.compile(rf"{_YEAR}|archive|{_CHANGES}", re.IGNORECASE)
_ARCHIVE_LINK = re.compile(
    # "2019 Amendments", "Amendments for 2019", "2019", "2014 - 2016"; "Previous amendments", "Amendments Archive"
    rf"(?:view |see )?(?:the )?(?:(?:{_CHANGES}|archived?|previous)\b.{{0,40}}\b{_YEAR}"
    rf"|{_YEAR}\b.{{0,30}}\b(?:{_CHANGES}|archived?)|{_YEAR}(?: ?[-–/] ?(?:(?:19|20)?\d\d))?"
    rf"|(?:archived?|previous|past|older|earlier)\b.{{0,30}}\b{_CHANGES}\W*"
    rf"|(?:{_CHANGES}(?: \w+)? )?archives?\W*)",
    re.IGNORECASE,
)


class NextUpdate(NamedTuple):
    """A line about the next update; ``month`` is None where it names none."""

    month: str | None
    is_label: bool
    """Whether nothing but the date is missing: "Next Update:" with the date in the next line."""


def next_update_in(text: str) -> NextUpdate | None:
    """What a line says of the manual's next update, None when it is about something else."""
    if len(text) > 600:
        return None
    words = text.lower()
    if not any(hint in words for hint in _UPDATE_HINTS) or (found := _NEXT_UPDATE.search(text)) is None:
        return None
    after = text[found.end() :]
    date = find_date(after[:120])
    return NextUpdate(date.month if date else None, not after.strip(" :.-–|"))


def edition_in(text: str) -> str | None:
    """The text, when it tells editions of the page apart: "Last Updated: April 14, 2026", "v85"."""
    return text if len(text) < 80 and _EDITION.fullmatch(text.strip()) else None


def is_archive_link(text: str) -> bool:
    """Whether a link's text, or a whole line, names an older year's page: "2019 Amendments"."""
    text = text.strip(" |")
    if len(text) >= 80 or not _ARCHIVE_HINT.search(text):
        return False
    return _ARCHIVE_LINK.fullmatch(text) is not None


_NONE = re.compile(
    r"(?:none|nil|n/?a|not applicable|(?:there (?:are|were|is|was|have been|has been) )?(?:currently )?no"
    r"(?: (?:new|updated|removed|further|other))* (?:chapters?|amendments?|changes|updates|procedures|policies)"
    r"(?: .{0,40})?)\.?",
    re.IGNORECASE,
)


def says_none(text: str) -> bool:
    """Whether a line says that nothing stands under a heading: "None", "No amendments this month."."""
    return len(text) < 90 and _NONE.fullmatch(text) is not None


def kind_named(text: str) -> AmendmentKind | None:
    """The kind that a cell's few words name ("New chapter", "Amended"); None when they are anything else."""
    if len(text) > 40:
        return None
    tokens = _WORD.findall(fold(text))
    kinds = {_KINDS[token] for token in tokens if token in _KINDS}
    named = len(kinds) == 1 and all(token in _KINDS or token in _NOUNS for token in tokens)
    return kinds.pop() if named else None
