"""Picks up what others left: rows of workers that died, and posts whose answer was lost."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from database.connection import Database
from digests.errors import TryAgain
from digests.senders import Sender, Sighting, Unclear
from digests.store import unknown, workers
from digests.store.unknown import Lost

log = structlog.get_logger(__name__)

LOOK_AGAIN_DAILY = timedelta(days=1)
"""Where it can't be looked up: until an operator says what became of it, or grants the scope."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long the silent are left alone, and when to look for what they had handed over."""

    lease: timedelta
    grace: timedelta
    look_after: timedelta


async def take_over(
    database: Database, worker: str, in_hand: Collection[int], patience: Patience, now: datetime
) -> int:
    """Free the rows of workers that are dead, or whose lease ran out. Returns how many.

    ``in_hand``: the ids of the rows that ``worker`` itself is busy with. On SQLite this process is the only one:
    whatever another name holds is a dead one's.
    """
    async with database.reading() as connection:
        others = await workers.claimants(connection) - {worker}
        alive = set[str]() if database.is_sqlite else await workers.living_workers(connection, others)
    silent_since = now + patience.lease if database.is_sqlite else now - patience.grace
    async with database.writing() as connection:
        freed = await workers.take_over(
            connection,
            by=worker,
            in_hand=in_hand,
            dead=others - alive,
            silent_since=silent_since,
            now=now,
            lease=patience.lease,
            look_after=patience.look_after,
        )
    if freed:
        log.warning("took over from a worker that ended", deliveries=freed)
    return freed


async def look_for_unknown(
    database: Database, sender: Sender, clock: Callable[[], datetime], *, again: timedelta
) -> None:
    """Look for the posts whose time to be looked for has come, and settle what can be settled.

    ``again``: when to look again where looking failed; longer than it takes, since until then nobody else looks.
    """
    async with database.writing() as connection:
        lost = await unknown.claim_look(connection, clock(), again_at=clock() + again)
    for each in lost:
        sighting, again_at = await _look(sender, each, clock(), again)
        async with database.writing() as connection:
            await unknown.settle(connection, each, sighting, now=clock(), again_at=again_at)
        log.info("looked for a post", delivery=each.id, found=type(sighting).__name__)


async def _look(sender: Sender, lost: Lost, now: datetime, again: timedelta) -> tuple[Sighting, datetime]:
    try:
        return await sender.look_for(lost.parcel), now + LOOK_AGAIN_DAILY
    except TryAgain as error:
        wait = timedelta(seconds=error.retry_after or 0)
        return Unclear(reason=error.reason), now + max(wait, again)
