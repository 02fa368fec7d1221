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
from manual.amendments.lost_titles import with_candidates
from manual.cadence import is_overdue, next_try, next_visit, should_tell_operators
from manual.chapters.following import EVERY, chapters_to_follow, chapters_told_of, record_chapter
from manual.contents.changes import record_contents
from manual.entries import entries_of
from manual.errors import FetchFailed, FetchUnavailable, ManualError, Unreadable
from manual.fetch import Fetcher, NotModified, Page
from manual.read import read_carefully
from manual.reading import Amendment, AmendmentsReading, ChapterReading, ContentsReading, Reading
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Watcher:
    """Visits sources. ``manuals`` are the configured ones, by id; what is not among them is kept, not visited."""

    database: Database
    fetcher: Fetcher
    manuals: Mapping[str, ManualConfig]
    listeners: Listeners

    async def visit_due_sources(self, now: datetime) -> list[Visit]:
        """Visit every source whose time has come, one after the other: contents, then lists, then chapters.

        Then let go of what was held for a list that did not tell of it.
        """
        async with self.database.writing() as connection:
            await store.add_sources(connection, self.manuals, now)
        visits: list[Visit] = []
        while True:
            async with self.database.writing() as connection:
                source = await store.claim_due_source(connection, now)
            if source is None:
                break
            every = interval_of(source, self.manuals.get(source.manual))
            if every is not None:
                visits.append(await self.visit(source, every, now))
        async with self.database.writing() as connection:
            if released := await store.release_held(connection, now):
                await self.listeners.amendments_recorded(connection, released, now)
        return visits

    async def visit(self, source: Source, every: timedelta, now: datetime) -> Visit:
        """Fetch, read, compare and record a claimed source. Never raises for what a page or a server does."""
        try:
            page = await self.fetcher.fetch(source.url, etag=source.etag, last_modified=source.last_modified)
            if isinstance(page, NotModified):
                return await self._record_unmodified(source, every, now)
            reading = await self._read(page, source)
            archived = await self._read_archives(reading, source)
            return await self._record(source, page, reading, archived, every, now)
        except ManualError as error:
            return await self._record_failure(source, error, every, now)

    async def _read(self, page: Page, source: Source) -> Reading:
        """The page as the kind of reading that its source promises. Raises Unreadable."""
        reading = read_carefully(page.body, kind=source.kind, url=page.url, content_type=page.content_type)
        if not isinstance(reading, AmendmentsReading):
            return reading
        async with self.database.reading() as connection:
            contents = await store.latest_contents(connection, source.manual)
        return with_candidates(reading, contents) if contents else reading

    async def _read_archives(self, reading: Reading, source: Source) -> list[Amendment]:
        """What the older years' pages hold, at first sight only: history to be looked up, told to nobody."""
        if source.baseline_at is not None or not isinstance(reading, AmendmentsReading):
            return []
        found: list[Amendment] = []
        for url in reading.archives[:ARCHIVES_READ]:
            try:
                page = await self.fetcher.fetch(url)
                older = await self._read(page, source) if isinstance(page, Page) else None
            except ManualError as error:
                log.warning("archive not read", manual=source.manual, url=url, reason=str(error))
                continue
            if isinstance(older, AmendmentsReading):
                found.extend(older.entries)
        return found

    async def _record(
        self,
        source: Source,
        page: Page,
        reading: Reading,
        archived: Sequence[Amendment],
        every: timedelta,
        now: datetime,
    ) -> Visit:
        async with self.database.writing() as connection:
            await _insist_on_claim(connection, source)
            told = await _record_changes(connection, source, reading, archived, now)
            if told:
                await store.drop_held(connection, told)
                await self.listeners.amendments_recorded(connection, told, now)
            await store.record_reading(connection, source, reading, now)
            await self._plan_chapters(connection, source, reading, told, now)
            await self._record_good_visit(connection, source, page, reading, every, now)
        outcome: Literal["baseline", "read"] = "read" if source.baseline_at else "baseline"
        log.info("visited", manual=source.manual, url=source.url, outcome=outcome, recorded=len(told))
        return Visit(source=source, outcome=outcome, recorded=len(told))

    async def _record_unmodified(self, source: Source, every: timedelta, now: datetime) -> Visit:
        async with self.database.writing() as connection:
            await _insist_on_claim(connection, source)
            reading = await store.latest_reading(connection, source.id)
            await self._record_good_visit(connection, source, source, reading, every, now)
        return Visit(source=source, outcome="not modified")

    async def _plan_chapters(
        self,
        connection: AsyncConnection,
        source: Source,
        reading: Reading,
        told: Sequence[RecordedAmendment],
        now: datetime,
    ) -> None:
        """Plan the visits to chapters' own pages, as far as the council wants them followed."""
        config = self.manuals[source.manual]
        if isinstance(reading, ContentsReading):
            await store.add_chapters(connection, source.manual, chapters_to_follow(config, reading, now))
        elif told:
            contents = await store.latest_contents(connection, source.manual)
            urls = chapters_told_of(config, contents, [each.amendment for each in told])
            await store.add_chapters(connection, source.manual, [(url, now) for url in urls])
            await store.make_due(connection, source.manual, urls, now)

    async def _record_good_visit(
        self,
        connection: AsyncConnection,
        source: Source,
        validators: Page | Source,
        reading: Reading | None,
        every: timedelta,
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
            await self.listeners.trouble(
                connection,
                f"{source.manual}: the {source.kind} page can be read again",
                f"{source.url}\nIt could not be read for {source.failures} visits in a row. Nothing was lost: "
                "what changed meanwhile is told now.",
                now,
            )
        if is_overdue(now, next_update) and source.overdue_told != next_update:
            await store.record_overdue(connection, source, next_update)
            await self.listeners.trouble(
                connection,
                f"{source.manual}: the announced update is late",
                f"{source.url}\nThe page announces its next update for {next_update}, which ended more than six "
                "weeks ago, and still says so. The publisher may have moved the page.",
                now,
            )

    async def _record_failure(self, source: Source, error: ManualError, every: timedelta, now: datetime) -> Visit:
        failures = source.failures + 1
        reason = error.reason if isinstance(error, Unreadable | FetchFailed) else str(error)
        retry_after = error.retry_after if isinstance(error, FetchUnavailable) else None
        # A hundred chapters on one broken site are one trouble, and its list tells of it.
        tell = source.kind != ChapterReading.kind and should_tell_operators(
            now, failures=failures, told_at=source.operators_told_at
        )
        log.warning("visit failed", manual=source.manual, url=source.url, failures=failures, reason=reason)
        async with self.database.writing() as connection:
            if not await store.still_claimed(connection, source):
                return Visit(source=source, outcome="failed", reason=reason)
            next_at = next_try(now, every=every, failures=failures, retry_after=retry_after)
            await store.record_failure(
                connection, source, reason=reason, next_fetch_at=next_at, told=tell, now=now
            )
            if tell:
                since = source.failing_since or now
                await self.listeners.trouble(
                    connection,
                    f"{source.manual}: the {source.kind} page can't be read",
                    f"{source.url}\n{reason}\n{failures} visits in a row have failed, since {since:%d.%m.%Y}. "
                    "What was known is kept, and nobody is told anything until the page can be read again.",
                    now,
                )
        return Visit(source=source, outcome="failed", reason=reason)


def interval_of(source: Source, config: ManualConfig | None) -> timedelta | None:
    """How often the council wants this source looked at; None where it is no longer configured."""
    if config is None:
        return None
    if source.kind == ChapterReading.kind:
        return None if config.follow == "off" else EVERY
    return next((each.every for each in config.sources if each.url == source.url), None)


async def _record_changes(
    connection: AsyncConnection, source: Source, reading: Reading, archived: Sequence[Amendment], now: datetime
) -> list[RecordedAmendment]:
    """Record what a reading says beyond the last one. Returns what is to be told now. Raises Unreadable."""
    entries = entries_of(reading)
    if entries is not None and source.baseline_at is None:
        await record_baseline(connection, source, entries, archived, now)
    elif entries is not None:
        return await record_list(connection, source, entries, now)
    else:
        before = await store.latest_reading(connection, source.id)
        if isinstance(reading, ContentsReading) and isinstance(before, ContentsReading):
            await record_contents(connection, source, before, reading, now)
        elif isinstance(reading, ChapterReading) and isinstance(before, ChapterReading):
            await record_chapter(connection, source, before, reading, now)
    return []


async def _insist_on_claim(connection: AsyncConnection, source: Source) -> None:
    """A visit that took longer than its claim may have been made by somebody else meanwhile: then drop ours."""
    if not await store.still_claimed(connection, source):
        raise FetchUnavailable(source.url, "the visit took too long; another process has taken it over")
