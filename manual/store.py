"""What is kept of sources, readings and amendments: every query on these three tables."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, delete, exists, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from config.manuals import ManualConfig
from database.schema import amendments, readings, sources
from manual.identity import title_key
from manual.reading import Amendment, AmendmentsReading, ContentsReading, Reading, reading_from_json

# What manual.compare_chapters says of a chapter's sections, as JSON: one document a section.
SectionChanges = list[dict[str, Any]]

# Older good readings are kept only to be looked at by an operator.
READINGS_KEPT = 10

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


async def add_sources(connection: AsyncConnection, manuals: Mapping[str, ManualConfig], now: datetime) -> None:
    """Add a row for every configured source that has none yet; it is due at once."""
    present = {tuple(row) for row in await connection.execute(select(sources.c.manual, sources.c.url))}
    missing = [
        {"manual": manual, "kind": source.kind, "url": source.url, "next_fetch_at": now}
        for manual, each in manuals.items()
        for source in each.sources
        if (manual, source.url) not in present
    ]
    if missing:
        await connection.execute(insert(sources), missing)


async def all_sources(connection: AsyncConnection) -> list[Source]:
    """Every source, by manual and in the order they were added."""
    rows = await connection.execute(select(sources).order_by(sources.c.manual, sources.c.id))
    return [Source(**row) for row in rows.mappings()]


async def claim_due_source(connection: AsyncConnection, now: datetime) -> Source | None:
    """A source whose next visit has come, contents before the lists that are read with their help; None if none.

    It is this process's alone until CLAIM_LASTS is over; then whoever comes first visits it.
    """
    first = (
        select(sources.c.id)
        .where(sources.c.next_fetch_at <= now)
        .order_by(sources.c.kind != ContentsReading.kind, sources.c.id)
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


async def still_claimed(connection: AsyncConnection, source: Source) -> bool:
    """Whether the claim is still ours; locks the source's row, so that it stays so until the transaction ends."""
    found = await connection.execute(
        select(sources.c.next_fetch_at).where(sources.c.id == source.id).with_for_update()
    )
    return found.scalar_one_or_none() == source.next_fetch_at


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


async def release_held(connection: AsyncConnection, now: datetime) -> list[RecordedAmendment]:
    """Let go of what was held long enough: no list told of it. Returns what is to be told now."""
    released = await connection.execute(
        update(amendments).where(amendments.c.held_until <= now).values(held_until=None).returning(amendments.c.id)
    )
    return await amendments_by_id(connection, list(released.scalars()))


async def drop_held(connection: AsyncConnection, told: Sequence[RecordedAmendment]) -> None:
    """Drop what was held where a list has told of the same chapter; the changed sections go to the list's entry."""
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


async def amendments_by_id(connection: AsyncConnection, ids: Sequence[int]) -> list[RecordedAmendment]:
    """The named amendments, in the order of their ids."""
    rows = await connection.execute(select(amendments).where(amendments.c.id.in_(ids)).order_by(amendments.c.id))
    return [_recorded(row) for row in rows.mappings()]


def fingerprint(document: Mapping[str, Any]) -> str:
    """A hash of a document's content: the same for the same words, whatever the order of its keys."""
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _keys(amendment: Amendment) -> set[str]:
    titles = (amendment.title, *amendment.former_titles)
    return {title_key(title) for title in titles if title}


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
