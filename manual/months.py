"""Months and dates as the manuals write them: "June 2020", "21st September 2019", "Sept 2024", "23.02.2024"."""

from __future__ import annotations

import re
from typing import NamedTuple

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan",
            "february feb febuary februrary",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep septmber",
            "october oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
_NAME = "|".join(sorted(MONTHS, key=len, reverse=True))
_YEAR = r"(?:19|20)\d\d"

WRITTEN = re.compile(
    rf"\b(?=[jfmasond])(?P<month>{_NAME})\b\.?(?:\s+(?P<us_day>\d{{1,2}})(?:st|nd|rd|th)?(?=,?\s))?[\s,\-–/]*"
    rf"(?P<year>{_YEAR}|'\d\d)\b",
    re.IGNORECASE,
)
DAY_BEFORE = re.compile(
    r"(?:\b(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+(?:the\s+)?)?(?:\b(\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?)?$",
    re.IGNORECASE,
)
DIGITS = re.compile(
    rf"\b(?:(?P<day>\d{{1,2}})[./-](?P<month>\d{{1,2}})(?:[./-](?P<year>{_YEAR})|[/-](?P<short_year>\d\d))"
    rf"|(?P<iso_year>{_YEAR})-(?P<iso_month>\d\d)(?:-(?P<iso_day>\d\d))?|(?P<only_month>\d\d)/(?P<only_year>{_YEAR}))\b"
)
MONTH_DASH_YEAR = re.compile(r"([A-Za-z]{3,9})-(\d\d)")
HAS_DIGIT = re.compile(r"\d")
YEAR = re.compile(rf"\s*({_YEAR})\s*")
MONTH_NAME = re.compile(rf"\s*({_NAME})\.?\s*", re.IGNORECASE)


class Date(NamedTuple):
    """A date found in a text: ``month`` is "YYYY-MM"; ``start`` and ``end`` are where it stands."""

    month: str
    day: int | None
    start: int
    end: int


def find_date(text: str) -> Date | None:
    """The first date in a text that names at least a month and a year, or None."""
    if not HAS_DIGIT.search(text):
        return None
    written = WRITTEN.search(text)
    digits = DIGITS.search(text) if written is None or written.start() > 0 else None
    dates = [date for date in (_written(written, text), _digits(digits)) if date is not None]
    return min(dates, key=lambda date: date.start) if dates else None


def whole_date(text: str) -> Date | None:
    """The date that a text consists of, or None when it says anything besides."""
    if len(text) > 60:
        return None
    date = find_date(text) or _month_dash_year(text)
    if date is None or (text[: date.start] + text[date.end :]).strip(" \t\n.,:;()-–|"):
        return None
    return date


def _month_dash_year(text: str) -> Date | None:
    """ "May-24", as spreadsheets write a month."""
    found = MONTH_DASH_YEAR.fullmatch(text)
    if found is None or (month := MONTHS.get(found[1].lower())) is None:
        return None
    return Date(month_of(2000 + int(found[2]), month), None, 0, len(text))


def whole_year(text: str) -> int | None:
    """The year that a text consists of ("2025"), or None."""
    found = YEAR.fullmatch(text)
    return int(found.group(1)) if found else None


def whole_month_name(text: str) -> int | None:
    """The month (1 to 12) whose name a text consists of ("May"), or None."""
    found = MONTH_NAME.fullmatch(text)
    return MONTHS[found.group(1).lower()] if found else None


def month_of(year: int, month: int) -> str:
    return f"{year:04d}-{month:02d}"


def _written(found: re.Match[str] | None, text: str) -> Date | None:
    if found is None:
        return None
    before = DAY_BEFORE.search(text, max(0, found.start() - 30), found.start())
    day = (before[1] if before else None) or found["us_day"]
    year = int(found["year"]) if found["year"].isdigit() else 2000 + int(found["year"][1:])
    month = month_of(year, MONTHS[found["month"].lower()])
    return Date(month, int(day) if day else None, before.start() if before else found.start(), found.end())


def _digits(found: re.Match[str] | None) -> Date | None:
    if found is None:
        return None
    year = int(found["year"] or found["short_year"] or found["iso_year"] or found["only_year"])
    month = int(found["month"] or found["iso_month"] or found["only_month"])
    day = found["day"] or found["iso_day"]
    if not 1 <= month <= 12:
        return None
    return Date(month_of(year + 2000 if year < 100 else year, month), int(day) if day else None, *found.span())
