"""What a chapter was called before, or which chapters it took the place of, told from an entry's words."""

from __future__ import annotations

import re

from manual.amendments.wording import MAX_READ

# In the patterns <chapter> is what stands before a title ("the previous chapter entitled"), <chapters> the same of
# several, <name> and <other> are titles, <end> is where a title stops: its quotes or brackets close, the sentence
# ends, or goes on about something else.
_PARTS = {
    "<chapter>": r"(?:(?:the|a|its) )?(?:(?:previous|former|old|existing|separate) )?"
    r"(?:(?:chapter|procedure|policy|guidance|protocol)(?:,| -)? )?"
    r"(?:(?:entitled|called|titled|named|known as):? )?",
    "<chapters>": r"(?:(?:the|both|two|three|four|several|its) ){0,2}"
    r"(?:(?:previous|former|old|existing|separate) )?"
    r"(?:chapters|procedures|policies),?:? (?:(?:entitled|called|titled|named|on):? )?",
    "<name>": r"(?P<name>['‘’\"“][^\n]{1,150}?['’\"”](?=[\s.,;)]|$)|[A-Z(][^\n]{0,150}?)",
    "<other>": r"(?P<other>['‘’\"“][^\n]{1,150}?['’\"”](?=[\s.,;)]|$)|[A-Z(][^\n]{0,150}?)",
    "<end>": r"(?=[.)](?:\s|$)|[;]|:(?! [A-Z])|$|\)|, (?:and |which|to|it|has|in)\b"
    r"| (?:and|but) (?:has|have|was|is|extensively|updated|revised|now|should)\b"
    r"| (?:has|have|had|was|were|which|into|to reflect|in line|as)\b"
    r"| (?:chapters?|procedures?|policy|policies|guidance)\b)",
}


def _pattern(pattern: str) -> re.Pattern[str]:
    for name, part in _PARTS.items():
        pattern = pattern.replace(name, part)
    return re.compile(pattern)


PATTERNS = tuple(
    map(
        _pattern,
        (
            # "re-titled (previously called Overnight Stays and Social Visits)", "formerly known as ..."
            r"\b(?:[Pp]reviously|[Ff]ormerly)(?: (?:called|known as|titled|entitled|named))?:?"
            r" <chapter><name><end>",
            # "it was called ...", "it used to be called ...", "Renamed (was ...)"
            r"\b(?:was|were|been|used to be|once) (?:called|known as|entitled|titled) <chapter><name><end>",
            r"\b(?:old|former|previous) (?:title|name)(?: was| of|:)? <name><end>",
            r"\((?:was|once) <chapter><name>\)",
            # "has been renamed from ... to ...", "Title changed from ... to ..."
            r"\b(?:[Rr]e-?\s?(?:titled|named)|changed) from <chapter><name>(?= to (?:[A-Z'‘\"“]|the )|<end>)",
            # "amalgamated Modern Slavery with Child Trafficking", "brings together ... and ..."
            r"\b(?:amalgamate[sd]|merge[sd]|combine[sd]|(?:brings|brought) together) (?!with\b|into\b)"
            r"(?:<chapters>)?<name> (?:with|and) <other><end>",
            # "... and ... have been merged into this chapter"
            r"(?:^|[.,] )(?!In [A-Z][a-z]+ \d)(?:<chapters>)?<name> and <other>"
            r" (?:have been|were) (?:merged|combined|brought together)\b",
            # "has been merged with the ... chapter"
            r"\b(?:merged|amalgamated|combined) with <chapter><name><end>",
            # "replaces the two previous chapters, ... and ..."
            r"\b(?:replac(?:es|ed|ing)|supersede[sd]|place of) <chapters><name> and <other><end>",
            # "replaces the previous chapter entitled ...", "replaced '...'", "takes the place of ..."
            r"\b(?:replac(?:es|ed|ing)|supersede[sd]|place of) (?!with\b|by\b)(?!<chapters>)<chapter><name><end>",
        ),
    )
)
NOT_A_NAME = re.compile(r"(?:previous|similar|other|one|all|version|same|updated|new|local)\b", re.IGNORECASE)
IN_TITLE = re.compile(r"\((?:previously|formerly) .*\)", re.IGNORECASE)
SEVERAL = re.compile(r"\b(?:three|four|several) (?:\w+ )?(?:chapters|procedures|policies)\b")
TWO_QUOTED = re.compile(r"['’\"”] (?:and|&) ['‘’\"“]")


def former_titles(title: str | None, details: str) -> tuple[str, ...]:
    """The titles that an entry says its chapter had, or that it replaces; () where it names none."""
    names: dict[str, None] = {}
    in_title = IN_TITLE.search(title or "")  # "Education of Previously Looked After Children" tells nothing
    for text in (in_title[0] if in_title else "", *details[:MAX_READ].split("\n")):
        for pattern in PATTERNS:
            for found in pattern.finditer(text):
                is_list = SEVERAL.search(found[0]) is not None
                for name in found.groupdict().values():
                    names |= dict.fromkeys(_titles_in(name, is_list))
    names.pop(title or "", None)
    return tuple(names)


def _titles_in(name: str, is_list: bool) -> list[str]:
    parts = [part for quoted in TWO_QUOTED.split(name) for part in (quoted.split(", ") if is_list else [quoted])]
    titles = [part.strip(" '‘’\"“”,:-–") for part in parts]
    return [title for title in titles if len(title) > 3 and not NOT_A_NAME.match(title)]
