"""Options for the menus that fill while somebody types; Slack waits three seconds, people a tenth of one."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.slack import actions
from bot.slack.desk import Desk
from bot.slack.forms.look_up import MOST_CHAPTERS, chapter_options, grouped, section_options, topic_options


def register(app: AsyncApp, desk: Desk) -> None:
    async def chapters(ack: AsyncAck, payload: dict[str, Any]) -> None:
        typed = str(payload.get("value") or "")
        async with desk.database.reading() as connection:
            manuals = await desk.shelf.manuals(connection)
        groups = grouped(
            ("Chapters", chapter_options(desk.shelf.type_ahead(typed, manuals, MOST_CHAPTERS))),
            ("Topics", topic_options(typed, desk.topics)),
        )
        await ack(option_groups=groups) if groups else await ack(options=[])

    async def follows(ack: AsyncAck, payload: dict[str, Any]) -> None:
        typed = str(payload.get("value") or "")
        async with desk.database.reading() as connection:
            manuals = await desk.shelf.manuals(connection)
        groups = grouped(
            ("Sections", section_options(typed, manuals)),
            ("Chapters", chapter_options(desk.shelf.type_ahead(typed, manuals, MOST_CHAPTERS))),
        )
        await ack(option_groups=groups) if groups else await ack(options=[])

    app.options(actions.CHAPTERS)(chapters)
    app.options(actions.FOLLOWS)(follows)
