"""Records how attempts ended, with all that follows from it, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from digests.rates import Limits, Passage, keys_of, settle
from digests.store.destinations import lock_rates, set_rates
from digests.store.outbox import Ending, finish
from subscriptions.store import suspend_subscriber


async def record_endings(
    connection: AsyncConnection, worker: str, endings: Sequence[Ending], *, limits: Limits
) -> list[bool]:
    """Finish rows, settle the rates of where they went, suspend whoever can't be reached any more.

    Returns for each whether its row was still ours. Repeating it after a commit whose answer was lost is harmless.
    """
    ours = await finish(connection, worker, endings)
    await _settle_rates(connection, endings, limits)
    for each in endings:
        if each.unreachable and each.claim.id in ours and each.claim.subscriber_id is not None:
            await suspend_subscriber(connection, each.claim.subscriber_id, each.error or "", each.ended_at)
    return [each.claim.id in ours for each in endings]


async def _settle_rates(connection: AsyncConnection, endings: Sequence[Ending], limits: Limits) -> None:
    passages = [_passage(each) for each in endings if _tells_of_rates(each)]
    if passages:
        present = await lock_rates(connection, {key for each in passages for key in each.keys})
        await set_rates(connection, settle(passages, present, limits=limits))


def _tells_of_rates(ending: Ending) -> bool:
    """A mail that went well says nothing new, unless the relay had failed before: most write no rate."""
    if ending.state == "withheld":
        return False
    return ending.claim.channel == "slack" or ending.trouble is not None or ending.claim.failures > 0


def _passage(ending: Ending) -> Passage:
    claim = ending.claim
    return Passage(
        keys=keys_of(claim.channel, claim.workspace, claim.destination),
        ended_at=ending.ended_at.timestamp(),
        answered=ending.trouble is None,
        trouble=ending.trouble,
        retry_after=ending.retry_after,
    )
