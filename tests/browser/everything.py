"""An office where everything has happened once: every page that anybody can come to, and every mail.

The checks of access and the pictures go through the same list.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

from playwright.async_api import Page

from bot.mail.desk import MailDesk
from bot.mail.incoming import read_incoming
from digests.notices import Operator, Operators, enqueue_notice
from manual.reading import AmendmentKind, AmendmentsReading
from manual.store import all_sources, record_reading
from subscriptions import store
from subscriptions.subscribers import SubscriberKind
from tests.incoming_mails import TO, a_mail
from tests.mail_office import JO, MailOffice, link_in

ALEX = "alex.shaw@westmere.example"
KIM = "kim.lee@partner.example"
OPS = "ops@westmere.example"
PAT = "pat.hill@westmere.example"
SAM = "sam.reid@westmere.example"

VISITS: list[dict[str, Any]] = [
    {
        "heading": "3. Timescales",
        "parts": [
            ["equal", "A first visit is made within "],
            ["removed", "ten"],
            ["added", "five"],
            ["equal", " working days of the notification. "],
            ["added", "The child is seen alone, and the record says so."],
        ],
    }
]


@dataclass
class Lived:
    """The office, the addresses of its pages by name, and its mails by name."""

    office: MailOffice
    pages: dict[str, str]
    mails: dict[str, EmailMessage]


async def live(office: MailOffice) -> Lived:
    """Let everything happen once."""
    await _the_past(office)
    confirm = await _jo_subscribes(office)
    mails = {"confirmation": _last(office), "welcome": await _jo_confirms(office)}
    (number,) = await office.publishes(
        "Private Fostering",
        reread=True,
        details="Rewritten to follow the new regulations, and should be re-read throughout.",
        section_changes=VISITS,
    )
    office.clock.moves_on(minutes=10)
    await office.sends()
    mails["digest"] = _last(office)
    mine, leave, digest = (
        link_in(office.mail.to(JO)[-1], path) for path in ("/subscriptions/", "/unsubscribe/", "/digests/")
    )
    mails |= {"answer": await _jo_writes(office), **await _jo_moves(office)}
    move, release = link_in(office.mail.to(KIM)[-1], "/confirm/"), link_in(office.mail.to(JO)[-1], "/release/")
    mails["goodbye"], alex = await _alex_leaves(office)
    mails["suspension"], sam = await _sam_is_suspended(office)
    mails["notice"] = await _the_operators_hear_of_trouble(office)
    pages = {
        "home": "/",
        "subscribe": "/subscribe",
        "privacy": "/privacy",
        "confirm": confirm,
        "confirm move": move,
        "confirm release": release,
        "confirm resume": link_in(office.mail.to(SAM)[-1], "/confirm/"),
        "my subscriptions": mine,
        "my subscriptions suspended": sam,
        "my subscriptions none": alex,
        "follow more": f"{mine}/add",
        "unsubscribe": leave,
        "look up": "/look-up",
        "looked up": "/look-up?words=fostering",
        "looked up in vain": "/look-up?words=adoption+support",
        "amendments": "/amendments",
        "amendments none": "/amendments?words=no+such+thing",
        "amendment": f"/amendments/{number}",
        "chapter": "/chapters/westmere/private-fostering",
        "chapter without history": "/chapters/westmere/placements-with-parents",
        "digest page": digest,
        "feeds": "/feeds",
        "not found": "/nowhere",
        "dead link": "/unsubscribe/nonsense",
    }
    return Lived(office, pages, mails)


async def visits(page: Page, lived: Lived) -> AsyncIterator[str]:
    """Come to every page, also those that only follow upon a button; gives each one's name while it is shown.

    At its end Jo has left and Pat is erased: an office can be visited once.
    """
    for name, url in lived.pages.items():
        await page.goto(url)
        yield name
    await page.goto("/subscribe")
    await _press(page, "Subscribe", then="There is a problem")
    yield "subscribe with errors"
    await page.get_by_label("Find a chapter").fill("foster")
    await _press(page, "Find chapters", then="Foster Carer Reviews")
    yield "subscribe with chapters found"
    await page.get_by_label("Your work email address").fill(PAT)
    await page.get_by_label("Foster Carer Reviews").check()
    await _press(page, "Subscribe", then="Check your mail")
    yield "check your mail"
    await lived.office.sends()
    await page.goto(link_in(lived.office.mail.to(PAT)[-1], "/confirm/"))
    await _press(page, "Confirm", then="Thank you, that is confirmed")
    yield "confirmed"
    await page.get_by_role("link", name="See or change").click()
    await page.get_by_label("Send nothing until").fill("2026-06-01")
    await _press(page, "Pause", then="Let them come again")
    yield "my subscriptions paused"
    await page.get_by_label("Yes, forget everything").check()
    await _press(page, "Erase my data", then="Your data is erased")
    yield "erased"
    await page.goto(lived.pages["confirm move"])
    await _press(page, "Confirm", then="Confirmed at this address")
    yield "confirmed at one address"
    await page.goto(lived.pages["unsubscribe"])
    await _press(page, "Unsubscribe", then="You are unsubscribed")
    yield "unsubscribed"


async def _press(page: Page, button: str, *, then: str) -> None:
    """Press a button, and wait for these words and for everything that belongs to their page, its styles too."""
    await page.get_by_role("button", name=button).click()
    await page.get_by_text(then).first.wait_for()
    await page.wait_for_load_state()


def html_of(mail: EmailMessage) -> str | None:
    """The mail's HTML; None where it has none, as what operators get."""
    body = mail.get_body(("html",))
    if body is None:
        return None
    html: str = body.get_content()
    return html


