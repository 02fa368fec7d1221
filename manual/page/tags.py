"""HTML into tags and the text between them, in one linear pass that no input can make slow or large.

A tree is not needed to know what a reader sees, and building one is what makes nested rubbish dangerous: the
rules of HTML that re-open formatting elements turn 300 KB of ``<font><p>`` into a hang and gigabytes in every
conforming parser (measured with lexbor). So tags are taken as they come, and `manual.page.layout` keeps
what little it must know of what is open.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

Tag = tuple[str, bool, str, str]
"""The text before a tag (entities still in it), whether the tag ends, its name in lower case, its attributes."""

# Attribute values may hold ">". One that holds "<" stops the match too early: `_end_of_odd_tag` takes over.
TAG = re.compile(r"""<(?:(/?)([a-zA-Z][\w:.-]*+)((?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+)(>?)|(!--)|[!?/])""")
ODD_TAG = re.compile(r"""(?:[^>"']++|"[^"]*+"|'[^']*+')*+>""")
ATTRIBUTE = re.compile(r"""([^\s"'>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")

# What stands in these is not for readers.
RAW = ("script", "style", "textarea")
"""End at their end tag whatever stands between, at the page's end without one."""
SKIPPED = (*RAW, *"template noscript svg math select datalist iframe object video audio canvas".split())
END_TAGS = {name: re.compile(rf"</{name}\b", re.IGNORECASE) for name in SKIPPED}


def tags_of(source: str) -> Iterator[Tag]:
    """The tags of a page in order, each with the text before it; the last has an empty name.

    Comments, declarations and what stands in scripts and the like are left out. ``<title>`` comes as any tag.
    """
    taken_to = 0  # everything before this was yielded, or left out
    quotes_are_broken = False
    never_ending: set[str] = set()
    pending: list[str] = []  # text before something left out
    for found in TAG.finditer(source):
        start, end = found.span()
        if start < taken_to:
            if taken_to >= len(source):
                break
            continue
        slash, name, attributes, closed, comment = found.groups()
        text = source[taken_to:start]
        if name is None:
            taken_to = _after(source, "-->" if comment else ">", end)
            pending.append(text)
            continue
        if not closed:
            end, quotes_are_broken = _end_of_odd_tag(source, start, end, quotes_are_broken)
            attributes = source[found.start(3) : end - 1]
        name = name.lower()
        taken_to = end
        if name in END_TAGS and not slash and name not in never_ending:
            after = _after_element(source, name, end)
            if after is not None:
                taken_to = after
                pending.append(text)
                continue
            never_ending.add(name)
        if pending:
            text = "".join([*pending, text])
            pending.clear()
        yield text, slash == "/", name, attributes
    rest = source[taken_to:].removesuffix("<")  # a page that was cut off there
    yield "".join([*pending, rest]), False, "", ""


def attributes_of(attributes: str) -> dict[str, str]:
    """A tag's attributes: names in lower case, values with their entities resolved, the first of a name wins."""
    values: dict[str, str] = {}
    for name, double, single, bare in ATTRIBUTE.findall(attributes[:20_000]):
        values.setdefault(name.lower(), unescape(double or single or bare))
    return values


def unescape(text: str) -> str:
    """Text with its entities resolved; left as it is where one is beyond reason."""
    if "&" not in text:
        return text
    try:
        return html.unescape(text)
    except ValueError:  # a number of thousands of digits
        return text


def _after(source: str, mark: str, position: int) -> int:
    found = source.find(mark, position)
    return len(source) if found < 0 else found + len(mark)


def _end_of_odd_tag(source: str, start: int, position: int, quotes_are_broken: bool) -> tuple[int, bool]:
    """Where a tag ends that holds "<" in a quoted value, or whose quotes don't pair.

    When quotes once led nowhere to the page's end, they are not tried again: that keeps the pass linear.
    """
    if not quotes_are_broken:
        found = ODD_TAG.match(source, start)
        if found is not None:
            return found.end(), False
    return _after(source, ">", position), True


def _after_element(source: str, name: str, position: int) -> int | None:
    """Behind the end tag of a skipped element; None where it never ends and isn't raw."""
    found = END_TAGS[name].search(source, position)
    if found is None:
        return len(source) if name in RAW else None
    return _after(source, ">", found.end())
