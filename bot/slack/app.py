"""The app: every listener registered on one Bolt app; nothing else is decided here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.slack.desk import Desk
from bot.slack.listeners.actions import answers, digests, home, subscriptions
from bot.slack.listeners.commands import procedure
from bot.slack.listeners.events import arrivals
from bot.slack.listeners.options import menus
from bot.slack.listeners.shortcuts import message
from bot.slack.listeners.views import forms
from bot.slack.store import take_in_hand

LISTENERS = (procedure, home, answers, subscriptions, digests, forms, arrivals, message, menus)


def with_listeners(app: AsyncApp, desk: Desk) -> AsyncApp:
    """The app, listening for everything that Chapterwatch answers."""
    app.use(_drop_redelivered(desk))
    for module in LISTENERS:
        module.register(app, desk)
    return app


def _drop_redelivered(desk: Desk) -> Callable[..., Awaitable[BoltResponse]]:
    """Slack sends an event again where it doubts that it arrived; it is handled once."""

    async def drop_redelivered(body: dict[str, Any], next: Callable[[], Awaitable[BoltResponse]]) -> BoltResponse:
        event_id = body.get("event_id")
        if event_id:
            async with desk.database.writing() as connection:
                if not await take_in_hand(connection, str(event_id), desk.clock()):
                    return BoltResponse(status=200, body="")
        return await next()

    return drop_redelivered
