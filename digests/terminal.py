"""Renders a digest for a terminal: calm, readable at 80 columns, and as clear without colour as with it."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.style import Style
from rich.text import Text

from digests.digest import Digest
from digests.entry import Entry, closing_lines, entry_of, lengths, passage_text
from digests.wording import list_words

LENGTHS = lengths(reread=400, changed=240, minor=120)

_INDENT = (0, 0, 0, 2)  # rows above, right, below, left


def render_terminal(digest: Digest) -> RenderableType:
    """``digest`` for a rich console; titles are links where the terminal follows them."""
    return Group(*_lines(digest))


def _lines(digest: Digest) -> Iterator[RenderableType]:
    yield Text(digest.heading, style="bold")
    yield Text(list_words(digest.manual_names), style="dim")
    yield Text(digest.occasion, style="dim")
    yield Text()
    for group in digest.groups:
        yield Rule(Text(group.title, style="bold"), align="left", style="dim")
        for section in group.sections:
            yield Text(section.title, style="italic")
            for item in section.items:
                yield Padding(Group(*_entry_lines(entry_of(item, digest, LENGTHS))), _INDENT, expand=False)
    for line in closing_lines(digest):
        yield Text(line, style="dim")


def _entry_lines(entry: Entry) -> Iterator[Text]:
    yield Text(entry.title, style=Style(bold=True, link=entry.url))
    facts = Text(" · ".join((*entry.facts, *filter(None, [entry.why]))), style="dim")
    if entry.reread:
        facts.stylize(Style(bold=True, dim=False), 0, len(entry.facts[0]))
    yield facts
    if entry.details:
        yield Text(entry.details + (" (shortened)" if entry.more_url else ""))
    for section in entry.changed_sections:
        yield Text(f"Changed in “{section.heading}”", style="bold")
        for passage in section.passages:
            words = Text(passage_text(passage))
            words.highlight_regex(r"(?m)^(Was|Now|Added|Taken out):", "bold")
            yield words
    if entry.unshown_words:
        yield Text(entry.unshown_words)
    yield Text()
