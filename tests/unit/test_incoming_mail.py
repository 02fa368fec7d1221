"""Mails that come in are read for what they are, whatever program wrote them and whatever became of them."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from bot.mail.incoming import Incoming, read_incoming
from bot.mail.returned import Kind, read_returned
from digests.return_path import key_of_return_path, return_path
from subscriptions.links import Signer
from subscriptions.wishes import normalise_address
from tests.incoming_mails import CLIENTS, JO, MACHINES, REPORTS, TO, a_mail, damaged_mails

SIGNER = Signer("k" * 48)


def read(content: bytes, *, envelope_sender: str = JO, trusted: str | None = None) -> Incoming:
    return read_incoming(content, envelope_sender=envelope_sender, own=(TO,), trusted=trusted)


@pytest.mark.parametrize("client", CLIENTS)
def test_an_order_is_understood_from_any_client(client: str) -> None:
    mail = read(CLIENTS[client])

    assert mail.sender == JO
    assert not mail.automatic
    assert mail.orders[0].lower() == "subscribe fostering weekly"


@pytest.mark.parametrize("machine", MACHINES)
def test_what_no_person_wrote_is_never_answered(machine: str) -> None:
    assert read(MACHINES[machine]).automatic


def test_a_mail_without_a_return_path_is_never_answered() -> None:
    assert read(a_mail("help"), envelope_sender="").automatic
    assert not read(a_mail("help")).automatic


@pytest.mark.parametrize(
    ("header", "genuine"),
    [
        ("mx.westmere.example; dmarc=pass header.from=westmere.example", True),
        ("mx.westmere.example; spf=fail smtp.mailfrom=x.example; dkim=pass header.d=westmere.example", True),
        ("mx.westmere.example; spf=pass smtp.mailfrom=jo.bloggs@westmere.example", True),
        ("MX.Westmere.example 1; dkim=pass header.i=@westmere.example", True),
        ("mx.westmere.example; dmarc=fail header.from=westmere.example", False),
        ("mx.westmere.example; spf=pass smtp.mailfrom=attacker.example", False),
        ("mx.westmere.example; dkim=pass header.d=estmere.example", False),
        ("attacker.example; dmarc=pass header.from=westmere.example", False),
        ("mx.westmere.example.attacker.example; dmarc=pass header.from=westmere.example", False),
    ],
)
def test_only_the_trusted_relays_verdict_counts(header: str, genuine: bool) -> None:
    mail = a_mail("list", Authentication_Results=header)

    assert read(mail, trusted="mx.westmere.example").genuine is genuine
    assert read(mail).genuine is None


def test_a_verdict_that_the_writer_brought_along_does_not_count() -> None:
    ours = b"Authentication-Results: mx.westmere.example; dmarc=fail header.from=westmere.example\r\n"
    forged = b"Authentication-Results: mx.westmere.example; dmarc=pass header.from=westmere.example\r\n"

    assert read(ours + forged + a_mail("list"), trusted="mx.westmere.example").genuine is False
    assert read(a_mail("list"), trusted="mx.westmere.example").genuine is False


@pytest.mark.parametrize("name", REPORTS)
def test_what_came_back_is_told_apart(name: str) -> None:
    content, kind = REPORTS[name]

    returned = read_returned(content)

    assert (returned.kind if returned else None) == kind
    assert returned is None or "@" not in returned.reason


def test_a_return_path_is_ours_or_it_is_nothing() -> None:
    path = return_path("<0123456789abcdef@w.example>", address="bounces@westmere.example", signer=SIGNER)

    assert len(path.partition("@")[0]) <= 64
    assert key_of_return_path(path, address="bounces@westmere.example", signer=SIGNER) == "0123456789abcdef"
    assert (
        key_of_return_path(path.upper(), address="bounces@westmere.example", signer=SIGNER) == "0123456789abcdef"
    )
    for forged in (path.replace("0123", "1123"), path.replace("westmere", "estmere"), "bounces@westmere.example"):
        assert key_of_return_path(forged, address="bounces@westmere.example", signer=SIGNER) is None


def test_five_thousand_damaged_mails_break_nothing_and_order_nothing_else() -> None:
    for content in damaged_mails(5_000):
        mail = read(content, trusted="mx.westmere.example")
        returned = read_returned(content)

        assert returned is None or (returned.kind in get_args(Kind) and "@" not in returned.reason)
        assert mail.sender is None or normalise_address(mail.sender) == mail.sender
        assert mail.sender is not None or mail.automatic
        assert not mail.genuine
        assert mail.message_id is None or re.fullmatch(r"<[!-~]+@[!-~]+>", mail.message_id)
        for order in mail.orders:
            assert order.isprintable()
            assert len(order) <= 310
            assert order.partition(" ")[0] in ORDERS


ORDERS = "subscribe unsubscribe follow unfollow list subscriptions pause resume unpause help".split()
