"""Takes back what waits in the outbox for somebody who wants nothing any more."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import deliveries
from digests.store.outbox import IS_PENDING, WITHHELD


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
