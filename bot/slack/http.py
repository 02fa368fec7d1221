"""Slack over HTTP: signed requests come to /slack/events; with OAuth, /slack/install adds a workspace."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import cast

from slack_bolt.adapter.starlette.async_handler import (
    AsyncSlackRequestHandler,
    to_async_bolt_request,
    to_starlette_response,
)
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.oauth.installation_store.sqlalchemy import AsyncSQLAlchemyInstallationStore
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator
from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.assembly import Parts, utc_now
from bot.slack.app import with_listeners
from bot.slack.installs import STATE_LASTS, Installs, NotInstalled, States
from bot.slack.manifest import SCOPES
from bot.slack.one_token import Authorize, one_token
from bot.slack.serve import desk_for, web_client
from bot.slack.turns import arriving
from config.settings import Settings
from database.connection import Database
from digests.errors import Permanent
from digests.slack_sender import TokenOf

EVENTS, INSTALL, REDIRECT = "/slack/events", "/slack/install", "/slack/oauth_redirect"


@asynccontextmanager
async def slack_over_http(
    parts: Parts, database: Database, *, clock: Callable[[], datetime] = utc_now
) -> AsyncIterator[list[BaseRoute]]:
    """The routes that Slack sends requests to; none where no signing secret is set."""
    settings = parts.settings
    if settings.slack_signing_secret is None:
        yield []
        return
    secret = settings.slack_signing_secret.get_secret_value()
    async with web_client(settings) as client:
        installs = installs_of(settings, database, client, clock=clock)
        desk = desk_for(parts, database, clock=clock, installs=installs)
        authorize = _authorize(settings, client, installs)
        app = AsyncApp(client=client, signing_secret=secret, authorize=authorize)
        routes: list[BaseRoute] = [_events(with_listeners(app, desk))]
        if installs is not None:
            routes += _oauth(settings, database, client, installs)
        yield routes


@asynccontextmanager
async def tokens_of_installs(settings: Settings, database: Database) -> AsyncIterator[TokenOf | None]:
    """The bot's token in each workspace, for whoever posts digests; None where the app has one token."""
    async with web_client(settings) as client:
        installs = installs_of(settings, database, client)

        async def token_of(workspace: str) -> str:
            assert installs is not None
            try:
                return await installs.token_of(workspace)
            except NotInstalled as error:
                raise Permanent(str(error), unreachable=True, whole=True) from None

        yield None if installs is None else token_of


def installs_of(
    settings: Settings, database: Database, client: AsyncWebClient, *, clock: Callable[[], datetime] = utc_now
) -> Installs | None:
    """The installations in many workspaces; None where the app has one token, and no client id."""
    if settings.slack_client_id is None or settings.slack_client_secret is None:
        return None
    return Installs(
        database=database,
        store=AsyncSQLAlchemyInstallationStore(client_id=settings.slack_client_id, engine=database.engine),
        keeper=AsyncSQLAlchemyInstallationStore(
            client_id=settings.slack_client_id, engine=database.writing_engine
        ),
        rotator=AsyncTokenRotator(
            client_id=settings.slack_client_id,
            client_secret=settings.slack_client_secret.get_secret_value(),
            client=client,
        ),
        clock=clock,
    )


def _authorize(settings: Settings, client: AsyncWebClient, installs: Installs | None) -> Authorize | None:
    """Bolt calls a plain function, by its arguments' names; no result refuses the request."""
    if installs is None:
        token = settings.slack_bot_token
        return one_token(client, token.get_secret_value()) if token else None
    several = installs

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult | None:
        return await several.authorize(enterprise_id, team_id)

    return cast("Authorize", authorize)


def _events(app: AsyncApp) -> Route:
    handler = AsyncSlackRequestHandler(app)

    async def events(request: Request) -> Response:
        with arriving():
            return await handler.handle(request)

    return Route(EVENTS, events, methods=["POST"])


def _oauth(settings: Settings, database: Database, client: AsyncWebClient, installs: Installs) -> list[BaseRoute]:
    assert settings.slack_client_id and settings.slack_client_secret, "installs are only kept with both"
    redirect = f"{settings.web_url.rstrip('/')}{REDIRECT}" if settings.web_url else None
    flow = AsyncOAuthFlow(
        client=client,
        settings=AsyncOAuthSettings(
            client_id=settings.slack_client_id,
            client_secret=settings.slack_client_secret.get_secret_value(),
            scopes=list(SCOPES),
            redirect_uri=redirect,
            install_path=INSTALL,
            install_page_rendering_enabled=False,
            redirect_uri_path=REDIRECT,
            installation_store=installs.keeper,
            state_store=States(expiration_seconds=STATE_LASTS, engine=database.writing_engine),
        ),
    )

    async def install(request: Request) -> Response:
        return to_starlette_response(await flow.handle_installation(to_async_bolt_request(request, b"")))

    async def redirected(request: Request) -> Response:
        return to_starlette_response(await flow.handle_callback(to_async_bolt_request(request, b"")))

    return [Route(INSTALL, install), Route(REDIRECT, redirected)]
