"""A foster-care social worker's story by email, through the pages' door and out of a real mail server."""

from __future__ import annotations

import email
from email.policy import strict

from tests.mail_office import JO, MailOffice, link_in, text_of


async def test_she_subscribes_gets_only_what_she_asked_for_and_is_out_in_one_click(office: MailOffice) -> None:
    page = await office.subscribes(follow=["topic:fostering"], frequency="as it happens")
    assert page.heading == "Check your mail"

    await office.publishes("Foster Carer Reviews")
    office.clock.moves_on(minutes=10)
    await office.sends()
    (asked,) = office.mail.to(JO)
    assert asked.message["Subject"] == "Please confirm: changes to Westmere Procedures"

    confirmed = await office.confirms()
    assert confirmed.heading == "Thank you, that is confirmed"
    await office.sends()
    assert office.mail.to(JO)[-1].message["Subject"] == "You are subscribed to changes in Westmere Procedures"

    office.clock.moves_on(minutes=1)
    await office.publishes("Private Fostering", "Children Missing from Care")
    office.clock.moves_on(minutes=10)
    await office.sends()
    digest = office.mail.to(JO)[-1]
    assert digest.message["Subject"] == "1 fostering chapter changed"
    assert "Private Fostering" in text_of(digest)
    assert "Missing" not in text_of(digest)
    assert "Foster Carer Reviews" not in text_of(digest), "that was before she confirmed"

    await office.publishes("Private Fostering", details="Section 4 is new.")
    mail = email.message_from_bytes(digest.content, policy=strict)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    one_click = mail["List-Unsubscribe"].split(">")[0].strip("< ")
    answer = await office.browser.post(one_click, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200

    before = len(office.mail.to(JO))
    office.clock.moves_on(days=2)
    await office.publishes("Foster Carer Reviews", details="Again.")
    office.clock.moves_on(days=2)
    await office.sends()
    (goodbye,) = office.mail.to(JO)[before:]
    assert goodbye.message["Subject"] == "You are unsubscribed from Westmere Procedures"


async def test_nothing_is_sent_to_somebody_who_never_confirms(office: MailOffice) -> None:
    await office.subscribes(follow=["everything"], frequency="as it happens")
    await office.sends()

    await office.publishes("Foster Carer Reviews")
    office.clock.moves_on(days=3)
    await office.sends()

    assert len(office.mail.to(JO)) == 1


async def test_mail_scanners_that_open_every_link_change_nothing(sqlite_office: MailOffice) -> None:
    await sqlite_office.subscribes()
    await sqlite_office.sends()
    link = link_in(sqlite_office.mail.to(JO)[-1], "/confirm/")
    for _ in range(2):
        assert (await sqlite_office.opens(link)).heading == "Start your subscription"
        assert (await sqlite_office.browser.head(link)).status_code == 200
    await sqlite_office.confirms()
    await sqlite_office.sends()

    welcome = sqlite_office.mail.to(JO)[-1]
    for path in ("/subscriptions/", "/unsubscribe/"):
        assert (await sqlite_office.opens(link_in(welcome, path))).status == 200

    page = await sqlite_office.opens(link_in(welcome, "/unsubscribe/"))
    assert page.heading == "Unsubscribe from everything?"


async def test_confirming_twice_subscribes_once(office: MailOffice) -> None:
    await office.is_subscribed()

    again = await office.sends_form(await office.opens(link_in(office.mail.to(JO)[0], "/confirm/")))

    assert again.heading == "You had confirmed already"
    page = await office.opens(link_in(office.mail.to(JO)[-1], "/subscriptions/"))
    assert page.words.count("The topic Fostering") == 1


async def test_a_known_address_and_an_unknown_one_are_answered_alike(sqlite_office: MailOffice) -> None:
    await sqlite_office.is_subscribed()

    known = await sqlite_office.subscribes(JO)
    unknown = await sqlite_office.subscribes("nobody@westmere.example")

    assert known.status == unknown.status == 200
    assert known.words == unknown.words
    await sqlite_office.sends()
    for address in (JO, "nobody@westmere.example"):
        assert sqlite_office.mail.to(address)[-1].message["Subject"].startswith("Please confirm")


async def test_an_address_in_capitals_is_the_same_subscriber(sqlite_office: MailOffice) -> None:
    await sqlite_office.is_subscribed()
    await sqlite_office.subscribes("Jo.Bloggs@WESTMERE.example", follow=["topic:leaving-care"])
    await sqlite_office.sends()
    await sqlite_office.confirms()

    page = await sqlite_office.opens(link_in(sqlite_office.mail.to(JO)[-1], "/confirm/"))
    manage = (await sqlite_office.sends_form(page)).link("See or change")
    words = (await sqlite_office.opens(manage)).words
    assert "The topic Fostering" in words
    assert "Leaving" in words


async def test_confirmation_links_last_a_week(sqlite_office: MailOffice) -> None:
    await sqlite_office.subscribes()
    await sqlite_office.sends()
    sqlite_office.clock.moves_on(days=8)

    page = await sqlite_office.opens(link_in(sqlite_office.mail.to(JO)[-1], "/confirm/"))

    assert page.status == 410
    assert page.heading == "This link is too old"


async def test_links_in_mails_work_for_a_year(sqlite_office: MailOffice) -> None:
    await sqlite_office.is_subscribed()
    welcome = sqlite_office.mail.to(JO)[-1]
    sqlite_office.clock.moves_on(days=364)

    assert (await sqlite_office.opens(link_in(welcome, "/subscriptions/"))).status == 200
    assert (await sqlite_office.browser.post(link_in(welcome, "/unsubscribe/"))).status_code == 200


async def test_the_welcome_brings_the_latest_changes_where_they_are_wanted(sqlite_office: MailOffice) -> None:
    await sqlite_office.publishes("Foster Carer Reviews", "Children Missing from Care", baseline=True)

    await sqlite_office.is_subscribed(last="yes")

    welcome = text_of(sqlite_office.mail.to(JO)[-1])
    assert "Foster Carer Reviews" in welcome
    assert "Missing" not in welcome
