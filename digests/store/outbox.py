"""The outbox: rows are written with their digest, claimed for a while by one worker, and finished by it alone.

A claim is fenced: a row is finished only by the worker that holds it, in the attempt that it claimed. Whoever
comes late with a result (a process that was stopped and woke up after its lease) changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    and_,
    bindparam,
    exists,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import attempts, deliveries, payloads, rates
from digests.backoff import GIVE_UP_AFTER
from digests.rates import HORIZON, RELAY, Limits, allot, keys_of
from digests.store.destinations import lock_rates, set_rates

Channel = Literal["slack", "email"]
Lane = Literal["reply", "notice", "bulk"]

LANES: tuple[Lane, ...] = ("reply", "notice", "bulk")
"""In the order in which they are served."""

PENDING = "pending"
CLAIMED = "claimed"
SENT = "sent"
FAILED = "failed"
UNKNOWN = "unknown"
WITHHELD = "withheld"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDelivery:
    """A message to be sent. ``after`` is the Message-ID of the post whose thread it belongs to, or None."""

    channel: Channel
    workspace: str = ""
    destination: str
    lane: Lane = "bulk"
    payload: dict[str, Any]
    message_id: str
    summary: str
    part: int = 1
    after: str | None = None
    digest_id: int | None = None
    subscriber_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A row that one worker holds. ``send_at`` is the moment it was given, in seconds since the epoch.

    ``attempt`` counts from 1 and fences; ``payload`` is empty where it was erased; ``thread`` is the root's
    receipt; ``failures`` are those of the relay or workspace as a whole, before this attempt.
    """

    id: int
    attempt: int
    lane: Lane
    channel: Channel
    workspace: str
    destination: str
    subscriber_id: int | None
    payload: dict[str, Any]
    message_id: str
    thread: str | None
    give_up_at: datetime
    send_at: float
    failures: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How one attempt ended. ``state`` is what becomes of the row; pending and unknown need a ``due_at``.

    ``trouble``: why the whole of the relay or workspace failed; ``unreachable``: nobody is at this address.
    """

    claim: Claim
    started_at: datetime
    ended_at: datetime
    state: Literal["pending", "sent", "failed", "unknown", "withheld"]
    outcome: Literal["sent", "try again", "failed", "unknown", "withheld"]
    due_at: datetime | None = None
    receipt: str | None = None
    error: str | None = None
    trouble: str | None = None
    retry_after: float | None = None
    unreachable: bool = False


async def enqueue(connection: AsyncConnection, new: Sequence[NewDelivery], now: datetime) -> dict[str, int]:
    """Write deliveries, due at once. Returns their ids by Message-ID. Roots are written before their threads."""
    ids: dict[str, int] = {}
    for in_thread in (False, True):
        rows = [_row(each, ids, now) for each in new if (each.after is not None) is in_thread]
        if rows:
            added = await connection.execute(
                insert(deliveries).returning(deliveries.c.id, deliveries.c.message_id), rows
            )
            ids.update({row.message_id: row.id for row in added})
    if new:
        documents = [{"delivery_id": ids[each.message_id], "document": each.payload} for each in new]
        await connection.execute(insert(payloads), documents)
    return ids


def _row(new: NewDelivery, ids: dict[str, int], now: datetime) -> dict[str, Any]:
    return {
        "digest_id": new.digest_id,
        "subscriber_id": new.subscriber_id,
        "lane": new.lane,
        "channel": new.channel,
        "workspace": new.workspace,
        "destination": new.destination,
        "part": new.part,
        "after_id": ids[new.after] if new.after else None,
        "summary": new.summary,
        "message_id": new.message_id,
        "state": PENDING,
        "created_at": now,
        "due_at": now,
    }


# --- Claiming ------------------------------------------------------------------------------------------------

_root = deliveries.alias("root")
_sibling = deliveries.alias("sibling")
_flying = deliveries.alias("flying")

# Written out, not bound: SQLite uses a partial index only where it sees the value.
IS_PENDING = deliveries.c.state == literal_column("'pending'")
IS_CLAIMED = deliveries.c.state == literal_column("'claimed'")
IS_UNKNOWN = deliveries.c.state == literal_column("'unknown'")


async def claim(
    connection: AsyncConnection,
    *,
    worker: str,
    channel: Channel,
    lanes: Collection[Lane],
    limit: int,
    limits: Limits,
    now: datetime,
    lease: timedelta,
) -> list[Claim]:
    """Take up to ``limit`` rows that may be sent now, the first lanes first; each with the moment to send it.

    What another worker is claiming at this moment is passed over, not waited for.
    """
    claims: list[Claim] = []
    for lane in LANES:
        if lane in lanes and len(claims) < limit:
            claims += await _claim_lane(
                connection, worker, channel, lane, limit - len(claims), limits, now, now + lease
            )
    return claims


async def _claim_lane(
    connection: AsyncConnection,
    worker: str,
    channel: Channel,
    lane: Lane,
    limit: int,
    limits: Limits,
    now: datetime,
    until: datetime,
) -> list[Claim]:
    wanted = (
        select(deliveries, payloads.c.document.label("payload"), _root.c.receipt.label("thread"))
        .outerjoin(payloads, payloads.c.delivery_id == deliveries.c.id)
        .outerjoin(_root, _root.c.id == deliveries.c.after_id)
        .where(deliveries.c.channel == channel, deliveries.c.lane == lane, *_ready(channel, now))
        .order_by(deliveries.c.due_at, deliveries.c.id)
        .limit(limit)
        .with_for_update(of=deliveries, skip_locked=True)
    )
    rows = (await connection.execute(wanted)).all()
    if not rows:
        return []
    keys = [keys_of(row.channel, row.workspace, row.destination) for row in rows]
    present = await lock_rates(connection, {key for each in keys for key in each})
    moments, changed = allot(keys, present, limits=limits, now=now.timestamp())
    await set_rates(connection, changed)
    claims = [
        Claim(
            id=row.id,
            attempt=row.attempts + 1,
            lane=row.lane,
            channel=row.channel,
            workspace=row.workspace,
            destination=row.destination,
            subscriber_id=row.subscriber_id,
            payload=row.payload or {},
            message_id=row.message_id,
            thread=row.thread,
            give_up_at=row.give_up_at or now + GIVE_UP_AFTER,
            send_at=moment,
            failures=present[key[0]].failures,
        )
        for row, key, moment in zip(rows, keys, moments, strict=True)
        if moment is not None
    ]
    await _mark_claimed(connection, [each.id for each in claims], worker, until, now)
    return claims


def _ready(channel: Channel, now: datetime) -> list[ColumnElement[bool]]:
    """What makes a row one that may be sent now, apart from its lane."""
    seconds = now.timestamp()
    ready = [IS_PENDING, deliveries.c.due_at <= now]
    whole, *channels = _keys(channel)
    ready += [_is_open(whole, seconds + HORIZON), *(_is_open(key, seconds) for key in channels)]
    if channel == "email":
        return ready
    return [
        *ready,
        or_(deliveries.c.after_id.is_(None), _root.c.state == SENT),
        ~exists().where(
            _sibling.c.after_id == deliveries.c.after_id,
            _sibling.c.part < deliveries.c.part,
            _sibling.c.state.in_((PENDING, CLAIMED, UNKNOWN)),
        ),
        ~exists().where(
            _flying.c.state == literal_column("'claimed'"),
            _flying.c.destination == deliveries.c.destination,
            _flying.c.workspace == deliveries.c.workspace,
        ),
    ]


def _is_open(key: str | ColumnElement[str], seconds: float) -> ColumnElement[bool]:
    """Whether the next message to ``key`` may go at ``seconds``."""
    return ~exists().where(rates.c.destination == key, rates.c.next_at > seconds)


async def is_waiting(
    connection: AsyncConnection, *, channel: Channel, lanes: Collection[Lane], until: datetime
) -> bool:
    """Whether a row may be sent by ``until``, as far as can be told: it is due, and neither its rate, nor an
    earlier part that has to wait longer, keeps it back."""
    waiting = (
        select(literal(1))
        .outerjoin_from(deliveries, _root, _root.c.id == deliveries.c.after_id)
        .where(
            IS_PENDING,
            deliveries.c.channel == channel,
            deliveries.c.lane.in_(lanes),
            deliveries.c.due_at <= until,
            or_(deliveries.c.after_id.is_(None), _root.c.state.in_((SENT, CLAIMED))),
            ~exists().where(
                _sibling.c.after_id == deliveries.c.after_id,
                _sibling.c.part < deliveries.c.part,
                or_(_sibling.c.state == UNKNOWN, and_(_sibling.c.state == PENDING, _sibling.c.due_at > until)),
            ),
            *(_is_open(key, until.timestamp()) for key in _keys(channel)),
        )
        .limit(1)
    )
    return (await connection.execute(waiting)).first() is not None


def _keys(channel: Channel) -> tuple[str | ColumnElement[str], ...]:
    """The keys of a row's rates, as ``digests.rates.keys_of`` makes them."""
    if channel == "email":
        return (RELAY,)
    whole = literal("slack:").concat(deliveries.c.workspace)
    return whole, whole.concat(":").concat(deliveries.c.destination)


