"""What keeps the pages and the door for mail from being turned against people."""

from __future__ import annotations

from dataclasses import replace

import httpx
from starlette.requests import Request

from bot.web.app import make_app
from bot.web.protection import client_of
from subscriptions.topics import Topics
from subscriptions.topics_file import load_topics_file
from tests.features.test_email_my_subscriptions import KIM, my_page
from tests.mail_office import JO, MailOffice, link_in

HEADERS = {
    "content-security-policy": "default-src 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex",
}


async def test_nobodys_page_can_be_used_to_write_to_the_whole_council(sqlite_office: MailOffice) -> None:
    await sqlite_office.is_subscribed()
    mine = await my_page(sqlite_office)
    before = len(sqlite_office.mail.mails)

    for number in range(20):
        await sqlite_office.sends_form(mine, "/move", email=f"person{number}@westmere.example")
        sqlite_office.clock.moves_on(minutes=1)
    await sqlite_office.sends()

    told = {mail.to for mail in sqlite_office.mail.mails[before:]} - {JO}
    assert 1 <= len(told) <= 5


async def test_nobody_moves_to_where_no_mail_can_go(sqlite_office: MailOffice) -> None:
    await sqlite_office.is_subscribed()
    mine = await my_page(sqlite_office)
    for address in (
        "jö.bloggs@westmere.example",
        "jo@elsewhere.example",
        "jo@westmere.example, al@x.example",
        "",
        JO,
    ):
        assert (await sqlite_office.sends_form(mine, "/move", email=address)).status == 400, address


async def test_an_address_that_has_left_can_be_moved_to(office: MailOffice) -> None:
    await office.is_subscribed(KIM)
    await office.browser.post(link_in(office.mail.to(KIM)[-1], "/unsubscribe/"))
    await office.is_subscribed(follow=["topic:leaving-care"])
    await office.sends_form(await my_page(office), "/move", email=KIM)
    await office.sends()
    await office.sends_form(await office.opens(link_in(office.mail.to(JO)[-1], "/release/")))

    done = await office.sends_form(await office.opens(link_in(office.mail.to(KIM)[-1], "/confirm/")))

    assert done.heading == "Thank you, that is confirmed"
    await office.sends()
    kims = await my_page(office, KIM)
    assert "Leaving" in kims.words
    assert "The topic Fostering" not in kims.words


async def test_the_old_addresss_link_is_looked_at_before_anything_is_shown(sqlite_office: MailOffice) -> None:
    await sqlite_office.is_subscribed()
    await sqlite_office.sends_form(await my_page(sqlite_office), "/move", email=KIM)
    await sqlite_office.sends()
    link = link_in(sqlite_office.mail.to(JO)[-1], "/release/")

    assert (await sqlite_office.opens("/release/nonsense")).status == 404
    assert (await sqlite_office.opens(link)).heading == "Confirm the move"
    sqlite_office.clock.moves_on(days=8)
    assert (await sqlite_office.opens(link)).status == 410


async def test_a_topic_that_is_gone_can_t_be_confirmed_and_that_is_said(sqlite_office: MailOffice) -> None:
    await sqlite_office.subscribes()
    await sqlite_office.sends()
    link = link_in(sqlite_office.mail.to(JO)[-1], "/confirm/")
    shipped = load_topics_file(None)
    kept = {id_: topic for id_, topic in shipped.topics.items() if id_ != "fostering"}
    fewer = Topics(shipped.model_copy(update={"topics": kept}))
    registrar = sqlite_office.site.registrar
    site = replace(sqlite_office.site, registrar=replace(registrar, post=replace(registrar.post, topics=fewer)))
    app = make_app(sqlite_office.database, previewed=False, site=site)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=sqlite_office.root) as browser:
        for answer in (await browser.get(link), await browser.post(link)):
            assert answer.status_code == 400
            assert "There is no topic called “fostering”" in answer.text


async def test_a_form_that_is_far_too_long_is_refused(sqlite_office: MailOffice) -> None:
    await sqlite_office.is_subscribed()
    own = str((await my_page(sqlite_office)).response.url)
    for url in ("/subscribe", f"{own}/change", f"{own}/erase"):
        answer = await sqlite_office.browser.post(url, data={"email": "x" * 2_000_000})
        assert answer.status_code == 413, url
        assert "far too long" in answer.text


async def test_whatever_is_answered_has_the_headers_that_protect(sqlite_office: MailOffice) -> None:
    browser = sqlite_office.browser
    answers = [
        await browser.get("/"),
        await browser.get("/static/service.css"),
        await browser.get("/static/nothing.css"),
        await browser.delete("/subscribe"),
        await browser.post("/subscribe", content=b"x", headers={"Content-Type": "multipart/form-data"}),
        await browser.post("/subscribe", data={"email": "x" * 2_000_000}),
        await browser.get("/feeds/all.atom"),
        await browser.get("/calendar.ics"),
        await browser.post("/unsubscribe/nonsense"),
    ]
    assert {each.status_code for each in answers} == {200, 400, 404, 405, 413}
    for each in answers:
        for name, value in HEADERS.items():
            assert value in each.headers[name], f"{each.request.method} {each.url}: {name}"


def test_one_household_of_addresses_is_one_client() -> None:
    def client(host: str) -> str:
        return client_of(Request({"type": "http", "client": (host, 1), "headers": []}))

    assert client("2001:db8:1:2::1") == client("2001:db8:1:2:ffff::9")
    assert client("2001:db8:1:2::1") != client("2001:db8:1:3::1")
    assert client("192.0.2.1") != client("192.0.2.2")
    assert client("::ffff:192.0.2.1") == client("192.0.2.1")
