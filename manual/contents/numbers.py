"""Finds the numbers of contents rows that their own line doesn't show: the rows around tell.

A number alone on the line above, a code such as CP4, "1 All Children" above 1.1, a number glued to a digit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from manual.contents.rows import BRACKETS, Row
from manual.numbering import is_under, leading_code
from manual.page.blocks import BlockKind

CODES_ENOUGH = 3
"""From so many rows that begin like "CP4 …" on, it is a numbering and not the beginning of a title."""
FEW, MANY = 3, 20
"""Steps between the numbers of neighbours: a usual gap, and one that is none."""
PLAIN_NUMBER = re.compile(r"(\d{1,2})\s(?=\D)|([A-Z])[.:)]?\s")


def with_numbers(rows: Sequence[Row]) -> list[Row]:
    """The rows, each with the number that it has on the page."""
    rows = list(_with_numbers_joined(_with_codes(rows)))
    return list(_with_digits_parted(_with_plain_numbers(rows)))


def _with_codes(rows: Sequence[Row]) -> Sequence[Row]:
    """Rows that begin with a code such as CP4, as numbered rows, if there are many."""
    coded = [leading_code(row.words) if row.number is None else (None, "") for row in rows]
    if sum(number is not None for number, _ in coded) < CODES_ENOUGH:
        return rows
    return [
        replace(row, number=number, words=words) if number is not None else row
        for row, (number, words) in zip(rows, coded, strict=True)
    ]


def _with_plain_numbers(rows: list[Row]) -> list[Row]:
    """ "1 All Children" above 1.1, or "A. Core" above A1, begins with a number; "16 and 17 Year Olds" does not."""
    following: str | None = None
    for at in range(len(rows) - 1, -1, -1):
        row = rows[at]
        plain = PLAIN_NUMBER.match(row.words) if row.number is None and following else None
        if plain and is_under(following or "", number := plain[1] or plain[2]):
            rows[at] = replace(row, number=number, words=row.words[plain.end() :])
        following = rows[at].number or following
    return rows


def _with_digits_parted(rows: Sequence[Row]) -> Iterator[Row]:
    """A number that was glued to a title beginning with digits: after 1.1.2, "1.1.416 and 17" is 1.1.4."""
    before = ""
    for row in rows:
        above, _, last = (row.number or "").rpartition(".")
        if row.kind is not BlockKind.ROW and above and last.isdecimal() and before.startswith(f"{above}."):
            step = before.removeprefix(f"{above}.")
            digits = _digits_too_many(last, int(step)) if step.isdecimal() else ""
            if digits:
                number = f"{above}.{last.removesuffix(digits)}"
                row = replace(row, number=number, words=f"{digits} {row.words}")
        before = row.number or before
        yield row


def _digits_too_many(number: str, before: int) -> str:
    """What must be the title's of a number's digits, when the number before is known; "" when it can be whole."""
    if int(number) - before <= MANY:
        return ""
    ends = (end for end in range(1, len(number)) if 0 < int(number[:end]) - before <= FEW)
    return number[next(ends, len(number)) :]


def _with_numbers_joined(rows: Sequence[Row]) -> Iterator[Row]:
    """Join a number on a line of its own with the title on the next."""
    waiting: Row | None = None
    for row in rows:
        if waiting is not None:
            if _continues(waiting, row):
                yield replace(row, number=waiting.number, alone=True, gap=waiting.gap)
                waiting = None
                continue
            yield waiting
            waiting = None
        if row.number is not None and not row.words and not row.flags:
            waiting = row
        else:
            yield row
    if waiting is not None:
        yield waiting


def _continues(number: Row, title: Row) -> bool:
    if title.number is not None or not title.words or BRACKETS.match(title.words):
        return False
    return not title.inside and (number.kind is not BlockKind.ROW or title.columns == 1)
