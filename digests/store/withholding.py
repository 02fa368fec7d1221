"""Takes back what waits in the outbox for somebody who wants nothing any more."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, or_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import deliveries
from digests.store.outbox import IS_PENDING, WITHHELD

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
