"""What is kept of requests until they are confirmed, and of how often mails were asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import RowMapping, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import askings, requests
from subscriptions.requests import AskingLimit, Request, StoredRequest, is_too_many


async def add_request(
    connection: AsyncConnection,
    request: Request,
    *,
    address: str,
    now: datetime,
    kind: str = "subscribe",
    subscriber_id: int | None = None,
) -> StoredRequest:
    """Keep a request until its address confirms it. ``subscriber_id``: who moves to the address."""
    added = await connection.execute(
        insert(requests)
        .values(kind=kind, address=address, subscriber_id=subscriber_id, document=request.to_json(), asked_at=now)
        .returning(requests)
    )
    return _request(added.mappings().one())


async def find_request(connection: AsyncConnection, request_id: int) -> StoredRequest | None:
    """The request, locked until the transaction ends; None where it was never made or is cleaned away."""
    found = await connection.execute(select(requests).where(requests.c.id == request_id).with_for_update())
    row = found.mappings().one_or_none()
    return None if row is None else _request(row)


async def mark_confirmed(connection: AsyncConnection, request_id: int, now: datetime) -> None:
    await connection.execute(update(requests).where(requests.c.id == request_id).values(confirmed_at=now))


async def mark_released(connection: AsyncConnection, request_id: int, now: datetime) -> None:
    await connection.execute(update(requests).where(requests.c.id == request_id).values(released_at=now))


async def drop_requests(connection: AsyncConnection, address: str) -> None:
    """Forget what an address asked for."""
    await connection.execute(delete(requests).where(requests.c.address == address))


async def may_ask(connection: AsyncConnection, key: str, limits: Sequence[AskingLimit], now: datetime) -> bool:
    """Whether one more mail may be asked for under this key; counts it where it may."""
    longest = max(limit.within for limit in limits)
    before = await connection.execute(
        select(askings.c.asked_at).where(askings.c.key == key, askings.c.asked_at > now - longest)
    )
    if is_too_many(limits, list(before.scalars()), now):
        return False
    await connection.execute(insert(askings).values(key=key, asked_at=now))
    return True


def _request(row: RowMapping) -> StoredRequest:
    return StoredRequest(
        id=row["id"],
        kind=row["kind"],
        address=row["address"],
        subscriber_id=row["subscriber_id"],
        request=Request.from_json(row["document"]),
        asked_at=row["asked_at"],
        confirmed_at=row["confirmed_at"],
        released_at=row["released_at"],
    )
