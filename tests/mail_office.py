"""The whole service for feature tests, of real parts: pages over HTTP, a real mail server, a real database.

Time is the test's own: it stands still until it is moved on.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr
from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.assembly import Parts
from bot.digest_links import digest_links, entry_url
from bot.listeners import Consequences
from bot.web.app import make_app
from bot.web.site import Site, site_of
from config.manuals import ManualsFile
from config.settings import Settings
from database.connection import Database
from digests.deliver import deliver_once
from digests.notices import operators_of
from digests.outlets import close_outlets, open_outlets
from digests.run import compile_due
from manual.lookup.glossary import Glossary
from manual.reading import Amendment, AmendmentKind, Chapter, ContentsReading, Section
from manual.store import add_sources, all_sources, record_amendments, record_reading
from subscriptions.topics import Topics
from tests.outbox_builders import FAST, UNHURRIED
from tests.servers.mail import Mail, MailServer
from tests.servers.web import serve

JO = "jo.bloggs@westmere.example"
MONDAY = datetime(2026, 5, 11, 7, 0, tzinfo=UTC)

CONTENTS = ContentsReading(
    sections=(Section(number="1", title="Safeguarding"), Section(number="2", title="Fostering")),
    chapters=(
        Chapter(
            number="1.1", title="Children Missing from Care", section="1", url="https://m.example/p_missing.html"
        ),
        Chapter(number="2.1", title="Foster Carer Reviews", section="2", url="https://m.example/p_reviews.html"),
        Chapter(number="2.2", title="Private Fostering", section="2", url="https://m.example/p_private.html"),
        Chapter(
            number="2.3", title="Placements with Parents", section="2", url="https://m.example/p_parents.html"
        ),
    ),
)


@dataclass
class Clock:
    now: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.now

    def moves_on(self, **by: float) -> None:
        self.now += timedelta(**by)


_SHIPPED = Parts(Settings(_env_file=None))
"""Its topics and its glossary are read once for all tests."""


@dataclass(frozen=True)
class OfficeParts(Parts):
    """The parts with a manual of their own, which no file names."""

    @cached_property
    def manuals(self) -> ManualsFile:
        sources = [{"kind": kind, "url": f"https://m.example/{kind}.html"} for kind in ("amendments", "contents")]
        westmere = {"name": "Westmere Procedures", "sources": sources}
        return ManualsFile.model_validate({"manuals": {"westmere": westmere}})

    @cached_property
    def topics(self) -> Topics:
        return _SHIPPED.topics

    @cached_property
    def glossary(self) -> Glossary:
        return _SHIPPED.glossary


@dataclass
class MailOffice:
    """A running service. ``browser`` keeps cookies and follows redirects, as browsers do."""

    parts: OfficeParts
    database: Database
    site: Site
    mail: MailServer
    browser: httpx.AsyncClient
    clock: Clock
    root: str

    # --- What the world does -------------------------------------------------------------------------------

    async def manual_is_read(self) -> None:
        """First sight of the manual's contents."""
        async with self.database.writing() as connection:
            await add_sources(connection, self.parts.manuals.manuals, self.clock())
            sources = await all_sources(connection)
            source = next(each for each in sources if (each.manual, each.kind) == ("westmere", "contents"))
            await record_reading(connection, source, CONTENTS, self.clock())

    async def publishes(
        self,
        *titles: str,
        baseline: bool = False,
        section_changes: list[dict[str, Any]] | None = None,
        **changes: object,
    ) -> list[int]:
        """Amendments appear; they are matched in the same transaction."""
        listeners = Consequences(topics=self.parts.topics, operators=operators_of(self.parts.settings))
        values = {"month": "2026-05", "kind": AmendmentKind.UPDATED, "details": "Revised throughout.", **changes}
        async with self.database.writing() as connection:
            source = next(each for each in await all_sources(connection) if each.kind == "amendments")
            found = [(Amendment(title=title, **values), None) for title in titles]  # type: ignore[arg-type]
            recorded = await record_amendments(
                connection, source, found, baseline=baseline, now=self.clock(), section_changes=section_changes
            )
            if not baseline:
                await listeners.amendments_recorded(connection, recorded, self.clock())
        self.site.archive.forget()
        return [each.id for each in recorded]

    async def sends(self) -> None:
        """Compile what is due, and send everything that waits."""
        settings, now = self.parts.settings, self.clock()
        await compile_due(
            self.database,
            settings=settings,
            manuals=self.parts.manuals.names,
            topics={topic.id: topic.name for topic in self.parts.topics},
            now=now,
            links=digest_links(settings, now),
            entry_url=entry_url(settings),
        )
        outlets = open_outlets(settings, preview_folder=Path("unused"))
        try:
            await deliver_once(self.database, outlets, limits=UNHURRIED, timing=FAST, clock=_ahead_of(now))
        finally:
            await close_outlets(outlets)

    # --- What people do ------------------------------------------------------------------------------------

    async def opens(self, url: str) -> Page:
        return Page(await self.browser.get(url))

    async def sends_form(
        self, page: Page, action: str | None = None, button: str | None = None, **said: str | Sequence[str] | None
    ) -> Page:
        """Fill in the page's form (the one with this action, or its only one) and press a button of it."""
        form = page.form(action)
        fields: dict[str, list[str]] = {}
        for name, value in form.fields:
            fields.setdefault(name, []).append(value)
        for name, given in said.items():
            values = [] if given is None else [given] if isinstance(given, str) else list(given)
            fields[name.replace("_", "-") if name.startswith(("stop_", "frequency_", "least_")) else name] = list(
                map(str, values)
            )
        if button:
            fields[button] = ["1"]
        return Page(await self.browser.post(form.action or str(page.response.url), data=fields))

    async def subscribes(
        self, address: str = JO, *, follow: Sequence[str] = ("topic:fostering",), **said: str
    ) -> Page:
        page = await self.opens("/subscribe")
        return await self.sends_form(page, email=address, follow=list(follow), **said)

    async def is_subscribed(self, address: str = JO, **said: Any) -> None:
        """Subscribe on the page, and press the button that the mail leads to."""
        await self.subscribes(address, **said)
        await self.sends()
        await self.confirms(address)
        await self.sends()

    async def confirms(self, address: str = JO) -> Page:
        return await self.sends_form(await self.opens(link_in(self.mail.to(address)[-1], "/confirm/")))


