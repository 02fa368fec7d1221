"""A slash command, end to end: ``python -m benchmarks.slash_command [--commands N] [--manuals N] [--words N]``.

The real app in a process of its own, over Socket Mode to local-slack (`make local-slack`), one command after
another: milliseconds until the server has the acknowledgement, by its own log, and until the person's window has
the answer. With one manual, or with many, and their chapters' texts.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.lookup import written_manuals
from config.manuals import load_manuals
from database.connection import open_database
from database.migrate import migrate
from manual.identity import title_key
from manual.reading import ChapterReading, ChapterSection, ContentsReading
from manual.store import add_chapters, add_sources, all_sources, record_reading
from tests.lookup.queries import HELD_BACK, queries
from tests.servers.local_slack import APP_TOKEN, BOT_TOKEN, LocalSlack, local_slack
from tests.servers.local_slack_ui import Said, window

CONSOLE = Console(width=110)
CHAPTERWATCH = Path(sys.executable).parent / "chapterwatch"
CHANNEL, PERSON = "C01FOSTER", "U01AMINA"
NOW = datetime(2026, 5, 20, 10, 0, tzinfo=UTC)
LOADING = 120.0
"""Seconds that the app may take to index every manual before its first answer."""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--commands", type=int, default=200)
    options.add_argument("--manuals", type=int, default=1)
    options.add_argument("--words", type=int, default=200, help="words of text a chapter")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_measure(Path(folder), given.commands, given.manuals, given.words))


async def _measure(folder: Path, commands: int, manuals: int, words: int) -> None:
    chapters = await _prepare(folder, manuals, words)
    asked = [query.text for query in queries(HELD_BACK)][:commands]
    async with local_slack() as slack, _app(folder, slack) as loaded:
        await asyncio.wait_for(loaded.wait(), LOADING)
        answers = await _ask(slack, ["private fostering", *asked])
        acks = await _acknowledged(slack)
    table = Table(f"{len(asked)} commands, {chapters} chapters", "median ms", "p95", "p99", title_justify="left")
    table.add_row("acknowledged, by the server's log", *_figures(acks[1:]))
    table.add_row("answered, in the person's window", *_figures(answers[1:]))
    CONSOLE.print(table)
    CONSOLE.print(f"the first of all: acknowledged in {acks[0]:.0f} ms, answered in {answers[0]:.0f} ms")


async def _prepare(folder: Path, manuals: int, words: int) -> int:
    """A database with these manuals read, and the file that names them. Returns how many chapters they have."""
    written = list(written_manuals(manuals, words))
    (folder / "manuals.toml").write_text("".join(map(_configured, range(manuals))), "utf-8")
    database = open_database(f"sqlite:///{folder}/chapterwatch.db")
    await migrate(database)
    async with database.writing() as connection:
        await add_sources(connection, load_manuals(folder / "manuals.toml").manuals, NOW)
        for number, (_, contents, _) in enumerate(written):
            urls = [_url(number, at) for at in range(len(contents.chapters))]
            await add_chapters(connection, f"m{number}", [(url, NOW) for url in urls])
        pages = {
            url: page
            for number, (_, contents, texts) in enumerate(written)
            for url, page in _pages(number, contents, texts)
        }
        for source in await all_sources(connection):
            await record_reading(connection, source, pages[source.url], NOW)
    await database.close()
    return sum(len(contents.chapters) for _, contents, _ in written)


def _configured(number: int) -> str:
    source = f'{{kind = "contents", url = "{_url(number)}"}}'
    return f'[manuals.m{number}]\nname = "Manual {number}"\nsources = [{source}]\n'


def _url(manual: int, chapter: int | None = None) -> str:
    return f"https://m{manual}.example/{'contents' if chapter is None else chapter}.html"


def _pages(
    manual: int, contents: ContentsReading, texts: Mapping[str, str]
) -> Iterator[tuple[str, ContentsReading | ChapterReading]]:
    """The readings of a manual's contents and of its chapters, by address."""
    yield _url(manual), contents
    for at, chapter in enumerate(contents.chapters):
        section = ChapterSection(number="1", heading="Scope", text=texts[title_key(chapter.title)])
        yield _url(manual, at), ChapterReading(title=chapter.title, sections=(section,))


@asynccontextmanager
async def _app(folder: Path, slack: LocalSlack) -> AsyncIterator[asyncio.Event]:
    """The app's own process; the event is set when it is connected."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("CHAPTERWATCH_")}
    settings = {
        "CHAPTERWATCH_DATABASE_URL": f"sqlite:///{folder}/chapterwatch.db",
        "CHAPTERWATCH_MANUALS_FILE": str(folder / "manuals.toml"),
        "CHAPTERWATCH_SLACK_BOT_TOKEN": BOT_TOKEN,
        "CHAPTERWATCH_SLACK_APP_TOKEN": APP_TOKEN,
        "CHAPTERWATCH_SLACK_API_URL": slack.api_url,
    }
    process = await asyncio.create_subprocess_exec(
        CHAPTERWATCH,
        "bot",
        env={**plain, **settings},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    connected = asyncio.Event()
    reading = asyncio.create_task(_watch(process, connected))
    try:
        yield connected
    finally:
        process.terminate()
        await process.wait()
        await reading


async def _watch(process: asyncio.subprocess.Process, connected: asyncio.Event) -> None:
    assert process.stdout is not None, "it is a pipe"
    async for line in process.stdout:
        if b"slack_connected" in line:
            connected.set()


async def _ask(slack: LocalSlack, asked: list[str]) -> list[float]:
    """Milliseconds from typing each command until its answer is in the person's window."""
    times = []
    async with window(slack) as person:
        for text in asked:
            seen = len(person.seen)
            begun = time.perf_counter()
            await slack.control("command", user=PERSON, channel=CHANNEL, command="/procedure", text=text)
            await person.until(_answer, after=seen)
            times.append((time.perf_counter() - begun) * 1000)
    return times


def _answer(said: Said) -> bool | None:
    return True if said["t"] == "message" and (said.get("message") or {}).get("bot_id") else None


async def _acknowledged(slack: LocalSlack) -> list[float]:
    """Milliseconds between each command and its acknowledgement, as the server's log has them."""
    log: list[dict[str, Any]] = await slack.log()
    sent = [each["time"] for each in log if each["kind"] == "slash_commands"]
    acks = [each["time"] for each in log if each["kind"] == "ack"]
    return [ack - begun for begun, ack in zip(sent, acks, strict=True)]


def _figures(times: list[float]) -> tuple[str, str, str]:
    cuts = statistics.quantiles(times, n=100)
    return f"{statistics.median(times):.0f}", f"{cuts[94]:.0f}", f"{cuts[98]:.0f}"


if __name__ == "__main__":
    main()
