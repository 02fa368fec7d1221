"""From an install page to a digest that was posted once, in a Slack that installs apps and keeps metadata."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.run import watcher_of
from bot.sample.demo import SampleParts
from bot.sample.site import SampleSite
from bot.slack.http import INSTALL, REDIRECT, slack_over_http, tokens_of_installs
from config.settings import Settings
from database.connection import Database
from digests.deliver import deliver_once
from digests.outlets import close_outlets, open_outlets
from digests.run import compile_due
from digests.slack_sender import EVENT_TYPE
from manual import store as manual_store
from tests.features.slack_office import what_never_changes
from tests.outbox_builders import FAST, UNHURRIED, Clock
from tests.servers.emulate import ADMIN, CLIENT_ID, CLIENT_SECRET, GENERAL, TEAM, Emulate, emulate
from tests.servers.slack_signed import SECRET, post_signed
from tests.servers.web import serve

pytestmark = [
    pytest.mark.npm,
    # slack-sdk signs in for tokens with a class that aiohttp will take away one day.
    pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning"),
]


@dataclass
class Council:
    """The app over HTTP, and a workspace that it is not in yet."""

    http: httpx.AsyncClient
    slack: Emulate
    site: SampleSite
    parts: SampleParts
    database: Database
    answers: list[dict[str, Any]] = field(default_factory=list)
    address: str = ""

    async def begins_to_install(self) -> tuple[str, str]:
        """Where somebody who has agreed is sent back to, and the cookie that their browser keeps."""
        asked = await self.http.get(INSTALL)
        assert asked.status_code == 302
        return await self.slack.agrees(asked.headers["location"]), asked.headers["set-cookie"].partition(";")[0]

    async def comes_back(self, location: str, cookie: str) -> int:
        return (await self.http.get(location, headers={"Cookie": cookie})).status_code

    async def token(self) -> str:
        """The token that the installation is stored with."""
        async with tokens_of_installs(self.parts.settings, self.database) as token_of:
            assert token_of is not None
            return await token_of(TEAM)

    async def types(self, text: str) -> str:
        before = len(self.answers)
        said = {
            "command": "/procedure",
            "text": text,
            "team_id": TEAM,
            "channel_id": GENERAL,
            "user_id": ADMIN,
            "trigger_id": "1.2",
            "response_url": f"{self.address}/answer",
        }
        assert (await post_signed(self.http, urlencode(said))).status_code == 200
        async with asyncio.timeout(10):
            while len(self.answers) == before:  # noqa: ASYNC110 - the answer comes by another request
                await asyncio.sleep(0.02)
        return str(self.answers[-1]["text"])

    async def reads_the_manual(self, now: datetime) -> None:
        async with self.parts.fetcher() as fetcher:
            async with self.database.writing() as connection:
                for each in self.parts.manuals.manuals:
                    await manual_store.make_due(connection, each, None, now)
            await watcher_of(self.parts, self.database, fetcher).visit_due_sources(now)

    async def sends(self, clock: Clock) -> None:
        settings, names = self.parts.settings, self.parts.manuals.names
        await compile_due(self.database, settings=settings, manuals=names, now=clock())
        async with tokens_of_installs(settings, self.database) as token_of:
            outlets = open_outlets(settings, preview_folder=Path("var/outbox"), token_of=token_of)
            try:
                await deliver_once(self.database, outlets, limits=UNHURRIED, timing=FAST, clock=clock)
            finally:
                await close_outlets(outlets)

    async def digests(self, token: str) -> list[dict[str, Any]]:
        """The digests that stand in the channel."""
        said = await self.slack.call("conversations.history", token, channel=GENERAL, limit=100)
        return [each for each in said["messages"] if (each.get("metadata") or {}).get("event_type") == EVENT_TYPE]


@pytest.fixture
async def council(sqlite_database: Database) -> AsyncIterator[Council]:
    async with a_council(sqlite_database) as opened:
        yield opened


@asynccontextmanager
async def a_council(database: Database) -> AsyncIterator[Council]:
    site, answers = SampleSite(), list[dict[str, Any]]()

    async def answer(request: Request) -> Response:
        answers.append(await request.json())
        return PlainTextResponse("ok")

    app = Starlette(routes=[Route("/answer", answer, methods=["POST"])])
    async with (
        serve(Starlette(routes=site.routes())) as manual,
        serve(app) as address,
        emulate(f"{address}{REDIRECT}") as slack,
        httpx.AsyncClient(base_url=address, timeout=20) as http,
    ):
        settings = Settings(
            _env_file=None,
            slack_api_url=slack.api_url,
            slack_signing_secret=SecretStr(SECRET),
            slack_client_id=CLIENT_ID,
            slack_client_secret=SecretStr(CLIENT_SECRET),
            web_url=address,
            allowed_recipients="*",
            fetch_pause_seconds=0,
        )
        parts = SampleParts(settings, manual)
        vars(parts).update(what_never_changes())
        async with slack_over_http(parts, database) as routes:
            app.router.routes.extend(routes)
            yield Council(http, slack, site, parts, database, answers, address)


async def test_a_workspace_installs_it_and_its_state_is_good_once(council: Council) -> None:
    location, cookie = await council.begins_to_install()
    another, _ = await council.begins_to_install()
    assert await council.comes_back(another, cookie) == 400  # begun in another browser
    assert "oauth.v2.access" not in council.slack.calls

    assert await council.comes_back(location, cookie) == 200
    who = await council.slack.call("auth.test", await council.token())
    assert (who["ok"], who["team_id"]) == (True, TEAM)

    assert await council.comes_back(location, cookie) == 401  # it was used
    assert council.slack.calls.count("oauth.v2.access") == 1


async def test_a_digest_whose_answer_was_lost_is_found_by_its_metadata(council: Council) -> None:
    clock = Clock()
    await council.reads_the_manual(datetime.now(UTC) - timedelta(hours=2))
    assert await council.comes_back(*await council.begins_to_install()) == 200
    token = await council.token()
    await council.slack.call("conversations.join", token, channel=GENERAL)
    assert "This channel now follows everything" in await council.types("subscribe everything as it happens")

    council.site.publish_update()
    await council.reads_the_manual(datetime.now(UTC))
    council.slack.lost = ["chat.postMessage"]
    clock.moves_on(hours=1)
    await council.sends(clock)
    (posted, *_) = await council.digests(token)
    for _ in range(2):
        clock.moves_on(hours=1)
        await council.sends(clock)

    assert council.slack.lost == []
    assert "conversations.history" in council.slack.calls
    roots = [each for each in await council.digests(token) if each.get("thread_ts") in (None, each["ts"])]
    assert [each["ts"] for each in roots] == [posted["ts"]]
    assert "to re-read" in posted["text"]