@dataclass
class Form:
    action: str
    fields: list[tuple[str, str]]


class Page:
    """A page as somebody sees it."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self.status = response.status_code
        self.tree = LexborHTMLParser(response.text)

    @property
    def heading(self) -> str:
        found = self.tree.css_first("h1")
        return found.text(strip=True) if found else ""

    @property
    def words(self) -> str:
        found = self.tree.css_first("main") or self.tree.body
        return " ".join(found.text(separator=" ").split()) if found else ""

    def form(self, action: str | None = None) -> Form:
        """The form whose action ends so, or the first."""
        for form in self.tree.css("form"):
            where = form.attributes.get("action") or ""
            if action is None or where.endswith(action):
                return Form(action=where, fields=list(_filled(form)))
        raise AssertionError(f"no form {action} on the page {self.heading!r}")

    def link(self, words: str) -> str:
        for each in self.tree.css("a"):
            if words in each.text():
                return each.attributes["href"] or ""
        raise AssertionError(f"no link {words!r} on the page {self.heading!r}")


def _filled(form: LexborNode) -> list[tuple[str, str]]:
    """What a browser would send of a form that nobody touched."""
    sent: list[tuple[str, str]] = []
    for field_ in form.css("input"):
        kind, name = field_.attributes.get("type"), field_.attributes.get("name")
        if name and (kind not in ("checkbox", "radio") or "checked" in field_.attributes):
            sent.append((name, field_.attributes.get("value") or ""))
    for select in form.css("select"):
        options = select.css("option")
        chosen = next((each for each in options if "selected" in each.attributes), options[0])
        sent.append(
            (
                select.attributes["name"] or "",
                chosen.attributes["value"] or "" if "value" in chosen.attributes else chosen.text(),
            )
        )
    return sent


def text_of(mail: Mail) -> str:
    body = mail.message.get_body(("plain",))
    assert body is not None
    text: str = body.get_content()
    return text


def link_in(mail: Mail, path: str) -> str:
    """The first link of a mail's text with this path in it."""
    found = re.search(rf"https?://\S*{re.escape(path)}\S*", text_of(mail))
    assert found, f"no link with {path} in: {text_of(mail)}"
    return found[0]


def _ahead_of(now: datetime) -> Callable[[], datetime]:
    """A clock that goes on from the test's moment: the worker waits by it."""
    started = datetime.now(UTC)
    return lambda: now + (datetime.now(UTC) - started)


@asynccontextmanager
async def running_office(
    database: Database,
    database_url: str,
    mail: MailServer,
    *,
    parts_of: type[OfficeParts] = OfficeParts,
    **changes: Any,
) -> AsyncIterator[MailOffice]:
    """The pages on a free port, sending through the mail server. ``changes`` are settings."""
    values: dict[str, object] = {
        "database_url": SecretStr(database_url),
        "smtp_host": "127.0.0.1",
        "smtp_port": mail.port,
        "smtp_tls": "none",
        "mail_from": "chapterwatch@westmere.example",
        "allowed_recipients": "*",
        "subscribe_domains": "westmere.example partner.example",
        "secret_key": SecretStr("k" * 48),
        "gather_seconds": 60,
        "working_days_only": False,
        "web_url": "https://chapterwatch.westmere.example",
        **changes,
    }
    root = str(values["web_url"])
    parts = parts_of(Settings(_env_file=None).model_copy(update=values))
    clock = Clock()
    built = site_of(parts, database)
    site = Site(registrar=built.registrar, clock=clock, public=parts.settings.public_pages)
    async with serve(make_app(database, previewed=False, site=site)) as address:
        transport = _ToOffice(address, root)
        async with httpx.AsyncClient(transport=transport, base_url=root, follow_redirects=True) as browser:
            office = MailOffice(parts, database, site, mail, browser, clock, root)
            await office.manual_is_read()
            yield office


class _ToOffice(httpx.AsyncBaseTransport):
    """Brings requests for the public address to the port that the pages are served at, as a proxy would."""

    def __init__(self, address: str, root: str) -> None:
        self._inner = httpx.AsyncHTTPTransport()
        self._address = httpx.URL(address)
        self._root = httpx.URL(root)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        assert request.url.host == self._root.host, f"a link leads out of our pages: {request.url}"
        url = request.url.copy_with(scheme="http", host=self._address.host, port=self._address.port)
        headers = [(name, value) for name, value in request.headers.raw if name.lower() != b"x-forwarded-proto"]
        inner = httpx.Request(
            request.method,
            url,
            headers=[*headers, (b"X-Forwarded-Proto", b"https")],
            stream=request.stream,
            extensions=request.extensions,
        )
        return await self._inner.handle_async_request(inner)

    async def aclose(self) -> None:
        await self._inner.aclose()
