"""What `chapterwatch doctor` looks at in Slack: each check says in plain words what is, and what to click."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.assembly import Parts
from bot.checks import Check
from bot.slack.manifest import SCOPES
from bot.slack.serve import web_client
from config.settings import Settings
from database.connection import Database
from subscriptions.store import running_subscriptions
from subscriptions.subscribers import Subscriber, SubscriberKind

_REINSTALL = "then press Reinstall to Workspace"


async def slack_checks(parts: Parts, database: Database) -> list[Check]:
    """Every check of the Slack app, in the order of setting it up; none where it isn't wanted."""
    settings = parts.settings
    if settings.slack_bot_token is None:
        return []
    async with web_client(settings, settings.slack_bot_token.get_secret_value()) as client:
        checks = [check async for check in _token(client)]
        if checks[0].state != "good":
            return checks
        checks += [check async for check in _way_in(settings)]
        checks.append(_command(settings))
        async with database.reading() as connection:
            running = await running_subscriptions(connection)
        channels = {
            each.subscriber.address: each.subscriber
            for each in running
            if each.subscriber.kind is SubscriberKind.SLACK_CHANNEL
        }
        checks += [check for each in channels.values() if (check := await _channel(client, each))]
        if channels and not any("channel" in check.words and check.state == "bad" for check in checks):
            checks.append(Check(state="good", words=f"the app is in all {len(channels)} subscribed channels"))
    return checks


async def _token(client: AsyncWebClient) -> AsyncIterator[Check]:
    try:
        answer = await client.auth_test()
    except (aiohttp.ClientError, TimeoutError) as error:
        words = f"Slack can’t be reached at {client.base_url}: {_reason(error)}"
        yield Check(state="bad", words=words, to_do="see whether this machine may reach it: a proxy, a firewall")
        return
    except SlackApiError as error:
        to_do = (
            "api.slack.com/apps → Chapterwatch → OAuth & Permissions: copy the Bot User OAuth Token (xoxb-…) "
            "into CHAPTERWATCH_SLACK_BOT_TOKEN"
        )
        yield Check(state="bad", words=f"Slack does not take the bot’s token: {_reason(error)}", to_do=to_do)
        return
    yield Check(state="good", words=f"Slack knows the bot as {answer.get('user')} in {answer.get('team')}")
    given = {each.strip() for each in str(answer.headers.get("x-oauth-scopes") or "").split(",") if each.strip()}
    missing = [scope for scope in SCOPES if scope not in given]
    if not given:
        yield Check(state="note", words="Slack did not say which scopes the token has")
    elif missing:
        wanted = "; ".join(f"{scope} ({SCOPES[scope]})" for scope in missing)
        to_do = f"OAuth & Permissions → Scopes → Bot Token Scopes: add {wanted}; {_REINSTALL}"
        yield Check(state="bad", words=f"the bot’s token lacks {', '.join(missing)}", to_do=to_do)
    else:
        yield Check(state="good", words="the bot’s token has every scope that it needs")


async def _way_in(settings: Settings) -> AsyncIterator[Check]:
    """Socket Mode, or HTTP with a signing secret."""
    if settings.slack_app_token is None:
        if settings.slack_signing_secret is not None:
            address = f"{(settings.web_url or 'https://YOUR-ADDRESS').rstrip('/')}/slack/events"
            yield Check(
                state="note", words=f"Slack must reach {address}", to_do="Event Subscriptions → Request URL"
            )
        else:
            to_do = (
                "Basic Information → App-Level Tokens → Generate, scope connections:write; copy it (xapp-…) "
                "into CHAPTERWATCH_SLACK_APP_TOKEN"
            )
            yield Check(state="bad", words="nobody can ask the bot anything: there is no app token", to_do=to_do)
        return
    async with web_client(settings) as client:
        try:
            await client.apps_connections_open(app_token=settings.slack_app_token.get_secret_value())
        except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
            to_do = (
                "Settings → Socket Mode: switch it on; Basic Information → App-Level Tokens: the token needs "
                "connections:write"
            )
            yield Check(state="bad", words=f"Socket Mode does not work: {_reason(error)}", to_do=to_do)
            return
    yield Check(state="good", words="Socket Mode works")


def _command(settings: Settings) -> Check:
    """Slack tells nobody which commands an app has: a person has to try."""
    return Check(
        state="note",
        words=f"the command is {settings.slack_command}; Slack does not tell whether another app has it too",
        to_do=f"type {settings.slack_command} help; if nothing answers, Slash Commands → Create New Command",
    )


async def _channel(client: AsyncWebClient, subscriber: Subscriber) -> Check | None:
    """What keeps digests from a subscribed channel; None where nothing does."""
    name = subscriber.words
    invite = f"open {name} in Slack and type /invite @Chapterwatch"
    try:
        channel = (await client.conversations_info(channel=subscriber.address))["channel"] or {}
    except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
        words = f"the subscribed channel {name} can’t be seen: {_reason(error)}"
        return Check(state="bad", words=words, to_do=f"if it still exists, {invite}")
    if channel.get("is_archived"):
        words = f"the subscribed channel {name} is archived"
        return Check(state="bad", words=words, to_do="end its subscriptions, or unarchive it")
    if channel.get("is_member") is False:
        return Check(state="bad", words=f"the app is not in the subscribed channel {name}", to_do=invite)
    return None


def _reason(error: Exception) -> str:
    return str(error.response.get("error")) if isinstance(error, SlackApiError) else type(error).__name__
