"""A chapter's past: which amendments were about it, through its changes of name. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from manual.identity import title_key, url_slug
from manual.reading import Amendment
from manual.store import RecordedAmendment


def past_of(title: str, url: str | None, recorded: Sequence[RecordedAmendment]) -> list[RecordedAmendment]:
    """Those of ``recorded`` that were about this chapter, in their order.

    An amendment belongs by its link or its title; a title that the chapter had before belongs as well, since the
    amendment that changed it names it.
    """
    keys = {title_key(title)}
    slugs = {slug} if (slug := url_slug(url)) else set()
    found: set[int] = set()
    grown = True
    while grown:
        mine = [each for each in recorded if each.id not in found and _is_about(each.amendment, keys, slugs)]
        grown = bool(mine)
        found |= {each.id for each in mine}
        keys |= {title_key(former) for each in mine for former in each.amendment.former_titles}
    return [each for each in recorded if each.id in found]


def _is_about(amendment: Amendment, keys: set[str], slugs: set[str]) -> bool:
    if slugs and url_slug(amendment.url) in slugs:
        return True
    return bool(amendment.title) and title_key(amendment.title or "") in keys
