"""The whole product for feature tests, between real servers: it is told what people would tell it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.listeners import Consequences
from config.manuals import ManualConfig, SourceConfig
from config.settings import Settings
from database.connection import Database
from digests.deliver import deliver_once
from digests.notices import operators_of
from digests.outlets import Outlets, close_outlets, open_outlets
from digests.run import compile_due
from digests.suspending import resume_sending
from manual import store as manual_store
from manual.fetch import Fetcher
from manual.watch import Visit, Watcher
from subscriptions import store
from subscriptions.topics import Topics
from subscriptions.wishes import parse_subscriber, parse_wish

_TOPICS = Topics.load()


@dataclass
class Service:
    """Its clock stands an hour back, so that whatever it finds is due when it sends."""

    database: Database
    settings: Settings
    fetcher: Fetcher
    outlets: Outlets
    manuals: dict[str, ManualConfig] = field(default_factory=dict)
    now: datetime = field(default_factory=lambda: datetime.now(UTC) - timedelta(hours=1))

    async def watches(self, manual: str, *, name: str = "", follow: str = "off", **sources: str) -> None:
        self.manuals[manual] = ManualConfig.model_validate(
            {
                "name": name or manual.capitalize(),
                "follow": follow,
                "sources": tuple(
                    SourceConfig.model_validate({"kind": kind, "url": url}) for kind, url in sources.items()
                ),
            }
        )

    async def subscribes(self, follows: str, to: str, *, by: str = "a test", **words: str) -> int:
        """Returns the subscription's id."""
        wish = parse_wish(
            {"follows": follows, "to": to, "frequency": "as it happens", **words},
            topics=_TOPICS,
            manuals=self.manuals,
        )
        async with self.database.writing() as connection:
            granted = await store.grant_wish(connection, wish, by=by, now=self.now)
        assert granted.subscription.id is not None
        return granted.subscription.id

    async def is_reached_again(self, who: str) -> None:
        wanted = parse_subscriber(who)
        async with self.database.writing() as connection:
            known = await store.find_subscriber(connection, wanted.kind, wanted.address)
            assert known is not None
            assert known.id is not None
            await resume_sending(connection, known.id, self.now)

    async def visits(self) -> list[Visit]:
        """Every source is looked at now, a second after whatever came before."""
        self.now += timedelta(seconds=1)
        async with self.database.writing() as connection:
            for manual in self.manuals:
                await manual_store.make_due(connection, manual, None, self.now)
        watcher = Watcher(
            database=self.database,
            fetcher=self.fetcher,
            manuals=self.manuals,
            listeners=Consequences(topics=_TOPICS, operators=operators_of(self.settings)),
        )
        return await watcher.visit_due_sources(self.now)

    async def passes(self, **time: float) -> None:
        """The clock moves on."""
        self.now += timedelta(**time)

    async def sends(self, **changes: Any) -> None:
        """Whatever is due by now is compiled and delivered."""
        names = {manual: each.name for manual, each in self.manuals.items()}
        await compile_due(self.database, settings=self.settings, manuals=names, now=datetime.now(UTC), **changes)
        await deliver_once(self.database, self.outlets, operators=operators_of(self.settings))


@asynccontextmanager
async def service_between(
    database: Database, *, slack_url: str, smtp_port: int, folder: Path
) -> AsyncIterator[Service]:
    """A service that posts to this Slack and mails through this relay."""
    settings = Settings(
        _env_file=None,
        slack_bot_token=SecretStr("xoxb-test-token"),
        slack_api_url=slack_url,
        smtp_host="127.0.0.1",
        smtp_port=smtp_port,
        smtp_tls="none",
        mail_from="chapterwatch@westmere.example",
        allowed_recipients="*",
        operators="slack:C01OPS",
        working_days_only=False,
        smtp_per_second=1000,
    )
    outlets = open_outlets(settings, preview_folder=folder)
    async with Fetcher(pause=0, first_wait=0.01, timeout=5) as fetcher:
        try:
            yield Service(database=database, settings=settings, fetcher=fetcher, outlets=outlets)
        finally:
            await close_outlets(outlets)
