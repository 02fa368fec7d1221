"""Subscribing and leaving by mail, and mails that come back: in by a real SMTP door, out by a mail server."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import aiosmtplib
import pytest

from bot.mail.desk import SOFT_BOUNCES, MailDesk
from bot.mail.door import door_of, open_door
from bot.mail.incoming import read_incoming
from bot.mail.returned import read_returned
from bot.web.server import listen
from config.manuals import ManualsFile
from database.connection import Database
from manual.reading import Chapter, ContentsReading
from manual.store import all_sources, record_reading
from subscriptions.store import running_subscriptions
from tests.features.test_email_my_subscriptions import KIM, my_page
from tests.incoming_mails import CLIENTS, JO, MACHINES, TO, a_mail, damaged_mails, report
from tests.mail_office import MailOffice, OfficeParts, link_in, running_office, text_of
from tests.servers.mail import Mail, mail_server

RELAY = "mx.westmere.example"
GENUINE = f"{RELAY}; dmarc=pass header.from=westmere.example"

SETTINGS: dict[str, Any] = {
    "mail_in_port": 0,
    "mail_in_address": TO,
    "bounce_address": "bounces@westmere.example",
    "auth_results_from": RELAY,
}


@dataclass
class Post:
    """The office with its door for mail; ``port`` is where the relay delivers."""

    office: MailOffice
    port: int

    async def writes(self, content: bytes, *, sender: str = JO, to: str = TO) -> list[Mail]:
        """Deliver a mail as the relay would; returns what is sent because of it."""
        before = len(self.office.mail.mails)
        client = aiosmtplib.SMTP(hostname="127.0.0.1", port=self.port, start_tls=False)
        async with client:
            await client.sendmail(sender, [to], content)
        await self.office.sends()
        return self.office.mail.mails[before:]

    async def orders(self, line: str, **headers: str) -> list[Mail]:
        self.office.clock.moves_on(hours=1)
        return await self.writes(a_mail(line, Authentication_Results=GENUINE, **headers))


class TwoManuals(OfficeParts):
    """The council's manual, and that of its partnership."""

    @cached_property
    def manuals(self) -> ManualsFile:
        sources = [{"kind": "contents", "url": "https://p.example/contents.html"}]
        partnership = ManualsFile.model_validate({"manuals": {"partnership": {"name": "P", "sources": sources}}})
        return ManualsFile(manuals={**super().manuals.manuals, **partnership.manuals})


@pytest.fixture
async def post(sqlite_database: Database, sqlite_url: str) -> AsyncIterator[Post]:
    async with post_of(sqlite_database, sqlite_url) as opened:
        yield opened


@pytest.fixture
async def any_post(database: Database, database_url: str) -> AsyncIterator[Post]:
    """On both engines."""
    async with post_of(database, database_url) as opened:
        yield opened


@asynccontextmanager
async def post_of(
    database: Database, database_url: str, parts_of: type[OfficeParts] = OfficeParts
) -> AsyncIterator[Post]:
    async with (
        mail_server() as mail,
        running_office(database, database_url, mail, parts_of=parts_of, **SETTINGS) as office,
    ):
        door = door_of(office.parts.settings, MailDesk(registrar=office.site.registrar, clock=office.clock))
        async with open_door(door, listen("127.0.0.1", 0)) as port:
            yield Post(office, port)


async def test_she_subscribes_by_mail_confirms_and_leaves_by_mail(any_post: Post) -> None:
    (asked,) = await any_post.orders("subscribe fostering as it happens")
    assert asked.to == JO
    assert "The topic Fostering, as it happens" in text_of(asked)
    await any_post.office.confirms()
    await any_post.office.sends()

    await any_post.office.publishes("Private Fostering")
    any_post.office.clock.moves_on(minutes=10)
    await any_post.office.sends()
    assert "Private Fostering" in text_of(any_post.office.mail.to(JO)[-1])

    (goodbye,) = await any_post.orders("unsubscribe")
    assert goodbye.message["Subject"].startswith("You are unsubscribed")
    await any_post.office.publishes("Foster Carer Reviews")
    any_post.office.clock.moves_on(days=3)
    before = len(any_post.office.mail.mails)
    await any_post.office.sends()
    assert len(any_post.office.mail.mails) == before


