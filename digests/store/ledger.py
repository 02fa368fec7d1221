"""The ledger and its digests: which matches are due to whom, and the digests that they go into.

A match is due until it is in a digest or deliberately not told. A digest takes what is due, never a window of
time; those of a paused subscription, or of a subscriber that can't be reached, wait.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import amendments, digest_runs, digests, matches, sources, subscribers, subscriptions
from digests.items import Told
from digests.periods import Schedule
from manual.reading import Amendment
from subscriptions.store import IN_DIGEST, NOT_TOLD
from subscriptions.subscribers import Frequency, Subscriber, SubscriberKind

Run = tuple[Frequency, datetime]
"""A due moment of a frequency."""

# Written out, not bound: SQLite uses a partial index only where it sees the value.
_IS_DUE = matches.c.state == literal_column("'due'")


# Since when a match waits: what was matched during a pause waits since its end.
_SINCE = case(
    (subscriptions.c.paused_until > matches.c.matched_at, subscriptions.c.paused_until),
    else_=matches.c.matched_at,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What waits for one subscriber's digest of one frequency. ``since`` is when the first of it was matched, or
    its subscription's pause ended."""

    subscriber_id: int
    schedule: Schedule
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DueMatch:
    """One match that waits, ``since`` it was matched or its subscription's pause ended.

    ``topic`` is the topic's id, None where the subscription follows something else.
    """

    id: int
    amendment_id: int
    subscriber_id: int
    frequency: Frequency
    since: datetime
    reason: str
    topic: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDigest:
    """A digest that was compiled, with the matches that it tells."""

    run: Run
    subscriber_id: int
    document: dict[str, Any]
    match_ids: tuple[int, ...]


async def waiting(connection: AsyncConnection, now: datetime) -> list[Waiting]:
    """Everything that waits, by subscriber."""
    rows = await connection.execute(
        _due(
            select(
                subscribers.c.id,
                subscriptions.c.frequency,
                subscribers.c.hour,
                subscribers.c.weekday,
                subscribers.c.day,
                func.min(_SINCE).label("since"),
            ),
            now,
        )
        .group_by(subscribers.c.id, subscriptions.c.frequency)
        .order_by(subscribers.c.id)
    )
    return [
        Waiting(
            subscriber_id=row.id,
            schedule=Schedule(frequency=Frequency(row.frequency), hour=row.hour, weekday=row.weekday, day=row.day),
            since=row.since,
        )
        for row in rows
    ]


async def due_matches(
    connection: AsyncConnection, subscriber_ids: Collection[int], now: datetime
) -> defaultdict[int, list[DueMatch]]:
    """All matches that wait for these subscribers, whatever their frequency, by subscriber."""
    found: defaultdict[int, list[DueMatch]] = defaultdict(list)
    rows = await connection.execute(
        _due(
            select(
                matches.c.id,
                matches.c.amendment_id,
                matches.c.reason,
                _SINCE.label("since"),
                subscriptions.c.subscriber_id,
                subscriptions.c.frequency,
                subscriptions.c.follows,
                subscriptions.c.value,
            ),
            now,
        )
        .where(subscriptions.c.subscriber_id.in_(subscriber_ids))
        .order_by(matches.c.id)
    )
    for row in rows:
        match = DueMatch(
            id=row.id,
            amendment_id=row.amendment_id,
            subscriber_id=row.subscriber_id,
            frequency=Frequency(row.frequency),
            since=row.since,
            reason=row.reason,
            topic=row.value if row.follows == "topic" else None,
        )
        found[row.subscriber_id].append(match)
    return found


def _due(query: Select[Any], now: datetime) -> Select[Any]:
    return (
        query.select_from(matches)
        .join(subscriptions, subscriptions.c.id == matches.c.subscription_id)
        .join(subscribers, subscribers.c.id == subscriptions.c.subscriber_id)
        .where(_IS_DUE, *_runs(now))
    )


