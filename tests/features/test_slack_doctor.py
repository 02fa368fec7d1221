"""What doctor says about a Slack app, and what it says to click."""

from __future__ import annotations

from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.assembly import Parts
from bot.slack.doctor import slack_checks
from bot.slack.manifest import SCOPES
from config.settings import Settings
from database.connection import Database
from subscriptions.store import grant_wish
from subscriptions.topics import Topics
from subscriptions.wishes import parse_wish
from tests.features.slack_office import NOW
from tests.servers.web import serve


async def what_it_says(
    database: Database, *, token_good: bool = True, scopes: str = ",".join(SCOPES)
) -> list[str]:
    async def answer(request: Request) -> Response:
        method = request.path_params["method"]
        if method == "auth.test":
            ok = {"ok": True, "user": "chapterwatch", "team": "Westmere Council"}
            said = ok if token_good else {"ok": False, "error": "invalid_auth"}
            return JSONResponse(said, headers={"x-oauth-scopes": scopes})
        if method == "apps.connections.open":
            return JSONResponse({"ok": False, "error": "not_allowed_token_type"})
        return JSONResponse({"ok": True, "channel": {"id": "C01", "is_member": False}})

    slack = Starlette(routes=[Route("/api/{method}", answer, methods=["GET", "POST"])])
    async with serve(slack) as address:
        settings = Settings(
            _env_file=None,
            slack_bot_token=SecretStr("xoxb-1"),
            slack_app_token=SecretStr("xapp-1"),
            slack_api_url=f"{address}/api/",
        )
        checks = await slack_checks(Parts(settings), database)
    return [f"{check.state}: {check.words}; {check.to_do}" for check in checks]


async def test_it_says_what_is_wrong_and_what_to_click(sqlite_database: Database) -> None:
    words = {"to": "slack:C01FOSTER", "name": "#fostering", "follows": "everything"}
    async with sqlite_database.writing() as connection:
        wish = parse_wish(words, topics=Topics.load(), manuals=())
        await grant_wish(connection, wish, by="a test", now=NOW)
    said = await what_it_says(sqlite_database, scopes="commands,chat:write")
    assert said[0].startswith("good: Slack knows the bot as chapterwatch in Westmere Council")
    assert said[1].startswith("bad: the bot’s token lacks users:read")
    assert "Reinstall" in said[1]
    assert "Socket Mode does not work: not_allowed_token_type" in said[2]
    assert "App-Level Tokens" in said[2]
    assert "/procedure help" in said[3]
    assert "bad: the app is not in the subscribed channel #fostering" in said[4]
    assert "/invite @Chapterwatch" in said[4]


async def test_a_wrong_token_is_the_only_thing_it_says(sqlite_database: Database) -> None:
    (said,) = await what_it_says(sqlite_database, token_good=False)
    assert said.startswith("bad: Slack does not take the bot’s token: invalid_auth")
    assert "OAuth & Permissions" in said


async def test_slack_that_cannot_be_reached_is_no_wrong_token(sqlite_database: Database) -> None:
    settings = Settings(
        _env_file=None, slack_bot_token=SecretStr("xoxb-1"), slack_api_url="http://127.0.0.1:9/api/"
    )
    (check,) = await slack_checks(Parts(settings), sqlite_database)
    assert check.words.startswith("Slack can’t be reached at http://127.0.0.1:9/api/")
    assert "token" not in f"{check.words} {check.to_do}"
