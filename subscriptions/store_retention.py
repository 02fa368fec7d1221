"""Forgets what was kept for long enough: what docs/data-we-keep.md promises, done."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import and_, delete, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import (
    askings,
    attempts,
    bounces,
    deliveries,
    payloads,
    requests,
    subscribers,
    subscriptions,
)
from manual.store.misses import forget_misses
from subscriptions.keeping import ASKINGS, BOUNCES, CONTENT, DELIVERIES, ENDED, MISSES, UNCONFIRMED
from subscriptions.store_people import ERASED, forget_subscribers
from subscriptions.subscribers import SubscriberKind

_FINISHED = ("sent", "failed", "withheld")


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanedUp:
    """How many rows of what were forgotten."""

    requests: int
    people: int
    contents: int
    addresses: int
    deliveries: int
    bounces: int
    askings: int
    misses: int

    def to_json(self) -> dict[str, int]:
        return asdict(self)


async def clean_up(connection: AsyncConnection, now: datetime) -> CleanedUp:
    """Forget what is too old at ``now``, in the caller's transaction. Repeating it changes nothing more."""
    return CleanedUp(
        requests=await _count(connection, delete(requests).where(requests.c.asked_at < now - UNCONFIRMED)),
        people=await _forget_people(connection, now),
        contents=await _empty_mails(connection, now),
        addresses=await _forget_addresses(connection, now),
        deliveries=await _forget_deliveries(connection, now),
        bounces=await _count(connection, delete(bounces).where(bounces.c.bounced_at < now - BOUNCES)),
        askings=await _count(connection, delete(askings).where(askings.c.asked_at < now - ASKINGS)),
        misses=await forget_misses(connection, (now - MISSES).date()),
    )


async def _count(connection: AsyncConnection, statement: object) -> int:
    return (await connection.execute(statement)).rowcount  # type: ignore[call-overload,no-any-return]


async def _forget_people(connection: AsyncConnection, now: datetime) -> int:
    """Mail subscribers whose last subscription ended long enough ago, or who never had one."""
    its = subscriptions.c.subscriber_id == subscribers.c.id
    recent = or_(subscriptions.c.ended_at.is_(None), subscriptions.c.ended_at >= now - ENDED)
    gone = (
        (
            await connection.execute(
                select(subscribers.c.id).where(
                    subscribers.c.kind == str(SubscriberKind.EMAIL),
                    subscribers.c.created_at < now - ENDED,
                    ~exists().where(its, recent),
                )
            )
        )
        .scalars()
        .all()
    )
    if not gone:
        return 0
    await forget_subscribers(connection, gone)
    return len(gone)


async def _empty_mails(connection: AsyncConnection, now: datetime) -> int:
    """The words of mails that were sent, and of notes to operators; that they were, and when, stays. What failed
    may be sent again, but no note is."""
    old = and_(
        or_(
            and_(deliveries.c.state == "sent", deliveries.c.channel == "email"),
            and_(deliveries.c.state.in_(_FINISHED), deliveries.c.lane == "notice"),
        ),
        deliveries.c.finished_at < now - CONTENT,
        deliveries.c.summary != ERASED,
    )
    await connection.execute(
        delete(payloads).where(payloads.c.delivery_id.in_(select(deliveries.c.id).where(old)))
    )
    return await _count(connection, update(deliveries).where(old).values(summary=ERASED))


async def _forget_addresses(connection: AsyncConnection, now: datetime) -> int:
    """Letters went to addresses that are nobody's: those that never confirmed, or have left."""
    return await _count(
        connection,
        update(deliveries)
        .where(
            deliveries.c.channel == "email",
            deliveries.c.subscriber_id.is_(None),
            deliveries.c.lane == "reply",
            deliveries.c.state.in_(_FINISHED),
            deliveries.c.finished_at < now - CONTENT,
            deliveries.c.destination != ERASED,
        )
        .values(destination=ERASED),
    )


async def _forget_deliveries(connection: AsyncConnection, now: datetime) -> int:
    old = and_(deliveries.c.state.in_(_FINISHED), deliveries.c.finished_at < now - DELIVERIES)
    ids = select(deliveries.c.id).where(old, deliveries.c.channel == "email")
    await connection.execute(delete(attempts).where(attempts.c.delivery_id.in_(ids)))
    return await _count(connection, delete(deliveries).where(old, deliveries.c.channel == "email"))