async def test_what_is_mailed_can_be_listed_paused_and_resumed(post: Post) -> None:
    await post.office.is_subscribed(frequency="as it happens")

    (listed,) = await post.orders("list")
    assert "The topic Fostering, as it happens" in text_of(listed)
    assert listed.message["In-Reply-To"] == "<abc.1@mail.westmere.example>"
    assert listed.message["Auto-Submitted"] == "auto-replied"
    (paused,) = await post.orders("pause until 20 May")
    assert paused.message["Subject"] == "Your mails are paused until 20 May 2026"
    await post.office.publishes("Private Fostering")
    post.office.clock.moves_on(days=1)
    told = {mail.message["Subject"] for mail in await post.orders("resume")}
    assert told == {"Your mails come again", "1 fostering chapter changed"}
    (helped,) = await post.orders("help")
    assert "subscribe everything as it happens" in text_of(helped)


async def test_one_of_several_ends_by_mail(post: Post) -> None:
    await post.office.is_subscribed(follow=["topic:fostering", "topic:leaving-care"])

    (ended,) = await post.orders("unsubscribe fostering")

    assert ended.message["Subject"] == "That has ended"
    assert "eaving" in text_of(ended)
    assert "The topic Fostering" not in text_of(ended)


async def test_a_chapter_is_followed_by_what_people_call_it(post: Post) -> None:
    (asked,) = await post.orders("subscribe children missing from care daily")

    assert "The chapter Children Missing from Care, daily at 9:00" in text_of(asked)


async def test_what_can_t_be_followed_is_answered_with_what_can(post: Post) -> None:
    (answer,) = await post.orders("subscribe horoscopes weekly")

    assert "There is no topic and no chapter called “horoscopes”" in text_of(answer)
    assert "Fostering" in text_of(answer)


async def test_several_topics_in_one_order_are_all_followed_or_none(post: Post) -> None:
    (asked,) = await post.orders("subscribe fostering, leaving care and mash weekly")
    said = text_of(asked)
    assert all(f"The topic {name}, weekly" in said for name in ("Fostering", "Leaving care"))
    assert said.count("The topic ") == 3

    (refused,) = await post.orders("subscribe fostering and horoscopes weekly")
    assert "no topic and no chapter called “horoscopes”" in text_of(refused)


async def test_one_of_two_is_paused_listed_resumed_and_ended_by_mail(post: Post) -> None:
    await post.office.is_subscribed()
    await post.office.is_subscribed(follow=["topic:leaving-care"])

    (paused,) = await post.orders("pause leaving care until 2 September")
    (listed,) = await post.orders("list")
    for told in (paused, listed):
        assert [line.partition(";")[2] for line in text_of(told).splitlines() if line.startswith("The topic")] == [
            "",
            " paused until 2 September 2026",
        ]
    (resumed,) = await post.orders("resume leaving care")
    assert "paused" not in text_of(resumed)
    await post.orders("unsubscribe fostering")

    page = await post.office.opens(link_in(listed, "/subscriptions/"))
    for done in ("paused until 2 September 2026 the topic Leaving care", "resumed the topic", "stopped the topic"):
        assert f"you, by mail: {done}" in page.words
    (goodbye,) = await post.orders("unsubscribe leaving care")
    assert "28 days" in text_of(goodbye)


async def test_somebody_in_her_name_only_gets_her_the_links(post: Post) -> None:
    await post.office.is_subscribed()
    post.office.clock.moves_on(hours=1)

    (answer,) = await post.writes(a_mail("unsubscribe"), sender="attacker@elsewhere.example")

    assert answer.to == JO
    assert answer.message["Subject"] == "One more step"
    assert (await post.office.opens(link_in(answer, "/unsubscribe/"))).heading == "Unsubscribe from everything?"


