"""Delivers what is in the outbox, through the outlets. Its two doors:

- ``await deliver_once(database, outlets, limits=…) -> Tally``: until nothing is left that could be sent now.
- ``await deliver_forever(database, outlets, stop=…, limits=…) -> Tally``: until ``stop`` is set.
"""

from __future__ import annotations

import asyncio

from database.connection import Database
from digests.notices import NOBODY, Operators
from digests.outlets import Outlets
from digests.rates import Limits
from digests.worker import Clock, Tally, Timing, Worker, utc_now


async def deliver_once(
    database: Database,
    outlets: Outlets,
    *,
    limits: Limits | None = None,
    operators: Operators = NOBODY,
    clock: Clock = utc_now,
    timing: Timing | None = None,
) -> Tally:
    """Send everything that is due, and return when nothing is left that could be sent now.

    ``operators`` hear of whoever can't be reached any more, where nobody else can be told. ``clock`` has to move
    on with real time. Raises WorkTaken where another process sends from this SQLite file.
    """
    worker = Worker(
        database, outlets, limits=limits or Limits(), operators=operators, clock=clock, timing=timing or Timing()
    )
    return await worker.run(until_dry=True)


async def deliver_forever(
    database: Database,
    outlets: Outlets,
    *,
    stop: asyncio.Event,
    limits: Limits | None = None,
    operators: Operators = NOBODY,
    clock: Clock = utc_now,
    timing: Timing | None = None,
) -> Tally:
    """Send what becomes due until ``stop`` is set; then finish what is in flight and give back the rest.

    Sits out a database that restarts. Raises WorkTaken where another process sends from this SQLite file.
    """
    worker = Worker(
        database, outlets, limits=limits or Limits(), operators=operators, clock=clock, timing=timing or Timing()
    )
    return await worker.run(stop=stop)
