"""What a chapter was called before, or which chapters it took the place of, told from an entry's words."""

from __future__ import annotations

import re

from manual.wording import MAX_READ

# A name ends where the sentence, its brackets or its quotes do, or where the sentence goes on about the chapter.
_NAME = (
    r"(?:the |a )?(?:(?:previous |former |old |existing |separate )?(?:chapters?|procedures?|policy|policies|guidance|protocol)"
    r"(?:,| -)? )?(?:(?:entitled|called|titled|named|known as):? )?(?P<{0}>['‘’\"“][^\n]{{1,150}}?['’\"”](?=[\s.,;)]|$)|[A-Z(][^\n]{{0,150}}?)"
)
_END = (
    r"(?=[.;)](?:\s|$)|$|\)|, (?:and |which|to|it|has|in)\b| (?:and|but) (?:has|have|was|is|extensively|updated|revised|now|should)\b"
    r"| (?:has|have|was|were|which|to reflect|chapters?|procedures?|policy|policies|guidance|in line|as)\b)"
)

PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        # "re-titled (previously called Overnight Stays and Social Visits)", "formerly known as X"
        rf"\b(?:[Pp]reviously|[Ff]ormerly)(?: (?:called|known as|titled|entitled|named))?:? {_NAME.format('name')}{_END}",
        # "has been renamed (it was called X)", "Renamed (was X)"
        rf"\b(?:was|were|been) (?:called|known as|entitled) {_NAME.format('name')}{_END}",
        rf"\((?:was|once) {_NAME.format('name')}\)",
        # "has been renamed from X to Y", "Title changed from X to Y"
        rf"\b(?:[Rr]e-?\s?(?:titled|named)|changed) from {_NAME.format('name')}(?= to [A-Z'‘\"“]|{_END[3:]}",
        # "amalgamated Modern Slavery with Child Trafficking", "merges X and Y"
        rf"\b(?:amalgamate[sd]|merge[sd]|combine[sd]) (?!with\b|into\b){_NAME.format('name')} (?:with|and) {_NAME.format('other')}{_END}",
        # "This chapter has been merged with the X chapter"
        rf"\b(?:merged|amalgamated|combined) with {_NAME.format('name')}{_END}",
        # "replaces the previous chapter entitled X", "replaced 'X'", "replaces X and Y"
        rf"\b(?:replaces|replaced|supersedes|replacing|place of) (?!with\b|by\b){_NAME.format('name')}{_END}",
    )
)
NOT_A_NAME = re.compile(r"(?:previous|similar|other|one|all|version|same|updated|new|local)\b", re.IGNORECASE)
TWO_QUOTED = re.compile(r"['’\"”] (?:and|&) ['‘’\"“]")


def former_titles(title: str | None, details: str) -> tuple[str, ...]:
    """The titles that an entry says its chapter had, or that it replaces; () where it names none."""
    names: dict[str, None] = {}
    for text in (title or "", *details[:MAX_READ].split("\n")):
        for pattern in PATTERNS:
            for found in pattern.finditer(text):
                for name in found.groupdict().values():
                    names |= dict.fromkeys(_titles_in(name))
    names.pop(title or "", None)
    return tuple(names)


def _titles_in(name: str) -> list[str]:
    parts = TWO_QUOTED.split(name)
    titles = [part.strip(" '‘’\"“”,:-–") for part in parts]
    return [title for title in titles if len(title) > 3 and not NOT_A_NAME.match(title)]