async def _mark_claimed(
    connection: AsyncConnection, ids: Sequence[int], worker: str, until: datetime, now: datetime
) -> None:
    if ids:
        await connection.execute(
            update(deliveries)
            .where(deliveries.c.id.in_(ids))
            .values(
                state=CLAIMED,
                attempts=deliveries.c.attempts + 1,
                claimed_by=worker,
                claimed_until=until,
                handed_over_at=None,
                give_up_at=func.coalesce(deliveries.c.give_up_at, now + GIVE_UP_AFTER),
            )
        )


# --- Holding and finishing -----------------------------------------------------------------------------------


async def renew(connection: AsyncConnection, worker: str, ids: Collection[int], until: datetime) -> set[int]:
    """Hold on to claimed rows. Returns the ids of those that are still held: the others were taken over."""
    held = await connection.execute(
        update(deliveries)
        .where(deliveries.c.id.in_(ids), deliveries.c.claimed_by == worker, IS_CLAIMED)
        .values(claimed_until=until)
        .returning(deliveries.c.id)
    )
    return set(held.scalars())


async def hand_over(connection: AsyncConnection, worker: str, claim: Claim, now: datetime) -> bool:
    """Note that a row is about to be handed over. False where it isn't ours any more: then it must not be sent."""
    noted = await connection.execute(
        update(deliveries)
        .where(
            deliveries.c.id == claim.id,
            deliveries.c.claimed_by == worker,
            deliveries.c.attempts == claim.attempt,
            IS_CLAIMED,
        )
        .values(handed_over_at=now)
    )
    return noted.rowcount == 1


