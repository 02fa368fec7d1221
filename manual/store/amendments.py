"""What is kept of amendments: every one that a source ever told of, and the words it has now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import amendments
from manual.identity import title_key
from manual.reading import Amendment
from manual.store.sources import Source

# What manual.chapters.compare says of a chapter's sections, as JSON: one document a section.
SectionChanges = list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedAmendment:
    """An amendment that is stored. ``revises_id`` names the one whose telling it renews."""

    id: int
    manual: str
    amendment: Amendment
    recorded_at: datetime
    baseline: bool = False
    revises_id: int | None = None
    gone: bool = False


async def known_amendments(connection: AsyncConnection, source_id: int) -> list[RecordedAmendment]:
    """Every amendment that this source ever told of, in the page's order, without those since revised."""
    revision = amendments.alias()
    rows = await connection.execute(
        select(amendments)
        .where(
            amendments.c.source_id == source_id,
            ~exists().where(revision.c.revises_id == amendments.c.id),
        )
        .order_by(amendments.c.position, amendments.c.id)
    )
    return [_recorded(row) for row in rows.mappings()]


async def earlier_wordings(connection: AsyncConnection, amendment_id: int) -> list[Amendment]:
    """What an amendment said before it was revised, the newest first; empty where it never was."""
    wordings: list[Amendment] = []
    current: int | None = amendment_id
    while current is not None:
        row = (
            await connection.execute(
                select(amendments.c.revises_id, amendments.c.document).where(amendments.c.id == current)
            )
        ).one()
        wordings.append(Amendment.from_json(row.document))
        current = row.revises_id
    return wordings[1:]


async def record_amendments(
    connection: AsyncConnection,
    source: Source,
    found: Iterable[tuple[Amendment, int | None]],
    *,
    baseline: bool,
    now: datetime,
    held_until: datetime | None = None,
    section_changes: SectionChanges | None = None,
) -> list[RecordedAmendment]:
    """Store amendments, each with the id of the one that it revises, or None. Returns them with their ids."""
    recorded = []
    for position, (amendment, revises_id) in enumerate(found):
        added = await connection.execute(
            insert(amendments)
            .values(
                source_id=source.id,
                manual=source.manual,
                position=position,
                recorded_at=now,
                baseline=baseline,
                revises_id=revises_id,
                held_until=held_until,
                section_changes=section_changes,
                **_words(amendment),
            )
            .returning(amendments.c.id)
        )
        recorded.append(
            RecordedAmendment(
                id=added.scalar_one(),
                manual=source.manual,
                amendment=amendment,
                recorded_at=now,
                baseline=baseline,
                revises_id=revises_id,
            )
        )
    return recorded


async def correct_amendment(connection: AsyncConnection, amendment_id: int, amendment: Amendment) -> None:
    """Take over a wording that isn't worth telling again."""
    await connection.execute(
        update(amendments).where(amendments.c.id == amendment_id).values(gone_at=None, **_words(amendment))
    )


async def mark_gone(connection: AsyncConnection, ids: Sequence[int], now: datetime) -> None:
    """Note that amendments no longer stand on their page."""
    if ids:
        await connection.execute(
            update(amendments).where(amendments.c.id.in_(ids), amendments.c.gone_at.is_(None)).values(gone_at=now)
        )


async def mark_back(connection: AsyncConnection, ids: Sequence[int]) -> None:
    """Note that amendments that were gone stand on their page again. They are not told again."""
    if ids:
        await connection.execute(update(amendments).where(amendments.c.id.in_(ids)).values(gone_at=None))


async def amendments_by_id(connection: AsyncConnection, ids: Sequence[int]) -> list[RecordedAmendment]:
    """The named amendments, in the order of their ids."""
    rows = await connection.execute(select(amendments).where(amendments.c.id.in_(ids)).order_by(amendments.c.id))
    return [_recorded(row) for row in rows.mappings()]


def _words(amendment: Amendment) -> dict[str, Any]:
    return {
        "month": amendment.month,
        "title": amendment.title,
        "title_key": title_key(amendment.title) if amendment.title else None,
        "document": amendment.to_json(),
    }


def _recorded(row: RowMapping) -> RecordedAmendment:
    return RecordedAmendment(
        id=row["id"],
        manual=row["manual"],
        amendment=Amendment.from_json(row["document"]),
        recorded_at=row["recorded_at"],
        baseline=row["baseline"],
        revises_id=row["revises_id"],
        gone=row["gone_at"] is not None,
    )
