"""Slack over HTTP: signatures, redeliveries, installing into workspaces and organisations, renewed tokens."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from pydantic import SecretStr
from slack_sdk.oauth.installation_store.sqlalchemy import SQLAlchemyInstallationStore
from slack_sdk.signature import SignatureVerifier
from sqlalchemy import MetaData
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.run import watcher_of
from bot.sample.demo import SampleParts
from bot.sample.site import SampleSite
from bot.slack.http import installs_of, slack_over_http, tokens_of_installs
from bot.slack.serve import web_client
from config.settings import Settings
from database.connection import Database
from database.schema import metadata
from digests.errors import Permanent
from manual import store as manual_store
from subscriptions.store import running_subscriptions
from tests.features.slack_office import what_never_changes
from tests.servers.slack_oauth import BOT, ENTERPRISE, TEAM, SlackOffice
from tests.servers.web import serve

# slack-sdk signs in for tokens with a class that aiohttp will take away one day.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")

SECRET = "test-signing-secret"
NOW = datetime.now(UTC)


@dataclass
class Door:
    """The app's address, and Slack's keys to it."""

    http: httpx.AsyncClient
    slack: SlackOffice
    database: Database
    settings: Settings
    answers: list[dict[str, Any]]
    answers_url: str

    async def knocks(self, body: str, kind: str, *, age: float = 0, secret: str = SECRET, **headers: str) -> int:
        """Send a request as Slack signs it. Returns the status."""
        return (await self.posts(body, kind, age=age, secret=secret, **headers)).status_code

    async def posts(
        self,
        body: str,
        kind: str = "application/x-www-form-urlencoded",
        *,
        age: float = 0,
        secret: str = SECRET,
        **headers: str,
    ) -> httpx.Response:
        stamp = str(int(time.time() - age))
        signature = SignatureVerifier(secret).generate_signature(timestamp=stamp, body=body) or ""
        return await self.http.post(
            "/slack/events",
            content=body,
            headers={
                "Content-Type": kind,
                "X-Slack-Request-Timestamp": stamp,
                "X-Slack-Signature": signature,
                **headers,
            },
        )

    async def types(self, text: str, *, user: str = "U01AMINA", **more: Any) -> str:
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
        assert await self.knocks(urlencode(said), "application/x-www-form-urlencoded") == 200
        async with asyncio.timeout(5):
            while len(self.answers) == before:  # noqa: ASYNC110 - the answer comes by another request
                await asyncio.sleep(0.01)
        return str(self.answers[-1]["text"])

    async def says(self, times: int, method: str) -> None:
        """Wait until the app has called a method so many times: it does so after it has answered."""
        async with asyncio.timeout(5):
            while len(self.slack.said(method)) < times:  # noqa: ASYNC110 - Slack is called in another task
                await asyncio.sleep(0.01)

    async def event(self, event_id: str, event: dict[str, Any], **more: Any) -> int:
        body = {"type": "event_callback", "event_id": event_id, "team_id": TEAM, "event": event, **more}
        return await self.knocks(json.dumps(body), "application/json")

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
async def a_door(database: Database, **more: Any) -> AsyncIterator[Door]:
    site, slack = SampleSite(), SlackOffice()
    answers: list[dict[str, Any]] = []

    async def answer(request: Request) -> Response:
        answers.append(await request.json())
        return PlainTextResponse("ok")

    heard = Starlette(routes=[Route("/answer", answer, methods=["POST"])])
    async with serve(Starlette(routes=site.routes())) as manual, serve(slack.app()) as api, serve(heard) as hook:
        settings = Settings(
            _env_file=None,
            slack_api_url=f"{api}/api/",
            slack_signing_secret=SecretStr(SECRET),
            fetch_pause_seconds=0,
            **{"slack_bot_token": SecretStr("xoxb-test"), **more},
        )
        parts = SampleParts(settings, manual)
        vars(parts).update(what_never_changes())
        async with parts.fetcher() as fetcher:
            async with database.writing() as connection:
                for each in parts.manuals.manuals:
                    await manual_store.make_due(connection, each, None, NOW)
            await watcher_of(parts, database, fetcher).visit_due_sources(NOW)
        async with slack_over_http(parts, database) as routes, serve(Starlette(routes=routes)) as address:
            async with httpx.AsyncClient(base_url=address) as http:
                yield Door(http, slack, database, settings, answers, hook)


@pytest.fixture
async def door(sqlite_database: Database) -> AsyncIterator[Door]:
    async with a_door(sqlite_database) as opened:
        yield opened


OAUTH: dict[str, Any] = {
    "slack_bot_token": None,
    "slack_client_id": "1.1",
    "slack_client_secret": SecretStr("a-secret"),
}


async def test_a_signed_request_is_answered(door: Door) -> None:
    assert "3.1.5 Private Fostering" in await door.types("private fostering")
    assert "This channel now follows the topic Fostering" in await door.types("subscribe fostering")
    await door.says(1, "chat.postMessage")
    (line,) = door.slack.said("chat.postMessage")
    assert "subscribed this channel to the topic Fostering" in line["text"]


async def test_who_signs_wrongly_or_late_is_refused(door: Door) -> None:
    body = urlencode({"command": "/procedure", "text": "help", "team_id": TEAM, "channel_id": "C", "user_id": "U"})
    kind = "application/x-www-form-urlencoded"
    assert await door.knocks(body, kind, secret="another") == 401
    assert await door.knocks(body, kind, age=301) == 401
    assert await door.knocks(body, kind, age=-301) == 401
    unsigned = await door.http.post("/slack/events", content=body, headers={"Content-Type": kind})
    assert unsigned.status_code == 401
    assert door.answers == []


async def test_a_guest_may_look_up_and_not_subscribe(door: Door) -> None:
    door.slack.guests.add("U01GUEST")
    assert "Private Fostering" in await door.types("private fostering", user="U01GUEST")
    assert "Guests can look things up" in await door.types("subscribe fostering", user="U01GUEST")
    assert "Guests" in await door.types("subscribe fostering for me", user="U01GUEST")
    assert door.slack.said("chat.postMessage") == []


async def test_a_redelivered_event_is_handled_once(database: Database) -> None:
    async with a_door(database) as door:
        await _redeliver(door)


async def _redeliver(door: Door) -> None:
    opened = {"type": "app_home_opened", "user": "U01AMINA", "tab": "home", "channel": "D01"}
    for _ in range(3):
        assert await door.event("Ev01", opened) == 200
    assert await door.event("Ev02", {**opened, "tab": "messages"}) == 200
    assert await door.event("Ev03", opened) == 200
    await door.says(2, "views.publish")
    assert len(door.slack.said("views.publish")) == 2


async def test_links_to_a_chapter_get_a_preview_but_few_and_not_twice(door: Door) -> None:
    async with door.database.reading() as connection:
        contents = await manual_store.latest_contents(connection, "westmere")
    assert contents is not None
    urls = {each.title: each.url for each in contents.chapters}
    private, reviews = urls["Private Fostering"], urls["Looked After Reviews"]

    async def shares(event_id: str, *links: str | None) -> None:
        shared = [{"url": link, "domain": "127.0.0.1"} for link in links]
        event = {"type": "link_shared", "user": "U01AMINA", "channel": "C01", "message_ts": "1.2", "links": shared}
        assert await door.event(event_id, event) == 200

    await shares("Ev1", private, reviews, "https://elsewhere.example/")  # three: too many
    await shares("Ev2", private, "https://elsewhere.example/")
    await door.says(1, "chat.unfurl")
    await shares("Ev3", private)  # again, within the half hour
    await shares("Ev4", reviews)
    await door.says(2, "chat.unfurl")
    first, second = door.slack.said("chat.unfurl")
    assert list(json.loads(first["unfurls"]) if isinstance(first["unfurls"], str) else first["unfurls"]) == [
        private
    ]
    assert "Must re-read" in str(second["unfurls"])


async def test_it_greets_the_channel_that_invites_it(door: Door) -> None:
    joined = {"type": "member_joined_channel", "channel": "C01FOSTER"}
    await door.event("Ev1", {**joined, "user": "U01AMINA"})
    await door.event("Ev2", {**joined, "user": BOT})
    await door.says(1, "chat.postMessage")
    (hello,) = door.slack.said("chat.postMessage")
    assert "tell this channel what changed" in hello["text"]
    assert "open_subscribe" in str(hello["blocks"])


async def test_menus_fill_while_somebody_types(door: Door) -> None:
    async def offered(action: str, typed: str) -> dict[str, list[str]]:
        payload = {
            "type": "block_suggestion",
            "action_id": action,
            "value": typed,
            "team": {"id": TEAM},
            "user": {"id": "U01AMINA", "team_id": TEAM},
            "view": {"id": "V1", "type": "modal"},
        }
        answered = await door.posts(urlencode({"payload": json.dumps(payload)}))
        groups = answered.json().get("option_groups", [])
        return {each["label"]["text"]: [one["text"]["text"] for one in each["options"]] for each in groups}

    assert (await offered("chapters", "fost pan"))["Chapters"][0] == "3.1.1 Fostering Panel"
    assert "Fostering" in (await offered("chapters", "fost"))["Topics"]
    assert (await offered("follows", "2.1"))["Sections"] == ["2.1 Decisions and Placements"]
    assert (await offered("follows", "2.1.3"))["Chapters"][0] == "2.1.3 Placements in Foster Care"
    assert await offered("follows", "zzzzzz") == {}


async def test_a_messages_words_are_looked_up(door: Door) -> None:
    payload = {
        "type": "message_action",
        "callback_id": "what_do_they_say",
        "trigger_id": "1.2",
        "response_url": f"{door.answers_url}/answer",
        "team": {"id": TEAM},
        "user": {"id": "U01AMINA", "team_id": TEAM},
        "channel": {"id": "C01FOSTER"},
        "message": {"text": "<@U01DAVE> do we do private fostering?", "ts": "1.1"},
    }
    assert (await door.posts(urlencode({"payload": json.dumps(payload)}))).status_code == 200
    async with asyncio.timeout(5):
        while not door.answers:  # noqa: ASYNC110 - the answer comes by another request
            await asyncio.sleep(0.01)
    assert "Private Fostering" in door.answers[0]["text"]
    assert door.answers[0]["response_type"] == "ephemeral"


async def test_the_app_is_installed_and_its_state_is_good_once(database: Database) -> None:
    async with a_door(database, **OAUTH) as door:
        done = await door.installs()
        assert done.status_code == 200
        assert "Private Fostering" in await door.types("private fostering")
        state, cookie = done.request.url.params["state"], done.request.headers["cookie"]
        assert (await door.comes_back(state, cookie)).status_code == 401  # it was used
        assert (await door.comes_back("invented", cookie.replace(state, "invented"))).status_code == 401
        assert len(door.slack.said("oauth.v2.access")) == 1


async def test_who_removes_the_app_ends_what_was_followed(database: Database) -> None:
    async with a_door(database, **OAUTH) as door:
        await door.installs()
        await door.types("subscribe fostering")
        assert "1 subscription" in await door.types("list")
        assert await door.event("Ev1", {"type": "app_uninstalled"}) == 200
        async with asyncio.timeout(5):
            while await running(database):  # noqa: ASYNC110 - it is done in another task
                await asyncio.sleep(0.01)
        await door.installs()
        assert "follows nothing yet" in await door.types("list")


async def running(database: Database) -> int:
    async with database.reading() as connection:
        return len(await running_subscriptions(connection))


async def test_an_organisation_installs_it_for_all_its_workspaces(database: Database) -> None:
    async with a_door(database, **OAUTH) as door:
        door.slack.org_wide = True
        await door.installs()
        org = {"enterprise_id": ENTERPRISE, "is_enterprise_install": "true"}
        assert "Private Fostering" in await door.types("private fostering", **org)
        async with tokens_of_installs(door.settings, database) as token_of:
            assert token_of is not None
            assert await token_of(TEAM) == "xoxe.xoxb-0"
            with pytest.raises(Permanent, match="not installed in T99"):
                await token_of("T99")


async def test_ten_at_once_renew_an_ageing_token_once(database: Database) -> None:
    async with a_door(database, **OAUTH) as door:
        door.slack.expires_in = 43_200
        await door.installs()
        later = datetime.now(UTC) + timedelta(hours=11)
        async with web_client(door.settings, None) as client:
            several = [installs_of(door.settings, database, client, clock=lambda: later) for _ in range(10)]
            door.slack.expires_in = 2 * 43_200
            tokens = await asyncio.gather(*(each.token_of(TEAM) for each in several if each))
        assert set(tokens) == {"xoxe.xoxb-1"}
        assert door.slack.refreshed == 1


def test_the_tables_are_those_of_slack_sdks_stores() -> None:
    theirs = MetaData()
    for table in (
        SQLAlchemyInstallationStore.build_installations_table(theirs, "slack_installations"),
        SQLAlchemyInstallationStore.build_bots_table(theirs, "slack_bots"),
    ):
        ours = metadata.tables[table.name]
        assert set(table.c.keys()) == set(ours.c.keys())
        assert {each.name for each in table.c if not each.nullable} == {
            each.name for each in ours.c if not each.nullable
        }
