"""What people ask about deliveries: who got it, what failed, how far an amendment has reached."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import amendments, deliveries, digests, matches, payloads, subscribers
from digests.digest import Digest
from digests.store.destinations import Trouble, closed_destinations
from digests.store.outbox import CLAIMED, FAILED, PENDING, SENT, UNKNOWN, WITHHELD, Channel, Lane
from subscriptions.store import DUE, NOT_TOLD

_WORST_FIRST = (FAILED, UNKNOWN, WITHHELD, CLAIMED, PENDING, SENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One row of the outbox, as people look at it. ``name`` is what the subscriber is called, None for operators
    and where it has no name; ``error`` the last attempt's reason, None where there is none."""

    id: int
    digest_id: int | None
    subscriber_id: int | None
    name: str | None
    lane: Lane
    channel: Channel
    workspace: str
    destination: str
    part: int
    summary: str
    state: str
    attempts: int
    created_at: datetime
    due_at: datetime
    finished_at: datetime | None
    receipt: str | None
    error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A digest or notice as it was rendered: a mail's bytes, or Slack's messages in order. The id is the first
    delivery's. Empty where its words were kept for long enough, or erased."""

    id: int
    created_at: datetime
    channel: Channel
    destination: str
    name: str | None
    summary: str
    state: str
    error: str | None
    messages: tuple[dict[str, Any], ...] = ()
    mail: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far an amendment has reached. The counts are of subscriptions.

    ``waiting``: for their digest; ``not_told``: by reason; the others by the state of their digest's delivery.
    Times are from when the amendment was recorded to when a digest with it was accepted, None before the first.
    """

    matched: int
    sent: int = 0
    pending: int = 0
    failed: int = 0
    unknown: int = 0
    withheld: int = 0
    waiting: int = 0
    not_told: dict[str, int]
    median: timedelta | None = None
    slowest: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxStatus:
    """The outbox at a glance. ``waiting_since``: when the oldest of what should be gone by now was due."""

    states: dict[str, int]
    waiting_since: datetime | None
    troubles: tuple[Trouble, ...]
    suspended: tuple[tuple[str, str], ...]
    """What suspended subscribers are called, and why each is."""


async def list_deliveries(
    connection: AsyncConnection,
    *,
    amendment_id: int | None = None,
    subscriber_id: int | None = None,
    states: Collection[str] = (),
    limit: int = 100,
) -> list[Delivery]:
    """Deliveries, the newest first: of one amendment, of one subscriber, in certain states."""
    rows = await connection.execute(
        select(deliveries, subscribers.c.name)
        .outerjoin(subscribers, subscribers.c.id == deliveries.c.subscriber_id)
        .where(*chosen(amendment_id=amendment_id, subscriber_id=subscriber_id, states=states))
        .order_by(deliveries.c.id.desc())
        .limit(limit)
    )
    return [_delivery(row) for row in rows]


def chosen(
    *,
    amendment_id: int | None = None,
    subscriber_id: int | None = None,
    delivery_ids: Collection[int] = (),
    states: Collection[str] = (),
) -> list[ColumnElement[bool]]:
    """The conditions for deliveries with an amendment, to a subscriber, with these ids, in such a state."""
    conditions: list[ColumnElement[bool]] = []
    if amendment_id is not None:
        conditions.append(
            exists().where(matches.c.digest_id == deliveries.c.digest_id, matches.c.amendment_id == amendment_id)
        )
    if subscriber_id is not None:
        conditions.append(deliveries.c.subscriber_id == subscriber_id)
    if delivery_ids:
        conditions.append(deliveries.c.id.in_(delivery_ids))
    if states:
        conditions.append(deliveries.c.state.in_(states))
    return conditions


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(**{name: getattr(row, name) for name in Delivery.__dataclass_fields__})


async def list_rendered(connection: AsyncConnection, *, limit: int = 50) -> list[Rendered]:
    """The newest messages, whole, a thread as one, the newest first."""
    roots = (
        await connection.execute(
            select(deliveries, payloads.c.document, subscribers.c.name)
            .outerjoin(payloads, payloads.c.delivery_id == deliveries.c.id)
            .outerjoin(subscribers, subscribers.c.id == deliveries.c.subscriber_id)
            .where(deliveries.c.after_id.is_(None))
            .order_by(deliveries.c.id.desc())
            .limit(limit)
        )
    ).all()
    threads: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for part in await connection.execute(
        select(deliveries.c.after_id, payloads.c.document)
        .join(payloads, payloads.c.delivery_id == deliveries.c.id)
        .where(deliveries.c.after_id.in_([root.id for root in roots]))
        .order_by(deliveries.c.part)
    ):
        threads[part.after_id].append(part.document)
    return [_rendered(root, threads[root.id]) for root in roots]


def _rendered(root: Row[Any], thread: Sequence[dict[str, Any]]) -> Rendered:
    is_mail = root.channel == "email"
    return Rendered(
        id=root.id,
        created_at=root.created_at,
        channel=root.channel,
        destination=root.destination,
        name=root.name,
        summary=root.summary,
        state=root.state,
        error=root.error,
        messages=() if is_mail or not root.document else (root.document, *thread),
        mail=root.document["mail"].encode() if is_mail and root.document else None,
    )


async def is_delivery(connection: AsyncConnection, number: int) -> bool:
    """Whether there is a delivery of this number."""
    found = await connection.execute(select(deliveries.c.id).where(deliveries.c.id == number))
    return found.first() is not None


async def reach(connection: AsyncConnection, amendment_id: int) -> Reach | None:
    """How far an amendment has reached; None where there is no such amendment."""
    recorded_at = (
        await connection.execute(select(amendments.c.recorded_at).where(amendments.c.id == amendment_id))
    ).scalar_one_or_none()
    if recorded_at is None:
        return None
    parts = await _parts(connection, amendment_id)
    counted: Counter[str] = Counter()
    not_told: Counter[str] = Counter()
    took: list[timedelta] = []
    rows = await connection.execute(
        select(matches.c.state, matches.c.not_told_reason, matches.c.digest_id).where(
            matches.c.amendment_id == amendment_id
        )
    )
    for row in rows:
        if row.state == DUE:
            counted["waiting"] += 1
        elif row.state == NOT_TOLD:
            not_told[row.not_told_reason] += 1
        else:
            state, finished_at = parts[row.digest_id]
            counted[PENDING if state == CLAIMED else state] += 1
            if state == SENT and finished_at is not None:
                took.append(finished_at - recorded_at)
    return Reach(
        matched=counted.total() + not_told.total(),
        not_told=dict(not_told),
        median=sorted(took)[len(took) // 2] if took else None,
        slowest=max(took, default=None),
        **counted,
    )


async def _parts(connection: AsyncConnection, amendment_id: int) -> dict[int, tuple[str, datetime | None]]:
    """By digest: the worst state of its messages, and when the last of them was finished."""
    parts: dict[int, tuple[str, datetime | None]] = {}
    rows = await connection.execute(
        select(deliveries.c.digest_id, deliveries.c.state, func.max(deliveries.c.finished_at).label("finished_at"))
        .where(*chosen(amendment_id=amendment_id))
        .group_by(deliveries.c.digest_id, deliveries.c.state)
    )
    for row in rows:
        known = parts.get(row.digest_id)
        if known is None or _WORST_FIRST.index(row.state) < _WORST_FIRST.index(known[0]):
            parts[row.digest_id] = (row.state, row.finished_at)
    return parts


async def outbox_status(connection: AsyncConnection, now: datetime) -> OutboxStatus:
    """The outbox at a glance, for `status` and `doctor`."""
    states = await connection.execute(
        select(deliveries.c.state, func.count().label("total")).group_by(deliveries.c.state)
    )
    waiting_since = await connection.execute(
        select(func.min(deliveries.c.due_at)).where(deliveries.c.state == PENDING, deliveries.c.due_at <= now)
    )
    suspended = await connection.execute(
        select(subscribers.c.name, subscribers.c.address, subscribers.c.suspended_reason)
        .where(subscribers.c.suspended_at.is_not(None))
        .order_by(subscribers.c.suspended_at)
    )
    return OutboxStatus(
        states={row.state: row.total for row in states},
        waiting_since=waiting_since.scalar_one(),
        troubles=tuple(await closed_destinations(connection)),
        suspended=tuple((row.name or row.address, row.suspended_reason or "") for row in suspended),
    )


async def latest_digests(connection: AsyncConnection, *, limit: int = 20) -> list[tuple[str, Digest]]:
    """The newest digests with what their subscribers are called, in the order they were compiled."""
    rows = await connection.execute(
        select(digests.c.document, subscribers.c.name, subscribers.c.address)
        .join(subscribers, subscribers.c.id == digests.c.subscriber_id)
        .order_by(digests.c.id.desc())
        .limit(limit)
    )
    return [(row.name or row.address, Digest.from_json(row.document)) for row in reversed(rows.all())]
