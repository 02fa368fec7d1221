"""Takes back what waits in the outbox for somebody who wants nothing any more."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import deliveries, digests, matches
from digests.store.outbox import IS_PENDING, WITHHELD
from subscriptions.store import DUE

LEFT = "unsubscribed"
MOVED = "moved to another address"


def still_wanted() -> ColumnElement[bool]:
    """What may be sent again: not what its reader has left behind."""
    return or_(deliveries.c.error.is_(None), deliveries.c.error.not_in((LEFT, MOVED)))


async def withhold_waiting(connection: AsyncConnection, subscriber_id: int, *, reason: str, now: datetime) -> int:
    """Withhold the digests that wait for a subscriber and were never tried or are to be tried again.

    Returns how many. What a worker has in hand at this moment still goes out.
    """
    withheld = await connection.execute(
        update(deliveries)
        .where(deliveries.c.subscriber_id == subscriber_id, deliveries.c.lane == "bulk", IS_PENDING)
        .values(state=WITHHELD, error=reason, finished_at=now)
    )
    return withheld.rowcount


async def tell_elsewhere(connection: AsyncConnection, subscriber_id: int, now: datetime) -> None:
    """Withhold the digests that wait for a subscriber who has moved, and make what they tell due again: the links
    in them are the old address's. They are forgotten, so that their runs make them anew without delay."""
    await withhold_waiting(connection, subscriber_id, reason=MOVED, now=now)
    left = (
        deliveries.c.subscriber_id == subscriber_id,
        deliveries.c.state == WITHHELD,
        deliveries.c.error == MOVED,
    )
    found = await connection.execute(
        select(deliveries.c.digest_id).where(*left, deliveries.c.digest_id.is_not(None)).distinct()
    )
    ids = found.scalars().all()
    if not ids:
        return
    await connection.execute(update(deliveries).where(deliveries.c.digest_id.in_(ids)).values(digest_id=None))
    await connection.execute(update(matches).where(matches.c.digest_id.in_(ids)).values(state=DUE, digest_id=None))
    await connection.execute(delete(digests).where(digests.c.id.in_(ids)))
