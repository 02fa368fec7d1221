"""What the words of one entry's details tell, all of it at once.

It is remembered: a watched page comes again and again with the same entries, and a vendor sends the same sentence
to every council.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from manual.amendments.references import sections_named
from manual.amendments.wording import (
    LINK_ADDED,
    NEW_LINK,
    asks_reread,
    asks_rereference,
    is_description,
    plain,
    told_kind,
)
from manual.identity import title_key
from manual.reading import AmendmentKind

MAX_REMEMBERED = 2000
"""Characters. Longer details are read anew each time."""


class Told(NamedTuple):
    kind: AmendmentKind | None
    """None where they tell of a change and no more."""
    link_to: str | None
    """The key of the title that a link was added to; the entry is a link when that is its own title."""
    is_new_link: bool
    """They say that a link was added, which under "New Chapters" is all that the entry is."""
    is_description: bool
    sections: tuple[str, ...]
    reread: bool
    rereference: bool


def told_by(details: str) -> Told:
    """What the details tell of the chapter's change."""
    return _remembered(details) if len(details) <= MAX_REMEMBERED else _told_by(details)


def _told_by(details: str) -> Told:
    words = plain(details)
    kind = told_kind(words)
    link = LINK_ADDED.search(words) if kind is None and "link" in words else None
    return Told(
        kind=kind,
        link_to=title_key(link[1]) if link else None,
        is_new_link=NEW_LINK.match(words) is not None,
        is_description=is_description(words),
        sections=sections_named(details),
        reread=asks_reread(words),
        rereference=asks_rereference(words),
    )


_remembered = lru_cache(maxsize=4096)(_told_by)
