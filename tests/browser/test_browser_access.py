"""Every page and mail is for everybody: axe finds nothing, small and zoomed windows need no sideways scrolling."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from email.message import EmailMessage

import pytest

from tests.browser.conftest import DESKTOP, PHONE, Desk, violations
from tests.mail_office import JO, MailOffice, link_in

pytestmark = pytest.mark.browser

SMALL = {"width": 320, "height": 640}
"""As wide as a window of 1280 at 400 %, and narrower than at 200 %."""


@dataclass
class Lived:
    """An office where everything has happened once, and the addresses of all its pages."""

    desk: Desk
    pages: dict[str, str]

    @property
    def mails(self) -> dict[str, EmailMessage]:
        return {each.message["Subject"]: each.message for each in self.desk.office.mail.to(JO)}


@pytest.fixture
async def lived(desk: Desk) -> AsyncIterator[Lived]:
    yield Lived(desk, await live(desk.office))


async def live(office: MailOffice) -> dict[str, str]:
    """Let everything happen once; returns the pages by name."""
    changed = [
        {"heading": "3. Timescales", "parts": [["equal", "Within "], ["removed", "ten"], ["added", "five"]]}
    ]
    await office.publishes("Foster Carer Reviews", "Private Fostering", baseline=True, month="2025-11")
    await office.subscribes(follow=["topic:fostering"], frequency="as it happens", last="yes")
    await office.sends()
    confirm = link_in(office.mail.to(JO)[-1], "/confirm/")
    await office.confirms()
    await office.sends()
    (number,) = await office.publishes("Private Fostering", reread=True, section_changes=changed)
    office.clock.moves_on(minutes=10)
    await office.sends()
    digest = office.mail.to(JO)[-1]
    mine = link_in(digest, "/subscriptions/")
    await office.sends_form(await office.opens(mine), "/move", email="kim.lee@partner.example")
    await office.sends()
    return {
        "home": "/",
        "subscribe": "/subscribe",
        "privacy": "/privacy",
        "confirm": confirm,
        "my subscriptions": mine,
        "follow more": f"{mine}/add",
        "unsubscribe": link_in(digest, "/unsubscribe/"),
        "look up": "/look-up",
        "looked up": "/look-up?words=fostering",
        "looked up in vain": "/look-up?words=adoption+support",
        "amendments": "/amendments",
        "amendment": f"/amendments/{number}",
        "chapter": "/chapters/westmere/private-fostering",
        "digest": link_in(digest, "/digests/"),
        "feeds": "/feeds",
        "not found": "/nowhere",
        "dead link": "/unsubscribe/nonsense",
    }


@pytest.mark.parametrize("colours", ["light", "dark"])
async def test_axe_finds_nothing_on_any_page(lived: Lived, colours: str) -> None:
    found: dict[str, list[str]] = {}
    async with lived.desk.page(viewport=PHONE, color_scheme=colours) as page:
        for name, url in lived.pages.items():
            await page.goto(url)
            found[name] = await violations(page)
        await page.goto("/subscribe")
        await page.get_by_role("button", name="Subscribe").click()
        await page.get_by_text("There is a problem").wait_for()
        found["errors"] = await violations(page)
    assert {name: each for name, each in found.items() if each} == {}


@pytest.mark.parametrize("colours", ["light", "dark"])
async def test_axe_finds_nothing_in_any_mail(lived: Lived, colours: str) -> None:
    found: dict[str, list[str]] = {}
    async with lived.desk.page(viewport=PHONE, color_scheme=colours) as page:
        for subject, mail in lived.mails.items():
            await page.set_content(html_of(mail))
            # a mail is no page: it has no landmarks of its own
            found[subject] = [
                each for each in await violations(page) if not each.startswith(("region", "landmark"))
            ]
    assert len(found) == 4
    assert {name: each for name, each in found.items() if each} == {}


async def test_nothing_needs_sideways_scrolling_in_a_small_or_zoomed_window(lived: Lived) -> None:
    for viewport in (SMALL, DESKTOP):
        async with lived.desk.page(viewport=viewport) as page:
            for name, url in lived.pages.items():
                await page.goto(url)
                wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
                assert wide <= 0, f"{name} is {wide} pixels too wide at {viewport['width']}"
            await page.goto("about:blank")  # a page's rules for styles would hold for the mails too
            for subject, mail in lived.mails.items():
                await page.set_content(html_of(mail))
                wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
                assert wide <= 0, f"{subject!r} is {wide} pixels too wide at {viewport['width']}"


async def test_no_page_breaks_its_own_rules_for_content(lived: Lived) -> None:
    """The browser would say so on its console: a style, script or form that the policy forbids."""
    said: list[str] = []
    async with lived.desk.page() as page:
        page.on("console", lambda message: said.append(message.text))
        page.on("requestfailed", lambda request: said.append(request.url))
        for url in lived.pages.values():
            await page.goto(url)
    assert [each for each in said if "404" not in each] == []


def html_of(mail: EmailMessage) -> str:
    body = mail.get_body(("html",))
    assert body is not None
    html: str = body.get_content()
    return html
