"""Days and months as people type them: "2 September", "friday", "two weeks", "march". Pure."""

from __future__ import annotations

import re
from datetime import date, timedelta

from manual.months import MONTHS, find_date

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_NUMBERS = {
    word: number
    for number, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve".split(), start=1
    )
} | {"a": 1, "an": 1}
_SPAN = re.compile(r"(?:for |in )?(\d{1,3}|[a-z]+) (day|week|month)s?")
_DAY_MONTH = re.compile(
    r"(?:the )?(\d{1,2})(?:st|nd|rd|th)?(?: of)? ([a-z]+)\.?|([a-z]+) (\d{1,2})(?:st|nd|rd|th)?"
)
_YEAR = re.compile(r"(?:19|20)\d\d")


def number_of(word: str) -> int | None:
    """ "9" and "nine" are 9; None for what is no number up to twelve in words."""
    return int(word) if word.isdecimal() else _NUMBERS.get(word)


def day_meant(text: str, today: date) -> date | None:
    """The day after ``today`` that a text means, or None: "2 September", "friday", "tomorrow", "two weeks"."""
    words = " ".join(text.lower().replace(",", " ").split())
    if words == "tomorrow":
        return today + timedelta(days=1)
    if words.removeprefix("next ") in DAYS:
        ahead = (DAYS.index(words.removeprefix("next ")) - today.weekday()) % 7
        return today + timedelta(days=ahead or 7)
    if words in ("next week", "next month"):
        words = words.replace("next", "one")
    if found := _SPAN.fullmatch(words):
        return _after(found[1], found[2], today)
    return _dated(words, today)


def month_meant(text: str, today: date) -> str | None:
    """The month, "YYYY-MM", not later than ``today`` that a text means, or None: "march", "May 2025", "2024"."""
    words = " ".join(text.lower().replace(",", " ").split()).removeprefix("last ")
    if words in MONTHS:
        year = today.year - (MONTHS[words] > today.month)
        return f"{year}-{MONTHS[words]:02}"
    if words == "year":
        return f"{today.year - 1}-{today.month:02}"
    if _YEAR.fullmatch(words):
        return f"{words}-01"
    found = find_date(words)
    return found.month if found and found.month <= f"{today:%Y-%m}" else None


def _after(number: str, unit: str, today: date) -> date | None:
    count = number_of(number)
    if not count:
        return None
    if unit != "month":
        return today + timedelta(days=count * (7 if unit == "week" else 1))
    months = today.month - 1 + count
    return date(today.year + months // 12, months % 12 + 1, min(today.day, 28))


def _dated(words: str, today: date) -> date | None:
    found = find_date(words)
    if found and found.day:
        return _day(int(found.month[:4]), int(found.month[5:]), found.day, today)
    without_year = _DAY_MONTH.fullmatch(words)
    if not without_year:
        return None
    day, month = without_year[1] or without_year[4], without_year[2] or without_year[3]
    if month not in MONTHS:
        return None
    this_year = _day(today.year, MONTHS[month], int(day), today)
    return this_year or _day(today.year + 1, MONTHS[month], int(day), today)


def _day(year: int, month: int, day: int, today: date) -> date | None:
    """The day, if there is such a day and it is still to come."""
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found if found > today else None
