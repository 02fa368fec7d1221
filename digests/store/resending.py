"""Sends again what did not arrive: only that, and only when an operator says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import deliveries, matches, payloads, subscriptions
from digests.mail_headers import dated
from digests.store.outbox import FAILED, IS_UNKNOWN, PENDING, SENT, UNKNOWN, WITHHELD
from digests.store.reports import chosen
from digests.store.withholding import still_wanted

# With two more days to succeed.
_AGAIN: dict[str, Any] = {"state": PENDING, "give_up_at": None, "finished_at": None}

# What fails is written down by one clock, the suspension that follows from it by another.
_MARGIN = timedelta(minutes=1)

_WORDS_ARE_KEPT = exists().where(payloads.c.delivery_id == deliveries.c.id)

_STILL_RUNS = exists().where(
    matches.c.digest_id == deliveries.c.digest_id,
    matches.c.subscription_id == subscriptions.c.id,
    subscriptions.c.ended_at.is_(None),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resent:
    """How many messages go out again, by the state that they were in. Of the others that were asked for,
    ``already_sent``: they are left alone; ``unknown``: an operator has to settle them first; ``forgotten``: their
    words are not kept any more."""

    again: dict[str, int]
    already_sent: int
    unknown: int
    forgotten: int


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
        select(deliveries.c.state, _WORDS_ARE_KEPT.label("kept"), func.count().label("total"))
        .where(*asked)
        .group_by(deliveries.c.state, "kept")
    )
    counted: Counter[tuple[str, bool]] = Counter({(row.state, bool(row.kept)): row.total for row in found})
    if not dry_run:
        await _send_again(connection, [*asked, deliveries.c.state.in_((FAILED, WITHHELD))], now)
    return Resent(
        again={state: counted[state, True] for state in (FAILED, WITHHELD) if counted[state, True]},
        already_sent=counted[SENT, True] + counted[SENT, False],
        unknown=counted[UNKNOWN, True] + counted[UNKNOWN, False],
        forgotten=counted[FAILED, False] + counted[WITHHELD, False],
    )


async def resend_failed(
    connection: AsyncConnection, subscriber_id: int, *, since: datetime, now: datetime
) -> None:
    """Make pending again the digests that failed for a subscriber from a moment on, but for those that tell only
    what subscriptions which have ended since were about."""
    failed = (
        deliveries.c.subscriber_id == subscriber_id,
        deliveries.c.state == FAILED,
        deliveries.c.finished_at >= since - _MARGIN,
        _STILL_RUNS,
    )
    await _send_again(connection, [*failed, still_wanted()], now)


async def _send_again(
    connection: AsyncConnection, conditions: Sequence[ColumnElement[bool]], now: datetime
) -> None:
    """Make messages pending whose words are still kept. A mail is dated anew, so that it is not sorted in among
    the old ones; nobody has it under its first date, as far as is known."""
    again = await connection.execute(
        update(deliveries)
        .where(*conditions, _WORDS_ARE_KEPT)
        .values(_AGAIN | {"due_at": now})
        .returning(deliveries.c.id, deliveries.c.channel)
    )
    for row in again.all():
        if row.channel == "email":
            its = payloads.c.delivery_id == row.id
            document = (await connection.execute(select(payloads.c.document).where(its))).scalar_one()
            anew = {**document, "mail": dated(document["mail"], now)}
            await connection.execute(update(payloads).where(its).values(document=anew))


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
