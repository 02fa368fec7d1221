"""Every page and mail is for everybody: axe finds nothing, small and zoomed windows need no sideways scrolling."""

from __future__ import annotations

from typing import get_args

import pytest

from digests.letters import Letter
from tests.browser.conftest import DESKTOP, PHONE, Desk, violations
from tests.browser.everything import Lived, html_of, live, visits

pytestmark = pytest.mark.browser

ZOOMED = {"width": DESKTOP["width"] // 2, "height": DESKTOP["height"] // 2}
"""What a desk's window has left at 200 %: browsers zoom by giving a page fewer pixels."""

SMALL = {"width": 320, "height": 640}
"""The same at 400 %, and an old phone."""


@pytest.fixture
async def lived(desk: Desk) -> Lived:
    return await live(desk.office)


@pytest.mark.parametrize("colours", ["light", "dark"])
async def test_axe_finds_nothing_on_any_page(desk: Desk, lived: Lived, colours: str) -> None:
    found: dict[str, list[str]] = {}
    async with desk.page(viewport=PHONE, color_scheme=colours) as page:
        async for name in visits(page, lived):
            found[name] = await violations(page)
    assert len(found) == len(lived.pages) + 8
    assert {name: each for name, each in found.items() if each} == {}


@pytest.mark.parametrize("colours", ["light", "dark"])
async def test_axe_finds_nothing_in_any_mail(desk: Desk, lived: Lived, colours: str) -> None:
    found: dict[str, list[str]] = {}
    async with desk.page(viewport=PHONE, color_scheme=colours) as page:
        for name, mail in lived.mails.items():
            if html := html_of(mail):
                await page.set_content(html)
                # a mail is no page: it has no landmarks of its own
                found[name] = [
                    each for each in await violations(page) if not each.startswith(("region", "landmark"))
                ]
    assert len(found) == len(get_args(Letter)) + 2, "each letter, the one of moving twice, and the digest"
    assert {name: each for name, each in found.items() if each} == {}


@pytest.mark.parametrize("viewport", [DESKTOP, ZOOMED, SMALL], ids=["desk", "zoomed", "small"])
async def test_nothing_needs_sideways_scrolling(desk: Desk, lived: Lived, viewport: dict[str, int]) -> None:
    too_wide: dict[str, int] = {}
    async with desk.page(viewport=viewport) as page:
        async for name in visits(page, lived):
            too_wide[name] = await page.evaluate(WIDER)
        await page.goto("about:blank")  # a page's rules for styles would hold for the mails too
        for name, mail in lived.mails.items():
            await page.set_content(html_of(mail) or "")
            too_wide[name] = await page.evaluate(WIDER)
    assert {name: by for name, by in too_wide.items() if by > 0} == {}


WIDER = "document.documentElement.scrollWidth - innerWidth"


async def test_no_page_breaks_its_own_rules_for_content(desk: Desk, lived: Lived) -> None:
    """The browser would say so on its console: a style, script or form that the policy forbids."""
    said: list[str] = []
    async with desk.page() as page:
        page.on("console", lambda message: said.append(message.text))
        page.on("requestfailed", lambda request: said.append(request.url))
        async for _ in visits(page, lived):
            pass
    refused = "the server responded with a status of 4"
    assert [each for each in said if refused not in each] == []


@pytest.mark.parametrize("colours", ["light", "dark"])
async def test_every_mail_is_readable_as_chromium_draws_it(desk: Desk, lived: Lived, colours: str) -> None:
    """Not by what its styles say but by what is drawn: enough contrast, nothing hidden, nothing tiny."""
    async with desk.page(viewport=PHONE, color_scheme=colours) as page:
        for name, mail in lived.mails.items():
            if not (html := html_of(mail)):
                continue
            await page.set_content(html)
            drawn = await page.evaluate(DRAWN)
            assert drawn["dark"] is (colours == "dark"), f"{name} is drawn on {drawn['background']}"
            assert len(drawn["texts"]) >= 3, name
            for text in drawn["texts"]:
                assert text["contrast"] >= 4.5, f"{name}: {text}"
                assert text["size"] >= 14, f"{name}: {text}"
                assert text["width"] > 0 and text["height"] > 0, f"{name}: {text}"
            for link in drawn["links"]:
                assert link["underlined"] or link["boxed"], f"{name}: only its colour tells a link: {link}"


DRAWN = """() => {
  const channels = colour => colour.match(/[\\d.]+/g).map(Number);
  const light = colour => {
    const [r, g, b] = channels(colour).map(value => {
      value /= 255;
      return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = element => {
    for (let each = element; each; each = each.parentElement) {
      const colour = getComputedStyle(each).backgroundColor;
      if (channels(colour)[3] !== 0) return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  const contrast = (one, other) => {
    const [darker, lighter] = [light(one), light(other)].sort((a, b) => a - b);
    return (lighter + 0.05) / (darker + 0.05);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim();
    if (!text) continue;
    const element = walker.currentNode.parentElement;
    const style = getComputedStyle(element), box = element.getBoundingClientRect();
    texts.push({
      text: text.slice(0, 60), size: parseFloat(style.fontSize), width: box.width, height: box.height,
      contrast: contrast(style.color, behind(element)),
    });
  }
  const links = [...document.links].map(each => ({
    text: each.textContent, underlined: getComputedStyle(each).textDecorationLine.includes('underline'),
    boxed: channels(getComputedStyle(each).backgroundColor)[3] !== 0,
  }));
  const background = behind(document.querySelector('h1'));
  return {texts, links, background, dark: light(background) < 0.2};
}"""
