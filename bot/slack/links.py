"""Decides which links of a message are shown with a preview: few, not twice, only what we know. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from bot.shelf import ManualAtHand
from manual.identity import url_slug
from manual.reading import Chapter

TOO_MANY = 3
"""In a message with so many links, previews would bury what is said."""


def chapters_linked(
    links: Sequence[str], manuals: Iterable[ManualAtHand]
) -> list[tuple[str, ManualAtHand, Chapter]]:
    """The links that lead to a chapter of a watched manual, each once; none where the message has many."""
    if len(set(links)) >= TOO_MANY:
        return []
    at_hand = list(manuals)
    found = [
        (link, each, chapter)
        for link in dict.fromkeys(links)
        for each in at_hand
        if (chapter := _chapter_at(link, each)) is not None
    ]
    return list({link: (link, each, chapter) for link, each, chapter in reversed(found)}.values())[::-1]


def _chapter_at(link: str, manual: ManualAtHand) -> Chapter | None:
    """By its address; by its slug where the site is the manual's own."""
    wanted = _key(link)
    for chapter in manual.contents.chapters:
        if chapter.url and _key(chapter.url) == wanted:
            return chapter
    slug = url_slug(link)
    hosts = {_host(url) for url in (manual.url, *(each.url for each in manual.contents.chapters)) if url}
    if slug is None or _host(link) not in hosts:
        return None
    return next((each for each in manual.contents.chapters if url_slug(each.url) == slug), None)


def _key(link: str) -> tuple[str, str, str]:
    """An address without what doesn't tell pages apart."""
    parts = urlsplit(link.strip())
    fragment = parts.fragment if "/contents/" in parts.path else ""
    return _host(link), parts.path.rstrip("/"), fragment


def _host(link: str) -> str:
    try:
        return (urlsplit(link.strip()).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
