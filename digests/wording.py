"""The plain English that every digest shares: counts, lists, months, titles, and long texts cut at a sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from manual.reading import Amendment, AmendmentKind

LONDON = ZoneInfo("Europe/London")

KIND_WORDS = {
    AmendmentKind.UPDATED: "Updated",
    AmendmentKind.NEW: "New chapter",
    AmendmentKind.REMOVED: "Removed",
    AmendmentKind.REPLACED: "Replaced",
    AmendmentKind.LINK: "Link",
}

_MONTHS = (
    "January February March April May June July August September October November December".split()
)  # not strftime's: those follow the machine's locale
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()

_SENTENCE_END = re.compile(r"[.!?][\"'”’)\]]*(?=\s)|(?=\n)")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|cf|etc|no|nos|para|paras|reg|s|ss|v|vs|dr|mr|mrs|ms|st|[a-z]))$", re.I
)


def count_words(number: int, singular: str, plural: str | None = None) -> str:
    """count_words(1, "chapter") is "1 chapter", count_words(31, "chapter") "31 chapters"."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def list_words(words: Sequence[str], last: str = "and") -> str:
    """("a", "b", "c") is "a, b and c"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def capitalised(words: str) -> str:
    """``words`` with a capital at the front, as a line of its own has."""
    return words[:1].upper() + words[1:]


def month_words(month: str | None) -> str:
    """ "2019-12" is "December 2019"; None, where the page lost it, is "month not given"."""
    if month is None:
        return "month not given"
    year, number = month.split("-")[:2]
    return f"{_MONTHS[int(number) - 1]} {year}"


def moment_words(moment: datetime) -> str:
    """ "Monday 6 July 2020, 9:00", on London's clock. ``moment`` is aware."""
    local = moment.astimezone(LONDON)
    day = f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]} {local.year}"
    return f"{day}, {local.hour}:{local.minute:02}"


def section_words(sections: Sequence[str]) -> str:
    """("5.2.5", "7") is "Sections 5.2.5 and 7"; nothing where no section is named."""
    if not sections:
        return ""
    return f"{'Section' if len(sections) == 1 else 'Sections'} {list_words(sections)}"


def title_words(amendment: Amendment) -> str:
    """The chapter's title; where the page lost it, that it did and which chapters it could be."""
    if amendment.title and amendment.title.strip():
        return amendment.title.strip()
    if not amendment.candidates:
        return "Title not given"
    return f"Title not given, perhaps {list_words(amendment.candidates, 'or')}"


def shorten(details: str, limit: int) -> tuple[str, bool]:
    """``details`` in at most ``limit`` characters, and whether anything was left out.

    Ends at a sentence's end (or a paragraph's) where one fits, else at a word's with "…". A limit below 1
    leaves nothing.
    """
    text = details.strip()
    if len(text) <= limit:
        return text, False
    if limit < 1:
        return "", True
    ends = [end for end in _sentence_ends(text) if end <= limit]
    if ends:
        return text[: ends[-1]].rstrip(), True
    words = text[: limit - 1]
    if not text[limit - 1].isspace() and " " in words:
        words = words[: words.rindex(" ")]
    return words.rstrip() + "…", True


def split_text(text: str, limit: int) -> list[str]:
    """The whole of ``text`` in chunks of at most ``limit`` characters, parted after sentences where possible."""
    chunks = []
    rest = text.strip()
    while len(rest) > limit:
        head, _ = shorten(rest, limit)
        chunk = head.removesuffix("…") or rest[:limit]
        chunks.append(chunk)
        rest = rest[len(chunk) :].lstrip()
    return [*chunks, rest] if rest else chunks


def _sentence_ends(text: str) -> list[int]:
    ends = []
    for match in _SENTENCE_END.finditer(text):
        if match.group() and _ABBREVIATION.search(text, max(0, match.start() - 8), match.start()):
            continue
        ends.append(match.end())
    return ends


def in_running_text(name: str) -> str:
    """A name as it stands inside a sentence: of "Front door, MASH and early help" only MASH keeps its capitals."""
    return " ".join(word if word.isupper() and len(word) > 1 else word.lower() for word in name.split(" "))
