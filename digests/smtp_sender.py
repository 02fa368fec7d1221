"""Hands mails to the relay over a few connections that are used again and again."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Literal

import aiosmtplib

from digests.errors import Permanent, SendError, TryAgain, Unknown
from digests.senders import Parcel, Sighting, Unclear
from digests.turns import Turns

Stage = Literal["connect", "sender", "recipient", "data"]
"""How far a mail had got when something went wrong."""

IDLE_SECONDS = 10.0

# Not about this mail: the relay wants us to log in, or is closing.
_RELAYS_OWN = frozenset({421, 454, 530, 534, 535, 538})

# A full mailbox is refused for good by the letter, and is emptied all the same.
_FULL = frozenset({552})
_FULL_STATUS = frozenset({"5.2.2"})

# Codes and RFC 3463 statuses that say that the address itself leads nowhere.
_NOBODY = frozenset({550, 551, 553})
_NOBODY_STATUS = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})

_STATUS = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay:
    """Where the relay is and how to speak to it. ``tls``: "tls" from the start, "starttls", or "none"."""

    host: str
    port: int
    tls: Literal["starttls", "tls", "none"] = "starttls"
    verify: bool = True
    username: str | None = None
    password: str | None = None
    timeout: float = 30.0


class SmtpSender:
    """Sends over at most ``connections`` connections at once; what is urgent is the next to get one.

    ``envelope_from`` is the address that bounces go to, or makes it from a mail's Message-ID; ``sign`` signs a
    mail's bytes on their way.
    """

    def __init__(
        self,
        relay: Relay,
        *,
        envelope_from: str | Callable[[str], str],
        connections: int,
        sign: Callable[[bytes], bytes] | None = None,
    ) -> None:
        self._relay = relay
        self._sign = sign
        self._from = envelope_from if callable(envelope_from) else lambda _message_id: envelope_from
        self._turns = Turns(connections)
        self._idle: list[aiosmtplib.SMTP] = []
        self._reaper: asyncio.TimerHandle | None = None

    async def send(self, parcel: Parcel) -> str:
        mail = parcel.payload["mail"].encode()
        if self._sign is not None:
            mail = await asyncio.to_thread(self._sign, mail)
        async with self._turns.place(urgent=parcel.urgent):
            try:
                return await self._hand_over(parcel, mail, reuse=True)
            except _StaleConnection:
                return await self._hand_over(parcel, mail, reuse=False)

    async def greet(self) -> None:
        """Connect and log in as for a delivery, and send nothing. Raises SendError."""
        async with self._connection(reuse=False):
            pass

    async def look_for(self, parcel: Parcel) -> Sighting:
        return Unclear(reason="a mail that was handed over can't be looked for")

    async def close(self) -> None:
        if self._reaper:
            self._reaper.cancel()
        while self._idle:
            await _quit(self._idle.pop())

    async def _hand_over(self, parcel: Parcel, mail: bytes, *, reuse: bool) -> str:
        recipient = parcel.destination
        stage: Stage = "connect"
        async with self._connection(reuse=reuse) as (client, reused):
            try:
                stage = "sender"
                options = [] if recipient.isascii() else ["SMTPUTF8"]
                await client.mail(self._from(parcel.message_id), options=options, encoding="utf-8")
                stage = "recipient"
                await client.rcpt(recipient, encoding="utf-8")
                stage = "data"
                return (await client.data(mail)).message
            except (aiosmtplib.SMTPException, OSError, ValueError) as error:
                if reused and stage == "sender" and isinstance(error, aiosmtplib.SMTPServerDisconnected):
                    raise _StaleConnection from None
                raise classify(error, stage) from None

    @asynccontextmanager
    async def _connection(self, *, reuse: bool) -> AsyncIterator[tuple[aiosmtplib.SMTP, bool]]:
        client = self._idle_connection() if reuse else None
        reused = client is not None
        client = client or await self._connect()
        try:
            yield client, reused
        except BaseException as error:
            if isinstance(error, SendError) and client.is_connected and await _reset(client):
                self._keep(client)
            else:
                client.close()
            raise
        self._keep(client)

    async def _connect(self) -> aiosmtplib.SMTP:
        relay = self._relay
        client = aiosmtplib.SMTP(
            hostname=relay.host,
            port=relay.port,
            use_tls=relay.tls == "tls",
            start_tls=relay.tls == "starttls",
            validate_certs=relay.verify,
            username=relay.username,
            password=relay.password,
            timeout=relay.timeout,
        )
        try:
            await client.connect()
            await client.ehlo()
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            client.close()
            raise classify(error, "connect") from None
        return client

    def _idle_connection(self) -> aiosmtplib.SMTP | None:
        while self._idle:
            client = self._idle.pop()
            if client.is_connected:
                return client
            client.close()
        return None

    def _keep(self, client: aiosmtplib.SMTP) -> None:
        if client.is_connected:
            self._idle.append(client)
        if self._reaper:
            self._reaper.cancel()
        self._reaper = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._close_idle)

    def _close_idle(self) -> None:
        while self._idle:
            self._idle.pop().close()


class _StaleConnection(Exception):
    """The relay had closed an idle connection: nothing was handed over, a fresh one is tried at once."""


async def _reset(client: aiosmtplib.SMTP) -> bool:
    with suppress(aiosmtplib.SMTPException, OSError):
        await client.rset()
        return True
    return False


async def _quit(client: aiosmtplib.SMTP) -> None:
    with suppress(aiosmtplib.SMTPException, OSError):
        await client.quit(timeout=2)
    client.close()


def classify(error: Exception, stage: Stage) -> SendError:
    """What an SMTP error means for the mail. Pure."""
    if isinstance(error, aiosmtplib.SMTPNotSupported):
        return TryAgain(f"the relay does not offer what we need: {error.message}", whole=True)
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return classify_answer(error.code, error.message, stage)
    if isinstance(error, ValueError) and not isinstance(error, OSError):  # a bad certificate is both
        return Permanent(f"not an address that mail can be sent to: {error}", unreachable=True)
    if stage == "data":
        return Unknown(f"the connection was lost while the mail was handed over: {error}")
    return TryAgain(f"the relay can't be reached: {error}", whole=True)


def classify_answer(code: int, message: str, stage: Stage) -> SendError:
    """What an answer of the relay means for the mail. Pure."""
    found = _STATUS.search(message)
    status = found.group() if found else None
    reason = f"the relay answered {code} {message}".strip()
    if stage in ("connect", "sender") or code in _RELAYS_OWN:
        return TryAgain(reason, whole=True)
    if code < 500 or code in _FULL or status in _FULL_STATUS:
        return TryAgain(reason)
    nobody = status in _NOBODY_STATUS or (status is None and stage == "recipient" and code in _NOBODY)
    return Permanent(reason, unreachable=nobody)
