"""Tells people where they look: in the Home tab, in a modal, or in the channel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.desk import Desk, Place
from bot.slack.elements import Message
from bot.slack.forms.showing import showing
from bot.slack.homing import publish_home
from bot.slack.replying import Tell, by_respond


def where_asked(
    desk: Desk, client: AsyncWebClient, place: Place, respond: AsyncRespond, body: Mapping[str, Any]
) -> Tell:
    """Tells where a button was pressed: a modal shows the answer itself."""
    view = body.get("view") or {}
    if view.get("type") == "modal":
        return in_view(desk, client, place, str(view["id"]), str(view["title"]["text"]))
    return by_respond(respond)


def in_home(desk: Desk, client: AsyncWebClient, place: Place) -> Tell:
    """Tells at the top of the person's Home tab."""

    async def tell(message: Message, *, replace: bool = False) -> None:
        await publish_home(desk, client, place, notice=message)

    return tell


def in_view(desk: Desk, client: AsyncWebClient, place: Place, view_id: str, title: str) -> Tell:
    """Tells in a modal's own place, over the Home tab, which is brought up to date below it."""

    async def tell(message: Message, *, replace: bool = False) -> None:
        await client.views_update(view_id=view_id, view=showing(title, message))
        await publish_home(desk, client, place)

    return tell
