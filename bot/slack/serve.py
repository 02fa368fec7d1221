"""Connects the app to Slack: Socket Mode, which needs no address that Slack could reach."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

import aiohttp
import structlog
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.assembly import Parts, utc_now
from bot.slack.app import with_listeners
from bot.slack.desk import Desk
from bot.slack.installs import Installs
from bot.slack.one_token import one_token
from bot.slack.socket import PromptHandler
from config.settings import Settings
from database.connection import Database
from digests.run import calendar_of

log = structlog.get_logger(__name__)

TRY_AGAIN_AFTER = 30.0
"""Seconds until Slack is tried again where it did not let us in."""

TIMEOUT_SECONDS = 20.0


async def serve_slack(
    parts: Parts,
    database: Database,
    stop: asyncio.Event,
    *,
    clock: Callable[[], datetime] = utc_now,
    connected: asyncio.Event | None = None,
) -> None:
    """Answer in Slack over Socket Mode until ``stop``; where no tokens are set, there is nothing to do.

    ``connected`` is set once Slack has let us in. While it doesn't, it is tried again and again: whatever else
    runs in this process goes on.
    """
    settings = parts.settings
    if settings.slack_bot_token is None or settings.slack_app_token is None:
        return
    desk = desk_for(parts, database, clock=clock)
    await desk.have_manuals_at_hand()  # whoever asks first would wait for it
    async with web_client(settings) as client:
        authorize = one_token(client, settings.slack_bot_token.get_secret_value())
        app = AsyncApp(client=client, authorize=authorize, request_verification_enabled=False)
        handler = PromptHandler(
            with_listeners(app, desk),
            settings.slack_app_token.get_secret_value(),
            web_client=AsyncWebClient(base_url=settings.slack_api_url, trust_env_in_session=True),
        )
        try:
            await _connect(handler, stop)
            if connected is not None:
                connected.set()
            await stop.wait()
        finally:
            await handler.close_async()  # type: ignore[no-untyped-call]


def desk_for(
    parts: Parts,
    database: Database,
    *,
    clock: Callable[[], datetime] = utc_now,
    installs: Installs | None = None,
) -> Desk:
    """What the listeners work with, by the settings; with ``installs`` where there are many workspaces."""
    settings = parts.settings
    return Desk(
        database=database,
        topics=parts.topics,
        manuals=parts.manuals.names,
        shelf=parts.shelf,
        clock=clock,
        calendar=calendar_of(settings),
        command=settings.slack_command,
        admins_only=settings.slack_admins_only,
        settings=settings,
        installs=installs,
        signer=parts.signer,
    )


@asynccontextmanager
async def web_client(settings: Settings, token: str | None = None) -> AsyncIterator[AsyncWebClient]:
    """A client that waits where Slack asks it to, and never sends again by itself where an answer was lost."""
    timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout, trust_env=True) as session:
        yield AsyncWebClient(
            token=token,
            base_url=settings.slack_api_url,
            session=session,
            retry_handlers=[AsyncRateLimitErrorRetryHandler(max_retry_count=2)],
        )


async def _connect(handler: PromptHandler, stop: asyncio.Event) -> None:
    """Until Slack lets us in, or ``stop``. Afterwards the client connects again by itself."""
    while not stop.is_set():
        try:
            await handler.connect_async()  # type: ignore[no-untyped-call]
            log.info("slack_connected")
            return
        except (SlackApiError, aiohttp.ClientError, TimeoutError, OSError) as error:
            reason = str(error.response.get("error")) if isinstance(error, SlackApiError) else type(error).__name__
            log.error("slack_not_connected", reason=reason, to_do="chapterwatch doctor says what to check")
        try:
            await asyncio.wait_for(stop.wait(), TRY_AGAIN_AFTER)
        except TimeoutError:
            continue
