"""Buttons under answers: show another chapter, its history, a page of it, share a card."""

from __future__ import annotations

import re
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.orders.requests import WhatsNew
from bot.slack import actions, asking
from bot.slack.clicks import document_in, place_in
from bot.slack.desk import Desk
from bot.slack.messages import cards
from bot.slack.replying import answering
from bot.slack.windows import where_asked

Body = dict[str, Any]


def register(app: AsyncApp, desk: Desk) -> None:
    async def read(ack: AsyncAck) -> None:
        await ack()

    async def show_chapter(
        ack: AsyncAck, respond: AsyncRespond, client: AsyncWebClient, body: Body, action: Body
    ) -> None:
        await ack()
        tell = where_asked(desk, client, place_in(desk, body), respond, body)

        async def work() -> None:
            await tell(cards.card_of(await asking.card(desk, str(action["value"]))))

        await answering(tell, work, about="show_chapter")

    async def show_history(
        ack: AsyncAck, respond: AsyncRespond, client: AsyncWebClient, body: Body, action: Body
    ) -> None:
        await ack()
        tell = where_asked(desk, client, place_in(desk, body), respond, body)

        async def work() -> None:
            await tell(await asking.history_page(desk, str(action["value"]), 0))

        await answering(tell, work, about="show_history")

    async def history_page(
        ack: AsyncAck, respond: AsyncRespond, client: AsyncWebClient, body: Body, action: Body
    ) -> None:
        await ack()
        tell = where_asked(desk, client, place_in(desk, body), respond, body)

        async def work() -> None:
            asked = document_in(action)
            await tell(await asking.history_page(desk, str(asked["k"]), int(asked["p"])), replace=True)

        await answering(tell, work, about="history_page")

    async def new_page(
        ack: AsyncAck, respond: AsyncRespond, client: AsyncWebClient, body: Body, action: Body
    ) -> None:
        await ack()
        tell = where_asked(desk, client, place_in(desk, body), respond, body)

        async def work() -> None:
            asked = document_in(action)
            request = WhatsNew(topic=asked.get("t"), since=asked.get("s"), manual=asked.get("m"))
            page = await asking.whats_new(desk, place_in(desk, body), request, int(asked["p"]))
            await tell(page, replace=True)

        await answering(tell, work, about="new_page")

    async def none_of_these(
        ack: AsyncAck, respond: AsyncRespond, client: AsyncWebClient, body: Body, action: Body
    ) -> None:
        await ack()
        tell = where_asked(desk, client, place_in(desk, body), respond, body)

        async def work() -> None:
            await tell(await asking.refused(desk, place_in(desk, body), str(action["value"])))

        await answering(tell, work, about="none_of_these")

    async def share(
        ack: AsyncAck, respond: AsyncRespond, client: AsyncWebClient, body: Body, action: Body
    ) -> None:
        await ack()
        tell = where_asked(desk, client, place_in(desk, body), respond, body)

        async def work() -> None:
            card = await asking.card(desk, str(action["value"]))
            shown = cards.shared(card, by=place_in(desk, body).user)
            await respond(
                text=shown.text,
                blocks=list(shown.blocks),
                response_type="in_channel",
                replace_original=False,
                unfurl_links=False,
                unfurl_media=False,
            )

        await answering(tell, work, about="share")

    app.action(actions.READ)(read)
    app.action(actions.SHOW_CHAPTER)(show_chapter)
    app.action(actions.SHOW_HISTORY)(show_history)
    app.action(re.compile(rf"^{actions.HISTORY_PAGE}:"))(history_page)
    app.action(re.compile(rf"^{actions.NEW_PAGE}:"))(new_page)
    app.action(actions.NONE_OF_THESE)(none_of_these)
    app.action(actions.SHARE)(share)
