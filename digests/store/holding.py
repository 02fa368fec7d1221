"""What is done with claimed rows: held on to, handed over, given back, and finished by whoever holds them alone.

A claim is fenced: a row is finished only by the worker that holds it, in the attempt that it claimed. Whoever
comes late with a result (a process that was stopped and woke up after its lease) changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import attempts, deliveries
from digests.store.outbox import FAILED, IS_CLAIMED, IS_PENDING, PENDING, UNKNOWN, WITHHELD, Claim, Ending


async def renew(connection: AsyncConnection, worker: str, ids: Collection[int], until: datetime) -> set[int]:
    """Hold on to claimed rows. Returns the ids of those that are still held: the others were taken over."""
    held = await connection.execute(
        update(deliveries)
        .where(deliveries.c.id.in_(ids), deliveries.c.claimed_by == worker, IS_CLAIMED)
        .values(claimed_until=until)
        .returning(deliveries.c.id)
    )
    return set(held.scalars())


async def hand_over(connection: AsyncConnection, worker: str, claim: Claim, now: datetime) -> bool:
    """Note that a row is about to be handed over. False where it isn't ours any more: then it must not be sent."""
    noted = await connection.execute(
        update(deliveries)
        .where(
            deliveries.c.id == claim.id,
            deliveries.c.claimed_by == worker,
            deliveries.c.attempts == claim.attempt,
            IS_CLAIMED,
        )
        .values(handed_over_at=now)
    )
    return noted.rowcount == 1


async def give_back(connection: AsyncConnection, worker: str, ids: Collection[int]) -> None:
    """Let go of rows that were claimed and not tried: the claim doesn't count."""
    if ids:
        await connection.execute(
            update(deliveries)
            .where(deliveries.c.id.in_(ids), deliveries.c.claimed_by == worker, IS_CLAIMED)
            .values(
                state=PENDING,
                attempts=deliveries.c.attempts - 1,
                claimed_by=None,
                claimed_until=None,
                handed_over_at=None,
            )
        )


async def finish(connection: AsyncConnection, worker: str, endings: Sequence[Ending]) -> set[int]:
    """Record how attempts ended. Returns the ids of the rows that were still ours, and so were changed.

    Every attempt is recorded, also one that came too late, unless its row was erased meanwhile. What waits for a
    post that will never stand ends with it.
    """
    present, ours = await _still_ours(connection, worker, endings)
    tried = [_attempt(each, worker, each.claim.id in ours) for each in endings if each.claim.id in present]
    if tried:
        await connection.execute(insert(attempts), tried)
    changed = [each for each in endings if each.claim.id in ours]
    if changed:
        await connection.execute(_FINISH, [_finished(each, worker) for each in changed])
    for each in changed:
        if each.claim.channel == "slack" and each.state in (FAILED, WITHHELD):
            await _end_thread(connection, each)
    return ours


async def _still_ours(
    connection: AsyncConnection, worker: str, endings: Sequence[Ending]
) -> tuple[set[int], set[int]]:
    """The ids of the rows that there are, and of those that this worker holds, in the attempt that it claimed."""
    rows = await connection.execute(_HOLDERS, {"ids": [each.claim.id for each in endings]})
    holder = {row.id: (row.claimed_by, row.attempts) for row in rows}
    ours = {each.claim.id for each in endings if holder.get(each.claim.id) == (worker, each.claim.attempt)}
    return set(holder), ours


# Not locked: a row that changes hands after this look is kept from being finished by the update's own condition.
_HOLDERS = select(deliveries.c.id, deliveries.c.attempts, deliveries.c.claimed_by).where(
    deliveries.c.id.in_(bindparam("ids", expanding=True))
)

_FINISH = (
    update(deliveries)
    .where(
        deliveries.c.id == bindparam("row"),
        deliveries.c.claimed_by == bindparam("holder"),
        deliveries.c.attempts == bindparam("attempt"),
    )
    .values(
        state=bindparam("new_state"),
        due_at=func.coalesce(bindparam("new_due_at", type_=deliveries.c.due_at.type), deliveries.c.due_at),
        finished_at=bindparam("new_finished_at", type_=deliveries.c.finished_at.type),
        receipt=bindparam("new_receipt"),
        error=bindparam("new_error"),
        claimed_by=None,
        claimed_until=None,
    )
)


def _finished(ending: Ending, worker: str) -> dict[str, Any]:
    waits = ending.state in (PENDING, UNKNOWN)
    return {
        "row": ending.claim.id,
        "holder": worker,
        "attempt": ending.claim.attempt,
        "new_state": ending.state,
        "new_due_at": ending.due_at,
        "new_finished_at": None if waits else ending.ended_at,
        "new_receipt": ending.receipt,
        "new_error": ending.error,
    }


def _attempt(ending: Ending, worker: str, in_time: bool) -> dict[str, Any]:
    late = "" if in_time else "after another worker had taken it over"
    return {
        "delivery_id": ending.claim.id,
        "worker": worker,
        "started_at": ending.started_at,
        "ended_at": ending.ended_at,
        "outcome": ending.outcome,
        "error": "; ".join(filter(None, (ending.error, late))) or None,
    }


async def _end_thread(connection: AsyncConnection, root: Ending) -> None:
    await connection.execute(
        update(deliveries)
        .where(deliveries.c.after_id == root.claim.id, IS_PENDING)
        .values(
            state=root.state,
            finished_at=root.ended_at,
            error=f"the post that it continues was not sent: {root.error}",
        )
    )
