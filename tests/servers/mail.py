"""A real SMTP server on a free port of loopback, that can be told to misbehave."""

from __future__ import annotations

import asyncio
import email
import email.policy
import ssl
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any, Literal

from aiosmtpd.smtp import SMTP, Envelope, Session

Trick = Literal[
    "close in data",  # hangs up after "354 go ahead", before the mail is there
    "keep it, say nothing, close",  # stores the mail and hangs up without an answer
    "keep it, answer, close",  # stores the mail, says 250, hangs up
    "stall",  # takes the mail and never answers
]
Answer = str
"""An SMTP answer to RCPT ("550 5.1.1 no such user"), or to the mail itself where it begins with "data "."""


@dataclass(frozen=True)
class Mail:
    """A mail as it arrived, and the loop's time when it did."""

    to: str
    sender: str
    content: bytes
    at: float

    @property
    def message(self) -> EmailMessage:
        return email.message_from_bytes(self.content, policy=email.policy.default)

    @property
    def message_id(self) -> str:
        for line in self.content.split(b"\r\n"):
            if line.lower().startswith(b"message-id:"):
                return line.partition(b":")[2].strip().decode()
        raise AssertionError("a mail without a Message-ID")


@dataclass
class MailServer:
    """What arrived, and what is to be done to whom: answers and tricks are used up one by one, per recipient.

    ``on_mail`` is awaited when a mail is stored and not yet answered.
    """

    port: int = 0
    mails: list[Mail] = field(default_factory=list)
    connections: int = 0
    most_at_once: int = 0
    now_open: int = 0
    tricks: defaultdict[str, list[Trick | Answer]] = field(default_factory=lambda: defaultdict(list))
    greeting: str | None = None
    """An answer in place of the greeting: "421 too busy". None: it greets."""
    on_mail: Callable[[Mail], Awaitable[None]] | None = None
    over: asyncio.Event = field(default_factory=asyncio.Event)
    """Set at the end: whoever is being stalled is let go."""

    def to(self, address: str) -> list[Mail]:
        return [mail for mail in self.mails if mail.to == address]

    def next_trick(self, address: str, *, at_data: bool) -> str | None:
        waiting = self.tricks.get(address)
        if not waiting or (waiting[0][:1].isdigit() is at_data):
            return None
        return waiting.pop(0)


class _Protocol(SMTP):
    """One connection. Its handler is the server itself."""

    def __init__(self, server: MailServer, **options: Any) -> None:
        super().__init__(_Handler(server), enable_SMTPUTF8=True, ident="test", hostname="test.invalid", **options)
        self._server = server

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._server.connections += 1
        self._server.now_open += 1
        self._server.most_at_once = max(self._server.most_at_once, self._server.now_open)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._server.now_open -= 1
        super().connection_lost(error)

    async def push(self, status: Any) -> None:
        if self._server.greeting and str(status).startswith("220 "):
            await super().push(self._server.greeting)
            transport_of(self).close()
            return
        await super().push(status)

    async def smtp_DATA(self, arg: str) -> None:
        assert self.envelope is not None, "RCPT came first"
        recipient = self.envelope.rcpt_tos[0]
        if self._server.tricks[recipient][:1] == ["close in data"]:
            self._server.tricks[recipient].pop(0)
            await self.push("354 go ahead")
            transport_of(self).close()
            return
        await super().smtp_DATA(arg)


class _Handler:
    def __init__(self, server: MailServer) -> None:
        self._server = server

    async def handle_RCPT(
        self, _smtp: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        answer = self._server.next_trick(address, at_data=False)
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, smtp: SMTP, _session: Session, envelope: Envelope) -> str:
        recipient = envelope.rcpt_tos[0]
        trick = self._server.next_trick(recipient, at_data=True)
        if trick and trick.startswith("data "):
            return trick.removeprefix("data ")
        if trick == "stall":
            await self._server.over.wait()
        assert envelope.mail_from is not None, "MAIL came first"
        assert isinstance(envelope.original_content, bytes), "DATA is over"
        mail = Mail(
            to=recipient,
            sender=envelope.mail_from,
            content=envelope.original_content,
            at=asyncio.get_running_loop().time(),
        )
        self._server.mails.append(mail)
        if self._server.on_mail:
            await self._server.on_mail(mail)
        if trick == "keep it, say nothing, close":
            transport_of(smtp).abort()
        if trick == "keep it, answer, close":
            asyncio.get_running_loop().call_later(0.02, transport_of(smtp).close)
        return "250 2.0.0 taken"


def transport_of(smtp: SMTP) -> asyncio.Transport:
    assert isinstance(smtp.transport, asyncio.Transport), "the client is still there"
    return smtp.transport


@asynccontextmanager
async def mail_server(
    *, tls: ssl.SSLContext | None = None, starttls: ssl.SSLContext | None = None, **options: Any
) -> AsyncIterator[MailServer]:
    """A running server. ``tls``: from the start; ``starttls``: required after EHLO; ``options`` are aiosmtpd's."""
    server = MailServer()
    if starttls:
        options |= {"tls_context": starttls, "require_starttls": True}
    listening = await asyncio.get_running_loop().create_server(
        lambda: _Protocol(server, **options), "127.0.0.1", 0, ssl=tls
    )
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        server.over.set()
        listening.close()
