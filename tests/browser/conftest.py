"""A real browser in front of the real service: Debian's Chromium, over TLS, at the service's public name."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.async_api import Browser, Page, async_playwright
from starlette.types import ASGIApp

from bot.web.app import make_app
from database.connection import Database
from tests.mail_office import MailOffice, running_office
from tests.servers.mail import mail_server

AXE = Path(".tools/axe/node_modules/axe-core/axe.min.js")
CERTIFICATE = Path("tests/servers/tls/self-signed.pem")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --ignore-certificate-errors"
).split()
_AXE_SOURCE = AXE.read_text("utf-8") if AXE.exists() else "throw 'make check-browser fetches axe-core'"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 900}


@dataclass
class Desk:
    """Somebody at a browser, and the office behind it."""

    office: MailOffice
    browser: Browser

    @asynccontextmanager
    async def page(self, **options: Any) -> AsyncIterator[Page]:
        """A browser window without any history. ``options`` are those of Playwright's contexts."""
        context = await self.browser.new_context(
            **{"viewport": DESKTOP, "ignore_https_errors": True, "base_url": self.office.root, **options}
        )
        try:
            yield await context.new_page()
        finally:
            await context.close()


class _Server(uvicorn.Server):
    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]
        return nullcontext()


@asynccontextmanager
async def served_with_tls(app: ASGIApp) -> AsyncIterator[int]:
    """The port of the running application."""
    files = {"ssl_certfile": str(CERTIFICATE), "ssl_keyfile": str(CERTIFICATE)}
    server = _Server(
        uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, lifespan="off", ws="none", **files)  # type: ignore[arg-type]
    )
    running = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn tells it by no event
        await asyncio.sleep(0.01)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await running


@asynccontextmanager
async def browsing(database: Database, url: str) -> AsyncIterator[Desk]:
    """The whole service with a browser before it."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert chromium, "install Chromium (Debian: apt-get install chromium)"
    async with (
        mail_server() as mail,
        running_office(database, url, mail) as office,
        served_with_tls(make_app(database, previewed=False, site=office.site)) as port,
        async_playwright() as playwright,
    ):
        rules = (
            f"--host-resolver-rules=MAP {office.root.removeprefix('https://')} 127.0.0.1:{port}, MAP * ~NOTFOUND"
        )
        browser = await playwright.chromium.launch(executable_path=chromium, args=[*FLAGS, rules])
        try:
            yield Desk(office, browser)
        finally:
            await browser.close()


@pytest.fixture
async def desk(sqlite_database: Database, sqlite_url: str) -> AsyncIterator[Desk]:
    async with browsing(sqlite_database, sqlite_url) as opened:
        yield opened


async def violations(page: Page) -> list[str]:
    """What axe finds wrong with the page, in words."""
    await page.evaluate(_AXE_SOURCE + ";0")
    found = await page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", WCAG)
    return [
        f"{each['id']}: {each['help']}: {node['html'][:200]} {node.get('failureSummary', '')}"
        for each in found["violations"]
        for node in each["nodes"]
    ]
