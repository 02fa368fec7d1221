"""A council's Slack workspace with the app in it, the sample manual, and a database: told what people do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import SecretStr
from starlette.applications import Starlette

from bot.run import watcher_of
from bot.sample.demo import SampleParts
from bot.sample.site import SampleSite
from bot.slack.http import EVENTS, slack_over_http
from bot.slack.serve import serve_slack
from config.settings import Settings
from database.connection import Database
from digests.deliver import deliver_once
from digests.outlets import close_outlets, open_outlets
from digests.run import compile_due
from manual import store as manual_store
from tests.servers.local_slack import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET, LocalSlack, local_slack
from tests.servers.local_slack_ui import button_in
from tests.servers.web import serve

AMINA, DAVE = "U01AMINA", "U01DAVE"
FOSTERING, LEAVING_CARE, EVERYBODY = "C01FOSTER", "C01LEAVING", "C01ALL"

Way = Literal["socket", "http"]
WAYS: tuple[Way, ...] = get_args(Way)
"""The ways in: whatever people do is tried by each."""

NOW = datetime(2026, 5, 20, 10, 0, tzinfo=UTC)  # a Wednesday, a month after the sample manual's last update


@dataclass
class Office:
    """The workspace. What is said to the app waits for the app's answer."""

    slack: LocalSlack
    site: SampleSite
    parts: SampleParts
    database: Database
    now: datetime = NOW

    def clock(self) -> datetime:
        return self.now

    async def reads_the_manual(self) -> None:
        """The watcher looks at every page now."""
        async with self.parts.fetcher() as fetcher:
            async with self.database.writing() as connection:
                for manual in self.parts.manuals.manuals:
                    await manual_store.make_due(connection, manual, None, self.now)
            await watcher_of(self.parts, self.database, fetcher).visit_due_sources(self.now)

    async def sends(self) -> None:
        """What is due an hour from now is compiled and posted."""
        names = self.parts.manuals.names
        later = self.now + timedelta(hours=1)
        await compile_due(self.database, settings=self.parts.settings, manuals=names, now=later)
        outlets = open_outlets(self.parts.settings, preview_folder=Path("var/outbox"))
        try:
            await deliver_once(self.database, outlets)
        finally:
            await close_outlets(outlets)

    async def types(self, text: str, *, user: str = AMINA, channel: str = FOSTERING) -> dict[str, Any]:
        """Type the command, and return the answer that the person sees."""
        before = await self._seen(channel)
        await self.slack.control("command", user=user, channel=channel, command="/procedure", text=text)
        return await self.answer(channel, before)

    async def presses(
        self, message: dict[str, Any], action: str, *, user: str = AMINA, channel: str = FOSTERING
    ) -> dict[str, Any]:
        """Press the first button of a message whose name begins so, and return what the person sees then."""
        before = await self._seen(channel)
        await self.slack.control(
            "interact", channel=channel, messageTs=message["ts"], user=user, action=button_in(message, action)
        )
        return await self.answer(channel, before)

    async def answer(self, channel: str, before: dict[str, str]) -> dict[str, Any]:
        """The first message that is new in the channel, or has changed, other than what everybody is told."""
        async with asyncio.timeout(5):
            while True:
                for message in await self.slack.messages(channel):
                    announced = message["text"].startswith("<@")
                    if before.get(message["ts"]) != str(message.get("blocks")) and not announced:
                        return message
                await asyncio.sleep(0.02)

    async def has_said(self, number: int, channel: str) -> None:
        """Wait until so many messages stand in a channel."""
        async with asyncio.timeout(10):
            while len(await self.slack.messages(channel)) < number:  # noqa: ASYNC110 - Slack tells it by no event
                await asyncio.sleep(0.05)

    async def said_to_everybody(self, channel: str = FOSTERING, *, times: int = 0) -> list[str]:
        """What the app said that the whole channel sees, once it has said so ``times``: after its answer."""
        async with asyncio.timeout(10):
            while True:
                said = [
                    str(message["text"])
                    for message in await self.slack.messages(channel)
                    if message.get("bot_id") and message.get("subtype") != "ephemeral"
                ]
                if len(said) >= times:
                    return said
                await asyncio.sleep(0.02)

    async def _seen(self, channel: str) -> dict[str, str]:
        return {message["ts"]: str(message.get("blocks")) for message in await self.slack.messages(channel)}


def slack_settings(api_url: str, **more: Any) -> Settings:
    return Settings(
        _env_file=None,
        slack_bot_token=SecretStr(BOT_TOKEN),
        slack_app_token=SecretStr(APP_TOKEN),
        slack_signing_secret=SecretStr(SIGNING_SECRET),
        slack_api_url=api_url,
        allowed_recipients="*",
        fetch_pause_seconds=0,
        secret_key=SecretStr("k" * 48),
        **more,
    )


@cache
def what_never_changes() -> dict[str, Any]:
    """The shipped topics and glossary, read once for all tests."""
    parts = SampleParts(slack_settings("https://slack.example/api/"), "")
    return {"topics": parts.topics, "glossary": parts.glossary}


@asynccontextmanager
async def office(
    database: Database, *, read: bool = True, way: Way = "socket", **settings: Any
) -> AsyncIterator[Office]:
    """The app at work over Socket Mode or over HTTP, with the sample manual read (unless it isn't)."""
    site, app = SampleSite(), Starlette()
    async with (
        serve(Starlette(routes=site.routes())) as manual,
        serve(app) as address,
        local_slack(request_url=f"{address}{EVENTS}" if way == "http" else "") as slack,
    ):
        parts = SampleParts(slack_settings(slack.api_url, **settings), manual)
        vars(parts).update(what_never_changes())
        running = Office(slack=slack, site=site, parts=parts, database=database)
        if read:
            await running.reads_the_manual()
        async with _over_http(running, app) if way == "http" else _over_a_socket(running):
            yield running


@asynccontextmanager
async def _over_http(running: Office, app: Starlette) -> AsyncIterator[None]:
    async with slack_over_http(running.parts, running.database, clock=running.clock) as routes:
        app.router.routes.extend(routes)
        yield


@asynccontextmanager
async def _over_a_socket(running: Office) -> AsyncIterator[None]:
    stop, connected = asyncio.Event(), asyncio.Event()
    serving = asyncio.create_task(
        serve_slack(running.parts, running.database, stop, clock=running.clock, connected=connected)
    )
    try:
        async with asyncio.timeout(10):
            await connected.wait()
        yield
    finally:
        stop.set()
        await serving
