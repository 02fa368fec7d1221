"""Fills outboxes, and opens outlets to the tests' own servers."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from database.connection import Database
from database.schema import attempts, deliveries
from digests.allowed import Allowed, everybody
from digests.outlets import Outlet, Outlets
from digests.rates import Limits
from digests.slack_sender import SlackSender
from digests.smtp_sender import Relay, SmtpSender
from digests.store.outbox import NewDelivery, enqueue
from digests.worker import Timing
from tests.servers.mail import MailServer
from tests.servers.slack_api import SlackApi

SENDER = "chapterwatch@westmere.example"

FAST = Timing(
    lease=3.0,
    renew=0.2,
    grace=1.0,
    guard=0.9,
    poll=0.1,
    look_after_lost_answer=0.1,
    look_after_death=0.5,
    look_again=1.0,
    stop_within=3.0,
    patience=1.5,
)
"""A tenth of the real times, so that tests needn't wait."""

UNHURRIED = Limits(slack_per_minute=60_000, smtp_per_second=10_000, channel_seconds=0.01)
"""Rates that hold nothing back."""

_numbers = itertools.count(1)


def a_mail(to: str = "mash@westmere.example", **changes: Any) -> NewDelivery:
    message_id = f"<mail-{next(_numbers)}@westmere.example>"
    text = (
        f"From: {SENDER}\r\nTo: {to}\r\nSubject: One chapter changed\r\nMessage-ID: {message_id}\r\n\r\n"
        "Private Fostering has changed.\r\n"
    )
    values: dict[str, Any] = {
        "channel": "email",
        "destination": to,
        "payload": {"mail": text},
        "message_id": message_id,
        "summary": "One chapter changed",
    }
    return NewDelivery(**{**values, **changes})


def a_post(channel: str = "C0FOSTERING", text: str | None = None, **changes: Any) -> NewDelivery:
    number = next(_numbers)
    values: dict[str, Any] = {
        "channel": "slack",
        "workspace": "T0WESTMERE",
        "destination": channel,
        "payload": {"text": text or f"Change {number}", "blocks": []},
        "message_id": f"<post-{number}@westmere.example>",
        "summary": "One chapter changed",
    }
    return NewDelivery(**{**values, **changes})


def a_thread(parts: int, channel: str = "C0FOSTERING") -> list[NewDelivery]:
    root = a_post(channel)
    rest = [a_post(channel, part=part, after=root.message_id) for part in range(2, parts + 1)]
    return [root, *rest]


async def put(database: Database, *new: NewDelivery, now: datetime | None = None) -> list[int]:
    """Write deliveries; returns their ids in the same order."""
    async with database.writing() as connection:
        ids = await enqueue(connection, new, now or datetime.now(UTC))
    return [ids[each.message_id] for each in new]


async def states(database: Database, ids: Sequence[int]) -> list[str]:
    async with database.reading() as connection:
        rows = await connection.execute(select(deliveries.c.id, deliveries.c.state))
        by_id = {row.id: row.state for row in rows}
    return [by_id[each] for each in ids]


async def row(database: Database, delivery_id: int) -> Any:
    async with database.reading() as connection:
        return (await connection.execute(select(deliveries).where(deliveries.c.id == delivery_id))).one()


async def attempts_of(database: Database, delivery_id: int) -> list[Any]:
    async with database.reading() as connection:
        return await _attempts(connection, delivery_id)


async def _attempts(connection: AsyncConnection, delivery_id: int) -> list[Any]:
    found = await connection.execute(
        select(attempts).where(attempts.c.delivery_id == delivery_id).order_by(attempts.c.id)
    )
    return list(found.all())


def mail_sender(server: MailServer, *, connections: int = 2, timeout: float = 1.0) -> SmtpSender:
    relay = Relay(host="127.0.0.1", port=server.port, tls="none", timeout=timeout)
    return SmtpSender(relay, envelope_from=SENDER, connections=connections)


def slack_sender(api: SlackApi, *, timeout: float = 1.0) -> SlackSender:
    async def token_of(_workspace: str) -> str:
        return "xoxb-test"

    return SlackSender(token_of, api_url=api.url, timeout=timeout)


def outlets_to(
    mail: MailServer | None = None, slack: SlackApi | None = None, *, why_not: Allowed = everybody, width: int = 6
) -> Outlets:
    """Outlets to the servers that are given; close them with ``close_outlets``."""
    outlets: dict[Any, Outlet] = {}
    if mail:
        outlets["email"] = Outlet(sender=mail_sender(mail), why_not=why_not, width=width)
    if slack:
        outlets["slack"] = Outlet(sender=slack_sender(slack), why_not=why_not, width=width)
    return outlets


class Clock:
    """The time, which goes on by itself and can be moved on."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def moves_on(self, **by: float) -> None:
        self._ahead += timedelta(**by)
