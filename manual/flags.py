"""Reads the flags and dates that contents pages print behind a title: "Updated", "- under review", "(New)"."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from manual.months import whole_date
from manual.reading import Flag

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
LONG_DATE = rf"{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?,?\s\d{{4}}"
"""As the new platform prints it, "January 27, 2025": no title ends so."""
ANY_DATE = (
    rf"(?:{LONG_DATE}|\d{{1,2}}(?:st|nd|rd|th)?\s{_MONTH},?\s\d{{4}}|{_MONTH},?\s\d{{4}}"
    r"|\d{1,2}[/.-]\d{1,2}[/.-]\d{4}|\d{4}-\d{2}-\d{2})"
)

# What one flag can be, once its bracket or dash is off.
CHANGE = re.compile(
    rf"(?:last\s|recently\s)?(?P<flag>updated|new)(?:\s?[:,–-]?\s?(?:on\s|in\s)?(?P<date>{ANY_DATE}))?[.!*]*$",
    re.IGNORECASE,
)
STATE = re.compile(
    r"(?:[\w,'’]+\s){0,6}?(?:(?P<review>under\sreview|being\sreviewed)|(?P<follow>to\sfollow))\b.*$", re.IGNORECASE
)

# Where a flag can begin at the end of a row. Lower-case "updated" and "new" need a bracket or a dash before them.
BRACKETED = re.compile(r"\s*[(\[]\s*(?P<flag>[^()\[\]]+?)\s*[)\]][.*]*$")
DASHED = re.compile(
    rf"\s*(?:\s[-–—:*]|[-–—*])\s*(?P<flag>(?:(?:last\s)?(?:updated|new)(?:\s{ANY_DATE})?[.!*]*"
    r"|(?:[\w,'’]+\s){0,6}?(?:under\sreview|being\sreviewed|to\sfollow)\b.*))$",
    re.IGNORECASE,
)
_EDGE = r"(?:^|\s+|(?<=[a-z)\]’'”\"\d]))"
BARE_CHANGE = re.compile(rf"{_EDGE}(?P<flag>(?:Updated|UPDATED|New|NEW)(?:[:\s]*(?i:{ANY_DATE}))?[.!*]*)$")
BARE_REVIEW = re.compile(rf"{_EDGE}(?P<flag>(?:[Cc]urrently\s)?(?:[Uu]nder\s[Rr]eview|UNDER\sREVIEW))[.!*]*$")
BARE_DATE = re.compile(rf"\s*(?P<date>{LONG_DATE})$", re.IGNORECASE)
CUT_OFF = re.compile(r"\sUpd(?:a|at)?$")

A_WORD_OF_THE_TITLE = re.compile(r"\b(?:what['’]?s|something|anything|nothing|brand)\s+new[.!*]*$", re.IGNORECASE)

HINT = re.compile(r"upd|new|review|follow|\d{4}", re.IGNORECASE)
"""What every flag and date has something of; most titles have none and need no closer look."""

REACH = 240
"""Characters from the end in which flags are looked for."""


class Flagged(NamedTuple):
    """A row's words without the flags that stood behind them."""

    words: str
    flags: tuple[Flag, ...] = ()
    updated_on: str | None = None
    """An ISO date; None also where the page gives no more than the month."""


def take_flags(words: str, *, bare: bool = True) -> Flagged:
    """The words, and the flags behind them in order. ``words`` is "" when they were all flags.

    ``bare`` is False where "Updated" and "New" need a bracket, a dash or a date to be flags: a title may end so.
    """
    flags: list[Flag] = []
    updated_on: str | None = None
    words = words.strip()
    while words and HINT.search(words, max(0, len(words) - REACH)):
        head, tail = words[:-REACH], words[-REACH:]
        taken = _last_flag(tail, bare=bare)
        if taken is None:
            break
        start, flag, day = taken
        words = (head + tail[:start]).rstrip(" -–—:*|")
        updated_on = updated_on or day
        if flag is not None and flag not in flags:
            flags.insert(0, flag)
    return Flagged(words, tuple(flags), updated_on)


def only_flags(words: str) -> Flagged | None:
    """What a cell or a line says that holds flags or a date and nothing else; None when it holds more."""
    if len(words) > REACH or not HINT.search(words):
        return None
    bare = words.strip(" ()[]-–—*:.!\t\n")
    day = iso_date(bare)
    if day is not None:
        return Flagged("", (), day)
    if bare.casefold() == "to follow":
        return Flagged("", (Flag.TO_FOLLOW,))
    flagged = take_flags(words)
    return flagged if flagged.flags and not flagged.words else None


def iso_date(words: str) -> str | None:
    """A date with its day, in words or figures, and nothing else, as "2019-04-30"; else None."""
    found = whole_date(words)
    if found is None or found.day is None:
        return None
    try:
        return date.fromisoformat(f"{found.month}-{found.day:02d}").isoformat()
    except ValueError:  # the 31st of June
        return None


def _last_flag(tail: str, *, bare: bool) -> tuple[int, Flag | None, str | None] | None:
    """The flag at the very end: where it begins, what it is, its date."""
    for pattern in (BRACKETED, BARE_CHANGE, BARE_REVIEW, DASHED):
        found = pattern.search(tail)
        if found is None:
            continue
        named = _named(found["flag"])
        if named is None or A_WORD_OF_THE_TITLE.search(tail):
            continue
        if bare or pattern is not BARE_CHANGE or named[1]:
            return found.start(), *named
    if (found := BARE_DATE.search(tail)) and (day := iso_date(found["date"])):
        return found.start(), None, day
    if found := CUT_OFF.search(tail):
        return found.start(), Flag.UPDATED, None
    return None


def _named(words: str) -> tuple[Flag, str | None] | None:
    if found := CHANGE.match(words):
        return Flag(found["flag"].lower()), iso_date(found["date"] or "")
    if found := STATE.match(words):
        return (Flag.UNDER_REVIEW if found["review"] else Flag.TO_FOLLOW), None
    return None
