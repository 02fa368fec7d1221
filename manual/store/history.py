"""What is asked about the past of a manual: its amendments over the years, and what its lists announce."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import amendments, sources
from manual.reading import AmendmentsReading
from manual.store import RecordedAmendment, amendments_by_id, latest_reading


@dataclass(frozen=True, slots=True, kw_only=True)
class ListState:
    """How a manual's list of amendments stands. ``failing_since`` None: the last visit went well."""

    manual: str
    url: str
    next_update: str | None
    fetched_at: datetime | None
    failing_since: datetime | None


async def told_amendments(
    connection: AsyncConnection, manual: str, *, since: str | None = None
) -> list[RecordedAmendment]:
    """A manual's amendments in their last wording, the newest month first, each month in the page's order.

    ``since`` is a month, "YYYY-MM": only those of that month or later. Those whose month was lost come last, and
    only where no month is asked for. What has gone out of the list since is among them.
    """
    revision = amendments.alias()
    wanted = select(amendments.c.id).where(
        amendments.c.manual == manual, ~exists().where(revision.c.revises_id == amendments.c.id)
    )
    if since is not None:
        wanted = wanted.where(amendments.c.month >= since)
    ordered = wanted.order_by(
        amendments.c.month.is_(None), amendments.c.month.desc(), amendments.c.position, amendments.c.id
    )
    ids = list((await connection.execute(ordered)).scalars())
    by_id = {each.id: each for each in await amendments_by_id(connection, ids)}
    return [by_id[id_] for id_ in ids]


async def recorded_after(connection: AsyncConnection, moment: datetime) -> list[RecordedAmendment]:
    """What was recorded after ``moment`` in any manual, the newest first, without what the first sight found."""
    found = await connection.execute(
        select(amendments.c.id)
        .where(amendments.c.recorded_at > moment, amendments.c.baseline.is_(False))
        .order_by(amendments.c.recorded_at.desc(), amendments.c.position)
    )
    ids = list(found.scalars())
    by_id = {each.id: each for each in await amendments_by_id(connection, ids)}
    return [by_id[id_] for id_ in ids]


async def list_states(connection: AsyncConnection) -> list[ListState]:
    """Every manual's lists of amendments, with what the last good reading of each announces."""
    rows = await connection.execute(
        select(sources).where(sources.c.kind == AmendmentsReading.kind).order_by(sources.c.manual, sources.c.id)
    )
    states = []
    for row in rows.mappings().all():
        reading = await latest_reading(connection, row["id"])
        states.append(
            ListState(
                manual=row["manual"],
                url=row["url"],
                next_update=reading.next_update if isinstance(reading, AmendmentsReading) else None,
                fetched_at=row["fetched_at"],
                failing_since=row["failing_since"],
            )
        )
    return states
