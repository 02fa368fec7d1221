"""Tells the operators of trouble, through the same outbox, ahead of all digests."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from config.files import ConfigError
from config.settings import PREFIX, Settings
from digests.email import mail_bytes, render_plain_mail
from digests.rendering import Mailing, mailing_of
from digests.slack import render_notice
from digests.store.outbox import Channel, Lane, NewDelivery, enqueue

_SLACK = re.compile(r"(?:(T\w+)/)?([CGUWD][A-Z0-9]{2,})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """Where one operator is told: a mail address, or a Slack channel or person."""

    channel: Channel
    destination: str
    workspace: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operators:
    """Everybody who hears of trouble, and whom their mails come from."""

    each: tuple[Operator, ...]
    mailing: Mailing


NOBODY = Operators(each=(), mailing=Mailing())


def operators_of(settings: Settings) -> Operators:
    """The operators that the setting names: "email:ops@example.gov.uk slack:C0123456". Raises ConfigError."""
    entries = settings.operators.replace(",", " ").split()
    return Operators(each=tuple(_operator(entry) for entry in entries), mailing=mailing_of(settings))


def _operator(entry: str) -> Operator:
    kind, _, where = entry.partition(":")
    if kind == "email" and "@" in where:
        return Operator(channel="email", destination=where)
    if kind == "slack" and (found := _SLACK.fullmatch(where)):
        return Operator(channel="slack", workspace=found[1] or "", destination=found[2])
    raise ConfigError(
        f"{PREFIX}OPERATORS: {entry!r} is nobody we can tell; write email:ops@example.gov.uk or slack:C0123456"
    )


async def enqueue_notice(
    connection: AsyncConnection,
    operators: Operators,
    *,
    summary: str,
    text: str,
    now: datetime,
    lane: Lane = "notice",
) -> int:
    """Write a notice for every operator, in the caller's transaction. Returns how many will be told.

    ``summary`` is one line, ``text`` paragraphs parted by newlines.
    """
    new = notices(operators, summary=summary, text=text, now=now, lane=lane)
    await enqueue(connection, new, now)
    return len(new)


def notices(
    operators: Operators, *, summary: str, text: str, now: datetime, lane: Lane = "notice"
) -> Sequence[NewDelivery]:
    """The deliveries of a notice. Pure, but for the Message-IDs."""
    return [_notice(each, operators.mailing, summary, text, now, lane) for each in operators.each]


def _notice(
    operator: Operator, mailing: Mailing, summary: str, text: str, now: datetime, lane: Lane
) -> NewDelivery:
    message_id = f"<{secrets.token_hex(8)}@{mailing.domain}>"
    line = " ".join(summary.split())
    if operator.channel == "slack":
        payload = render_notice(line, text).to_json()
    else:
        mail = render_plain_mail(
            subject=line,
            text=text,
            sender=mailing.sender,
            to=operator.destination,
            message_id=message_id,
            date=now,
        )
        payload = {"mail": mail_bytes(mail).decode("ascii")}
    return NewDelivery(
        channel=operator.channel,
        workspace=operator.workspace,
        destination=operator.destination,
        lane=lane,
        payload=payload,
        message_id=message_id,
        summary=line,
    )
