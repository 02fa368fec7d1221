"""The whole product in a minute, with a sample manual and nobody written to: what `make run` shows at first.

serve the sample ─▶ take its baseline ─▶ let an update appear ─▶ match ─▶ compile ─▶ preview ─▶ keep watching
"""

from __future__ import annotations

import asyncio
import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pydantic import SecretStr
from rich.console import Console
from rich.padding import Padding
from rich.panel import Panel

from bot.assembly import Parts, utc_now
from bot.errors import OnlyOne
from bot.run import compile_forever, compile_now, together, watch_forever, watcher_of
from bot.sample.site import SampleSite
from bot.web.app import make_app
from bot.web.server import listen, serve_pages
from bot.web.site import site_of
from config.logs import set_up_logs
from config.manuals import ManualConfig, ManualsFile, SourceConfig
from config.settings import Settings
from database.connection import Database
from digests.deliver import deliver_forever, deliver_once
from digests.digest import Digest
from digests.outlets import Outlets, close_outlets, open_outlets
from digests.store.reports import latest_digests
from digests.terminal import render_terminal
from manual import store as manual_store
from subscriptions import store
from subscriptions.wishes import parse_wish

FOLDER = Path("var/sample")

TEAMS = (
    {"to": "slack:C01FOSTERING", "name": "#fostering", "follows": "fostering"},
    {"to": "slack:C01LEAVINGCARE", "name": "#leaving-care", "follows": "leaving care"},
    {"to": "email:mash@westmere.example", "follows": "mash"},
)


@dataclass(frozen=True)
class SampleParts(Parts):
    """The parts of the demonstration: the sample manual, a database of its own, nothing sent."""

    address: str = ""

    @cached_property
    def manuals(self) -> ManualsFile:
        return sample_manuals(self.address)


def sample_settings(settings: Settings) -> Settings:
    """The settings of the demonstration: those of the process, but for what could reach anybody or anything."""
    return settings.model_copy(
        update={
            "database_url": SecretStr(f"sqlite:///{FOLDER}/chapterwatch.db"),
            "gather_seconds": 1,
            "working_days_only": False,
            "subscribe_domains": "*",
            "fetch_pause_seconds": 0.0,
            "log_level": "warning",
        }
    )


def sample_manuals(address: str) -> ManualsFile:
    """The two sample manuals, as they are served at ``address``."""

    def source(kind: str, page: str) -> SourceConfig:
        return SourceConfig.model_validate(
            {"kind": kind, "url": f"{address}/sample/{page}.html", "every": "5 minutes"}
        )

    return ManualsFile(
        manuals={
            "westmere": ManualConfig(
                name="Westmere Children's Services",
                sources=(source("contents", "contents"), source("amendments", "amendments")),
            ),
            "partnership": ManualConfig(
                name="Westmere Safeguarding Children Partnership",
                sources=(source("amendments", "partnership-amendments"),),
            ),
        }
    )


async def demonstrate(settings: Settings, stop: asyncio.Event, console: Console) -> None:
    """Show the main job, then keep running until ``stop``. Raises OnlyOne where another process shows it."""
    settings = sample_settings(settings)
    set_up_logs(form=settings.log_format, level="warning")  # the story is told in words
    with alone():
        shutil.rmtree(FOLDER, ignore_errors=True)
        outlets = open_outlets(settings, preview_folder=FOLDER / "outbox", for_show=True)
        try:
            await _show(settings, outlets, stop, console)
        finally:
            await close_outlets(outlets)


async def _show(settings: Settings, outlets: Outlets, stop: asyncio.Event, console: Console) -> None:
    site = SampleSite()
    listening = listen(settings.web_host, settings.web_port, or_next=True)
    address = f"http://{settings.web_host}:{listening.getsockname()[1]}"
    parts = SampleParts(settings, address)
    async with parts.database() as database:
        pages = site_of(parts, database, address=address, previews=True)
        app = make_app(database, previewed=True, site=pages, extra_routes=site.routes())
        await together(
            stop,
            serve_pages(app, listening, stop),
            _tell_the_story(parts, database, outlets, site, console, stop),
        )


