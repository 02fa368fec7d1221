"""What looking up needs of what is kept: whether anything was read since, and a manual's newest pages."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import readings, sources
from manual.reading import ChapterReading, ContentsReading

NEWEST = 50
"""So many readings are looked at: two processes' transactions may end in another order than their numbers."""


async def newest_readings(connection: AsyncConnection) -> dict[int, str]:
    """The manuals of the readings that were kept last, by the readings' numbers."""
    found = await connection.execute(
        select(readings.c.id, sources.c.manual).join(sources).order_by(readings.c.id.desc()).limit(NEWEST)
    )
    return {row.id: row.manual for row in found}


async def contents_page(connection: AsyncConnection, manual: str) -> tuple[str, ContentsReading] | None:
    """The manual's contents as last read, with the page's address; None before the first time."""
    found = await connection.execute(
        select(sources.c.url, readings.c.document)
        .join(sources)
        .where(sources.c.manual == manual, sources.c.kind == ContentsReading.kind)
        .order_by(readings.c.read_at.desc(), readings.c.id.desc())
        .limit(1)
    )
    row = found.one_or_none()
    return None if row is None else (row.url, ContentsReading.from_json(row.document))


async def chapter_pages(connection: AsyncConnection, manual: str) -> list[tuple[str, dict[str, Any]]]:
    """The chapters' pages as last read, each with its address; documents, since reading many takes a while."""
    newest = (
        select(func.max(readings.c.id))
        .join(sources)
        .where(sources.c.manual == manual, sources.c.kind == ChapterReading.kind)
        .group_by(readings.c.source_id)
    )
    found = await connection.execute(
        select(sources.c.url, readings.c.document).join(sources).where(readings.c.id.in_(newest))
    )
    return [(url, document) for url, document in found]
