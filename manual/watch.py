"""Watches the sources: fetch, read, compare, record. Read from top to bottom, this is the story of one visit.

A visit changes what is known in one transaction, together with what the listeners make of it (the matches), so
that nothing can be seen without being told. First sight of a source is a baseline. A page that can't be
understood changes nothing; operators hear of it from the third time in a row on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from config.manuals import ManualConfig
from database.connection import Database
from manual import store
from manual.amendments import with_candidates
from manual.cadence import is_overdue, next_try, next_visit, should_tell_operators
from manual.entries import entries_of
from manual.errors import FetchFailed, FetchUnavailable, ManualError, Unreadable
from manual.fetch import Fetcher, NotModified, Page
from manual.read import read
from manual.reading import Amendment, AmendmentsReading, ContentsReading, Reading
from manual.recording import record_baseline, record_list
from manual.store import RecordedAmendment, Source

log = structlog.get_logger(__name__)

# Yearly pages; older ones than these nobody asks for.
ARCHIVES_READ = 20


class Listeners(Protocol):
    """Whoever wants to know, inside the transaction that records it."""

    async def amendments_recorded(
        self, connection: AsyncConnection, amendments: Sequence[RecordedAmendment], now: datetime
    ) -> None:
        """New and revised amendments that are to be told; never a baseline."""

    async def trouble(self, connection: AsyncConnection, summary: str, details: str, now: datetime) -> None:
        """Something that an operator should hear of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """How one visit to a source ended. ``recorded`` counts the amendments that are told because of it."""

    source: Source
    outcome: Literal["not modified", "baseline", "read", "failed"]
    recorded: int = 0
    reason: str | None = None


async def visit_due_sources(
    *,
    database: Database,
    fetcher: Fetcher,
    manuals: Mapping[str, ManualConfig],
    listeners: Listeners,
    now: datetime,
) -> list[Visit]:
    """Visit every source whose time has come, one after the other, contents first."""
    async with database.writing() as connection:
        await store.add_sources(connection, manuals, now)
    visits: list[Visit] = []
    while True:
        async with database.writing() as connection:
            source = await store.claim_due_source(connection, now)
        if source is None:
            return visits
        every = interval_of(source, manuals)
        if every is not None:  # else it is no longer in manuals.toml: kept, not visited
            visits.append(
                await visit(source, every=every, database=database, fetcher=fetcher, listeners=listeners, now=now)
            )


async def visit(
    source: Source,
    *,
    every: timedelta,
    database: Database,
    fetcher: Fetcher,
    listeners: Listeners,
    now: datetime,
) -> Visit:
    """Fetch, read, compare and record one source. Never raises for what a page or a server does."""
    async with database.reading() as connection:
        contents = await store.latest_contents(connection, source.manual)
    try:
        page = await fetcher.fetch(source.url, etag=source.etag, last_modified=source.last_modified)
        if isinstance(page, NotModified):
            return await _record_unmodified(source, every=every, database=database, listeners=listeners, now=now)
        reading = understand(page, source, contents)
        archived = await _archived(reading, source, contents, fetcher)
        return await _record(source, page, reading, archived, every, database, listeners, now)
    except ManualError as error:
        return await _record_failure(source, error, every=every, database=database, listeners=listeners, now=now)


def understand(page: Page, source: Source, contents: ContentsReading | None) -> Reading:
    """The page as the kind of reading that its source promises. Raises Unreadable."""
    titles = tuple(chapter.title for chapter in contents.chapters) if contents else ()
    reading = read(page.body, kind=source.kind, url=page.url, content_type=page.content_type, titles=titles)
    if isinstance(reading, AmendmentsReading) and contents:
        return with_candidates(reading, contents)
    return reading


async def _archived(
    reading: Reading, source: Source, contents: ContentsReading | None, fetcher: Fetcher
) -> list[Amendment]:
    """What the older years' pages hold, at first sight only: history to be looked up, told to nobody."""
    if source.baseline_at is not None or not isinstance(reading, AmendmentsReading):
        return []
    found: list[Amendment] = []
    for url in reading.archives[:ARCHIVES_READ]:
        try:
            page = await fetcher.fetch(url)
            older = understand(page, source, contents) if isinstance(page, Page) else None
        except ManualError as error:
            log.warning("archive not read", manual=source.manual, url=url, reason=str(error))
            continue
        if isinstance(older, AmendmentsReading):
            found.extend(older.entries)
    return found


