"""The session locks of living workers on PostgreSQL, and what dead ones left behind on either engine."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from sqlalchemy import and_, case, insert, not_, or_, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from database.connection import Database
from database.schema import attempts, deliveries
from digests.store.outbox import IS_CLAIMED, PENDING, UNKNOWN

# Any number that nobody else uses, for the first half of our workers' locks.
_LOCKS = 7_316_042


async def take_worker_lock(connection: AsyncConnection, worker: str) -> bool:
    """Hold the worker's lock for as long as the connection lives. False where another session holds it still."""
    taken = await connection.execute(
        text("SELECT pg_try_advisory_lock(:locks, :worker)"), {"locks": _LOCKS, "worker": _number(worker)}
    )
    return bool(taken.scalar_one())


async def living_workers(connection: AsyncConnection, workers: Collection[str]) -> set[str]:
    """Those of ``workers`` that hold their lock."""
    held = await connection.execute(
        text(
            "SELECT objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND classid = :locks AND objsubid = 2 "
            "AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        ),
        {"locks": _LOCKS},
    )
    numbers = set(held.scalars())
    return {worker for worker in workers if _number(worker) % 2**32 in numbers}


class Turn:
    """The right to compile. On PostgreSQL it is a lock of a transaction: a process that stands still loses it with
    its session, so whoever works says so in between."""

    def __init__(self, connection: AsyncConnection | None = None) -> None:
        self._connection = connection

    async def goes_on(self) -> None:
        """Say that this process is at work. That it has lost its turn does no harm, and is no error."""
        if self._connection is None:
            return
        try:
            await self._connection.execute(text("SELECT 1"))
        except DBAPIError:
            self._connection = None  # its session is gone, and the lock with it


@asynccontextmanager
async def compiling_alone(database: Database) -> AsyncIterator[Turn | None]:
    """The turn to compile: on PostgreSQL one process has it, so that none renders what another does; None where
    another has it.

    That is to spare work only: what is written is checked again under locks of its own.
    """
    if database.is_sqlite:
        yield Turn()
        return
    async with database.engine.connect() as connection:
        numbers = {"locks": _LOCKS + 1, "number": 0}
        taken = await connection.execute(text("SELECT pg_try_advisory_xact_lock(:locks, :number)"), numbers)
        yield Turn(connection) if taken.scalar_one() else None


def _number(worker: str) -> int:
    """A worker's name as the second half of its lock: a signed number of 32 bits."""
    return zlib.crc32(worker.encode()) - 2**31


async def claimants(connection: AsyncConnection) -> set[str]:
    """The names of all workers that hold rows."""
    found = await connection.execute(select(deliveries.c.claimed_by).where(IS_CLAIMED).distinct())
    return set(found.scalars())


async def take_over(
    connection: AsyncConnection,
    *,
    by: str,
    in_hand: Collection[int],
    dead: Collection[str],
    silent_since: datetime,
    now: datetime,
    lease: timedelta,
    look_after: timedelta,
) -> int:
    """Free the rows whose lease ran out, and those of the ``dead`` that were not renewed after ``silent_since``.

    Not those that the worker ``by`` has ``in_hand``: it knows best what becomes of them, however long it couldn't
    write it down. What it claimed without learning of it (the answer to COMMIT was lost) it doesn't have in hand.

    A post that had been handed over becomes unknown, to be looked for after a while; everything else is pending
    again. Returns how many rows were freed.
    """
    freed = await connection.execute(
        update(deliveries)
        .where(
            IS_CLAIMED,
            not_(and_(deliveries.c.claimed_by == by, deliveries.c.id.in_(in_hand))),
            or_(
                deliveries.c.claimed_until < now,
                and_(deliveries.c.claimed_by.in_(dead), deliveries.c.claimed_until < silent_since + lease),
            ),
        )
        .values(
            state=case((deliveries.c.handed_over_at.is_not(None), UNKNOWN), else_=PENDING),
            due_at=case((deliveries.c.handed_over_at.is_not(None), now + look_after), else_=deliveries.c.due_at),
            error="the process that was sending it ended",
            claimed_by=None,
            claimed_until=None,
        )
        .returning(deliveries.c.id, deliveries.c.state)
    )
    rows = freed.all()
    if rows:
        interrupted = [
            {
                "delivery_id": row.id,
                "worker": by,
                "started_at": now,
                "ended_at": now,
                "outcome": "interrupted",
                "error": "taken over from a process that ended or stopped",
            }
            for row in rows
        ]
        await connection.execute(insert(attempts), interrupted)
    return len(rows)
