"""What the Slack app keeps for itself: events it has taken in hand, and what channels and people chose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import slack_choices, slack_events, slack_previews, slack_rotations, slack_workspaces

# Slack delivers an event again for the last time five minutes after the first.
EVENTS_KEPT = timedelta(days=1)

ONE_VISIT = timedelta(minutes=30)

# People share one link several times in a talk; a preview each time is in the way.
PREVIEW_AGAIN_AFTER = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What a channel or a person chose; what was recorded after ``new_since`` is new to them."""

    manual: str | None = None
    looked_at: datetime | None = None
    new_since: datetime | None = None


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
        select(slack_choices.c.manual, slack_choices.c.looked_at, slack_choices.c.new_since).where(
            slack_choices.c.workspace == workspace, slack_choices.c.address == address
        )
    )
    row = found.mappings().one_or_none()
    return Choices() if row is None else Choices(**row)


async def choose_manual(connection: AsyncConnection, workspace: str, address: str, manual: str | None) -> None:
    """Keep a channel's or a person's default manual; None takes it away."""
    await _keep(connection, workspace, address, manual=manual)


async def note_look(connection: AsyncConnection, workspace: str, address: str, now: datetime) -> datetime | None:
    """Note that a person looks at the Home tab now. Returns since when things are new to them, None at first.

    Looking again soon is the same visit: what was new stays so.
    """
    before = await choices_of(connection, workspace, address)
    new_since = before.new_since
    if before.looked_at is not None and now - before.looked_at > ONE_VISIT:
        new_since = before.looked_at
    elif before.looked_at is None:
        new_since = now
    await _keep(connection, workspace, address, looked_at=now, new_since=new_since)
    return None if before.looked_at is None else new_since


async def claim_preview(connection: AsyncConnection, channel: str, link: str, now: datetime) -> bool:
    """Note that a link is shown with a preview. False where it was in this channel a short while ago."""
    await connection.execute(delete(slack_previews).where(slack_previews.c.shown_at <= now - PREVIEW_AGAIN_AFTER))
    added = await connection.execute(
        _insert(connection, slack_previews)
        .values(channel=channel, link=link, shown_at=now)
        .on_conflict_do_nothing()
        .returning(slack_previews.c.link)
    )
    return added.first() is not None


async def note_workspace(connection: AsyncConnection, team_id: str, enterprise_id: str) -> None:
    """Note which organisation a workspace belongs to."""
    await connection.execute(
        _insert(connection, slack_workspaces)
        .values(team_id=team_id, enterprise_id=enterprise_id)
        .on_conflict_do_update(index_elements=["team_id"], set_={"enterprise_id": enterprise_id})
    )


async def enterprise_of(connection: AsyncConnection, team_id: str) -> str | None:
    """The organisation that a workspace belongs to; None for a workspace by itself."""
    found = await connection.execute(
        select(slack_workspaces.c.enterprise_id).where(slack_workspaces.c.team_id == team_id)
    )
    return found.scalar_one_or_none()


async def workspaces_of(connection: AsyncConnection, enterprise_id: str) -> list[str]:
    """The workspaces of an organisation that the app was asked from."""
    found = await connection.execute(
        select(slack_workspaces.c.team_id).where(slack_workspaces.c.enterprise_id == enterprise_id)
    )
    return list(found.scalars())


async def hold_rotation(connection: AsyncConnection, installation: str, now: datetime, lasts: timedelta) -> bool:
    """Whether this process may renew an installation's token now; for a while nobody else may."""
    held = await connection.execute(
        _insert(connection, slack_rotations)
        .values(installation=installation, held_until=now + lasts)
        .on_conflict_do_update(
            index_elements=["installation"],
            set_={"held_until": now + lasts},
            where=slack_rotations.c.held_until <= now,
        )
        .returning(slack_rotations.c.installation)
    )
    return held.first() is not None


async def give_back_rotation(connection: AsyncConnection, installation: str) -> None:
    """Let others renew the token again."""
    await connection.execute(delete(slack_rotations).where(slack_rotations.c.installation == installation))


async def _keep(connection: AsyncConnection, workspace: str, address: str, **chosen: Any) -> None:
    await connection.execute(
        _insert(connection, slack_choices)
        .values(workspace=workspace, address=address, **chosen)
        .on_conflict_do_update(index_elements=["workspace", "address"], set_=chosen)
    )


def _insert(connection: AsyncConnection, table: Any) -> Any:
    """An INSERT that can say what to do when the row is there, on either engine."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)