async def test_the_address_in_the_mails_header_leaves_without_any_more_proof(post: Post) -> None:
    await post.office.is_subscribed(frequency="as it happens")
    await post.office.publishes("Private Fostering")
    post.office.clock.moves_on(minutes=10)
    await post.office.sends()
    header = post.office.mail.to(JO)[-1].message["List-Unsubscribe"]
    address, _, subject = header.rpartition("<mailto:")[2].strip("> ").partition("?subject=")
    assert address == TO

    (goodbye,) = await post.writes(a_mail(subject.replace("%20", " ")))

    assert goodbye.message["Subject"].startswith("You are unsubscribed")


async def test_machines_lists_and_strangers_are_never_answered(post: Post) -> None:
    for content in MACHINES.values():
        assert await post.writes(content) == []
    assert await post.writes(a_mail("help"), sender="") == []
    assert await post.writes(a_mail("help", sender="x@elsewhere.example"), sender="x@elsewhere.example") == []


async def test_every_clients_order_asks_for_the_same(post: Post) -> None:
    for client, content in CLIENTS.items():
        post.office.clock.moves_on(days=1)
        (asked,) = await post.writes(content)
        assert "The topic Fostering, weekly, on Mondays at 9:00" in text_of(asked), client


async def test_two_programs_that_answer_each_other_fall_silent(post: Post) -> None:
    answered = [len(await post.writes(a_mail("help"))) for _ in range(10)]

    assert sum(answered) == 2


async def test_mail_for_others_is_refused(post: Post) -> None:
    for recipient in ("kim.lee@elsewhere.example", "bounces+0123456789abcdef.0123456789abcdef@westmere.example"):
        with pytest.raises(aiosmtplib.SMTPRecipientsRefused):
            await post.writes(a_mail("help"), to=recipient)


async def test_a_hard_bounce_suspends_at_once_and_confirming_brings_her_back(any_post: Post) -> None:
    await any_post.office.is_subscribed(frequency="as it happens")
    welcome = any_post.office.mail.to(JO)[-1]

    told = await any_post.writes(report("5.1.1"), sender="", to=welcome.sender)

    assert [mail.message["Subject"] for mail in told] == ["We have stopped sending you changes"]
    assert "nobody is at this address (5.1.1)" in text_of(told[0])
    await any_post.office.publishes("Private Fostering")
    any_post.office.clock.moves_on(days=1)
    before = len(any_post.office.mail.mails)
    await any_post.office.sends()
    assert len(any_post.office.mail.mails) == before
    page = await any_post.office.opens(link_in(welcome, "/subscriptions/"))
    assert "mails to this address came back" in page.words

    assert (await any_post.office.confirms()).heading == "We write to you again"
    await any_post.office.sends()
    assert "Private Fostering" in text_of(any_post.office.mail.to(JO)[-1])


async def test_an_address_that_she_has_left_may_bounce(post: Post) -> None:
    await post.office.is_subscribed()
    welcome = post.office.mail.to(JO)[-1]
    await post.office.sends_form(await my_page(post.office), "/move", email=KIM)
    await post.office.sends()
    for to, link in ((KIM, "/confirm/"), (JO, "/release/")):
        await post.office.sends_form(await post.office.opens(link_in(post.office.mail.to(to)[-1], link)))
    await post.office.sends()

    assert await post.writes(report("5.1.1"), sender="", to=welcome.sender) == []

    page = await post.office.opens(link_in(post.office.mail.to(KIM)[-1], "/subscriptions/"))
    assert "came back" not in page.words


async def test_a_full_mailbox_is_counted_and_a_holiday_is_nothing(post: Post) -> None:
    await post.office.is_subscribed()
    welcome = post.office.mail.to(JO)[-1]
    away = a_mail("Out of office", "I am on holiday.", Auto_Submitted="auto-replied")
    for _ in range(20):
        assert await post.writes(away, to=welcome.sender) == []
    for _ in range(SOFT_BOUNCES - 1):
        post.office.clock.moves_on(days=1)
        assert await post.writes(report("5.2.2"), sender="", to=welcome.sender) == []

    told = await post.writes(report("5.2.2"), sender="", to=welcome.sender)

    assert "the mailbox is full (5.2.2)" in text_of(told[0])