async def give_back(connection: AsyncConnection, worker: str, ids: Collection[int]) -> None:
    """Let go of rows that were claimed and not tried: the claim doesn't count."""
    if ids:
        await connection.execute(
            update(deliveries)
            .where(deliveries.c.id.in_(ids), deliveries.c.claimed_by == worker, IS_CLAIMED)
            .values(
                state=PENDING,
                attempts=deliveries.c.attempts - 1,
                claimed_by=None,
                claimed_until=None,
                handed_over_at=None,
            )
        )


async def finish(connection: AsyncConnection, worker: str, endings: Sequence[Ending]) -> set[int]:
    """Record how attempts ended. Returns the ids of the rows that were still ours, and so were changed.

    Every attempt is recorded, also one that came too late, unless its row was erased meanwhile. What waits for a
    post that will never stand ends with it.
    """
    present, ours = await _still_ours(connection, worker, endings)
    tried = [_attempt(each, worker, each.claim.id in ours) for each in endings if each.claim.id in present]
    if tried:
        await connection.execute(insert(attempts), tried)
    changed = [each for each in endings if each.claim.id in ours]
    if changed:
        await connection.execute(_FINISH, [_finished(each) for each in changed])
    for each in changed:
        if each.claim.channel == "slack" and each.state in (FAILED, WITHHELD):
            await _end_thread(connection, each)
    return ours


async def _still_ours(
    connection: AsyncConnection, worker: str, endings: Sequence[Ending]
) -> tuple[set[int], set[int]]:
    """The ids of the rows that there are, and of those that this worker holds, in the attempt that it claimed."""
    rows = await connection.execute(
        select(deliveries.c.id, deliveries.c.attempts, deliveries.c.claimed_by)
        .where(deliveries.c.id.in_([each.claim.id for each in endings]))
        .with_for_update()
    )
    holder = {row.id: (row.claimed_by, row.attempts) for row in rows}
    ours = {each.claim.id for each in endings if holder.get(each.claim.id) == (worker, each.claim.attempt)}
    return set(holder), ours


_FINISH = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("row"))
    .values(
        state=bindparam("new_state"),
        due_at=func.coalesce(bindparam("new_due_at", type_=deliveries.c.due_at.type), deliveries.c.due_at),
        finished_at=bindparam("new_finished_at", type_=deliveries.c.finished_at.type),
        receipt=bindparam("new_receipt"),
        error=bindparam("new_error"),
        claimed_by=None,
        claimed_until=None,
    )
)


def _finished(ending: Ending) -> dict[str, Any]:
    waits = ending.state in (PENDING, UNKNOWN)
    return {
        "row": ending.claim.id,
        "new_state": ending.state,
        "new_due_at": ending.due_at,
        "new_finished_at": None if waits else ending.ended_at,
        "new_receipt": ending.receipt,
        "new_error": ending.error,
    }


def _attempt(ending: Ending, worker: str, in_time: bool) -> dict[str, Any]:
    late = "" if in_time else "after another worker had taken it over"
    return {
        "delivery_id": ending.claim.id,
        "worker": worker,
        "started_at": ending.started_at,
        "ended_at": ending.ended_at,
        "outcome": ending.outcome,
        "error": "; ".join(filter(None, (ending.error, late))) or None,
    }


async def _end_thread(connection: AsyncConnection, root: Ending) -> None:
    await connection.execute(
        update(deliveries)
        .where(deliveries.c.after_id == root.claim.id, IS_PENDING)
        .values(
            state=root.state,
            finished_at=root.ended_at,
            error=f"the post that it continues was not sent: {root.error}",
        )
    )
