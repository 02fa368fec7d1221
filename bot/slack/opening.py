"""Opens modals. Slack takes a trigger for three seconds only, so nothing slow stands before it."""

from __future__ import annotations

from dataclasses import replace

from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.desk import Desk, Place
from bot.slack.following import settings_of
from bot.slack.forms.change import change_form
from bot.slack.forms.context import FormContext
from bot.slack.forms.look_up import look_up_form
from bot.slack.forms.settings import settings_form
from bot.slack.forms.subscribe import subscribe_form
from bot.slack.people import channel_name
from bot.slack.subscribed import by_number


async def open_look_up(client: AsyncWebClient, context: FormContext, trigger: str) -> None:
    await client.views_open(trigger_id=trigger, view=look_up_form(context))


async def open_subscribe(
    desk: Desk, client: AsyncWebClient, place: Place, context: FormContext, trigger: str
) -> None:
    name = None if place.is_direct else await channel_name(client, place.channel) or "that I was invited into"
    view = subscribe_form(desk.topics, desk.manuals, context, channel=name)
    await client.views_open(trigger_id=trigger, view=view)


async def open_change(
    desk: Desk, client: AsyncWebClient, place: Place, number: int, context: FormContext, trigger: str
) -> None:
    """Raises NotFound where the subscription has ended, or is neither the place's nor the person's."""
    async with desk.database.reading() as connection:
        each = await by_number(connection, place, number)
    view = change_form(each, desk.wording, replace(context, about=str(number)))
    await client.views_open(trigger_id=trigger, view=view)


async def open_settings(
    desk: Desk, client: AsyncWebClient, place: Place, context: FormContext, trigger: str
) -> None:
    subscriber, manual = await settings_of(desk, place)
    where = "you" if place.is_direct else "this channel"
    view = settings_form(subscriber, manual, desk.manuals, context, where=where)
    await client.views_open(trigger_id=trigger, view=view)
