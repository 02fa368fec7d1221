"""Records how attempts ended, with all that follows from it, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from digests.notices import Operators, enqueue_notice
from digests.rates import Limits, Passage, Rate, keys_of, settle
from digests.slack_blocks import unescape
from digests.store.destinations import lock_rates, set_rates
from digests.store.holding import finish
from digests.store.outbox import Ending
from digests.suspending import Unreachable, suspend


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What came of recording: the rows that were still ours; and the rates that changed, by destination."""

    ours: frozenset[int]
    rates: dict[str, Rate]


async def record_endings(
    connection: AsyncConnection, worker: str, endings: Sequence[Ending], *, limits: Limits, operators: Operators
) -> Recorded:
    """Finish rows, settle the rates of where they went, suspend whoever can't be reached any more and tell whoever
    should know: the operators, where a notice finds nobody.

    Repeating it after a commit whose answer was lost is harmless.
    """
    ours = await finish(connection, worker, endings)
    rates = await _settle_rates(connection, endings, limits)
    gone = [
        Unreachable(subscriber_id=each.claim.subscriber_id, reason=each.error or "", whole=each.whole)
        for each in endings
        if each.unreachable and each.claim.id in ours and each.claim.subscriber_id is not None
    ]
    if gone:
        await suspend(connection, gone, operators, min(each.ended_at for each in endings))
    for each in endings:
        if each.claim.id in ours and _is_unheard(each, operators):
            text = f"{unescape(each.claim.payload['text'])}\nMeant for {each.claim.destination}, but {each.error}."
            summary = f"Nobody there to tell: {each.claim.destination}"
            await enqueue_notice(connection, operators, summary=summary, text=text, now=each.ended_at)
    return Recorded(ours=frozenset(ours), rates=rates)


def _is_unheard(ending: Ending, operators: Operators) -> bool:
    """Whether a notice to a person in Slack reaches nobody: who made a subscription may have left."""
    claim = ending.claim
    is_notice = claim.channel == "slack" and claim.lane == "notice" and claim.subscriber_id is None
    told = {each.destination for each in operators.each}
    return is_notice and ending.unreachable and claim.destination not in told


async def _settle_rates(connection: AsyncConnection, endings: Sequence[Ending], limits: Limits) -> dict[str, Rate]:
    passages = [_passage(each) for each in endings if _tells_of_rates(each)]
    if not passages:
        return {}
    present = await lock_rates(connection, {key for each in passages for key in each.keys})
    changed = settle(passages, present, limits=limits)
    await set_rates(connection, changed)
    return changed


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
