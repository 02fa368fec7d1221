"""What was found elsewhere than in a list, and is held until a list may have told of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import amendments, sources
from manual.identity import title_key
from manual.reading import Amendment, AmendmentsReading
from manual.store.amendments import RecordedAmendment, SectionChanges, amendments_by_id


async def release_held(connection: AsyncConnection, now: datetime) -> list[RecordedAmendment]:
    """Let go of what was held long enough: no list told of it. Returns what is to be told now."""
    released = await connection.execute(
        update(amendments).where(amendments.c.held_until <= now).values(held_until=None).returning(amendments.c.id)
    )
    return await amendments_by_id(connection, list(released.scalars()))


async def drop_held(connection: AsyncConnection, told: Sequence[RecordedAmendment]) -> None:
    """Drop what was held where a list has told of the chapter; the changed sections go to the list's entry."""
    for each in told:
        keys = _keys(each.amendment)
        dropped = await connection.execute(
            delete(amendments)
            .where(
                amendments.c.manual == each.manual,
                amendments.c.title_key.in_(keys),
                amendments.c.held_until.is_not(None),
            )
            .returning(amendments.c.section_changes)
        )
        for changes in filter(None, dropped.scalars()):
            await connection.execute(
                update(amendments).where(amendments.c.id == each.id).values(section_changes=changes)
            )


async def listed_chapters(connection: AsyncConnection, manual: str, since: datetime) -> set[str]:
    """The title keys of the chapters that the manual's lists have told of since then, former titles too."""
    rows = await connection.execute(
        select(amendments.c.document)
        .join(sources)
        .where(
            amendments.c.manual == manual,
            amendments.c.held_until.is_(None),
            sources.c.kind == AmendmentsReading.kind,
            or_(amendments.c.recorded_at >= since, amendments.c.month >= f"{since:%Y-%m}"),
        )
    )
    return {key for document in rows.scalars() for key in _keys(Amendment.from_json(document))}


async def attach_section_changes(
    connection: AsyncConnection, manual: str, title: str, changes: SectionChanges, since: datetime
) -> bool:
    """Give a chapter's changed sections to the newest amendment that told of it since then. False if none did."""
    newest = (
        select(amendments.c.id)
        .where(
            amendments.c.manual == manual,
            amendments.c.title_key == title_key(title),
            amendments.c.recorded_at >= since,
            amendments.c.baseline.is_(False),
            amendments.c.section_changes.is_(None),
        )
        .order_by(amendments.c.id.desc())
        .limit(1)
    )
    attached = await connection.execute(
        update(amendments).where(amendments.c.id == newest.scalar_subquery()).values(section_changes=changes)
    )
    return attached.rowcount == 1


def _keys(amendment: Amendment) -> set[str]:
    titles = (amendment.title, *amendment.former_titles)
    return {title_key(title) for title in titles if title}
