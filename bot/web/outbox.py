"""Shows the outbox on the local page: what was rendered, for whom, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.web.preview import OutboxEntry, ReadDeliveries
from database.connection import Database
from digests.store.reports import Rendered, list_rendered

# What a state is called on the page.
_STATES = {
    "pending": "waiting to be sent",
    "claimed": "being sent",
    "sent": "sent",
    "failed": "failed",
    "unknown": "perhaps sent",
    "withheld": "withheld",
}


def deliveries_reader(database: Database, *, previewed: bool) -> ReadDeliveries:
    """What the preview page needs. ``previewed``: nothing is really sent, and the page says so."""

    async def read_deliveries() -> Sequence[OutboxEntry]:
        async with database.reading() as connection:
            return [_entry(each, previewed) for each in await list_rendered(connection)]

    return read_deliveries


def _entry(rendered: Rendered, previewed: bool) -> OutboxEntry:
    state = "not sent: only previewed" if previewed and rendered.state == "sent" else _STATES[rendered.state]
    return OutboxEntry(
        id=str(rendered.id),
        created_at=rendered.created_at,
        channel=rendered.channel,
        destination=rendered.name or rendered.destination,
        summary=rendered.summary,
        state=f"{state}: {rendered.error}" if rendered.error else state,
        messages=rendered.messages,
        mail=rendered.mail,
    )
