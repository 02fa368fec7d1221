"""The command: acknowledged at once, understood, done, answered to whoever typed it."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.orders.requests import (
    History,
    LookUp,
    OpenForm,
    OpenSubscribe,
    Pause,
    Request,
    Resume,
    ShowHelp,
    ShowList,
    ShowSettings,
    Subscribe,
    Unsubscribe,
    WhatsNew,
    WhenNext,
)
from bot.orders.words import understand
from bot.slack import asking, following, subscribing
from bot.slack.desk import Desk, Place, place_of
from bot.slack.forms.context import FormContext
from bot.slack.messages.help import usage
from bot.slack.opening import open_look_up, open_settings, open_subscribe
from bot.slack.people import channel_name, check_may_change
from bot.slack.replying import Tell, answering, by_respond, tell_outcome


def register(app: AsyncApp, desk: Desk) -> None:
    async def procedure(
        ack: AsyncAck, respond: AsyncRespond, client: AsyncWebClient, command: dict[str, Any]
    ) -> None:
        await ack()
        place = place_of(desk, team=command["team_id"], channel=command["channel_id"], user=command["user_id"])
        tell = by_respond(respond)

        async def work() -> None:
            request = understand(
                command.get("text", ""), is_topic=desk.is_topic, today=desk.today, command=desk.command
            )
            await _do(desk, client, place, tell, request, command)

        await answering(tell, work, about="command")

    app.command(desk.command)(procedure)


async def _do(
    desk: Desk, client: AsyncWebClient, place: Place, tell: Tell, request: Request, command: dict[str, Any]
) -> None:
    context = FormContext(
        channel="" if place.is_direct else place.channel, response_url=command.get("response_url", "")
    )
    match request:
        case LookUp():
            await asking.look_up(desk, place, request, tell)
        case History():
            await tell(await asking.history(desk, place, request))
        case WhatsNew():
            await tell(await asking.whats_new(desk, place, request))
        case WhenNext():
            await tell(await following.when_next(desk, place))
        case ShowList():
            await tell(await following.listed(desk, place))
        case ShowHelp():
            await tell(usage(desk.command, list(desk.manuals)))
        case ShowSettings():
            await open_settings(desk, client, place, context, command["trigger_id"])
        case OpenForm():
            await open_look_up(client, context, command["trigger_id"])
        case OpenSubscribe():
            await open_subscribe(desk, client, place, context, command["trigger_id"])
        case Subscribe() | Unsubscribe() | Pause() | Resume():
            await change(desk, client, place, tell, request)


async def change(
    desk: Desk,
    client: AsyncWebClient,
    place: Place,
    tell: Tell,
    request: Subscribe | Unsubscribe | Pause | Resume,
    *,
    replace: bool = False,
) -> None:
    """Change what is followed, if the person may; tell them, and the channel. Raises NotAllowed."""
    await check_may_change(desk, client, place, for_me=request.for_me)
    match request:
        case Subscribe():
            own = request.for_me or place.is_direct
            name = None if own else await channel_name(client, place.channel)
            outcome = await subscribing.subscribe(desk, place, request, name=name)
        case Unsubscribe():
            outcome = await following.unsubscribe(desk, place, request)
        case Pause():
            outcome = await following.pause(desk, place, request)
        case Resume():
            outcome = await following.resume(desk, place, request)
    await tell_outcome(tell, client, place, outcome, replace=replace)
