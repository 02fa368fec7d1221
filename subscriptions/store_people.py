"""What is done with one subscriber as a whole: found, moved, exported, erased, and its hours changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import (
    askings,
    attempts,
    bounces,
    changes,
    deliveries,
    digests,
    exclusions,
    matches,
    payloads,
    requests,
    subscribers,
    subscriptions,
)
from subscriptions.store import end_subscription, running_subscriptions
from subscriptions.store_changes import Change, log_change
from subscriptions.subscribers import Subscriber, SubscriberKind

ERASED = "erased"

_NOBODY = 0
"""No row has this number; None would be compared as IS NULL, and find everybody's."""


async def subscriber_by_id(connection: AsyncConnection, subscriber_id: int) -> Subscriber | None:
    """The subscriber, its row locked until a writing transaction ends; None where there is none."""
    found = await connection.execute(
        select(subscribers).where(subscribers.c.id == subscriber_id).with_for_update()
    )
    row = found.mappings().one_or_none()
    if row is None:
        return None
    values = {name: row[name] for name in Subscriber.__dataclass_fields__}
    return Subscriber(**{**values, "kind": SubscriberKind(row["kind"])})


async def set_schedule(
    connection: AsyncConnection, subscriber_id: int, *, hour: int, weekday: int, day: int
) -> None:
    """Change when a subscriber's digests go out, in London: 0-23, 0 (Monday) to 6, 1-28."""
    await connection.execute(
        update(subscribers).where(subscribers.c.id == subscriber_id).values(hour=hour, weekday=weekday, day=day)
    )


async def end_all(connection: AsyncConnection, subscriber_id: int, *, reason: str, who: str, now: datetime) -> int:
    """End every subscription of a subscriber. Returns how many ran."""
    running = await running_subscriptions(connection, subscriber_id=subscriber_id)
    for each in running:
        assert each.subscription.id is not None, "it is stored"
        await end_subscription(connection, each.subscription.id, reason, now)
    if running:
        change = Change(subscriber_id=subscriber_id, subscription_id=None, changed_at=now, who=who, what=reason)
        await log_change(connection, change)
    return len(running)


async def move_subscriber(connection: AsyncConnection, subscriber_id: int, address: str) -> bool:
    """Give a subscriber another address. False where that address has subscriptions of its own.

    Who has left that address is forgotten a little early.
    """
    there = await _id_of(connection, address)
    if there != _NOBODY:
        if await running_subscriptions(connection, subscriber_id=there):
            return False
        await forget_subscribers(connection, [there])
    await connection.execute(update(subscribers).where(subscribers.c.id == subscriber_id).values(address=address))
    return True


async def forget_subscribers(connection: AsyncConnection, ids: Sequence[int]) -> None:
    """Forget subscribers; that mails were sent stays on record, without their addresses."""
    its = select(subscriptions.c.id).where(subscriptions.c.subscriber_id.in_(ids))
    await connection.execute(
        update(deliveries)
        .where(deliveries.c.subscriber_id.in_(ids))
        .values(destination=ERASED, subscriber_id=None, digest_id=None)
    )
    await connection.execute(delete(matches).where(matches.c.subscription_id.in_(its)))
    await connection.execute(delete(digests).where(digests.c.subscriber_id.in_(ids)))
    await connection.execute(delete(subscribers).where(subscribers.c.id.in_(ids)))


async def export_address(connection: AsyncConnection, address: str) -> dict[str, Any] | None:
    """Everything that is kept under a mail address, as plain JSON; None where nothing is."""
    who = await _id_of(connection, address)
    asked = await _rows(connection, requests, or_(requests.c.address == address, requests.c.subscriber_id == who))
    sent = await _rows(connection, deliveries, _deliveries_of(address, who))
    if who == _NOBODY and not asked and not sent:
        return None
    its = select(subscriptions.c.id).where(subscriptions.c.subscriber_id == who)
    return {
        "address": address,
        "subscriber": await _rows(connection, subscribers, subscribers.c.id == who),
        "subscriptions": await _rows(connection, subscriptions, subscriptions.c.subscriber_id == who),
        "left_out": await _rows(connection, exclusions, exclusions.c.subscription_id.in_(its)),
        "matches": await _rows(connection, matches, matches.c.subscription_id.in_(its)),
        "changes": await _rows(connection, changes, changes.c.subscriber_id == who),
        "bounces": await _rows(connection, bounces, bounces.c.subscriber_id == who),
        "requests": asked,
        "digests": await _rows(connection, digests, digests.c.subscriber_id == who),
        "deliveries": sent,
        "payloads": await _rows(
            connection,
            payloads,
            payloads.c.delivery_id.in_(select(deliveries.c.id).where(_deliveries_of(address, who))),
        ),
    }


async def _rows(connection: AsyncConnection, table: Table, which: Any) -> list[dict[str, Any]]:
    rows = await connection.execute(select(table).where(which).order_by(*table.primary_key.columns))
    return [{name: _plain(value) for name, value in row.items()} for row in rows.mappings()]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


async def erase_address(connection: AsyncConnection, address: str, keys: Sequence[str] = ()) -> bool:
    """Forget everything that is kept under a mail address. False where nothing was.

    ``keys`` are those that its askings are counted under. What a worker has in hand at this moment is left as a
    row without address and content, so that the worker can finish it.
    """
    who = await _id_of(connection, address)
    its_deliveries = _deliveries_of(address, who)
    mine = select(deliveries.c.id).where(its_deliveries)
    await connection.execute(delete(payloads).where(payloads.c.delivery_id.in_(mine)))
    in_hand = await connection.execute(
        update(deliveries)
        .where(its_deliveries, deliveries.c.state == "claimed")
        .values(destination=ERASED, summary=ERASED, subscriber_id=None, digest_id=None)
    )
    await connection.execute(delete(attempts).where(attempts.c.delivery_id.in_(mine)))
    counts = [in_hand.rowcount]
    counts.append((await connection.execute(delete(deliveries).where(its_deliveries))).rowcount)
    counts.append((await connection.execute(delete(requests).where(requests.c.address == address))).rowcount)
    await connection.execute(delete(askings).where(askings.c.key.in_(keys)))
    its = select(subscriptions.c.id).where(subscriptions.c.subscriber_id == who)
    await connection.execute(delete(matches).where(matches.c.subscription_id.in_(its)))
    await connection.execute(delete(digests).where(digests.c.subscriber_id == who))
    counts.append((await connection.execute(delete(subscribers).where(subscribers.c.id == who))).rowcount)
    return sum(counts) > 0


async def _id_of(connection: AsyncConnection, address: str) -> int:
    """The number of who has this mail address, _NOBODY where nobody has."""
    found = await connection.execute(
        select(subscribers.c.id).where(
            subscribers.c.kind == str(SubscriberKind.EMAIL),
            subscribers.c.workspace == "",
            subscribers.c.address == address,
        )
    )
    return found.scalar_one_or_none() or _NOBODY


def _deliveries_of(address: str, who: int) -> ColumnElement[bool]:
    to_it = and_(deliveries.c.channel == "email", deliveries.c.destination == address)
    return or_(to_it, deliveries.c.subscriber_id == who)
