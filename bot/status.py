"""What stands where: sources, subscriptions, the outbox, at a glance."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from digests.store.reports import OutboxStatus, outbox_status
from manual import store as manual_store
from manual.store import Source
from subscriptions import store


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The whole at one moment. ``sources`` are those of the configured manuals."""

    sources: Sequence[Source]
    subscriptions: int
    outbox: OutboxStatus

    def to_json(self) -> dict[str, Any]:
        return {
            "sources": [_source(each) for each in self.sources],
            "subscriptions": self.subscriptions,
            "deliveries": self.outbox.states,
            "waiting_since": _moment(self.outbox.waiting_since),
            "suspended": [{"who": who, "why": why} for who, why in self.outbox.suspended],
            "troubles": [
                {"destination": each.destination, "reason": each.reason, "probe_at": _moment(each.probe_at)}
                for each in self.outbox.troubles
            ],
        }


async def read_status(connection: AsyncConnection, manuals: Collection[str], now: datetime) -> Status:
    """The status at ``now``, of the manuals with these ids."""
    return Status(
        sources=[each for each in await manual_store.all_sources(connection) if each.manual in manuals],
        subscriptions=len(await store.running_subscriptions(connection)),
        outbox=await outbox_status(connection, now),
    )


def _source(source: Source) -> dict[str, Any]:
    return {
        "manual": source.manual,
        "kind": source.kind,
        "url": source.url,
        "fetched_at": _moment(source.fetched_at),
        "next_fetch_at": _moment(source.next_fetch_at),
        "failures": source.failures,
        "failure": source.failure,
    }


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