@contextmanager
def alone() -> Iterator[None]:
    """Every start begins with an empty folder, so only one process may show the sample from it."""
    FOLDER.parent.mkdir(exist_ok=True)
    with FOLDER.with_suffix(".lock").open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise OnlyOne("the sample is being shown from this folder already; stop that first (Ctrl-C)") from None
        yield


async def _tell_the_story(
    parts: SampleParts,
    database: Database,
    outlets: Outlets,
    site: SampleSite,
    console: Console,
    stop: asyncio.Event,
) -> None:
    _heading(console, "A sample manual, three teams, nobody written to")
    await _subscribe_teams(parts, database, console)
    async with parts.fetcher() as fetcher:
        watcher = watcher_of(parts, database, fetcher)
        _heading(console, "First sight is a baseline: nobody is told of what stands there already")
        for visit in await watcher.visit_due_sources(utc_now()):
            console.print(f"  read {visit.source.url}", highlight=False)
        site.publish_update()
        _heading(console, "The publisher's update appears")
        await _make_all_due(parts, database)
        found = 0
        for visit in await watcher.visit_due_sources(utc_now()):
            found += visit.recorded
            console.print(f"  {visit.recorded:>2} new in {visit.source.url}", highlight=False)
        console.print(f"  [bold]{found} amendments[/], matched to who follows what", highlight=False)
        await _deliver(parts, database, outlets, stop)
        _heading(console, "What each team gets")
        for words, digest in await _digests(database):
            console.print(Padding(Panel(render_terminal(digest), title=words, title_align="left"), (0, 0, 1, 0)))
        _next_steps(console, parts.address)
        await together(
            stop,
            watch_forever(parts, database, fetcher, stop),
            compile_forever(parts, database, stop),
            deliver_forever(database, outlets, stop=stop),
        )


async def _subscribe_teams(parts: SampleParts, database: Database, console: Console) -> None:
    now = utc_now()
    async with database.writing() as connection:
        for words in TEAMS:
            wish = parse_wish(
                {**words, "frequency": "as it happens"}, topics=parts.topics, manuals=parts.manuals.names
            )
            granted = await store.grant_wish(connection, wish, by="the demonstration", now=now)
            console.print(f"  [bold]{granted.subscriber.words}[/] follows {words['follows']}", highlight=False)


async def _make_all_due(parts: SampleParts, database: Database) -> None:
    async with database.writing() as connection:
        for manual in parts.manuals.names:
            await manual_store.make_due(connection, manual, None, utc_now())


async def _deliver(parts: SampleParts, database: Database, outlets: Outlets, stop: asyncio.Event) -> None:
    """Wait until what was found has been gathered, then compile and preview it."""
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), 2 * parts.settings.gather_seconds)
    await compile_now(parts, database)
    await deliver_once(database, outlets)


async def _digests(database: Database) -> list[tuple[str, Digest]]:
    async with database.reading() as connection:
        return await latest_digests(connection)


def _heading(console: Console, words: str) -> None:
    console.print(f"\n[bold cyan]▸[/] [bold]{words}[/]", highlight=False)


def _next_steps(console: Console, address: str) -> None:
    console.print(
        f"[bold]See them as Slack and a mail program show them:[/] {address}/preview\n\n"
        "What to do next\n"
        f"  subscribe on the page      {address}/subscribe\n"
        f"  look at what was read      {address}/sample/amendments.html\n"
        "  watch your own manual      cp .env.example .env, edit it, `make run` again\n"
        "  see what else there is     .venv/bin/chapterwatch --help\n\n"
        "[dim]Watching on. Ctrl-C stops it.[/]",
        highlight=False,
    )
