"""Claims rows of the outbox: which may be sent now, and the moment that each is given.

The statements are made once: a busy worker claims many times a second.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Float,
    Row,
    Select,
    and_,
    bindparam,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import UtcDateTime, deliveries, payloads, rates
from digests.backoff import GIVE_UP_AFTER
from digests.rates import HORIZON, RELAY, Limits, Rate, allot, keys_of
from digests.store.destinations import lock_rates, set_rates
from digests.store.outbox import CLAIMED, IS_PENDING, LANES, PENDING, SENT, UNKNOWN, Channel, Claim, Lane

_root = deliveries.alias("root")
_sibling = deliveries.alias("sibling")
_flying = deliveries.alias("flying")

_NOW: BindParameter[datetime] = bindparam("now", type_=UtcDateTime())
_FREE_AT: BindParameter[float] = bindparam("free_at", type_=Float())
_SOON_FREE_AT: BindParameter[float] = bindparam("soon_free_at", type_=Float())


async def claim(
    connection: AsyncConnection,
    *,
    worker: str,
    channel: Channel,
    lanes: Collection[Lane],
    limit: int,
    limits: Limits,
    now: datetime,
    lease: timedelta,
) -> list[Claim]:
    """Take up to ``limit`` rows that may be sent now, the first lanes first; each with the moment to send it.

    What another worker is claiming at this moment is passed over, not waited for.
    """
    rows: list[Row[Any]] = []
    for lane in LANES:
        if lane in lanes and len(rows) < limit:
            found = await connection.execute(
                _WANTED[channel],
                {
                    "lane": lane,
                    "now": now,
                    "free_at": now.timestamp(),
                    "soon_free_at": now.timestamp() + HORIZON,
                    "at_once": limit - len(rows),
                },
            )
            rows += found.all()
    if not rows:
        return []
    claims = await _allot(connection, rows, limits, now)
    if claims:
        await connection.execute(
            _CLAIM,
            {
                "ids": [each.id for each in claims],
                "worker": worker,
                "until": now + lease,
                "two_days_on": now + GIVE_UP_AFTER,
            },
        )
    return claims


async def _allot(
    connection: AsyncConnection, rows: Sequence[Row[Any]], limits: Limits, now: datetime
) -> list[Claim]:
    """Those of the rows whose destinations take them now, each with its moment."""
    keys = [keys_of(row.channel, row.workspace, row.destination) for row in rows]
    present = await lock_rates(connection, {key for each in keys for key in each})
    moments, changed = allot(keys, present, limits=limits, now=now.timestamp())
    await set_rates(connection, changed)
    return [
        _claim(row, present[key[0]], moment, now)
        for row, key, moment in zip(rows, keys, moments, strict=True)
        if moment is not None
    ]


def _claim(row: Row[Any], whole: Rate, moment: float, now: datetime) -> Claim:
    return Claim(
        id=row.id,
        attempt=row.attempts + 1,
        lane=row.lane,
        channel=row.channel,
        workspace=row.workspace,
        destination=row.destination,
        subscriber_id=row.subscriber_id,
        payload=row.document or {},
        message_id=row.message_id,
        thread=row.thread,
        give_up_at=row.give_up_at or now + GIVE_UP_AFTER,
        send_at=moment,
        failures=whole.failures,
    )


async def is_waiting(
    connection: AsyncConnection, *, channel: Channel, lanes: Collection[Lane], until: datetime
) -> bool:
    """Whether a row may be sent by ``until``, as far as can be told: it is due, and neither its rate, nor an
    earlier part that has to wait longer, keeps it back."""
    moment = until.timestamp()
    values = {"lanes": list(lanes), "now": until, "free_at": moment, "soon_free_at": moment}
    return (await connection.execute(_WAITING[channel], values)).first() is not None


# --- The statements ------------------------------------------------------------------------------------------


def _wanted(channel: Channel) -> Select[Any]:
    return (
        select(
            deliveries.c.id,
            deliveries.c.attempts,
            deliveries.c.lane,
            deliveries.c.channel,
            deliveries.c.workspace,
            deliveries.c.destination,
            deliveries.c.subscriber_id,
            deliveries.c.message_id,
            deliveries.c.give_up_at,
            payloads.c.document,
            _root.c.receipt.label("thread"),
        )
        .outerjoin(payloads, payloads.c.delivery_id == deliveries.c.id)
        .outerjoin(_root, _root.c.id == deliveries.c.after_id)
        .where(
            IS_PENDING,
            deliveries.c.channel == literal_column(f"'{channel}'"),
            deliveries.c.lane == bindparam("lane"),
            deliveries.c.due_at <= _NOW,
            *_rates_allow(channel),
            *(_nothing_goes_before() if channel == "slack" else ()),
        )
        .order_by(deliveries.c.due_at, deliveries.c.id)
        .limit(bindparam("at_once"))
        .with_for_update(of=deliveries, skip_locked=True)
    )


def _waiting(channel: Channel) -> Select[Any]:
    return (
        select(literal(1))
        .outerjoin_from(deliveries, _root, _root.c.id == deliveries.c.after_id)
        .where(
            IS_PENDING,
            deliveries.c.channel == literal_column(f"'{channel}'"),
            deliveries.c.lane.in_(bindparam("lanes", expanding=True)),
            deliveries.c.due_at <= _NOW,
            *_rates_allow(channel),
            or_(deliveries.c.after_id.is_(None), _root.c.state.in_((SENT, CLAIMED))),
            _no_earlier_part(
                or_(_sibling.c.state == UNKNOWN, and_(_sibling.c.state == PENDING, _sibling.c.due_at > _NOW))
            ),
        )
        .limit(1)
    )


def _rates_allow(channel: Channel) -> list[ColumnElement[bool]]:
    """The relay or workspace is free soon, and the channel is free: their keys as ``digests.rates`` makes them."""
    if channel == "email":
        return [_is_free(literal(RELAY), _SOON_FREE_AT)]
    whole = literal("slack:").concat(deliveries.c.workspace)
    return [_is_free(whole, _SOON_FREE_AT), _is_free(whole.concat(":").concat(deliveries.c.destination), _FREE_AT)]


def _is_free(key: ColumnElement[str], moment: BindParameter[float]) -> ColumnElement[bool]:
    return ~exists().where(rates.c.destination == key, rates.c.next_at > moment)


def _nothing_goes_before() -> list[ColumnElement[bool]]:
    """A part waits for its root and for the parts before it, and a channel gets one post at a time."""
    return [
        or_(deliveries.c.after_id.is_(None), _root.c.state == SENT),
        _no_earlier_part(_sibling.c.state.in_((PENDING, CLAIMED, UNKNOWN))),
        ~exists().where(
            _flying.c.state == literal_column("'claimed'"),
            _flying.c.destination == deliveries.c.destination,
            _flying.c.workspace == deliveries.c.workspace,
        ),
    ]


def _no_earlier_part(in_state: ColumnElement[bool]) -> ColumnElement[bool]:
    return ~exists().where(
        _sibling.c.after_id == deliveries.c.after_id, _sibling.c.part < deliveries.c.part, in_state
    )


_WANTED: dict[Channel, Select[Any]] = {"email": _wanted("email"), "slack": _wanted("slack")}
_WAITING: dict[Channel, Select[Any]] = {"email": _waiting("email"), "slack": _waiting("slack")}

_CLAIM = (
    update(deliveries)
    .where(deliveries.c.id.in_(bindparam("ids", expanding=True)))
    .values(
        state=CLAIMED,
        attempts=deliveries.c.attempts + 1,
        claimed_by=bindparam("worker"),
        claimed_until=bindparam("until", type_=UtcDateTime()),
        handed_over_at=None,
        give_up_at=func.coalesce(deliveries.c.give_up_at, bindparam("two_days_on", type_=UtcDateTime())),
    )
)
