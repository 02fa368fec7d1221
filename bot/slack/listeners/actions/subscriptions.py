"""Buttons under subscriptions: follow, pause, resume, end, and the forms that they open."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack import actions, following, subscribing
from bot.slack.clicks import context_of, document_in, number_in, numbers_in, place_in
from bot.slack.desk import Desk, Place
from bot.slack.listeners.commands.procedure import change
from bot.slack.opening import open_change, open_look_up, open_settings, open_subscribe
from bot.slack.people import check_may_change
from bot.slack.replying import answering, tell_outcome
from bot.slack.subscribed import Outcome, owner_of, place_of_owner
from bot.slack.windows import where_asked

Body = dict[str, Any]


def register(app: AsyncApp, desk: Desk) -> None:
    async def subscribe_to(
        ack: AsyncAck, respond: AsyncRespond, client: AsyncWebClient, body: Body, action: Body
    ) -> None:
        await ack()
        tell = where_asked(desk, client, place_in(desk, body), respond, body)

        async def work() -> None:
            asked = subscribing.from_document(document_in(action))
            await change(desk, client, place_in(desk, body), tell, asked, replace=True)

        await answering(tell, work, about="subscribe_to")

    async def list_page(
        ack: AsyncAck, respond: AsyncRespond, client: AsyncWebClient, body: Body, action: Body
    ) -> None:
        await ack()
        tell = where_asked(desk, client, place_in(desk, body), respond, body)

        async def work() -> None:
            await tell(await following.listed(desk, place_in(desk, body), number_in(action)), replace=True)

        await answering(tell, work, about="list_page")

    async def open_form(
        ack: AsyncAck, respond: AsyncRespond, client: AsyncWebClient, body: Body, action: Body
    ) -> None:
        await ack()
        place = place_in(desk, body)
        context = context_of(place, body)

        async def work() -> None:
            match action["action_id"]:
                case actions.OPEN_SUBSCRIBE:
                    await open_subscribe(desk, client, place, context, body["trigger_id"])
                case actions.OPEN_SETTINGS:
                    await open_settings(desk, client, place, context, body["trigger_id"])
                case actions.CHANGE:
                    there = await place_of_owner(desk, place, number_in(action))
                    await check_may_change(desk, client, there)
                    await open_change(desk, client, there, number_in(action), context, body["trigger_id"])
                case _:
                    await open_look_up(client, context, body["trigger_id"])

        await answering(where_asked(desk, client, place_in(desk, body), respond, body), work, about="open_form")

    app.action(re.compile(rf"^{actions.SUBSCRIBE_TO}:"))(subscribe_to)
    app.action(re.compile(rf"^{actions.LIST_PAGE}:"))(list_page)
    for name in (actions.OPEN_SUBSCRIBE, actions.OPEN_SETTINGS, actions.OPEN_LOOK_UP, actions.CHANGE):
        app.action(name)(open_form)
    for name, act in ACTS.items():
        app.action(re.compile(rf"^{name}(:\d+)?$"))(_changing(desk, act))


def _changing(desk: Desk, act: Act) -> Callable[..., Awaitable[None]]:
    """A listener that checks anew who may, acts, and tells the person and the channel."""

    async def changed(
        ack: AsyncAck, respond: AsyncRespond, client: AsyncWebClient, body: Body, action: Body
    ) -> None:
        await ack()
        tell = where_asked(desk, client, place_in(desk, body), respond, body)

        async def work() -> None:
            place = place_in(desk, body)
            owner = (await owner_of(desk, numbers_in(action)[0])).subscriber
            await check_may_change(desk, client, place, for_me=owner.address == place.user)
            await tell_outcome(tell, client, place, await act(desk, place, action), replace=True)

        await answering(tell, work, about=str(action.get("action_id")))

    return changed


Act = Callable[[Desk, Place, Body], Awaitable[Outcome]]


async def end(desk: Desk, place: Place, action: Body) -> Outcome:
    return await following.end(desk, place, number_in(action))


async def pause(desk: Desk, place: Place, action: Body) -> Outcome:
    """Pauses for the number of days in the button's name; without one, asks for how long."""
    days = str(action["action_id"]).partition(":")[2]
    if not days:
        return await following.ask_until(desk, numbers_in(action))
    return await following.pause_for(desk, place, numbers_in(action), timedelta(days=int(days)))


async def resume(desk: Desk, place: Place, action: Body) -> Outcome:
    return await following.resume_these(desk, place, numbers_in(action))


ACTS: dict[str, Act] = {actions.END: end, actions.PAUSE: pause, actions.RESUME: resume}
