"""The outbox: what its rows are, and how they get there, in the transaction that makes them needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import insert, literal_column
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import deliveries, payloads

Channel = Literal["slack", "email"]
Lane = Literal["reply", "notice", "bulk"]

LANES: tuple[Lane, ...] = ("reply", "notice", "bulk")
"""In the order in which they are served."""

PENDING = "pending"
CLAIMED = "claimed"
SENT = "sent"
FAILED = "failed"
UNKNOWN = "unknown"
WITHHELD = "withheld"

# Written out, not bound: SQLite uses a partial index only where it sees the value.
IS_PENDING = deliveries.c.state == literal_column("'pending'")
IS_CLAIMED = deliveries.c.state == literal_column("'claimed'")
IS_UNKNOWN = deliveries.c.state == literal_column("'unknown'")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDelivery:
    """A message to be sent. ``after`` is the Message-ID of the post whose thread it belongs to, or None."""

    channel: Channel
    workspace: str = ""
    destination: str
    lane: Lane = "bulk"
    payload: dict[str, Any]
    message_id: str
    summary: str
    part: int = 1
    after: str | None = None
    digest_id: int | None = None
    subscriber_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A row that one worker holds. ``send_at`` is the moment it was given, in seconds since the epoch.

    ``attempt`` counts from 1 and fences; ``payload`` is empty where it was erased; ``thread`` is the root's
    receipt; ``failures`` are those of the relay or workspace as a whole, before this attempt.
    """

    id: int
    attempt: int
    lane: Lane
    channel: Channel
    workspace: str
    destination: str
    subscriber_id: int | None
    payload: dict[str, Any]
    message_id: str
    thread: str | None
    give_up_at: datetime
    send_at: float
    failures: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How one attempt ended. ``state`` is what becomes of the row; pending and unknown need a ``due_at``.

    ``trouble``: why the whole of the relay or workspace failed; ``unreachable``: nobody is at this address;
    ``whole``: nor anywhere in its workspace.
    """

    claim: Claim
    started_at: datetime
    ended_at: datetime
    state: Literal["pending", "sent", "failed", "unknown", "withheld"]
    outcome: Literal["sent", "try again", "failed", "unknown", "withheld"]
    due_at: datetime | None = None
    receipt: str | None = None
    error: str | None = None
    trouble: str | None = None
    retry_after: float | None = None
    unreachable: bool = False
    whole: bool = False


async def enqueue(connection: AsyncConnection, new: Sequence[NewDelivery], now: datetime) -> dict[str, int]:
    """Write deliveries, due at once. Returns their ids by Message-ID. Roots are written before their threads."""
    ids: dict[str, int] = {}
    for in_thread in (False, True):
        rows = [_row(each, ids, now) for each in new if (each.after is not None) is in_thread]
        if rows:
            added = await connection.execute(
                insert(deliveries).returning(deliveries.c.id, deliveries.c.message_id), rows
            )
            ids.update({row.message_id: row.id for row in added})
    if new:
        documents = [{"delivery_id": ids[each.message_id], "document": each.payload} for each in new]
        await connection.execute(insert(payloads), documents)
    return ids


def _row(new: NewDelivery, ids: dict[str, int], now: datetime) -> dict[str, Any]:
    return {
        "digest_id": new.digest_id,
        "subscriber_id": new.subscriber_id,
        "lane": new.lane,
        "channel": new.channel,
        "workspace": new.workspace,
        "destination": new.destination,
        "part": new.part,
        "after_id": ids[new.after] if new.after else None,
        "summary": new.summary,
        "message_id": new.message_id,
        "state": PENDING,
        "created_at": now,
        "due_at": now,
    }
