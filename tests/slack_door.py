"""The app between a small Slack and the sample manual: what Slack sends comes in over HTTP or over Socket Mode."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.run import watcher_of
from bot.sample.demo import SampleParts
from bot.sample.site import SampleSite
from bot.slack.http import slack_over_http
from bot.slack.serve import serve_slack
from config.settings import Settings
from database.connection import Database
from manual import store as manual_store
from tests.features.slack_office import what_never_changes
from tests.servers.slack_oauth import TEAM, SlackOffice
from tests.servers.slack_signed import SECRET, post_signed
from tests.servers.slack_socket import SlackSocket, slack_socket
from tests.servers.web import serve

Kind = Literal["slash_commands", "events_api", "interactive"]
AMINA = "U01AMINA"
NOW = datetime.now(UTC)


@dataclass
class Door:
    """The app's address, and Slack's keys to it. ``socket`` None: requests come over HTTP."""

    http: httpx.AsyncClient
    slack: SlackOffice
    database: Database
    settings: Settings
    answers_url: str
    answers: list[dict[str, Any]] = field(default_factory=list)
    socket: SlackSocket | None = None

    async def delivers(self, kind: Kind, payload: dict[str, Any]) -> dict[str, Any]:
        """Slack sends a request; returns what the app acknowledges it with, mostly nothing."""
        if self.socket is not None:
            return await self.socket.gives(kind, payload)
        if kind == "events_api":
            answered = await post_signed(self.http, json.dumps(payload), "application/json")
        else:
            form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
            answered = await post_signed(self.http, urlencode(form))
        assert answered.status_code == 200
        return dict(answered.json()) if answered.content else {}

    async def types(self, text: str, *, user: str = AMINA, **more: Any) -> str:
        """Type the command; returns the answer's text."""
        before = len(self.answers)
        said = {
            "command": "/procedure",
            "text": text,
            "team_id": TEAM,
            "channel_id": "C01FOSTER",
            "user_id": user,
            "trigger_id": "1.2",
            "response_url": f"{self.answers_url}/answer",
            "is_enterprise_install": "false",
            **more,
        }
        await self.delivers("slash_commands", said)
        return await self.answered(before)

    async def answered(self, before: int) -> str:
        """The text of the answer that comes after so many."""
        async with asyncio.timeout(5):
            while len(self.answers) == before:  # noqa: ASYNC110 - the answer comes by another request
                await asyncio.sleep(0.01)
        return str(self.answers[-1]["text"])

    async def acts(self, kind: str, **more: Any) -> dict[str, Any]:
        """Somebody presses a button, types in a menu, takes a shortcut."""
        payload = {
            "type": kind,
            "trigger_id": "1.2",
            "team": {"id": TEAM},
            "user": {"id": AMINA, "team_id": TEAM},
            **more,
        }
        return await self.delivers("interactive", payload)

    async def event(self, event_id: str, event: dict[str, Any], **more: Any) -> None:
        payload = {"type": "event_callback", "event_id": event_id, "team_id": TEAM, "event": event, **more}
        await self.delivers("events_api", payload)

    async def says(self, times: int, method: str) -> None:
        """Wait until the app has called a method so many times: it does so after it has answered."""
        async with asyncio.timeout(5):
            while len(self.slack.said(method)) < times:  # noqa: ASYNC110 - Slack is called in another task
                await asyncio.sleep(0.01)

    async def installs(self) -> httpx.Response:
        """Somebody installs the app, and Slack sends them back to us."""
        asked = await self.http.get("/slack/install")
        state = parse_qs(urlsplit(asked.headers["location"]).query)["state"][0]
        kept = asked.headers["set-cookie"].partition(";")[0]
        return await self.comes_back(state, kept)

    async def comes_back(self, state: str, cookie: str) -> httpx.Response:
        query = {"code": "a-code", "state": state}
        return await self.http.get("/slack/oauth_redirect", params=query, headers={"Cookie": cookie})


@asynccontextmanager
async def a_door(database: Database, *, over_socket: bool = False, **more: Any) -> AsyncIterator[Door]:
    """The app at work, the sample manual read."""
    site, slack = SampleSite(), SlackOffice()
    answers: list[dict[str, Any]] = []

    async def answer(request: Request) -> Response:
        answers.append(await request.json())
        return PlainTextResponse("ok")

    app = Starlette(routes=[Route("/answer", answer, methods=["POST"])])
    async with (
        serve(Starlette(routes=site.routes())) as manual,
        serve(slack.app()) as api,
        serve(app) as address,
        httpx.AsyncClient(base_url=address) as http,
        AsyncExitStack() as opened,
    ):
        settings = Settings(
            _env_file=None,
            slack_api_url=f"{api}/api/",
            slack_signing_secret=SecretStr(SECRET),
            slack_app_token=SecretStr("xapp-test") if over_socket else None,
            fetch_pause_seconds=0,
            **{"slack_bot_token": SecretStr("xoxb-test"), **more},
        )
        parts = SampleParts(settings, manual)
        vars(parts).update(what_never_changes())
        await _read(parts, database)
        door = Door(http, slack, database, settings, address, answers)
        if over_socket:
            door.socket = await opened.enter_async_context(slack_socket())
            slack.socket_url = door.socket.url
            await opened.enter_async_context(_connected(parts, database))
        else:
            app.router.routes.extend(await opened.enter_async_context(slack_over_http(parts, database)))
        yield door


@asynccontextmanager
async def _connected(parts: SampleParts, database: Database) -> AsyncIterator[None]:
    stop, connected = asyncio.Event(), asyncio.Event()
    serving = asyncio.create_task(serve_slack(parts, database, stop, connected=connected))
    try:
        await asyncio.wait_for(connected.wait(), 5)
        yield
    finally:
        stop.set()
        await serving


async def _read(parts: SampleParts, database: Database) -> None:
    async with parts.fetcher() as fetcher:
        async with database.writing() as connection:
            for each in parts.manuals.manuals:
                await manual_store.make_due(connection, each, None, NOW)
        await watcher_of(parts, database, fetcher).visit_due_sources(NOW)
