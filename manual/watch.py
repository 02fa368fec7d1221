"""Watches the sources: fetch, read, compare, record. Read from top to bottom, this is the story of one visit.

A visit changes what is known in one transaction, together with what the listeners make of it (the matches), so
that nothing can be seen without being told. First sight of a source is a baseline. A page that can't be
understood changes nothing; operators hear of it from the third time in a row on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, Protocol

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from config.manuals import ManualConfig
from database.connection import Database
from manual import store
from manual.amendments import with_candidates
from manual.cadence import is_overdue, next_try, next_visit, should_tell_operators
from manual.compare import AmendmentsComparison, compare_amendments, revision_matters
from manual.entries import entries_of
from manual.errors import FetchFailed, FetchUnavailable, ManualError, Unreadable
from manual.fetch import Fetcher, NotModified, Page
from manual.read import read
from manual.reading import Amendment, AmendmentsReading, ContentsReading, Reading
from manual.store import RecordedAmendment, Source

log = structlog.get_logger(__name__)

DEFAULT_INTERVAL = timedelta(days=1)


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
class Changes:
    """What a reading means for what is known, decided by ``decide``. Ids are those of stored amendments."""

    told: tuple[tuple[Amendment, int | None], ...]
    """Amendments to record and to tell; with the id of the one that each revises, None for a new one."""
    corrected: tuple[tuple[Amendment, int], ...]
    """Other words for a known amendment, not worth telling again."""
    gone: tuple[int, ...]
    back: tuple[int, ...]


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
    visits = []
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
        return await _record(source, page, reading, contents, every, database, listeners, now)
    except ManualError as error:
        return await _record_failure(source, error, every=every, database=database, listeners=listeners, now=now)


def understand(page: Page, source: Source, contents: ContentsReading | None) -> Reading:
    """The page as the kind of reading that its source promises. Raises Unreadable."""
    titles = tuple(chapter.title for chapter in contents.chapters) if contents else ()
    reading = read(page.body, kind=source.kind, url=page.url, content_type=page.content_type, titles=titles)
    if isinstance(reading, AmendmentsReading) and contents:
        return with_candidates(reading, contents)
    return reading


def decide(
    known: Sequence[RecordedAmendment],
    comparison: AmendmentsComparison,
    *,
    earlier: Mapping[int, Sequence[Amendment]],
) -> Changes:
    """What to do about each difference. Pure.

    ``earlier`` holds, for known amendments that were revised before, their former wordings: a page that flips
    back to one of them (a stale cache, say) tells nobody anything new.
    """
    ids: defaultdict[Amendment, list[int]] = defaultdict(list)
    for each in known:
        ids[each.amendment].append(each.id)
    told: list[tuple[Amendment, int | None]] = [(amendment, None) for amendment in comparison.new]
    corrected: list[tuple[Amendment, int]] = []
    for pair in comparison.revised:
        amendment_id = ids[pair.before].pop(0)
        told_before = any(not revision_matters(former, pair.after) for former in earlier.get(amendment_id, ()))
        if revision_matters(pair.before, pair.after) and not told_before:
            told.append((pair.after, amendment_id))
        else:
            corrected.append((pair.after, amendment_id))
    removed = {ids[amendment].pop(0) for amendment in comparison.removed}
    was_gone = {each.id for each in known if each.gone}
    return Changes(
        told=tuple(told),
        corrected=tuple(corrected),
        gone=tuple(sorted(removed - was_gone)),
        back=tuple(sorted(was_gone - removed)),
    )


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
    contents: ContentsReading | None,
    every: timedelta,
    database: Database,
    listeners: Listeners,
    now: datetime,
) -> Visit:
    async with database.writing() as connection:
        await _insist_on_claim(connection, source)
        told = await _record_entries(connection, source, reading, listeners, now)
        await store.record_reading(connection, source, reading, now)
        await _record_good_visit(connection, source, page, reading, every, listeners, now)
    outcome: Literal["baseline", "read"] = "read" if source.baseline_at else "baseline"
    log.info("visited", manual=source.manual, url=source.url, outcome=outcome, recorded=len(told))
    return Visit(source=source, outcome=outcome, recorded=len(told))


async def _insist_on_claim(connection: AsyncConnection, source: Source) -> None:
    """A visit that took longer than its claim may have been made by somebody else meanwhile: then drop ours."""
    if not await store.still_claimed(connection, source):
        raise FetchUnavailable(source.url, "the visit took too long; another process has taken it over")


async def _record_entries(
    connection: AsyncConnection, source: Source, reading: Reading, listeners: Listeners, now: datetime
) -> list[RecordedAmendment]:
    """Record what is new or revised among a reading's entries, and let the listeners match it."""
    after = entries_of(reading)
    if after is None:
        return []
    if source.baseline_at is None:
        await store.record_amendments(
            connection, source, [(amendment, None) for amendment in after.entries], baseline=True, now=now
        )
        return []
    known = await store.known_amendments(connection, source.id)
    before = replace(after, entries=tuple(each.amendment for each in known))
    comparison = compare_amendments(before, after)
    if not comparison.understood:
        raise Unreadable(comparison.reason or "the list can't be compared with the last one")
    earlier = {
        each.id: await store.earlier_wordings(connection, each.id) for each in known if each.revises_id is not None
    }
    changes = decide(known, comparison, earlier=earlier)
    for amendment, amendment_id in changes.corrected:
        await store.correct_amendment(connection, amendment_id, amendment)
    await store.mark_gone(connection, changes.gone, now)
    await store.mark_back(connection, changes.back)
    told = await store.record_amendments(connection, source, changes.told, baseline=False, now=now)
    if told:
        await listeners.amendments_recorded(connection, told, now)
    return told


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
