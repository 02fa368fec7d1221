"""The sample manual beside a local Slack workspace in the browser, where one can type /procedure and see a digest.

`make slack` starts it. The workspace is a program from npm that plays Slack; nothing leaves this machine.
"""

from __future__ import annotations

import asyncio
import shutil
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import aiohttp
from pydantic import SecretStr
from rich.console import Console
from starlette.applications import Starlette

from bot.assembly import utc_now
from bot.errors import OnlyOne
from bot.run import compile_forever, stopping, together, watch_forever, watcher_of
from bot.sample.demo import SampleParts, alone, sample_settings
from bot.sample.site import SampleSite
from bot.slack.serve import serve_slack
from bot.web.server import listen, serve_pages
from config.logs import set_up_logs
from config.settings import Settings
from database.connection import Database
from digests.deliver import deliver_forever
from digests.outlets import Outlets, close_outlets, open_outlets
from manual import store as manual_store
from manual.fetch import Fetcher
from subscriptions.store import grant_wish
from subscriptions.wishes import parse_wish

PROGRAM = Path(".tools/node_modules/local-slack-linux-x64/bin/local-slack")
WORKSPACE = Path("tests/slack/workspace.yaml")
FOLDER = Path("var/sample")
PORT = 4010

CHANNELS = (
    {"to": "slack:C01FOSTER", "name": "#fostering", "follows": "fostering"},
    {"to": "slack:C01LEAVING", "name": "#leaving-care", "follows": "leaving care"},
)


async def show_in_slack(stop: asyncio.Event, console: Console, *, port: int = PORT) -> None:
    """Run the workspace, the sample manual and the app until ``stop``; an update appears after a few seconds.

    Raises OnlyOne where another process shows the sample."""
    with alone():
        shutil.rmtree(FOLDER, ignore_errors=True)
        await _show(stop, console, port)


async def _show(stop: asyncio.Event, console: Console, port: int) -> None:
    async with local_workspace(port) as workspace:
        settings = slack_sample_settings(workspace)
        site = SampleSite()
        listening = listen(settings.web_host, 0)
        parts = SampleParts(settings, f"http://{settings.web_host}:{listening.getsockname()[1]}")
        outlets = open_outlets(settings, preview_folder=FOLDER / "outbox")
        try:
            async with parts.database() as database, parts.fetcher() as fetcher:
                await together(
                    stop,
                    serve_pages(Starlette(routes=site.routes()), listening, stop),
                    serve_slack(parts, database, stop),
                    _tell(parts, database, outlets, fetcher, site, console, workspace, stop),
                )
        finally:
            await close_outlets(outlets)


def slack_sample_settings(workspace: str) -> Settings:
    """The demonstration's settings, with the local workspace in the place of Slack."""
    return sample_settings(Settings(_env_file=None)).model_copy(
        update={
            "slack_bot_token": SecretStr("xoxb-test-token"),
            "slack_app_token": SecretStr("xapp-test-token"),
            "slack_api_url": f"{workspace}/api/",
            "allowed_recipients": "*",
            "operators": "slack:C01OPS",
        }
    )


@asynccontextmanager
async def local_workspace(port: int) -> AsyncIterator[str]:
    """The address of a local workspace, on this port or the next that is free. `make local-slack` gets it."""
    while not _is_free(port):
        port += 1
    process = await asyncio.create_subprocess_exec(
        PROGRAM,
        *("--config", str(WORKSPACE), "--port", str(port), "--base-host", "127.0.0.1"),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        address = f"http://127.0.0.1:{port}"
        await _until_it_answers(address)
        yield address
    finally:
        with suppress(ProcessLookupError):  # Ctrl-C in a terminal ends it as well as us
            process.terminate()
        await process.wait()


async def _tell(
    parts: SampleParts,
    database: Database,
    outlets: Outlets,
    fetcher: Fetcher,
    site: SampleSite,
    console: Console,
    workspace: str,
    stop: asyncio.Event,
) -> None:
    """Two channels follow something; the manual is read; its update appears; from then on all is as for real."""
    now = utc_now()
    async with database.writing() as connection:
        for words in CHANNELS:
            wish = {**words, "frequency": "as it happens"}
            parsed = parse_wish(wish, topics=parts.topics, manuals=parts.manuals.names)
            await grant_wish(connection, parsed, by="the demonstration", now=now)
    watcher = watcher_of(parts, database, fetcher)
    await watcher.visit_due_sources(utc_now())
    site.publish_update()
    async with database.writing() as connection:
        for manual in parts.manuals.names:
            await manual_store.make_due(connection, manual, None, utc_now())
    await watcher.visit_due_sources(utc_now())
    console.print(f"\n[bold]Open {workspace} in your browser.[/] In #fostering, type /procedure mash, or help.")
    console.print("The manual has just been updated: a digest comes into #fostering. Ctrl-C stops it.")
    await together(
        stop,
        watch_forever(parts, database, fetcher, stop),
        compile_forever(parts, database, stop),
        deliver_forever(database, outlets, stop=stop),
    )


async def _until_it_answers(address: str) -> None:
    async with aiohttp.ClientSession() as session:
        for _ in range(200):
            try:
                async with session.get(f"{address}/_control/state"):
                    return
            except aiohttp.ClientError:
                await asyncio.sleep(0.05)
    raise TimeoutError(f"the workspace does not answer at {address}")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


async def main() -> None:
    async with stopping() as stop:
        await show_in_slack(stop, Console())


if __name__ == "__main__":
    set_up_logs(level="warning")
    try:
        asyncio.run(main())
    except OnlyOne as error:
        sys.exit(f"Error: {error}")
