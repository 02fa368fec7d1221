"""What is kept of readings: the last good ones of every source."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import readings, sources
from manual.reading import ContentsReading, Reading, reading_from_json
from manual.store.sources import Source

# Older good readings are kept only to be looked at by an operator.
READINGS_KEPT = 10


async def latest_reading(connection: AsyncConnection, source_id: int) -> Reading | None:
    """The last good reading of a source, None before the first."""
    found = await connection.execute(
        select(readings.c.document)
        .where(readings.c.source_id == source_id)
        .order_by(readings.c.read_at.desc(), readings.c.id.desc())
        .limit(1)
    )
    document = found.scalar_one_or_none()
    return None if document is None else reading_from_json(document)


async def latest_contents(connection: AsyncConnection, manual: str) -> ContentsReading | None:
    """The manual's contents as last read, None where they are not watched or not read yet."""
    found = await connection.execute(
        select(readings.c.document)
        .join(sources)
        .where(sources.c.manual == manual, sources.c.kind == ContentsReading.kind)
        .order_by(readings.c.read_at.desc(), readings.c.id.desc())
        .limit(1)
    )
    document = found.scalar_one_or_none()
    return None if document is None else ContentsReading.from_json(document)


async def record_reading(connection: AsyncConnection, source: Source, reading: Reading, now: datetime) -> None:
    """Keep a reading, and drop the oldest beyond the few that are kept."""
    document = reading.to_json()
    await connection.execute(
        insert(readings).values(
            source_id=source.id, read_at=now, fingerprint=fingerprint(document), document=document
        )
    )
    kept = (
        select(readings.c.id)
        .where(readings.c.source_id == source.id)
        .order_by(readings.c.read_at.desc(), readings.c.id.desc())
        .limit(READINGS_KEPT)
    )
    await connection.execute(
        delete(readings).where(readings.c.source_id == source.id, readings.c.id.not_in(kept.scalar_subquery()))
    )


def fingerprint(document: Mapping[str, Any]) -> str:
    """A hash of a document's content: the same for the same words, whatever the order of its keys."""
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
