"""Feeds of the archive for feed readers (Atom), and a calendar of announced updates (iCalendar)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from urllib.parse import urlsplit

from feedgen.feed import FeedGenerator
from icalendar import Calendar, Event
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.archive import Entry
from bot.web.site import Site
from digests.wording import month_words
from manual.store.history import ListState, list_states

IN_A_FEED = 60

_ATOM = "application/atom+xml"


def feed_routes(site: Site) -> list[BaseRoute]:
    """/feeds, /feeds/all.atom, /feeds/{topic}.atom and /calendar.ics."""

    async def show(request: Request) -> Response:
        topics = [{"id": topic.id, "name": topic.name} for topic in site.topics]
        return site.page("feeds.html", {"topics": topics, "root": site.addresses.root})

    async def feed(request: Request) -> Response:
        name = request.path_params["name"]
        if name != "all" and name not in site.topics:
            raise HTTPException(404)
        async with site.database.reading() as connection:
            every = await site.archive.entries(connection, site.clock())
        of_it = [each for each in every if name == "all" or name in each.topics]
        found = sorted(of_it, key=lambda each: each.recorded_at, reverse=True)
        called = "Everything that changed" if name == "all" else site.topics.get(name).name
        body = atom(islice(found, IN_A_FEED), root=site.addresses.root, name=name, title=called, now=site.clock())
        return Response(body, media_type=_ATOM)

    async def calendar(request: Request) -> Response:
        async with site.database.reading() as connection:
            states = await list_states(connection)
        body = announced_updates(states, names=site.manuals, root=site.addresses.root, now=site.clock())
        return Response(body, media_type="text/calendar; charset=utf-8")

    return [
        Route("/feeds", show),
        Route("/feeds/{name}.atom", feed),
        Route("/calendar.ics", calendar),
    ]


def atom(entries: Iterable[Entry], *, root: str, name: str, title: str, now: datetime) -> bytes:
    """An Atom feed. Entries that were recorded together have times a second apart, in the page's order: some
    feed readers drop those of equal times. Pure."""
    feed = FeedGenerator()
    address = f"{root}/feeds/{name}.atom"
    feed.id(address)
    feed.title(f"{title}: changes")
    feed.author({"name": "Chapterwatch"})
    feed.link(href=address, rel="self", type=_ATOM)
    feed.link(href=f"{root}/amendments" + ("" if name == "all" else f"?topic={name}"), rel="alternate")
    latest: datetime | None = None
    for at, entry in _apart(list(entries)):
        latest = max(latest or at, at)
        _add(feed, entry, at, root)
    feed.updated(latest or now)
    body: bytes = feed.atom_str(pretty=True)
    return body


def _add(feed: FeedGenerator, entry: Entry, at: datetime, root: str) -> None:
    said = entry.item.amendment
    each = feed.add_entry(order="append")
    each.id(f"tag:{urlsplit(root).hostname},2026:amendment:{entry.id}")
    each.title(_clean(f"{'Must re-read: ' if said.reread else ''}{entry.title}"))
    each.link(href=f"{root}/amendments/{entry.id}")
    each.published(at)
    each.updated(at)
    each.content(_clean("\n".join((" · ".join(entry.item.facts), said.details))), type="text")


def _apart(entries: Sequence[Entry]) -> list[tuple[datetime, Entry]]:
    """Each entry with a time of its own: the first of those recorded together has the latest."""
    taken: set[datetime] = set()
    placed = []
    for entry in entries:
        at = entry.recorded_at.replace(microsecond=0)
        while at in taken:
            at -= timedelta(seconds=1)
        taken.add(at)
        placed.append((at, entry))
    return placed


def _clean(text: str) -> str:
    """Without what XML forbids."""
    return "".join(each for each in text if each in "\n\t" or (each >= " " and each not in "\ufffe\uffff"))


def announced_updates(states: Iterable[ListState], *, names: Mapping[str, str], root: str, now: datetime) -> bytes:
    """A calendar with one event for each update that a manual announces: the whole month. Pure."""
    calendar = Calendar()
    calendar.add("prodid", "-//Chapterwatch//Announced updates//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Updates of the procedures")
    for state in states:
        if not state.next_update or state.manual not in names:
            continue
        year, month = (int(part) for part in state.next_update.split("-")[:2])
        event = Event()
        name = names[state.manual]
        mark = hashlib.sha256(f"{state.manual}:{state.url}:{state.next_update}".encode()).hexdigest()[:20]
        event.add("uid", f"{mark}@{urlsplit(root).hostname}")
        event.add("dtstamp", (state.fetched_at or now).astimezone(UTC))
        event.add("dtstart", date(year, month, 1))
        event.add("dtend", date(year + month // 12, month % 12 + 1, 1))
        event.add("summary", f"{name}: update announced for {month_words(state.next_update)}")
        event.add("transp", "TRANSPARENT")
        event.add("url", f"{root}/amendments")
        calendar.add_component(event)
    body: bytes = calendar.to_ical()
    return body
