"""What is kept of mails that came back, and what follows from it for the subscriber."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import bounces, deliveries, subscribers


async def subscriber_of_mail(connection: AsyncConnection, message_id: str) -> int | None:
    """The number of the subscriber that a mail was sent to; None where it is forgotten, or was nobody's, or where
    its subscriber has moved: what an old address does is of no concern."""
    found = await connection.execute(
        select(subscribers.c.id)
        .join(deliveries, deliveries.c.subscriber_id == subscribers.c.id)
        .where(deliveries.c.message_id == message_id, deliveries.c.destination == subscribers.c.address)
    )
    return found.scalar_one_or_none()


async def record_bounce(
    connection: AsyncConnection, subscriber_id: int, *, kind: str, reason: str, now: datetime
) -> None:
    await connection.execute(
        insert(bounces).values(subscriber_id=subscriber_id, bounced_at=now, kind=kind, reason=reason)
    )


async def bounces_since(connection: AsyncConnection, subscriber_id: int, since: datetime) -> int:
    """How many of a subscriber's mails came back after a moment."""
    found = await connection.execute(
        select(func.count()).where(bounces.c.subscriber_id == subscriber_id, bounces.c.bounced_at > since)
    )
    return found.scalar_one()
