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
        office.browser.cookies.clear()  # as Gmail does it: a POST of its own, without cookies, following nothing
        answer = await office.browser.post(
            one_click, data={"List-Unsubscribe": "One-Click"}, follow_redirects=False
        )
        assert answer.status_code == 200
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


async def test_the_keyboard_alone_suffices_to_subscribe_change_and_leave(desk: Desk) -> None:
    office = desk.office
    async with desk.page() as page:
        await page.goto("/subscribe")
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.textContent") == "Skip to the content"
        await page.keyboard.press("Enter")
        await tab_to(page, "email")
        await page.keyboard.type(JO)
        await tab_to(page, "topic-1")
        await page.keyboard.press("Space")
        await tab_to(page, "words")
        await page.keyboard.type("missing from care")
        await page.keyboard.press("Enter")
        await page.get_by_label("Children Missing from Care").wait_for()
        await tab_to(page, "chapter-1")
        await page.keyboard.press("Space")
        await tab_to(page, "frequency-3")
        await page.keyboard.press("ArrowDown")  # the next choice: once a month
        await tab_to(page, "day")
        await page.keyboard.type("14")
        await tab_to(page, "least-1")
        await page.keyboard.press("ArrowDown")
        await press(page, "Subscribe")
        await page.get_by_role("heading", name="Check your mail").wait_for()

        await office.sends()
        asked = office.mail.to(JO)[-1]
        assert "The topic Fostering, only where more than links and details changed, monthly, on the 14th" in (
            text_of(asked)
        )
        assert "Children Missing from Care" in text_of(asked)
        await page.goto(link_in(asked, "/confirm/"))
        await press(page, "Confirm")
        await page.get_by_role("heading", name="Thank you, that is confirmed").wait_for()

        await tab_to_words(page, "See or change what you get")
        await page.keyboard.press("Enter")
        await page.get_by_role("heading", name="My subscriptions").wait_for()
        await tab_to(page, "least-1")
        await page.keyboard.type("Only what")
        await tab_to(page, "stop-2")
        await page.keyboard.press("Space")
        await press(page, "Save changes")
        await page.get_by_text("Your changes are saved.").wait_for()
        assert await page.get_by_text("The topic Fostering, only what must be re-read").count() >= 1
        assert await page.get_by_label("Stop this").count() == 1
        await tab_to(page, "until")
        await page.keyboard.type("06012026")
        await press(page, "Pause")
        await page.get_by_text("paused until 1 June 2026").first.wait_for()

        await tab_to_words(page, "Unsubscribe from everything")
        await page.keyboard.press("Enter")
        await page.get_by_role("heading", name="Unsubscribe from everything?").wait_for()
        await press(page, "Unsubscribe")
        await page.get_by_role("heading", name="You are unsubscribed").wait_for()


async def test_what_has_the_keyboard_can_be_seen(desk: Desk) -> None:
    """Every link, button and field that Tab comes to is outlined, and nowhere is the keyboard caught."""
    async with desk.page() as page:
        for path in ("/", "/subscribe", "/amendments", "/feeds", "/privacy"):
            await page.goto(path)
            reached = set()
            for _ in range(200):
                await page.keyboard.press("Tab")
                where = await page.evaluate(FOCUSED)
                if where is None or where["path"] in reached:
                    break
                assert where["outlined"], f"{path}: {where}"
                assert where["shown"], f"{path}: {where}"
                reached.add(where["path"])
            assert len(reached) == await page.evaluate(REACHABLE), path


async def test_enter_looks_up_chapters_where_words_were_typed(desk: Desk) -> None:
    async with desk.page() as page:
        await page.goto("/subscribe")
        await page.get_by_label("Find a chapter").fill("missing")
        await page.keyboard.press("Enter")
        await page.get_by_label("Children Missing from Care").wait_for()


FOCUSED = """() => {
  const each = document.activeElement;
  if (!each || each === document.body) return null;
  const steps = [];
  for (let at = each; at.parentElement; at = at.parentElement) {
    steps.unshift(at.tagName + [...at.parentElement.children].indexOf(at));
  }
  const style = getComputedStyle(each), box = each.getBoundingClientRect();
  const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 || each.matches('.skip');
  return {path: steps.join('/'), html: each.outerHTML.slice(0, 120), outlined,
          shown: box.width > 1 && box.height > 1 && box.bottom > 0 && box.top < innerHeight};
}"""
REACHABLE = """() => {
  const all = [...document.querySelectorAll('a[href], button, input, select, summary')];
  const closed = each => each.closest('details:not([open])') && each.tagName !== 'SUMMARY';
  const groups = new Set();  // Tab comes to one of each group of radio buttons
  return all.filter(each => {
    if (each.type === 'hidden' || each.tabIndex < 0 || closed(each)) return false;
    if (each.type !== 'radio') return true;
    if (groups.has(each.name)) return false;
    return groups.add(each.name);
  }).length;
}"""


async def tab_to(page: Page, id_: str) -> None:
    await tab_until(page, f"document.activeElement.id === {id_!r}")


async def tab_to_words(page: Page, words: str) -> None:
    await tab_until(page, f"document.activeElement.textContent.trim() === {words!r}")


async def tab_until(page: Page, holds: str) -> None:
    for _ in range(120):
        if await page.evaluate(holds):
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard never comes to where {holds}")


async def press(page: Page, words: str) -> None:
    """Come to a button by the keyboard, and press it."""
    await tab_to_words(page, words)
    await page.keyboard.press("Enter")


async def heading(page: Page) -> str:
    return (await page.inner_text("h1")).strip()


async def amendment_appears(office: MailOffice, title: str) -> None:
    await office.publishes(title)
    office.clock.moves_on(minutes=10)
    await office.sends()
