"""What is kept of sources: how their last visits went, and whose turn it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from config.manuals import ManualConfig
from database.connection import insert_missing
from database.schema import sources
from manual.reading import ChapterReading, ContentsReading

# Longer than any visit takes, shorter than anybody would miss one.
CLAIM_LASTS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One watched page or feed, and how its last visits went. ``failures`` counts those in a row."""

    id: int
    manual: str
    kind: str
    url: str
    etag: str | None
    last_modified: str | None
    fetched_at: datetime | None
    next_fetch_at: datetime
    baseline_at: datetime | None
    failures: int
    failing_since: datetime | None
    failure: str | None
    operators_told_at: datetime | None
    overdue_told: str | None


async def add_sources(connection: AsyncConnection, manuals: Mapping[str, ManualConfig], now: datetime) -> None:
    """Add a row for every configured source that has none yet; it is due at once."""
    configured = [
        {"manual": manual, "kind": source.kind, "url": source.url, "next_fetch_at": now}
        for manual, each in manuals.items()
        for source in each.sources
    ]
    await insert_missing(connection, sources, configured)


async def all_sources(connection: AsyncConnection) -> list[Source]:
    """Every source, by manual and in the order they were added."""
    rows = await connection.execute(select(sources).order_by(sources.c.manual, sources.c.id))
    return [Source(**row) for row in rows.mappings()]


async def claim_due_source(connection: AsyncConnection, now: datetime) -> Source | None:
    """A source whose next visit has come: contents before the lists that are read with their help, then chapters.

    None where none is due.
    It is this process's alone until CLAIM_LASTS is over; then whoever comes first visits it.
    """
    first = (
        select(sources.c.id)
        .where(sources.c.next_fetch_at <= now)
        .order_by(
            sources.c.kind != ContentsReading.kind, sources.c.kind == ChapterReading.kind, sources.c.next_fetch_at
        )
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    claimed = await connection.execute(
        update(sources)
        .where(sources.c.id == first.scalar_subquery())
        .values(next_fetch_at=now + CLAIM_LASTS)
        .returning(sources)
    )
    row = claimed.mappings().one_or_none()
    return None if row is None else Source(**row)


async def add_chapters(connection: AsyncConnection, manual: str, chapters: Sequence[tuple[str, datetime]]) -> None:
    """Add a source for each chapter's address that has none yet, with the moment of its first visit."""
    rows = [
        {"manual": manual, "kind": ChapterReading.kind, "url": url, "next_fetch_at": first}
        for url, first in chapters
    ]
    await insert_missing(connection, sources, rows)


async def make_due(connection: AsyncConnection, manual: str, urls: Sequence[str] | None, now: datetime) -> None:
    """Bring the next visit of the named sources of a manual, or of all, forward to now."""
    chosen = sources.c.manual == manual
    if urls is not None:
        chosen &= sources.c.url.in_(urls)
    await connection.execute(
        update(sources).where(chosen, sources.c.next_fetch_at > now).values(next_fetch_at=now)
    )


async def still_claimed(connection: AsyncConnection, source: Source) -> bool:
    """Whether the claim is still ours; locks the source's row, so that it stays so until the transaction ends."""
    found = await connection.execute(
        select(sources.c.next_fetch_at).where(sources.c.id == source.id).with_for_update()
    )
    return found.scalar_one_or_none() == source.next_fetch_at


async def record_good_visit(
    connection: AsyncConnection,
    source: Source,
    *,
    etag: str | None,
    last_modified: str | None,
    next_fetch_at: datetime,
    now: datetime,
) -> None:
    """Note that a visit went well, whether the page had changed or not."""
    await connection.execute(
        update(sources)
        .where(sources.c.id == source.id)
        .values(
            etag=etag,
            last_modified=last_modified,
            fetched_at=now,
            next_fetch_at=next_fetch_at,
            baseline_at=source.baseline_at or now,
            failures=0,
            failing_since=None,
            failure=None,
            operators_told_at=None,
        )
    )


async def record_failure(
    connection: AsyncConnection,
    source: Source,
    *,
    reason: str,
    next_fetch_at: datetime,
    told: bool,
    now: datetime,
) -> None:
    """Note that a visit failed. What was known stays known. ``told``: operators are being told now."""
    await connection.execute(
        update(sources)
        .where(sources.c.id == source.id)
        .values(
            fetched_at=now,
            next_fetch_at=next_fetch_at,
            failures=source.failures + 1,
            failing_since=source.failing_since or now,
            failure=reason,
            operators_told_at=now if told else source.operators_told_at,
        )
    )


async def record_overdue(connection: AsyncConnection, source: Source, announced: str | None) -> None:
    """Note that operators were told that the update announced for this month is late."""
    await connection.execute(update(sources).where(sources.c.id == source.id).values(overdue_told=announced))
