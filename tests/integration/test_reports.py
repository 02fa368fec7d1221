"""Who got what: lists, an amendment's reach, and sending to the rest."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete

from database.connection import Database
from database.schema import payloads
from digests.allowed import allow_list
from digests.deliver import deliver_once
from digests.outlets import close_outlets
from digests.store.reports import list_deliveries, list_rendered, outbox_status, reach
from digests.store.resending import resend
from subscriptions.store import suspend_subscriber
from subscriptions.subscribers import Frequency
from subscriptions.topics import Topics
from tests.ledger_builders import Council
from tests.outbox_builders import FAST, UNHURRIED, Clock, a_mail, a_thread, outlets_to, put, states
from tests.servers.mail import MailServer
from tests.servers.slack_api import SlackApi

HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def topics() -> Topics:
    return Topics.load()


async def test_the_reach_of_an_amendment_counts_every_subscription_once(
    database: Database, topics: Topics, mail: MailServer, slack: SlackApi, clock: Clock
) -> None:
    council, now = Council(database, topics), datetime.now(UTC)
    sent = await council.has_team("sent@westmere.example", at=now)
    refused = await council.has_team("refused@westmere.example", at=now)
    kept_back = await council.has_team("C0KEPTBACK", at=now)
    patient = await council.has_team("patient@westmere.example", at=now)
    for team in (sent, refused, kept_back):
        await council.subscribes(team, Frequency.AS_IT_HAPPENS, at=now)
    await council.subscribes(sent, Frequency.AS_IT_HAPPENS, at=now, chapter="Private Fostering")
    await council.subscribes(patient, Frequency.MONTHLY, at=now)
    picky = await council.subscribes(patient, Frequency.DAILY, at=now, chapter="Private Fostering", least=3)
    (amendment,) = await council.publishes("Private Fostering", at=now - HOUR)
    await council.compiles(now)
    mail.tricks["refused@westmere.example"] = ["550 5.1.1 no such user"]
    outlets = outlets_to(mail, slack, why_not=allow_list("@westmere.example"))
    await deliver_once(database, outlets, limits=UNHURRIED, timing=FAST, clock=clock)
    await close_outlets(outlets)

    async with database.reading() as connection:
        found = await reach(connection, amendment)
        nothing = await reach(connection, amendment + 1)
        about_it = await list_deliveries(connection, amendment_id=amendment)
        failed = await list_deliveries(connection, states=["failed"])

    assert nothing is None
    assert found is not None
    assert (found.matched, found.sent, found.failed, found.withheld, found.waiting) == (6, 2, 1, 1, 1)
    assert found.not_told == {"less than the significance asked for": 1}
    assert found.slowest is not None
    assert found.slowest >= HOUR
    assert await council.ledger(picky) == [("not told", "less than the significance asked for")]
    assert sorted(each.state for each in about_it) == ["failed", "sent", "withheld"]
    assert [(each.destination, each.error) for each in failed] == [
        ("refused@westmere.example", "the relay answered 550 5.1.1 no such user")
    ]


async def test_sending_again_goes_to_those_alone_who_did_not_get_it(
    database: Database, topics: Topics, mail: MailServer, clock: Clock
) -> None:
    council, now = Council(database, topics), datetime.now(UTC)
    for name in ("one", "two", "three"):
        team = await council.has_team(f"{name}@westmere.example", at=now)
        await council.subscribes(team, Frequency.AS_IT_HAPPENS, at=now)
    (amendment,) = await council.publishes("Private Fostering", at=now - HOUR)
    await council.compiles(now)
    mail.tricks["two@westmere.example"] = ["550 5.7.1 not from you"]
    outlets = outlets_to(mail)
    await deliver_once(database, outlets, limits=UNHURRIED, timing=FAST, clock=clock)

    async with database.writing() as connection:
        counted = await resend(connection, amendment_id=amendment, now=clock(), dry_run=True)
        assert await resend(connection, amendment_id=amendment, now=clock()) == counted
    await deliver_once(database, outlets, limits=UNHURRIED, timing=FAST, clock=clock)
    await close_outlets(outlets)

    assert (counted.again, counted.already_sent) == ({"failed": 1}, 2)
    assert sorted(each.to.partition("@")[0] for each in mail.mails) == ["one", "three", "two"]


async def test_a_mail_that_is_sent_again_by_hand_is_dated_anew_and_else_the_same(
    database: Database, mail: MailServer, clock: Clock
) -> None:
    written = a_mail()
    head = "Date: Mon, 02 Feb 2026 09:00:00 +0000\r\n"
    written = replace(written, payload={"mail": head + written.payload["mail"] + "Date: unknown\r\n"})
    mail.tricks[written.destination] = ["450 greylisted", "550 5.7.1 not from you"]
    outlets = outlets_to(mail)
    (number,) = await put(database, written)
    for _ in range(2):
        await deliver_once(database, outlets, limits=UNHURRIED, timing=FAST, clock=clock)
        clock.moves_on(days=1)
    async with database.writing() as connection:
        await resend(connection, delivery_ids=[number], now=clock())
    await deliver_once(database, outlets, limits=UNHURRIED, timing=FAST, clock=clock)
    await close_outlets(outlets)

    (arrived,) = mail.mails
    sent_on = arrived.message["Date"].datetime
    assert clock() - timedelta(minutes=1) < sent_on <= clock()
    assert arrived.message_id == written.message_id
    assert arrived.content.decode().partition("\r\n")[2] == written.payload["mail"].partition("\r\n")[2]


async def test_what_is_forgotten_is_not_sent_again_and_said_to_be(
    database: Database, mail: MailServer, clock: Clock
) -> None:
    ids = await put(database, a_mail("one@westmere.example"), a_mail("two@westmere.example"))
    outlets = outlets_to(mail, why_not=allow_list(""))
    await deliver_once(database, outlets, limits=UNHURRIED, timing=FAST, clock=clock)
    await close_outlets(outlets)
    async with database.writing() as connection:
        await connection.execute(delete(payloads).where(payloads.c.delivery_id == ids[0]))
        found = await resend(connection, delivery_ids=ids, now=clock())

    assert (found.again, found.forgotten) == ({"withheld": 1}, 1)
    assert await states(database, ids) == ["withheld", "pending"]


async def test_sending_again_wants_to_know_what(database: Database, clock: Clock) -> None:
    async with database.writing() as connection:
        with pytest.raises(ValueError, match="which deliveries"):
            await resend(connection, now=clock())


async def test_what_was_rendered_is_listed_whole_with_threads_as_one(database: Database) -> None:
    thread, mail = a_thread(3), a_mail()
    await put(database, *thread, mail)

    async with database.reading() as connection:
        first, second = await list_rendered(connection)
        (only,) = await list_rendered(connection, limit=1)

    assert (first.channel, first.mail) == ("email", mail.payload["mail"].encode())
    assert (second.channel, second.messages) == ("slack", tuple(each.payload for each in thread))
    assert only == first


async def test_the_status_tells_of_what_waits_and_who_is_suspended(
    database: Database, topics: Topics, clock: Clock
) -> None:
    council, now = Council(database, topics), clock()
    team = await council.has_team("mash@westmere.example", at=now)
    assert team.id is not None
    async with database.writing() as connection:
        await suspend_subscriber(connection, team.id, "bounced", now)
    await put(database, a_mail(), a_mail(), now=now - HOUR)

    async with database.reading() as connection:
        status = await outbox_status(connection, now)

    assert status.states == {"pending": 2}
    assert status.waiting_since == now - HOUR
    assert status.suspended == (("mash@westmere.example", "bounced"),)