async def _the_past(office: MailOffice) -> None:
    await office.publishes(
        "Foster Carer Reviews",
        baseline=True,
        month="2025-11",
        details="Section 2 now says who chairs a review, and by when its record is shared with the carer.",
    )
    await office.publishes(
        "Children Missing from Care",
        baseline=True,
        month="2025-11",
        reread=True,
        details="The chapter has been rewritten and should be re-read throughout.",
    )
    await office.publishes(
        "Supported Lodgings",
        baseline=True,
        month="2025-05",
        kind=AmendmentKind.NEW,
        details="A new chapter on hosts for young people from 16.",
    )
    async with office.database.writing() as connection:
        source = next(each for each in await all_sources(connection) if each.kind == "amendments")
        reading = AmendmentsReading(entries=(), next_update="2026-11")
        await record_reading(connection, source, reading, office.clock())


async def _jo_subscribes(office: MailOffice) -> str:
    await office.subscribes(
        follow=["topic:fostering", "chapter:Children Missing from Care"], frequency="as it happens", last="yes"
    )
    await office.sends()
    return link_in(office.mail.to(JO)[-1], "/confirm/")


async def _jo_confirms(office: MailOffice) -> EmailMessage:
    await office.confirms()
    await office.sends()
    return _last(office)


async def _jo_writes(office: MailOffice) -> EmailMessage:
    mail = read_incoming(a_mail("list"), envelope_sender=JO, own=(TO,), trusted=None)
    await MailDesk(registrar=office.site.registrar, clock=office.clock).take(mail)
    await office.sends()
    return _last(office)


async def _jo_moves(office: MailOffice) -> dict[str, EmailMessage]:
    mine = await office.opens(link_in(office.mail.to(JO)[-1], "/subscriptions/"))
    await office.sends_form(mine, "/move", email=KIM)
    await office.sends()
    return {"move, to the old address": _last(office), "move, to the new address": _last(office, KIM)}


async def _alex_leaves(office: MailOffice) -> tuple[EmailMessage, str]:
    await office.is_subscribed(ALEX)
    welcome = office.mail.to(ALEX)[-1]
    await office.browser.post(link_in(welcome, "/unsubscribe/"))
    await office.sends()
    return _last(office, ALEX), link_in(welcome, "/subscriptions/")


async def _sam_is_suspended(office: MailOffice) -> tuple[EmailMessage, str]:
    await office.is_subscribed(SAM)
    mine = link_in(office.mail.to(SAM)[-1], "/subscriptions/")
    async with office.database.writing() as connection:
        sam = await store.find_subscriber(connection, SubscriberKind.EMAIL, SAM)
        assert sam is not None
        await office.site.registrar.suspensions.begin(
            connection, sam, "nobody is at this address (5.1.1)", office.clock()
        )
    await office.sends()
    return _last(office, SAM), mine


async def _the_operators_hear_of_trouble(office: MailOffice) -> EmailMessage:
    to_ops = Operator(channel="email", destination=OPS)
    async with office.database.writing() as connection:
        await enqueue_notice(
            connection,
            Operators(each=(to_ops,), mailing=office.site.post.mailing),
            summary="Westmere Procedures: the amendments page can’t be read",
            text="It is understood no longer.\n\nWhat was known stays; nothing was sent because of it.",
            now=office.clock(),
        )
    await office.sends()
    return _last(office, OPS)


def _last(office: MailOffice, address: str = JO) -> EmailMessage:
    return office.mail.to(address)[-1].message
