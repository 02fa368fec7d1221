"""Posts whose answer was lost: which to look for, and what becomes of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import deliveries, payloads
from digests.senders import Absent, Found, Parcel, Sighting
from digests.store.outbox import IS_UNKNOWN, PENDING, SENT

_LOOKED_FOR_AT_ONCE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A row whose last attempt may have arrived. ``attempt`` fences: a later one settles nothing of this."""

    id: int
    attempt: int
    parcel: Parcel


async def claim_look(connection: AsyncConnection, now: datetime, *, again_at: datetime) -> list[Lost]:
    """The rows to look for now. Nobody else is given them before ``again_at``."""
    root = deliveries.alias("root")
    rows = (
        await connection.execute(
            select(deliveries, payloads.c.document, root.c.receipt.label("thread"))
            .join(payloads, payloads.c.delivery_id == deliveries.c.id)
            .outerjoin(root, root.c.id == deliveries.c.after_id)
            .where(IS_UNKNOWN, deliveries.c.channel == "slack", deliveries.c.due_at <= now)
            .order_by(deliveries.c.due_at)
            .limit(_LOOKED_FOR_AT_ONCE)
            .with_for_update(of=deliveries, skip_locked=True)
        )
    ).all()
    await connection.execute(
        update(deliveries).where(deliveries.c.id.in_([row.id for row in rows])).values(due_at=again_at)
    )
    return [
        Lost(
            id=row.id,
            attempt=row.attempts,
            parcel=Parcel(
                message_id=row.message_id,
                workspace=row.workspace,
                destination=row.destination,
                payload=row.document,
                thread=row.thread,
                handed_over_at=row.handed_over_at,
            ),
        )
        for row in rows
    ]


async def settle(
    connection: AsyncConnection, lost: Lost, sighting: Sighting, *, now: datetime, again_at: datetime
) -> bool:
    """Record what was seen: it is sent, or pending again, or still unknown until ``again_at``.

    False where somebody else has settled it meanwhile.
    """
    if isinstance(sighting, Found):
        values = {"state": SENT, "receipt": sighting.receipt, "error": None, "finished_at": now}
    elif isinstance(sighting, Absent):
        values = {"state": PENDING, "due_at": now, "error": "looked for, and it had not arrived"}
    else:
        values = {"due_at": again_at, "error": sighting.reason}
    settled = await connection.execute(
        update(deliveries)
        .where(IS_UNKNOWN, deliveries.c.id == lost.id, deliveries.c.attempts == lost.attempt)
        .values(**values)
    )
    return settled.rowcount == 1
