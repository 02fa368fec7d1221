"""The numbers that manuals print before sections and chapters: 1.2.3, "2.", 1.4.3a, CP4, C09A."""

from __future__ import annotations

import re

_DOTTED = r"[A-Z]?\d{1,3}(?:\.\d{1,3})+[a-z]?"
_CODE = r"[A-Z]{1,3}\d{1,3}[A-Z]?"

# Glued to its title ("1.0.8Child Protection") on the new platform's pages.
LEADING = re.compile(rf"(?P<number>{_DOTTED}(?![a-z\d]|\.\d)|\d{{1,3}}(?=\.(?!\d)))\.?(?P<gap>[\s:)–—-]*)(?=\D|$)")
LEADING_CODE = re.compile(rf"(?P<number>{_CODE})[.:)]?(?P<gap>\s+[:–—-]?\s*)(?=\S)")
LETTERS = re.compile(r"[A-Z]+")
BARE = re.compile(rf"(?P<number>{_DOTTED}|{_CODE}|\d{{1,3}})[.:)]?$")


def leading_number(words: str) -> tuple[str | None, str]:
    """The number that a row begins with, and the rest of it. A plain integer counts only with a dot behind it."""
    found = LEADING.match(words)
    if found is None:
        return None, words
    return found["number"], words[found.end() :].strip()


def leading_code(words: str) -> tuple[str | None, str]:
    """The same for codes such as CP4, which may as well be the first word of a title: ask only among many."""
    found = LEADING_CODE.match(words)
    return (found["number"], words[found.end() :].strip()) if found else (None, words)


def bare_number(words: str) -> str | None:
    """The number, when a cell or a line holds nothing else; None otherwise."""
    found = BARE.match(words.strip())
    return found["number"] if found else None


def parts_of(number: str) -> tuple[str, ...]:
    """What a number's place can be told from: "1.4.3a" is ("1", "4", "3a"), "CP4" is ("CP", "4")."""
    letters = LETTERS.match(number)
    if letters is None:
        return tuple(number.rstrip(".").split("."))
    return (
        (letters[0], *number[letters.end() :].strip(".").split(".")) if letters.end() < len(number) else (number,)
    )


def is_under(number: str, heading: str) -> bool:
    """Whether ``number`` stands below ``heading``: 1.2.1 under 1.2 and under 1, never 1.20 under 1.2."""
    parts, above = parts_of(number), parts_of(heading)
    return len(parts) > len(above) and parts[: len(above)] == above