def interval_of(source: Source, manuals: Mapping[str, ManualConfig]) -> timedelta | None:
    """How often the council wants this source looked at; None where it is no longer configured."""
    manual = manuals.get(source.manual)
    for each in manual.sources if manual else ():
        if each.url == source.url:
            return each.every
    return None


async def _record(
    source: Source,
    page: Page,
    reading: Reading,
    archived: Sequence[Amendment],
    every: timedelta,
    database: Database,
    listeners: Listeners,
    now: datetime,
) -> Visit:
    told: list[RecordedAmendment] = []
    async with database.writing() as connection:
        await _insist_on_claim(connection, source)
        entries = entries_of(reading)
        if entries is not None and source.baseline_at is None:
            await record_baseline(connection, source, entries, archived, now)
        elif entries is not None:
            told = await record_list(connection, source, entries, now)
        if told:
            await listeners.amendments_recorded(connection, told, now)
        await store.record_reading(connection, source, reading, now)
        await _record_good_visit(connection, source, page, reading, every, listeners, now)
    outcome: Literal["baseline", "read"] = "read" if source.baseline_at else "baseline"
    log.info("visited", manual=source.manual, url=source.url, outcome=outcome, recorded=len(told))
    return Visit(source=source, outcome=outcome, recorded=len(told))


async def _insist_on_claim(connection: AsyncConnection, source: Source) -> None:
    """A visit that took longer than its claim may have been made by somebody else meanwhile: then drop ours."""
    if not await store.still_claimed(connection, source):
        raise FetchUnavailable(source.url, "the visit took too long; another process has taken it over")


async def _record_unmodified(
    source: Source, *, every: timedelta, database: Database, listeners: Listeners, now: datetime
) -> Visit:
    async with database.writing() as connection:
        await _insist_on_claim(connection, source)
        reading = await store.latest_reading(connection, source.id)
        await _record_good_visit(connection, source, source, reading, every, listeners, now)
    return Visit(source=source, outcome="not modified")


async def _record_good_visit(
    connection: AsyncConnection,
    source: Source,
    validators: Page | Source,
    reading: Reading | None,
    every: timedelta,
    listeners: Listeners,
    now: datetime,
) -> None:
    """Plan the next visit by what the page announces, and tell operators what they should know of it."""
    next_update = reading.next_update if isinstance(reading, AmendmentsReading) else None
    await store.record_good_visit(
        connection,
        source,
        etag=validators.etag,
        last_modified=validators.last_modified,
        next_fetch_at=next_visit(now, every=every, next_update=next_update),
        now=now,
    )
    if source.operators_told_at is not None:
        await listeners.trouble(
            connection,
            f"{source.manual}: the {source.kind} page can be read again",
            f"{source.url}\nIt could not be read for {source.failures} visits in a row. Nothing was lost: "
            "what changed meanwhile is told now.",
            now,
        )
    if is_overdue(now, next_update) and source.overdue_told != next_update:
        await store.record_overdue(connection, source, next_update)
        await listeners.trouble(
            connection,
            f"{source.manual}: the announced update is late",
            f"{source.url}\nThe page announces its next update for {next_update}, more than six weeks ago, "
            "and nothing has changed since. The publisher may have moved the page.",
            now,
        )


async def _record_failure(
    source: Source,
    error: ManualError,
    *,
    every: timedelta,
    database: Database,
    listeners: Listeners,
    now: datetime,
) -> Visit:
    failures = source.failures + 1
    reason = error.reason if isinstance(error, Unreadable | FetchFailed) else str(error)
    retry_after = error.retry_after if isinstance(error, FetchUnavailable) else None
    tell = should_tell_operators(now, failures=failures, told_at=source.operators_told_at)
    async with database.writing() as connection:
        if not await store.still_claimed(connection, source):
            return Visit(source=source, outcome="failed", reason=reason)
        await store.record_failure(
            connection,
            source,
            reason=reason,
            next_fetch_at=next_try(now, every=every, failures=failures, retry_after=retry_after),
            told=tell,
            now=now,
        )
        if tell:
            since = source.failing_since or now
            await listeners.trouble(
                connection,
                f"{source.manual}: the {source.kind} page can't be read",
                f"{source.url}\n{reason}\n{failures} visits in a row failed, since {since:%d %B %Y %H:%M} UTC. "
                "What was known is kept, and nobody is told anything until the page can be read again.",
                now,
            )
    log.warning("visit failed", manual=source.manual, url=source.url, failures=failures, reason=reason)
    return Visit(source=source, outcome="failed", reason=reason)
