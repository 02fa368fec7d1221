"""Menus and buttons of a digest: a chapter's history, "Not for us", and telling whoever runs the service."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack import actions, digest_work
from bot.slack.clicks import context_of, place_in
from bot.slack.desk import Desk, Place
from bot.slack.forms.context import FormContext
from bot.slack.forms.feedback import feedback_errors, feedback_form, feedback_in
from bot.slack.forms.not_for_us import left_out_in, not_for_us_errors
from bot.slack.listeners.views.forms import View, submitted
from bot.slack.people import channel_name, check_may_change, person_name
from bot.slack.replying import Tell, answering, by_respond, tell_outcome
from digests.slack import ENTRY_MENU, FEEDBACK

Body = dict[str, Any]


def register(app: AsyncApp, desk: Desk) -> None:
    async def entry_menu(
        ack: AsyncAck, respond: AsyncRespond, client: AsyncWebClient, body: Body, action: Body
    ) -> None:
        await ack()
        tell = by_respond(respond)

        async def work() -> None:
            place = place_in(desk, body)
            what, _, number = str((action.get("selected_option") or {}).get("value") or "").partition(":")
            if what == "history":
                await tell(await digest_work.history_of_amendment(desk, int(number)))
            elif what == "not_for_us":
                await check_may_change(desk, client, place)
                context = replace(context_of(place, body), about=number)
                view = await digest_work.form_for(desk, place, int(number), context)
                await client.views_open(trigger_id=body["trigger_id"], view=view)

        await answering(tell, work, about="digest_entry")

    async def feedback(
        ack: AsyncAck, respond: AsyncRespond, client: AsyncWebClient, body: Body, action: Body
    ) -> None:
        await ack()

        async def work() -> None:
            about = str(action.get("value") or "")
            context = replace(context_of(place_in(desk, body), body), about=about)
            await client.views_open(trigger_id=body["trigger_id"], view=feedback_form(context))

        await answering(by_respond(respond), work, about="feedback")

    app.action(ENTRY_MENU)(entry_menu)
    app.action(FEEDBACK)(feedback)
    app.view(actions.NOT_FOR_US_FORM)(
        submitted(desk, "Not for us", lambda desk, view: not_for_us_errors(view["state"]), _leave_out)
    )
    app.view(actions.FEEDBACK_FORM)(
        submitted(desk, "Something wrong?", lambda desk, view: feedback_errors(view["state"]), _pass_on)
    )


async def _leave_out(desk: Desk, client: AsyncWebClient, place: Place, tell: Tell, view: View) -> None:
    await check_may_change(desk, client, place)
    what = left_out_in(view["state"], desk.topics)
    number = int(FormContext.from_metadata(view["private_metadata"]).about)
    if what is not None:
        await tell_outcome(tell, client, place, await digest_work.leave_out_of_all(desk, place, number, what))


async def _pass_on(desk: Desk, client: AsyncWebClient, place: Place, tell: Tell, view: View) -> None:
    about = FormContext.from_metadata(view["private_metadata"]).about
    who = f"{await person_name(client, place.user) or 'somebody'} ({place.user})"
    name = await channel_name(client, place.channel) if place.channel and not place.is_direct else None
    where = f"{name or place.channel}" if not place.is_direct and place.channel else "direct messages"
    said = f"{feedback_in(view['state'])}\n\nFrom {who} in {where}, about the digest {about}."
    await tell(await digest_work.tell_operators(desk, said))
