"""A council for tests of the ledger: teams subscribe, chapters are amended, digests are compiled."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from config.manuals import ManualConfig, SourceConfig
from config.settings import Settings
from database.connection import Database
from database.schema import deliveries, digest_runs, digests, matches, payloads, subscribers, subscriptions
from digests.digest import Digest
from digests.run import Compiled, compile_due
from manual.reading import Amendment, AmendmentKind
from manual.store import add_sources, all_sources, record_amendments
from subscriptions import store
from subscriptions.interests import EVERYTHING, Interest
from subscriptions.subscribers import Frequency, Subscriber, SubscriberKind, Subscription
from subscriptions.topics import Topics

WESTMERE = ManualConfig(
    name="Westmere Children’s Services Procedures",
    sources=(SourceConfig(kind="amendments", url="https://procedures.westmere.example/amendments.html"),),
)


def an_amendment(title: str, **changes: Any) -> Amendment:
    values: dict[str, Any] = {
        "month": "2026-05",
        "kind": AmendmentKind.UPDATED,
        "title": title,
        "details": f"The arrangements in {title} have been revised throughout.",
    }
    return Amendment(**{**values, **changes})


@dataclass
class Council:
    """Westmere. Times are aware datetimes; teams are called by their mail address or their channel."""

    database: Database
    topics: Topics
    settings: Settings = field(default_factory=lambda: Settings(_env_file=None, working_days_only=False))
    _names: Iterator[int] = field(default_factory=itertools.count)

    async def has_team(
        self, address: str, *, at: datetime, hour: int = 9, weekday: int = 0, day: int = 1, **more: Any
    ) -> Subscriber:
        kind = SubscriberKind.EMAIL if "@" in address else SubscriberKind.SLACK_CHANNEL
        wanted = Subscriber(kind=kind, address=address, hour=hour, weekday=weekday, day=day, **more)
        async with self.database.writing() as connection:
            return await store.save_subscriber(connection, wanted, at, replace_schedule=True)

    async def subscribes(
        self,
        team: Subscriber,
        frequency: Frequency = Frequency.DAILY,
        *,
        at: datetime,
        chapter: str | None = None,
        **more: Any,
    ) -> Subscription:
        assert team.id is not None
        wanted = Subscription(
            subscriber_id=team.id,
            interest=Interest.chapter(chapter) if chapter else EVERYTHING,
            frequency=frequency,
            created_at=at,
            created_by="test",
            **more,
        )
        async with self.database.writing() as connection:
            return await store.add_subscription(connection, wanted)

    async def publishes(self, *titles: str, at: datetime, **changes: Any) -> list[int]:
        """Amend chapters; matched in the same transaction. Returns the amendments' ids."""
        async with self.database.writing() as connection:
            await add_sources(connection, {"westmere": WESTMERE}, at)
            (source,) = await all_sources(connection)
            recorded = await record_amendments(
                connection,
                source,
                [(an_amendment(title, **changes), None) for title in titles],
                baseline=False,
                now=at,
            )
            await store.record_matches(connection, recorded, topics=self.topics, contents={}, now=at)
            return [each.id for each in recorded]

    async def compiles(self, at: datetime, **settings: Any) -> Compiled:
        return await compile_due(
            self.database,
            settings=self.settings.model_copy(update=settings),
            manuals={"westmere": WESTMERE.name},
            now=at,
        )

    async def pauses(self, subscription: Subscription, until: datetime | None) -> None:
        async with self.database.writing() as connection:
            await connection.execute(
                update(subscriptions).where(subscriptions.c.id == subscription.id).values(paused_until=until)
            )

    async def turns(self, subscription: Subscription, frequency: Frequency) -> None:
        async with self.database.writing() as connection:
            await connection.execute(
                update(subscriptions).where(subscriptions.c.id == subscription.id).values(frequency=str(frequency))
            )

    async def told(self, team: Subscriber) -> list[tuple[datetime, list[str]]]:
        """The digests of a team: when each was due, and the titles in it, in order of the moments."""
        async with self.database.reading() as connection:
            rows = await connection.execute(
                select(digest_runs.c.due_at, digests.c.document)
                .join_from(digests, digest_runs)
                .where(digests.c.subscriber_id == team.id)
                .order_by(digest_runs.c.due_at, digests.c.id)
            )
            return [(row.due_at, _titles(Digest.from_json(row.document))) for row in rows]

    async def digests(self, team: Subscriber) -> list[Digest]:
        async with self.database.reading() as connection:
            rows = await connection.execute(
                select(digests.c.document).where(digests.c.subscriber_id == team.id).order_by(digests.c.id)
            )
            return [Digest.from_json(document) for document in rows.scalars()]

    async def ledger(self, subscription: Subscription) -> list[tuple[str, str | None]]:
        """Every match of a subscription: its state, and the reason where it is not told."""
        async with self.database.reading() as connection:
            rows = await connection.execute(
                select(matches.c.state, matches.c.not_told_reason)
                .where(matches.c.subscription_id == subscription.id)
                .order_by(matches.c.id)
            )
            return [(row.state, row.not_told_reason) for row in rows]

    async def outbox(self, team: Subscriber) -> list[Any]:
        async with self.database.reading() as connection:
            rows = await connection.execute(
                select(deliveries, payloads.c.document.label("payload"))
                .join(payloads, payloads.c.delivery_id == deliveries.c.id)
                .where(deliveries.c.subscriber_id == team.id)
                .order_by(deliveries.c.id)
            )
            return list(rows.all())

    async def suspended(self, team: Subscriber) -> str | None:
        async with self.database.reading() as connection:
            found = await connection.execute(
                select(subscribers.c.suspended_reason).where(subscribers.c.id == team.id)
            )
            reason: str | None = found.scalar_one()
            return reason


def _titles(digest: Digest) -> list[str]:
    return [item.amendment.title or "" for item in digest.items]
