"""Buttons of the Home tab: what follows from them shows in the tab itself."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack import actions, asking
from bot.slack.clicks import number_in, numbers_in, place_in
from bot.slack.desk import Desk, Place
from bot.slack.forms.context import FormContext
from bot.slack.forms.showing import showing
from bot.slack.homing import publish_home
from bot.slack.listeners.actions.subscriptions import ACTS
from bot.slack.opening import open_change, open_look_up, open_settings, open_subscribe
from bot.slack.people import check_may_change
from bot.slack.replying import Tell, answering, tell_outcome
from bot.slack.subscribed import for_home, place_of_owner
from bot.slack.windows import in_home

Body = dict[str, Any]


def register(app: AsyncApp, desk: Desk) -> None:
    async def pressed(ack: AsyncAck, client: AsyncWebClient, body: Body, action: Body) -> None:
        await ack()
        place = replace(place_in(desk, body), channel="")
        tell = in_home(desk, client, place)

        async def work() -> None:
            await _do(desk, client, place, tell, action, str(body["trigger_id"]))

        await answering(tell, work, about=str(action.get("action_id")))

    app.action(re.compile(rf"^{actions.HOME_PREFIX}"))(pressed)


async def _do(desk: Desk, client: AsyncWebClient, place: Place, tell: Tell, action: Body, trigger: str) -> None:
    name = str(action["action_id"]).removeprefix(actions.HOME_PREFIX)
    kind = name.partition(":")[0]
    context = FormContext(home=True)
    match kind:
        case actions.OPEN_LOOK_UP:
            await open_look_up(client, context, trigger)
        case actions.OPEN_SUBSCRIBE:
            await open_subscribe(desk, client, place, context, trigger)
        case actions.OPEN_SETTINGS:
            await open_settings(desk, client, place, context, trigger)
        case actions.SHOW_HISTORY:
            history = await asking.history_page(desk, str(action["value"]), 0)
            await client.views_open(trigger_id=trigger, view=showing("History", history))
        case actions.LIST_PAGE:
            await publish_home(desk, client, place, page=number_in(action))
        case actions.CHANGE:
            there = await place_of_owner(desk, place, number_in(action))
            await check_may_change(desk, client, there)
            await open_change(desk, client, there, number_in(action), context, trigger)
        case _ if kind in ACTS:
            there = await place_of_owner(desk, place, numbers_in(action)[0])
            await check_may_change(desk, client, there)
            outcome = await ACTS[kind](desk, there, {**action, "action_id": name})
            await tell_outcome(tell, client, there, for_home(outcome))
