"""Makes the pictures of the service's pages: a fictional council's, as its staff see them.

Run from the project's root, with Chromium installed: `python -m docs.pictures.service`.
"""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path.cwd()))  # the service and its people are the tests' own

from database.connection import open_database
from database.migrate import migrate
from tests.browser.conftest import DESKTOP, PHONE, browsing
from tests.browser.test_browser_access import html_of, live
from tests.mail_office import JO

FOLDER = Path("docs/pictures")
PAGES = ("subscribe", "my subscriptions", "unsubscribe", "amendments", "chapter", "confirm")


async def main() -> None:
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/pictures.db"
        database = open_database(url)
        await migrate(database)
        async with browsing(database, url) as desk:
            pages = await live(desk.office)
            for width, options in (
                ("desktop", {"viewport": DESKTOP, "locale": "en-GB"}),
                ("phone", {"viewport": PHONE, "color_scheme": "dark", "locale": "en-GB"}),
            ):
                async with desk.page(**options) as page:
                    for name in PAGES:
                        await page.goto(pages[name])
                        await page.screenshot(path=_path(name, width), full_page=True)
                    for mail in desk.office.mail.to(JO):
                        await page.goto("about:blank")  # a page's rules for styles would hold for the mail too
                        await page.set_content(html_of(mail.message))
                        name = " ".join(mail.message["Subject"].split()[:3]).replace(":", "").lower()
                        await page.screenshot(path=_path(f"mail {name}", width), full_page=True)
        await database.close()


def _path(name: str, width: str) -> Path:
    return FOLDER / f"service-{name.replace(' ', '-')}-{width}.png"


def _make_smaller() -> None:
    if shutil.which("pngquant"):
        pictures = [str(each) for each in FOLDER.glob("service-*.png")]
        subprocess.run(["pngquant", "--force", "--ext", ".png", *pictures], check=False)


if __name__ == "__main__":
    asyncio.run(main())
    _make_smaller()