def _runs(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """The subscription has not ended and is not paused, and its subscriber can be reached."""
    return (
        subscriptions.c.ended_at.is_(None),
        or_(subscriptions.c.paused_until.is_(None), subscriptions.c.paused_until <= now),
        subscribers.c.suspended_at.is_(None),
    )


async def subscribers_by_id(connection: AsyncConnection, ids: Collection[int]) -> dict[int, Subscriber]:
    rows = await connection.execute(select(subscribers).where(subscribers.c.id.in_(ids)))
    return {
        row.id: Subscriber(
            id=row.id,
            kind=SubscriberKind(row.kind),
            address=row.address,
            workspace=row.workspace,
            name=row.name,
            hour=row.hour,
            weekday=row.weekday,
            day=row.day,
        )
        for row in rows
    }


async def told_already(connection: AsyncConnection, subscriber_ids: Collection[int]) -> defaultdict[int, set[int]]:
    """Of what waits for these subscribers, the amendments that a digest told them before, for the sake of another
    subscription of theirs; by subscriber."""
    before = matches.alias("before")
    its = subscriptions.alias("its")
    rows = await connection.execute(
        select(subscriptions.c.subscriber_id, matches.c.amendment_id)
        .select_from(matches)
        .join(subscriptions, subscriptions.c.id == matches.c.subscription_id)
        .join(its, its.c.subscriber_id == subscriptions.c.subscriber_id)
        .join(before, and_(before.c.subscription_id == its.c.id, before.c.amendment_id == matches.c.amendment_id))
        .where(_IS_DUE, subscriptions.c.subscriber_id.in_(subscriber_ids), before.c.state == IN_DIGEST)
    )
    told: defaultdict[int, set[int]] = defaultdict(set)
    for row in rows:
        told[row.subscriber_id].add(row.amendment_id)
    return told


async def digests_of(connection: AsyncConnection, runs: Collection[Run]) -> set[tuple[Run, int]]:
    """Who has their digest of these runs already: pairs of a run and a subscriber. What comes late for them goes
    into their next."""
    if not runs:
        return set()
    rows = await connection.execute(
        select(digest_runs.c.frequency, digest_runs.c.due_at, digests.c.subscriber_id)
        .join_from(digests, digest_runs)
        .where(or_(*(_is_run(run) for run in runs)))
    )
    return {((Frequency(row.frequency), row.due_at), row.subscriber_id) for row in rows}


def _is_run(run: Run) -> ColumnElement[bool]:
    frequency, due_at = run
    return and_(digest_runs.c.frequency == str(frequency), digest_runs.c.due_at == due_at)


async def told_by_id(connection: AsyncConnection, ids: Collection[int]) -> dict[int, Told]:
    """The amendments with these ids, with the page that each stands on."""
    rows = await connection.execute(
        select(amendments, sources.c.url).join(sources).where(amendments.c.id.in_(ids))
    )
    return {
        row.id: Told(
            amendment_id=row.id,
            manual=row.manual,
            amendment=Amendment.from_json(row.document),
            page_url=row.url,
            revised=row.revises_id is not None,
            section_changes=row.section_changes,
        )
        for row in rows
    }


# --- Writing -------------------------------------------------------------------------------------------------


async def lock_subscribers(connection: AsyncConnection, ids: Collection[int]) -> set[int]:
    """Those of the subscribers that nobody else is compiling for; nobody will be, until the transaction ends."""
    locked = await connection.execute(
        select(subscribers.c.id)
        .where(subscribers.c.id.in_(ids))
        .order_by(subscribers.c.id)
        .with_for_update(skip_locked=True)
    )
    return set(locked.scalars())


async def still_due(connection: AsyncConnection, match_ids: Collection[int], now: datetime) -> set[int]:
    """Those of the matches that are still due, to subscriptions that still run."""
    found = await connection.execute(_due(select(matches.c.id), now).where(matches.c.id.in_(match_ids)))
    return set(found.scalars())


async def find_or_add_runs(connection: AsyncConnection, runs: Collection[Run], now: datetime) -> dict[Run, int]:
    """The ids of these runs; whoever comes first adds them."""
    upsert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    ordered = sorted(runs, key=lambda run: (str(run[0]), run[1]))
    await connection.execute(
        upsert(digest_runs).on_conflict_do_nothing(),
        [{"frequency": str(frequency), "due_at": due_at, "created_at": now} for frequency, due_at in ordered],
    )
    moments = {due_at for _, due_at in ordered}
    rows = await connection.execute(select(digest_runs).where(digest_runs.c.due_at.in_(moments)))
    return {(Frequency(row.frequency), row.due_at): row.id for row in rows}


async def add_digests(
    connection: AsyncConnection, new: Sequence[NewDigest], run_ids: Mapping[Run, int], now: datetime
) -> dict[tuple[Run, int], int]:
    """Write digests and put their matches into them. Returns the digests' ids by run and subscriber."""
    added = await connection.execute(
        insert(digests).returning(digests.c.id, digests.c.run_id, digests.c.subscriber_id),
        [
            {
                "run_id": run_ids[each.run],
                "subscriber_id": each.subscriber_id,
                "compiled_at": now,
                "document": each.document,
            }
            for each in new
        ],
    )
    by_run = {(row.run_id, row.subscriber_id): row.id for row in added}
    ids = {(each.run, each.subscriber_id): by_run[run_ids[each.run], each.subscriber_id] for each in new}
    await connection.execute(
        update(matches)
        .where(matches.c.id == bindparam("match"))
        .values(state=IN_DIGEST, digest_id=bindparam("digest")),
        [
            {"match": match_id, "digest": ids[each.run, each.subscriber_id]}
            for each in new
            for match_id in each.match_ids
        ],
    )
    return ids


async def not_told(connection: AsyncConnection, match_ids: Collection[int], reason: str) -> None:
    """Settle matches that are deliberately not told."""
    if match_ids:
        await connection.execute(
            update(matches)
            .where(matches.c.id.in_(match_ids), _IS_DUE)
            .values(state=NOT_TOLD, not_told_reason=reason)
        )


async def settle_ended(connection: AsyncConnection) -> int:
    """Settle what was still due to subscriptions that have ended, however they did. Returns how many matches."""
    ended = select(subscriptions.c.end_reason).where(subscriptions.c.id == matches.c.subscription_id)
    settled = await connection.execute(
        update(matches)
        .where(
            _IS_DUE,
            matches.c.subscription_id.in_(select(subscriptions.c.id).where(subscriptions.c.ended_at.is_not(None))),
        )
        .values(
            state=NOT_TOLD,
            not_told_reason=func.coalesce(
                "the subscription ended: " + ended.scalar_subquery(), "the subscription ended"
            ),
        )
    )
    return settled.rowcount
