"""The mail sender against a real server that misbehaves."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword

from digests.errors import Permanent, TryAgain, Unknown
from digests.senders import Parcel
from digests.smtp_sender import Relay, SmtpSender
from tests.outbox_builders import SENDER, a_mail, mail_sender
from tests.servers.mail import MailServer, mail_server

MASH = "mash@westmere.example"
CERTIFICATE = Path(__file__).parent.parent / "servers" / "tls" / "self-signed.pem"


def parcel(to: str = MASH) -> Parcel:
    mail = a_mail(to)
    return Parcel(message_id=mail.message_id, workspace="", destination=to, payload=mail.payload)


def server_context() -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE)
    return context


async def test_a_mail_arrives_as_it_was_rendered(mail: MailServer) -> None:
    sender, it = mail_sender(mail), parcel()

    assert await sender.send(it) == "2.0.0 taken"
    await sender.close()

    (arrived,) = mail.mails
    assert arrived.content.decode() == it.payload["mail"]
    assert (arrived.sender, arrived.to) == (SENDER, MASH)


async def test_an_urgent_mail_gets_the_next_connection_that_is_free(mail: MailServer) -> None:
    sender, asked_for = mail_sender(mail, connections=1), asyncio.Event()

    async def waits(_mail: object) -> None:
        await asked_for.wait()

    mail.on_mail = waits
    bulk = [asyncio.create_task(sender.send(parcel(f"{number}@westmere.example"))) for number in range(5)]
    await asyncio.sleep(0)
    urgent = asyncio.create_task(sender.send(replace(parcel(), urgent=True)))
    await asyncio.sleep(0)
    asked_for.set()
    await asyncio.gather(urgent, *bulk)
    await sender.close()

    assert [each.to for each in mail.mails].index(MASH) == 1


@pytest.mark.parametrize(
    ("answer", "expected", "unreachable"),
    [
        ("550 5.1.1 no such user", Permanent, True),
        ("550 5.7.1 not from you", Permanent, False),
        ("data 554 5.7.1 looks like spam", Permanent, False),
        ("450 4.2.0 greylisted", TryAgain, None),
        ("452 4.3.1 no space", TryAgain, None),
        ("421 4.3.2 closing", TryAgain, None),
        ("data 451 4.3.0 local error", TryAgain, None),
    ],
)
async def test_refusals_are_of_their_type_and_the_connection_goes_on(
    mail: MailServer, answer: str, expected: type[Exception], unreachable: bool | None
) -> None:
    sender = mail_sender(mail)
    mail.tricks[MASH] = [answer]

    with pytest.raises(expected) as raised:
        await sender.send(parcel())
    await sender.send(parcel())
    await sender.close()

    assert getattr(raised.value, "unreachable", None) is unreachable
    assert len(mail.mails) == 1


@pytest.mark.parametrize(
    ("trick", "arrived"), [("close in data", 0), ("keep it, say nothing, close", 1), ("stall", 0)]
)
async def test_a_lost_answer_leaves_a_doubt(mail: MailServer, trick: str, arrived: int) -> None:
    sender = mail_sender(mail, timeout=0.3)
    mail.tricks[MASH] = [trick]

    with pytest.raises(Unknown):
        await sender.send(parcel())
    await sender.close()

    assert len(mail.mails) == arrived


async def test_a_connection_that_the_relay_closed_meanwhile_is_replaced_at_once(mail: MailServer) -> None:
    sender = mail_sender(mail)
    mail.tricks[MASH] = ["keep it, answer, close"]

    await sender.send(parcel())
    await sender.send(parcel())
    await sender.close()

    assert len(mail.mails) == 2


async def test_a_relay_that_is_busy_or_away_is_in_trouble_as_a_whole(mail: MailServer) -> None:
    mail.greeting = "421 4.3.2 too busy"
    with pytest.raises(TryAgain) as busy:
        await mail_sender(mail).send(parcel())

    away = SmtpSender(Relay(host="127.0.0.1", port=1, tls="none"), envelope_from=SENDER, connections=1)
    with pytest.raises(TryAgain) as refused:
        await away.send(parcel())

    assert busy.value.whole
    assert refused.value.whole


@pytest.mark.parametrize("tls", ["tls", "starttls"])
async def test_a_certificate_is_checked_unless_that_is_switched_off(tls: Any) -> None:
    options: dict[str, Any] = {tls: server_context()}
    async with mail_server(**options) as server:
        strict = Relay(host="127.0.0.1", port=server.port, tls=tls, timeout=2)
        with pytest.raises(TryAgain) as refused:
            await SmtpSender(strict, envelope_from=SENDER, connections=1).send(parcel())
        assert server.mails == []

        lax = SmtpSender(
            Relay(host="127.0.0.1", port=server.port, tls=tls, verify=False, timeout=2),
            envelope_from=SENDER,
            connections=1,
        )
        await lax.send(parcel())
        await lax.close()

    assert refused.value.whole
    assert len(server.mails) == 1


async def test_a_relay_without_starttls_is_sent_nothing_in_the_clear(mail: MailServer) -> None:
    relay = Relay(host="127.0.0.1", port=mail.port, tls="starttls", timeout=2)

    with pytest.raises(TryAgain):
        await SmtpSender(relay, envelope_from=SENDER, connections=1).send(parcel())

    assert mail.mails == []


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
async def test_it_logs_in_where_the_relay_wants_that() -> None:
    def check(_server: Any, _session: Any, _envelope: Any, _mechanism: str, login: Any) -> AuthResult:
        assert isinstance(login, LoginPassword)
        return AuthResult(success=login.password == b"right")

    options: dict[str, Any] = {"authenticator": check, "auth_required": True, "auth_require_tls": False}
    async with mail_server(**options) as server:
        relay = Relay(host="127.0.0.1", port=server.port, tls="none", username="chapterwatch", timeout=2)
        wrong = SmtpSender(replace(relay, password="wrong"), envelope_from=SENDER, connections=1)
        with pytest.raises(TryAgain) as refused:
            await wrong.send(parcel())
        right = SmtpSender(replace(relay, password="right"), envelope_from=SENDER, connections=1)
        await right.send(parcel())
        await right.close()

    assert refused.value.whole
    assert "right" not in str(refused.value)
    assert len(server.mails) == 1
