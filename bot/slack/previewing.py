"""Makes the previews of links to a watched manual's chapters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.shelf import chapter_key
from bot.slack import asking
from bot.slack.desk import Desk
from bot.slack.links import chapters_linked
from bot.slack.messages.cards import preview


async def previews(desk: Desk, links: Sequence[str]) -> dict[str, Any]:
    """For each link that leads to a chapter, what chat.unfurl takes."""
    async with desk.database.reading() as connection:
        linked = chapters_linked(links, await desk.shelf.manuals(connection))
    made = {}
    for link, manual, chapter in linked:
        card = await asking.card(desk, chapter_key(manual.id, chapter.title))
        made[link] = {"blocks": list(preview(card).blocks)}
    return made
