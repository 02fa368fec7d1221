"""Sends answers, and turns every failure into a sentence: nobody who asked is left without an answer."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from typing import Protocol

import structlog
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.errors import BadInput
from bot.slack.desk import Place
from bot.slack.elements import Message
from bot.slack.errors import SlackAppError
from bot.slack.forms.context import FormContext
from bot.slack.messages.help import failure, refusal
from bot.slack.messages.subscriptions import announced
from bot.slack.people import NOT_IN_CHANNEL
from bot.slack.subscribed import Outcome
from bot.slack.turns import turn
from subscriptions.errors import SubscriptionError

log = structlog.get_logger(__name__)


class Tell(Protocol):
    """Tells the person who asked, and nobody else. ``replace``: in the place of the message that was clicked."""

    async def __call__(self, message: Message, *, replace: bool = False) -> None: ...


async def answering(tell: Tell, work: Callable[[], Awaitable[None]], *, about: str) -> None:
    """Do the work; where it fails, say so to the person. ``about`` names the work in the log, not its words."""
    try:
        async with turn():
            await work()
    except (SlackAppError, BadInput, SubscriptionError) as error:
        await _told(tell, refusal(str(error)))
    except Exception:
        reference = secrets.token_hex(4)
        log.exception("slack_request_failed", reference=reference, about=about)
        await _told(tell, failure(reference))


def by_respond(respond: AsyncRespond) -> Tell:
    """Tells through the request's own response_url, which works in every channel."""

    async def tell(message: Message, *, replace: bool = False) -> None:
        await respond(
            text=message.text,
            blocks=list(message.blocks),
            response_type="ephemeral",
            replace_original=replace,
            unfurl_links=False,
            unfurl_media=False,
        )

    return tell


def by_form(client: AsyncWebClient, place: Place, context: FormContext) -> Tell:
    """Tells where the form was opened; where Slack's address for that is gone, in direct messages."""

    async def tell(message: Message, *, replace: bool = False) -> None:
        if context.response_url and await _by_url(context.response_url, message):
            return
        if context.channel and await _ephemeral(client, context.channel, place.user, message):
            return
        await client.chat_postMessage(
            channel=place.user, text=message.text, blocks=list(message.blocks), unfurl_links=False
        )

    return tell


async def tell_outcome(
    tell: Tell, client: AsyncWebClient, place: Place, outcome: Outcome, *, replace: bool = False
) -> None:
    """Tell the person, then everybody in the channel what changed and who changed it."""
    await tell(outcome.message, replace=replace)
    if outcome.did is None or outcome.channel is None:
        return
    line = announced(place.user, outcome.did)
    try:
        await client.chat_postMessage(
            channel=outcome.channel, text=line.text, blocks=list(line.blocks), unfurl_links=False
        )
    except SlackApiError as error:
        log.warning("slack_change_not_announced", reason=str(error.response.get("error")))
        await tell(refusal(NOT_IN_CHANNEL))


async def _told(tell: Tell, message: Message) -> None:
    try:
        await tell(message)
    except Exception:
        log.exception("slack_answer_failed")


async def _by_url(url: str, message: Message) -> bool:
    answered = await AsyncWebhookClient(url).send(
        text=message.text, blocks=list(message.blocks), response_type="ephemeral", replace_original=False
    )
    return answered.status_code == 200


async def _ephemeral(client: AsyncWebClient, channel: str, user: str, message: Message) -> bool:
    try:
        await client.chat_postEphemeral(channel=channel, user=user, text=message.text, blocks=list(message.blocks))
    except SlackApiError:
        return False
    return True
