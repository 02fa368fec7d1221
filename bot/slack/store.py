"""What the Slack app keeps for itself: events it has taken in hand, and what channels and people chose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import slack_choices, slack_events

# Slack delivers an event again for the last time five minutes after the first.
EVENTS_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What a channel or a person chose; ``looked_at`` is when a person last saw what is new."""

    manual: str | None = None
    looked_at: datetime | None = None


async def take_in_hand(connection: AsyncConnection, event_id: str, now: datetime) -> bool:
    """Note that an event is being handled. False where it was before: it is a redelivery."""
    await connection.execute(delete(slack_events).where(slack_events.c.seen_at < now - EVENTS_KEPT))
    added = await connection.execute(
        _insert(connection, slack_events)
        .values(event_id=event_id, seen_at=now)
        .on_conflict_do_nothing()
        .returning(slack_events.c.event_id)
    )
    return added.first() is not None


async def choices_of(connection: AsyncConnection, workspace: str, address: str) -> Choices:
    """What a channel or a person chose; nothing where they never did."""
    found = await connection.execute(
        select(slack_choices.c.manual, slack_choices.c.looked_at).where(
            slack_choices.c.workspace == workspace, slack_choices.c.address == address
        )
    )
    row = found.one_or_none()
    return Choices() if row is None else Choices(manual=row.manual, looked_at=row.looked_at)


async def choose_manual(connection: AsyncConnection, workspace: str, address: str, manual: str | None) -> None:
    """Keep a channel's or a person's default manual; None takes it away."""
    await _keep(connection, workspace, address, manual=manual)


async def note_look(connection: AsyncConnection, workspace: str, address: str, now: datetime) -> None:
    """Keep when a person last saw what is new."""
    await _keep(connection, workspace, address, looked_at=now)


async def _keep(connection: AsyncConnection, workspace: str, address: str, **chosen: Any) -> None:
    await connection.execute(
        _insert(connection, slack_choices)
        .values(workspace=workspace, address=address, **chosen)
        .on_conflict_do_update(index_elements=["workspace", "address"], set_=chosen)
    )


def _insert(connection: AsyncConnection, table: Any) -> Any:
    """An INSERT that can say what to do when the row is there, on either engine."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)
