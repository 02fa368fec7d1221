"""The message shortcut: looks up what a message says."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.orders.requests import LookUp
from bot.orders.words import plain_words
from bot.slack import actions, asking
from bot.slack.clicks import place_in
from bot.slack.desk import Desk
from bot.slack.errors import NotFound
from bot.slack.replying import answering, by_respond

LONGEST_QUESTION = 200


def register(app: AsyncApp, desk: Desk) -> None:
    async def what_do_they_say(ack: AsyncAck, respond: AsyncRespond, body: dict[str, Any]) -> None:
        await ack()
        tell = by_respond(respond)

        async def work() -> None:
            words = plain_words(str((body.get("message") or {}).get("text") or ""))[:LONGEST_QUESTION]
            if not words:
                raise NotFound("This message has no words to look up.")
            message, _ = await asking.answered(desk, place_in(desk, body), LookUp(words=words), may_be_kept=False)
            await tell(message)  # somebody else's words: nothing is kept of them

        await answering(tell, work, about="shortcut")

    app.shortcut(actions.WHAT_DO_THEY_SAY)(what_do_they_say)