async def test_soft_bounces_are_counted_anew_once_she_is_back(any_post: Post) -> None:
    await any_post.office.is_subscribed()
    welcome = any_post.office.mail.to(JO)[-1]
    for _ in range(SOFT_BOUNCES):
        any_post.office.clock.moves_on(hours=1)
        told = await any_post.writes(report("5.2.2"), sender="", to=welcome.sender)
    assert [mail.message["Subject"] for mail in told] == ["We have stopped sending you changes"]
    assert (await any_post.office.confirms()).heading == "We write to you again"

    for _ in range(SOFT_BOUNCES - 1):
        any_post.office.clock.moves_on(hours=1)
        assert await any_post.writes(report("5.2.2"), sender="", to=welcome.sender) == []

    any_post.office.clock.moves_on(hours=1)
    (told_again,) = await any_post.writes(report("5.2.2"), sender="", to=welcome.sender)
    assert "the mailbox is full (5.2.2)" in text_of(told_again)


async def test_old_soft_bounces_are_forgiven(post: Post) -> None:
    await post.office.is_subscribed()
    welcome = post.office.mail.to(JO)[-1]
    for _ in range(2 * SOFT_BOUNCES):
        post.office.clock.moves_on(days=8)
        assert await post.writes(report("4.4.7"), sender="", to=welcome.sender) == []


async def test_the_letter_of_suspension_may_bounce_for_ever(post: Post) -> None:
    await post.office.is_subscribed()
    (letter,) = await post.writes(report("5.1.1"), sender="", to=post.office.mail.to(JO)[-1].sender)

    assert await post.writes(report("5.1.1"), sender="", to=letter.sender) == []


async def test_every_mail_has_a_return_path_of_its_own(post: Post) -> None:
    await post.office.is_subscribed()

    senders = [mail.sender for mail in post.office.mail.mails]

    assert len(set(senders)) == len(senders) == 2
    assert all(sender.startswith("bounces+") and len(sender.partition("@")[0]) <= 64 for sender in senders)
    assert "jo" not in "".join(senders)


async def test_a_relay_may_deliver_by_lmtp(sqlite_database: Database, sqlite_url: str) -> None:
    async with mail_server() as mail, running_office(sqlite_database, sqlite_url, mail, **SETTINGS) as office:
        door = door_of(office.parts.settings, MailDesk(registrar=office.site.registrar, clock=office.clock))
        async with open_door(door, listen("127.0.0.1", 0), lmtp=True) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            said = [await reader.readline()]
            for line in (
                b"LHLO relay",
                b"MAIL FROM:<jo.bloggs@westmere.example>",
                f"RCPT TO:<{TO}>".encode(),
                b"DATA",
            ):
                writer.write(line + b"\r\n")
                said.append(await reader.readline())
                while said[-1][3:4] == b"-":
                    said.append(await reader.readline())
            writer.write(a_mail("subscribe fostering") + b"\r\n.\r\n")
            assert (await reader.readline()).startswith(b"250")
            writer.close()
        await office.sends()
        assert office.mail.to(JO)[-1].message["Subject"].startswith("Please confirm")


async def test_nobodys_words_are_sent_on_in_our_name(post: Post) -> None:
    """Whoever writes a false From line would otherwise have us write to anybody in the council."""
    lure = "your account ends today"
    for subject in (f"subscribe {lure}", f"unsubscribe {lure}", f"pause {lure}", f"help {lure}", f"list {lure}"):
        post.office.clock.moves_on(hours=1)
        answers = await post.writes(a_mail(subject, lure), sender="attacker@elsewhere.example")
        for answer in answers:
            assert "account" not in answer.content.decode()
    (proven,) = await post.orders(f"subscribe {lure}")
    assert lure in text_of(proven)


