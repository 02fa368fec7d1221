"""The rates of relays, workspaces and channels, and their circuits."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import rates
from digests.rates import OPEN_AFTER, Rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A relay or workspace that is being left alone until ``probe_at``."""

    destination: str
    failures: int
    reason: str
    probe_at: datetime


async def lock_rates(connection: AsyncConnection, keys: Collection[str]) -> dict[str, Rate]:
    """The rates of ``keys``, locked until the transaction ends; always in the same order, so that two workers
    never wait for each other."""
    ordered = sorted(keys)
    upsert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    await connection.execute(
        upsert(rates).on_conflict_do_nothing(), [{"destination": key, "next_at": 0.0} for key in ordered]
    )
    rows = await connection.execute(
        select(rates).where(rates.c.destination.in_(ordered)).order_by(rates.c.destination).with_for_update()
    )
    return {row.destination: Rate(next_at=row.next_at, failures=row.failures, failure=row.failure) for row in rows}


async def set_rates(connection: AsyncConnection, changed: Mapping[str, Rate]) -> None:
    """Write rates that are locked."""
    if changed:
        await connection.execute(
            update(rates)
            .where(rates.c.destination == bindparam("key"))
            .values(next_at=bindparam("at"), failures=bindparam("count"), failure=bindparam("reason")),
            [
                {"key": key, "at": rate.next_at, "count": rate.failures, "reason": rate.failure}
                for key, rate in sorted(changed.items())
            ],
        )


async def closed_destinations(connection: AsyncConnection) -> list[Trouble]:
    """The relays and workspaces that fail, for `status`."""
    rows = await connection.execute(
        select(rates).where(rates.c.failures >= OPEN_AFTER).order_by(rates.c.destination)
    )
    return [
        Trouble(
            destination=row.destination,
            failures=row.failures,
            reason=row.failure or "",
            probe_at=datetime.fromtimestamp(row.next_at, UTC),
        )
        for row in rows
    ]
