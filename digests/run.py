"""Compiles the digests whose moment has come, and writes each with its deliveries in one transaction.

    who waits ─▶ whose moment has come ─▶ what each is told ─▶ render ─▶ still so? ─▶ write

``await compile_due(database, settings=…, manuals=…, now=…) -> Compiled`` does it once. It may be repeated, killed
half-way, and done by several processes at once.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from config.settings import Settings
from database.connection import Database
from digests.drafts import Draft, EntryUrl, Links, Press, no_links
from digests.notices import Operators, operators_of
from digests.periods import Calendar, Schedule, english_working_days, latest_moment
from digests.rendering import mailing_of
from digests.store import ledger
from digests.store.ledger import NewDigest, Run, Waiting
from digests.store.outbox import enqueue
from digests.store.workers import compiling_alone
from digests.suspending import suspend

log = structlog.get_logger(__name__)

_SUBSCRIBERS_AT_ONCE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """What one look at the ledger made."""

    digests: int = 0
    deliveries: int = 0

    def __add__(self, other: Compiled) -> Compiled:
        return Compiled(digests=self.digests + other.digests, deliveries=self.deliveries + other.deliveries)


async def compile_due(
    database: Database,
    *,
    settings: Settings,
    manuals: Mapping[str, str],
    now: datetime,
    topics: Mapping[str, str] | None = None,
    links: Links = no_links,
    entry_url: EntryUrl | None = None,
) -> Compiled:
    """Compile and enqueue every digest that is due at ``now``.

    ``manuals`` maps ids to names, and so does ``topics``, for headings. ``links`` makes a digest's links from its
    subscriber and its key, ``entry_url`` that of an amendment's own page. Where another process is at
    it already, this one leaves it to that.
    """
    press = Press(
        manuals=manuals,
        topics=topics or {},
        mailing=mailing_of(settings),
        links=links,
        now=now,
        entry_url=entry_url,
    )
    compiled, operators = Compiled(), operators_of(settings)
    async with compiling_alone(database) as turn:
        if turn is None:
            return compiled
        async with database.writing() as connection:
            await ledger.settle_ended(connection)
        async with database.reading() as connection:
            waiting = await ledger.waiting(connection, now)
        due = whose_moment_has_come(waiting, calendar_of(settings), now)
        for runs in _batches(due):
            await turn.goes_on()
            compiled += await _compile(database, press, runs, operators, now)
    if compiled.digests:
        log.info("compiled", digests=compiled.digests, deliveries=compiled.deliveries)
    return compiled


def calendar_of(settings: Settings) -> Calendar:
    gather = timedelta(seconds=settings.gather_seconds)
    if settings.working_days_only:
        return Calendar(gather=gather, is_working_day=english_working_days())
    return Calendar(gather=gather)


def whose_moment_has_come(
    waiting: Collection[Waiting], calendar: Calendar, now: datetime
) -> dict[int, tuple[Run, ...]]:
    """The runs that each subscriber has a digest in, by subscriber. Pure.

    After a time of standstill that is the latest moment alone: everything that waited is told at once.
    """
    latest: dict[Schedule, datetime] = {}
    due: defaultdict[int, tuple[Run, ...]] = defaultdict(tuple)
    for each in waiting:
        moment = latest.get(each.schedule) or latest_moment(now, each.schedule, calendar)
        latest[each.schedule] = moment
        if each.since < moment:
            due[each.subscriber_id] += ((each.schedule.frequency, moment),)
    return due


def _batches(due: Mapping[int, tuple[Run, ...]]) -> Iterator[dict[int, tuple[Run, ...]]]:
    ids = list(due)
    for start in range(0, len(ids), _SUBSCRIBERS_AT_ONCE):
        yield {each: due[each] for each in ids[start : start + _SUBSCRIBERS_AT_ONCE]}


async def _compile(
    database: Database, press: Press, runs: Mapping[int, tuple[Run, ...]], operators: Operators, now: datetime
) -> Compiled:
    """The digests of some subscribers: read, rendered outside of any transaction, checked again and written."""
    async with database.reading() as connection:
        plans = await press.plan(connection, runs)
    drafts, unfit = await asyncio.to_thread(press.draft, plans)
    async with database.writing() as connection:
        free = await ledger.lock_subscribers(connection, runs)
        await suspend(connection, [each for each in unfit if each.subscriber_id in free], operators, now)
        return await _write(connection, [each for each in drafts if each.subscriber_id in free], now)


async def _write(connection: AsyncConnection, drafts: Sequence[Draft], now: datetime) -> Compiled:
    """Write what still holds, now that nobody else compiles for these subscribers."""
    due = await ledger.still_due(connection, {match for each in drafts for match in each.match_ids}, now)
    taken = await ledger.digests_of(connection, {each.run for each in drafts})
    drafts = [
        each for each in drafts if due.issuperset(each.match_ids) and (each.run, each.subscriber_id) not in taken
    ]
    await ledger.not_told(
        connection, [match for each in drafts for match in each.repeated], "told in another digest before"
    )
    drafts = [each for each in drafts if each.digest is not None]
    if not drafts:
        return Compiled()
    run_ids = await ledger.find_or_add_runs(connection, {each.run for each in drafts}, now)
    ids = await ledger.add_digests(connection, [_new_digest(each) for each in drafts], run_ids, now)
    deliveries = [
        replace(delivery, digest_id=ids[each.run, each.subscriber_id])
        for each in drafts
        for delivery in each.deliveries
    ]
    await enqueue(connection, deliveries, now)
    return Compiled(digests=len(drafts), deliveries=len(deliveries))


def _new_digest(draft: Draft) -> NewDigest:
    assert draft.digest is not None, "those that tell nothing were left out"
    return NewDigest(
        run=draft.run,
        subscriber_id=draft.subscriber_id,
        document=draft.digest.to_json(),
        match_ids=draft.told,
    )