@pytest.mark.parametrize(
    "left_out",
    [
        "except chapter:your account is locked visit evil.example",
        "except phrase:visit evil.example",
        "except section:visit evil.example",
        "weekly without phrase:call evil.example",
    ],
)
async def test_nobodys_words_are_sent_on_as_what_is_left_out(post: Post, left_out: str) -> None:
    (answer,) = await post.writes(a_mail(f"subscribe fostering {left_out}"))
    assert answer.message["Subject"] == "That can’t be followed"
    assert "evil" not in answer.content.decode()


async def test_our_own_names_can_be_left_out_by_mail(post: Post) -> None:
    (asked,) = await post.orders("subscribe fostering except chapter:private fostering")
    assert "The topic Fostering" in text_of(asked)
    assert "but not the chapter Private Fostering" in text_of(asked)


async def test_a_chapter_is_followed_only_in_a_manual_that_has_it(
    sqlite_database: Database, sqlite_url: str
) -> None:
    order = "subscribe chapter:private fostering in:partnership weekly"
    async with post_of(sqlite_database, sqlite_url, TwoManuals) as post:
        (unread,) = await post.orders(order)
        assert "have not been read yet" in text_of(unread)

        async with sqlite_database.writing() as connection:
            sources = await all_sources(connection)
            theirs = next(each for each in sources if (each.manual, each.kind) == ("partnership", "contents"))
            contents = ContentsReading(sections=(), chapters=(Chapter(number="1", title="Strategy Discussions"),))
            await record_reading(connection, theirs, contents, post.office.clock())
        (refused,) = await post.orders(order)
        assert "no chapter called “private fostering” in the manual" in text_of(refused)
        (asked,) = await post.orders("subscribe strategy discussions in:partnership weekly")
        assert "The chapter Strategy Discussions" in text_of(asked)


async def test_five_thousand_damaged_mails_subscribe_nobody_and_start_no_loop(post: Post) -> None:
    """Jo follows fostering. Whatever arrives in whoever's name, she goes on to get just that."""
    await post.office.is_subscribed(frequency="as it happens")
    desk, office = door_desk(post), post.office
    mine = link_in(office.mail.to(JO)[-1], "/subscriptions/")
    own = (TO, office.site.post.mailing.address)
    seen, answered = set(), 0
    for content in damaged_mails(5_000):
        mail = read_incoming(content, envelope_sender=JO, own=own, trusted=RELAY)
        if (mail.sender, mail.orders, mail.automatic) not in seen:  # the desk knows no more of a mail
            seen.add((mail.sender, mail.orders, mail.automatic))
            office.clock.moves_on(hours=1)
            await desk.take(mail)
        returned = read_returned(content)
        await desk.take_back("0123456789abcdef", returned)  # no mail of ours has this key
    assert len(seen) > 100
    before = len(office.mail.mails)
    await office.sends()

    for told in office.mail.mails[before:]:
        answered += 1
        assert told.to.rpartition("@")[2] in ("westmere.example", "partner.example")
        assert told.message["Auto-Submitted"] in ("auto-generated", "auto-replied")
        subject = told.message["Subject"]
        assert subject.startswith(("Please confirm", "One more step", "What you get", "What you can", "That"))
        if subject.startswith("Please confirm"):
            assert re.findall(r"^\* (?:The topic|The chapter|Everything)\b.*$", text_of(told), re.MULTILINE)
        assert await post.writes(told.content, sender=TO) == [], "our own mail, come back, is never answered"
    assert answered > 10
    page = await office.opens(mine)
    assert [each.text(strip=True) for each in page.tree.css("fieldset.row legend")] == [
        "The topic Fostering",
        "When your mails come",
    ]
    async with office.database.reading() as connection:
        assert len(await running_subscriptions(connection)) == 1


def door_desk(post: Post) -> MailDesk:
    return MailDesk(registrar=post.office.site.registrar, clock=post.office.clock)
