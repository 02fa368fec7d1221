"""What follows from a visit, inside its transaction: matches for subscribers, notes for operators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from digests.notices import Operators, enqueue_notice
from manual.store import RecordedAmendment, latest_contents
from subscriptions.store import record_matches
from subscriptions.topics import Topics


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequences:
    """manual.watch's Listeners: matches what was recorded, and passes trouble on to the operators."""

    topics: Topics
    operators: Operators

    async def amendments_recorded(
        self, connection: AsyncConnection, amendments: Sequence[RecordedAmendment], now: datetime
    ) -> None:
        manuals = {each.manual for each in amendments}
        contents = {manual: await latest_contents(connection, manual) for manual in manuals}
        await record_matches(
            connection,
            amendments,
            topics=self.topics,
            contents={manual: reading for manual, reading in contents.items() if reading is not None},
            now=now,
        )

    async def trouble(self, connection: AsyncConnection, summary: str, details: str, now: datetime) -> None:
        await enqueue_notice(connection, self.operators, summary=summary, text=details, now=now)
