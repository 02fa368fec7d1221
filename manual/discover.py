"""Finds a manual's pages from its home or amendments address: looks at links, fetches a few, reads what comes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from manual.errors import FetchFailed, ManualError, Unreadable
from manual.fetch import Fetcher, Page
from manual.page.blocks import Link
from manual.page.layout import page_of
from manual.read import read_carefully
from manual.reading import AmendmentsReading, ContentsReading, Reading

# What such pages are called in links and addresses, on the platforms that are known.
_CALLED = {
    AmendmentsReading.kind: re.compile(r"amendments?|recent changes|updates? to (?:the )?manual", re.IGNORECASE),
    ContentsReading.kind: re.compile(
        r"contents|procedures manual|view (?:the )?manual|all chapters", re.IGNORECASE
    ),
}

# Where such pages stand when nothing links to them.
_USUAL_PLACES = {
    AmendmentsReading.kind: ("amendments", "amendments.html", "chapters/amendments.html"),
    ContentsReading.kind: ("contents", "contents.html", "chapters/contents.html", "contents/contents"),
}

# Pages fetched for one kind before it is given up: a stranger's server is not to be searched.
_FETCHED_PER_KIND = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a manual's address led to. A page that was not found is None; ``notes`` say what was odd."""

    title: str | None
    amendments: tuple[str, AmendmentsReading] | None
    contents: tuple[str, ContentsReading] | None
    notes: tuple[str, ...] = ()


async def discover(url: str, fetcher: Fetcher) -> Found:
    """The amendments and the contents page of the manual at ``url``. Nothing is stored.

    Raises FetchFailed where the address itself can't be fetched, Unreadable where neither page is found.
    """
    home = await fetcher.fetch(url)
    assert isinstance(home, Page), "nothing is conditional in a first fetch"
    laid_out = page_of(home.body, url=home.url, content_type=home.content_type)
    links = [link for block in laid_out.blocks for link in block.links]
    notes: list[str] = []
    found: dict[str, tuple[str, Reading]] = {}
    for kind in (AmendmentsReading.kind, ContentsReading.kind):
        page = await _first_of_kind(kind, home, links, fetcher)
        if page is None:
            notes.append(f"no {kind} page was found from {url}")
        else:
            found[kind] = page
            notes.extend(f"{kind}: {oddity}" for oddity in getattr(page[1], "oddities", ()))
    if not found:
        raise Unreadable(f"neither an amendments page nor a contents page was found from {url}")
    return Found(
        title=laid_out.title,
        amendments=found.get(AmendmentsReading.kind),  # type: ignore[arg-type]
        contents=found.get(ContentsReading.kind),  # type: ignore[arg-type]
        notes=tuple(notes),
    )


def addresses_for(kind: str, home: str, links: Sequence[Link]) -> Iterator[str]:
    """Where a page of this kind may be, likeliest first: links called so, such addresses, usual places."""
    called = _CALLED[kind]
    own = [link for link in links if urlsplit(link.url).netloc == urlsplit(home).netloc]
    by_words = [link.url for link in own if called.search(link.text)]
    by_address = [link.url for link in own if called.search(urlsplit(link.url).path)]
    usual = [urljoin(home, place) for place in _USUAL_PLACES[kind]]
    rooted = [urljoin(home, f"/{place}") for place in _USUAL_PLACES[kind]]
    plain = (url.partition("#")[0] for url in (*by_words, *by_address, *usual, *rooted))
    yield from dict.fromkeys(url for url in plain if url != home)


async def _first_of_kind(
    kind: str, home: Page, links: Sequence[Link], fetcher: Fetcher
) -> tuple[str, Reading] | None:
    itself = _read_as(kind, home)
    if itself is not None:
        return home.url, itself
    candidates = list(addresses_for(kind, home.url, links))[:_FETCHED_PER_KIND]
    for url in candidates:
        try:
            page = await fetcher.fetch(url)
        except FetchFailed:
            continue
        reading = _read_as(kind, page) if isinstance(page, Page) else None
        if reading is not None:
            return url, reading
    return None


def _read_as(kind: str, page: Page) -> Reading | None:
    try:
        reading = read_carefully(page.body, url=page.url, content_type=page.content_type)
    except ManualError:
        return None
    return reading if reading.kind == kind else None
