"""Submitted forms: what is wrong in one stands beside its fields; else it closes at once and work follows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.orders.requests import LookUp, Subscribe, WhatsNew
from bot.slack import actions, asking, changing, following
from bot.slack.clicks import place_in_form
from bot.slack.desk import Desk, Place
from bot.slack.forms.change import change_errors, wished_in
from bot.slack.forms.context import FormContext, chosen
from bot.slack.forms.look_up import CHAPTER, WORDS, look_up_errors
from bot.slack.forms.settings import chosen_in
from bot.slack.forms.showing import waiting
from bot.slack.forms.subscribe import asked_in, errors_in
from bot.slack.listeners.commands.procedure import change
from bot.slack.messages import cards
from bot.slack.people import channel_name, check_may_change
from bot.slack.replying import Tell, answering, by_form, tell_outcome
from bot.slack.subscribed import owner_of, place_of_owner
from bot.slack.windows import in_view

View = dict[str, Any]
Work = Callable[[Desk, AsyncWebClient, Place, Tell, View], Awaitable[None]]
Check = Callable[[Desk, View], dict[str, str]]


def register(app: AsyncApp, desk: Desk) -> None:
    for callback, title, check, work in FORMS:
        app.view(callback)(submitted(desk, title, check, work))


def submitted(desk: Desk, title: str, check: Check, work: Work) -> Callable[..., Awaitable[None]]:
    """A listener for a form: says what is wrong in it, or closes it and does the work."""

    async def listener(ack: AsyncAck, client: AsyncWebClient, body: dict[str, Any], view: View) -> None:
        errors = check(desk, view)
        if errors:
            await ack(response_action="errors", errors=errors)
            return
        context = FormContext.from_metadata(view.get("private_metadata"))
        place = place_in_form(desk, body, context)
        if context.home:
            await ack(response_action="update", view=waiting(title))
            tell = in_view(desk, client, place, str(view["id"]), title)
        else:
            await ack()
            tell = by_form(client, place, context)

        async def done() -> None:
            await work(desk, client, place, tell, view)

        await answering(tell, done, about=str(view.get("callback_id")))

    return listener


async def _look_up(desk: Desk, client: AsyncWebClient, place: Place, tell: Tell, view: View) -> None:
    value = chosen(view["state"], CHAPTER)
    kind, _, rest = value.partition(":")
    if kind == "c":
        await tell(cards.card_of(await asking.card(desk, rest)))
    elif kind == "t":
        await tell(await asking.whats_new(desk, place, WhatsNew(topic=rest)))
    else:
        await asking.look_up(desk, place, LookUp(words=chosen(view["state"], WORDS)), tell)


async def _subscribe(desk: Desk, client: AsyncWebClient, place: Place, tell: Tell, view: View) -> None:
    asked = await _resolved(desk, asked_in(view["state"], channel=bool(place.channel)))
    await change(desk, client, place, tell, asked)


async def _resolved(desk: Desk, asked: Subscribe) -> Subscribe:
    """A menu's mark as words: "c:…" is a chapter of one manual, "s:…" a section, "t:…" a topic."""
    kind, _, rest = asked.follows.partition(":")
    if kind == "c":
        card = await asking.card(desk, rest)
        return replace(asked, follows=f"chapter:{card.title}", manual=asked.manual or rest.partition(":")[0])
    if kind == "s":
        return replace(asked, follows=f"section:{rest}")
    if kind == "t":
        return replace(asked, follows=f"topic:{rest}")
    return asked


async def _settings(desk: Desk, client: AsyncWebClient, place: Place, tell: Tell, view: View) -> None:
    await check_may_change(desk, client, place)
    subscriber, _ = await following.settings_of(desk, place)
    name = None if place.is_direct else await channel_name(client, place.channel)
    outcome = await following.save_settings(desk, place, chosen_in(view["state"], subscriber), name=name)
    await tell_outcome(tell, client, place, outcome)


async def _change(desk: Desk, client: AsyncWebClient, place: Place, tell: Tell, view: View) -> None:
    number = int(FormContext.from_metadata(view["private_metadata"]).about)
    there = await place_of_owner(desk, place, number)
    await check_may_change(desk, client, there)
    wished = wished_in(view["state"], await owner_of(desk, number))
    await tell_outcome(tell, client, there, await changing.change(desk, there, number, wished))


def _nothing_wrong(desk: Desk, view: View) -> dict[str, str]:
    return {}


FORMS: tuple[tuple[str, str, Check, Work], ...] = (
    (actions.LOOK_UP_FORM, "Look up a procedure", lambda desk, view: look_up_errors(view["state"]), _look_up),
    (
        actions.SUBSCRIBE_FORM,
        "Follow the manual",
        lambda desk, view: errors_in(view["state"], desk.topics),
        _subscribe,
    ),
    (actions.CHANGE_FORM, "Change", lambda desk, view: change_errors(view["state"], desk.topics), _change),
    (actions.SETTINGS_FORM, "Settings", _nothing_wrong, _settings),
)
