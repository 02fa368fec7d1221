"""Events: somebody opens the Home tab, the app is invited, links are shared, the app is removed."""

from __future__ import annotations

from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.slack.desk import Desk, place_of
from bot.slack.homing import publish_home
from bot.slack.messages.help import greeting
from bot.slack.previewing import previews
from bot.slack.store import claim_preview, workspaces_of
from digests.suspending import resume_sending
from subscriptions.store import find_subscriber
from subscriptions.store_changes import end_all_of_workspace
from subscriptions.subscribers import SubscriberKind

log = structlog.get_logger(__name__)

Event = dict[str, Any]


def register(app: AsyncApp, desk: Desk) -> None:
    async def home_opened(client: AsyncWebClient, event: Event, body: Event) -> None:
        if event.get("tab") != "home":
            return
        place = place_of(desk, team=body.get("team_id"), channel=None, user=str(event["user"]))
        await publish_home(desk, client, place)

    async def invited(client: AsyncWebClient, event: Event, body: Event, context: AsyncBoltContext) -> None:
        if event.get("user") != context.bot_user_id:
            return
        place = place_of(desk, team=body.get("team_id"), channel=str(event["channel"]), user="")
        await _welcome_back(desk, place.workspace, place.channel)
        hello = greeting(desk.command)
        await client.chat_postMessage(
            channel=place.channel, text=hello.text, blocks=list(hello.blocks), unfurl_links=False
        )

    async def links_shared(client: AsyncWebClient, event: Event, context: AsyncBoltContext) -> None:
        if event.get("user") == context.bot_user_id:
            return
        links = [str(each["url"]) for each in event.get("links", ())]
        found = await previews(desk, links)
        channel = str(event["channel"])
        async with desk.database.writing() as connection:
            shown = {
                link: preview
                for link, preview in found.items()
                if await claim_preview(connection, channel, link, desk.clock())
            }
        if shown:
            await client.chat_unfurl(channel=channel, ts=str(event["message_ts"]), unfurls=shown)

    async def removed(event: Event, body: Event) -> None:
        if event["type"] == "tokens_revoked" and not (event.get("tokens") or {}).get("bot"):
            return
        enterprise, team = body.get("enterprise_id"), body.get("team_id")
        if enterprise and any(each.get("is_enterprise_install") for each in body.get("authorizations") or ()):
            team = None  # that of whoever removed it
        async with desk.database.writing() as connection:
            for workspace in await _removed_from(desk, connection, enterprise, team):
                await _end_all(desk, connection, workspace)
        if desk.installs is not None:
            await desk.installs.forget(enterprise, team)

    async def taken_from(event: Event) -> None:
        async with desk.database.writing() as connection:
            for team in event.get("team_ids") or ():
                await _end_all(desk, connection, desk.workspace_of(str(team)))

    app.event("app_home_opened")(home_opened)
    app.event("member_joined_channel")(invited)
    app.event("link_shared")(links_shared)
    app.event("app_uninstalled")(removed)
    app.event("tokens_revoked")(removed)
    app.event("team_access_revoked")(taken_from)


async def _removed_from(
    desk: Desk, connection: AsyncConnection, enterprise: str | None, team: str | None
) -> list[str]:
    """The workspace; all that are known of an organisation that the app was removed from as a whole."""
    if desk.installs is not None and not team and enterprise:
        return await workspaces_of(connection, enterprise)
    return [desk.workspace_of(team)]


async def _end_all(desk: Desk, connection: AsyncConnection, workspace: str) -> None:
    reason = "the app was removed from the workspace"
    ended = await end_all_of_workspace(connection, workspace, reason=reason, who="Slack", now=desk.clock())
    log.warning("slack_app_removed", workspace=workspace, ended=ended)


async def _welcome_back(desk: Desk, workspace: str, channel: str) -> None:
    """A channel that could not be reached can be again."""
    async with desk.database.writing() as connection:
        known = await find_subscriber(connection, SubscriberKind.SLACK_CHANNEL, channel, workspace=workspace)
        if known is not None and known.id is not None:
            await resume_sending(connection, known.id, desk.clock())
