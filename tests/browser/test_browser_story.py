"""The whole story in a real browser: at a phone's and a desk's width, with JavaScript and without."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page

from tests.browser.conftest import DESKTOP, PHONE, Desk
from tests.mail_office import JO, MailOffice, link_in, text_of

pytestmark = pytest.mark.browser

WINDOWS: dict[str, dict[str, Any]] = {
    "phone": {"viewport": PHONE, "is_mobile": True, "has_touch": True},
    "desktop": {"viewport": DESKTOP},
    "no JavaScript": {"viewport": PHONE, "java_script_enabled": False},
}


@pytest.mark.parametrize("window", WINDOWS)
async def test_subscribe_confirm_digest_change_and_leave(desk: Desk, window: str) -> None:
    office = desk.office
    async with desk.page(**WINDOWS[window]) as page:
        await page.goto("/")
        await page.get_by_role("link", name="Subscribe by email").click()
        await page.get_by_label("Your work email address").fill(JO)
        await page.get_by_label("Fostering", exact=True).check()
        await page.get_by_label("As it happens").check()
        await page.get_by_role("button", name="Subscribe").click()
        assert await heading(page) == "Check your mail"

        await office.sends()
        await page.goto(link_in(office.mail.to(JO)[-1], "/confirm/"))
        await page.get_by_role("button", name="Confirm").click()
        assert await heading(page) == "Thank you, that is confirmed"
        await office.sends()

        await amendment_appears(office, "Private Fostering")
        digest = office.mail.to(JO)[-1]
        assert digest.message["Subject"] == "1 fostering chapter changed"

        await page.goto(link_in(digest, "/subscriptions/"))
        await page.get_by_label("How often").select_option("Every working day")
        await page.get_by_role("button", name="Save changes").click()
        assert "Your changes are saved." in await page.inner_text("main")
        assert "Daily at 9:00" in await page.inner_text("main")

        one_click = digest.message["List-Unsubscribe"].split(">")[0].strip("< ")
        assert digest.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        await office.browser.post(one_click, data={"List-Unsubscribe": "One-Click"})
        await page.goto(one_click)
        assert await heading(page) == "You are unsubscribed"

    before = len(office.mail.mails)
    await amendment_appears(office, "Foster Carer Reviews")
    office.clock.moves_on(days=3)
    await office.sends()
    assert [mail.message["Subject"] for mail in office.mail.mails[before:]] == [
        "You are unsubscribed from Westmere Procedures"
    ]


async def test_a_chapter_is_found_in_the_form_without_losing_what_was_filled_in(desk: Desk) -> None:
    async with desk.page(viewport=PHONE, java_script_enabled=False) as page:
        await page.goto("/subscribe")
        await page.get_by_label("Your work email address").fill(JO)
        await page.get_by_label("Find a chapter").fill("missing from care")
        await page.get_by_role("button", name="Find chapters").click()
        await page.get_by_label("Children Missing from Care").check()
        assert await page.get_by_label("Your work email address").input_value() == JO
        await page.get_by_role("button", name="Subscribe").click()
    await desk.office.sends()
    assert "Children Missing from Care" in text_of(desk.office.mail.to(JO)[-1])


async def test_the_keyboard_alone_suffices(desk: Desk) -> None:
    async with desk.page() as page:
        await page.goto("/subscribe")
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.textContent") == "Skip to the content"
        await page.keyboard.press("Enter")
        await tab_to(page, "email")
        await page.keyboard.type(JO)
        await tab_to(page, "everything")
        await page.keyboard.press("Space")
        await page.keyboard.press("Enter")
        await page.get_by_role("heading", name="Check your mail").wait_for()


async def test_enter_looks_up_chapters_where_words_were_typed(desk: Desk) -> None:
    async with desk.page() as page:
        await page.goto("/subscribe")
        await page.get_by_label("Find a chapter").fill("missing")
        await page.keyboard.press("Enter")
        await page.get_by_label("Children Missing from Care").wait_for()


async def tab_to(page: Page, id_: str) -> None:
    for _ in range(60):
        if await page.evaluate("document.activeElement.id") == id_:
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"{id_} can't be reached by the keyboard")


async def heading(page: Page) -> str:
    return (await page.inner_text("h1")).strip()


async def amendment_appears(office: MailOffice, title: str) -> None:
    await office.publishes(title)
    office.clock.moves_on(minutes=10)
    await office.sends()
