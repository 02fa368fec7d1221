"""The door itself: a small SMTP or LMTP server that the council's relay delivers to. It relays nothing itself."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from bot.mail.desk import MailDesk
from bot.mail.incoming import read_incoming
from bot.mail.returned import read_returned
from config.files import ConfigError
from config.settings import PREFIX, Settings
from digests.return_path import key_of_return_path

log = structlog.get_logger(__name__)

LARGEST = 1_000_000
"""Bytes of a mail; an order has a few thousand, and reports hold back most of what they return."""

MOST_RECIPIENTS = 5


@dataclass(frozen=True, kw_only=True)
class MailDoor:
    """Whom mail is taken for. ``trusted``: whose Authentication-Results count, None for nobody's."""

    desk: MailDesk
    address: str
    bounce_address: str | None = None
    trusted: str | None = None

    def key_of(self, recipient: str) -> str | None:
        if self.bounce_address is None:
            return None
        return key_of_return_path(
            recipient, address=self.bounce_address, signer=self.desk.registrar.post.addresses.signer
        )

    def is_ours(self, recipient: str) -> bool:
        known = {self.address.lower(), (self.bounce_address or "").lower()} - {""}
        return recipient.lower() in known or self.key_of(recipient) is not None

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if not self.is_ours(address):
            return "550 5.1.1 no such address here"
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 too many recipients"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        content = envelope.original_content or b""
        assert isinstance(content, bytes), "the data is complete"
        try:
            for recipient in dict.fromkeys(envelope.rcpt_tos):
                await self._take(content, envelope.mail_from or "", recipient)
        except Exception:
            log.exception("a mail that came in could not be taken")
            return "451 4.3.0 try again later"
        return "250 2.0.0 taken"

    async def _take(self, content: bytes, envelope_sender: str, recipient: str) -> None:
        if key := self.key_of(recipient):
            await self.desk.take_back(key, read_returned(content))
        elif recipient.lower() == self.address.lower():
            own = tuple(each.lower() for each in (self.address, self.desk.registrar.post.mailing.address))
            mail = read_incoming(content, envelope_sender=envelope_sender, own=own, trusted=self.trusted)
            await self.desk.take(mail)


def door_of(settings: Settings, desk: MailDesk) -> MailDoor:
    """The door that the settings describe. Raises ConfigError."""
    if settings.mail_in_address is None:
        raise ConfigError(f"{PREFIX}MAIL_IN_ADDRESS is missing: name the address that people write to")
    return MailDoor(
        desk=desk,
        address=settings.mail_in_address,
        bounce_address=settings.bounce_address,
        trusted=settings.auth_results_from,
    )


@asynccontextmanager
async def open_door(door: MailDoor, listening: socket.socket, *, lmtp: bool = False) -> AsyncIterator[int]:
    """Take mail on a bound socket while the block runs. Gives its port."""
    kind = LMTP if lmtp else SMTP
    server = await asyncio.get_running_loop().create_server(
        lambda: kind(door, data_size_limit=LARGEST, enable_SMTPUTF8=True, ident="Chapterwatch", timeout=60),
        sock=listening,
    )
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def serve_mail(door: MailDoor, listening: socket.socket, stop: asyncio.Event, *, lmtp: bool) -> None:
    """Take mail until ``stop`` is set."""
    async with open_door(door, listening, lmtp=lmtp):
        await stop.wait()
