"""Makes the pictures of the service's pages and mails: a fictional council's, as its staff see them.

Run from the project's root, with Chromium installed, and pngquant for small files:
`python -m docs.pictures.service`. Each is made at a desk's width in light colours, and at a phone's in dark ones.
"""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.async_api import Page

sys.path.insert(0, str(Path.cwd()))  # the service and its people are the tests' own

from database.connection import open_database
from database.migrate import migrate
from tests.browser.conftest import DESKTOP, PHONE, browsing
from tests.browser.everything import html_of, live, visits

FOLDER = Path("docs/pictures/service")
TALLEST = 2_400  # CSS pixels; longer pages are cut

WINDOWS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": DESKTOP},
    "phone": {"viewport": PHONE, "color_scheme": "dark"},
}


async def main() -> None:
    for width, options in WINDOWS.items():
        with TemporaryDirectory() as folder:
            await _photograph(f"sqlite:///{folder}/pictures.db", width, options)
    _make_smaller()


async def _photograph(url: str, width: str, options: dict[str, Any]) -> None:
    database = open_database(url)
    await migrate(database)
    async with browsing(database, url) as desk:
        lived = await live(desk.office)
        async with desk.page(locale="en-GB", **options) as page:
            async for name in visits(page, lived):
                await _shoot(page, name, width)
            for name, mail in lived.mails.items():
                if html := html_of(mail):
                    await page.goto("about:blank")  # a page's rules for styles would hold for the mail too
                    await page.set_content(html)
                    await _shoot(page, f"mail {name}", width)
    await database.close()


async def _shoot(page: Page, name: str, width: str) -> None:
    height = min(await page.evaluate("document.documentElement.scrollHeight"), TALLEST)
    assert page.viewport_size is not None
    await page.screenshot(
        path=FOLDER / f"{name.replace(',', '').replace(' ', '-')}-{width}.png",
        clip={"x": 0, "y": 0, "width": page.viewport_size["width"], "height": height},
        full_page=True,
    )


def _make_smaller() -> None:
    if shutil.which("pngquant"):
        pictures = [str(each) for each in FOLDER.glob("*.png")]
        subprocess.run(["pngquant", "--force", "--ext", ".png", "32", *pictures], check=False)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    asyncio.run(main())
