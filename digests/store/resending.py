"""Sends again what did not arrive: only that, and only when an operator says so."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import deliveries, payloads
from digests.store.outbox import FAILED, IS_UNKNOWN, PENDING, SENT, UNKNOWN, WITHHELD
from digests.store.reports import chosen
from digests.store.withholding import still_wanted

# With two more days to succeed.
_AGAIN: dict[str, Any] = {"state": PENDING, "give_up_at": None, "finished_at": None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Resent:
    """How many messages go out again, by the state that they were in. ``already_sent``: of those asked for, how
    many had been sent, and are left alone; ``unknown``: how many an operator has to settle first."""

    again: dict[str, int]
    already_sent: int
    unknown: int


async def resend(
    connection: AsyncConnection,
    *,
    now: datetime,
    delivery_ids: Collection[int] = (),
    amendment_id: int | None = None,
    subscriber_id: int | None = None,
    dry_run: bool = False,
) -> Resent:
    """Make the failed and withheld messages that are asked for pending again; with ``dry_run`` only count them.

    They have two more days to succeed. What was sent is never sent again by this. Raises ValueError where nothing
    says which are meant.
    """
    asked = chosen(amendment_id=amendment_id, subscriber_id=subscriber_id, delivery_ids=delivery_ids)
    if not asked:
        raise ValueError("say which deliveries are meant")
    asked = [*asked, still_wanted()]
    found = await connection.execute(
        select(deliveries.c.state, func.count().label("total")).where(*asked).group_by(deliveries.c.state)
    )
    counted: dict[str, int] = {row.state: row.total for row in found}
    if not dry_run:
        await connection.execute(
            update(deliveries)
            .where(*asked, deliveries.c.state.in_((FAILED, WITHHELD)))
            .values(_AGAIN | {"due_at": now})
        )
    return Resent(
        again={state: counted[state] for state in (FAILED, WITHHELD) if state in counted},
        already_sent=counted.get(SENT, 0),
        unknown=counted.get(UNKNOWN, 0),
    )


async def resend_failed(connection: AsyncConnection, subscriber_id: int, *, since: datetime, now: datetime) -> int:
    """Make pending again what failed for a subscriber from a moment on, as far as its words are still kept.
    Returns how many."""
    again = await connection.execute(
        update(deliveries)
        .where(
            deliveries.c.subscriber_id == subscriber_id,
            deliveries.c.state == FAILED,
            deliveries.c.finished_at >= since,
            exists().where(payloads.c.delivery_id == deliveries.c.id),
            still_wanted(),
        )
        .values(_AGAIN | {"due_at": now})
    )
    return again.rowcount


async def settle_unknown(connection: AsyncConnection, delivery_id: int, *, arrived: bool, now: datetime) -> bool:
    """An operator has looked: a message whose answer was lost is sent, or goes out again. False if it isn't
    unknown (any more)."""
    if arrived:
        values = {"state": SENT, "finished_at": now, "error": "an operator has seen that it arrived"}
    else:
        values = _AGAIN | {"due_at": now, "error": "an operator has seen that it did not arrive"}
    settled = await connection.execute(
        update(deliveries).where(deliveries.c.id == delivery_id, IS_UNKNOWN).values(**values)
    )
    return settled.rowcount == 1
