"""All of it in one process: watch the manuals, compile digests, deliver them, and serve the pages.

    watch ─▶ compile ─▶ deliver        pages
      └── each a loop of its own; one event stops them all

`chapterwatch run` starts every loop; `web` and `worker` start some of them, for many machines.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path

import structlog

from bot.assembly import Parts, utc_now
from bot.digest_links import digest_links, entry_url
from bot.errors import OnlyOne
from bot.listeners import Consequences
from bot.misses import tell_operators
from database.connection import Database
from database.patience import patiently
from digests.deliver import deliver_forever
from digests.errors import WorkTaken
from digests.limits import limits_of
from digests.notices import operators_of
from digests.outlets import Outlets, close_outlets, open_outlets
from digests.run import Compiled, compile_due
from manual.fetch import Fetcher
from manual.watch import Watcher
from subscriptions.store_retention import clean_up

log = structlog.get_logger(__name__)

# How often, in seconds, each loop looks whether there is something to do.
LOOK_FOR_DUE_SOURCES = 20.0
LOOK_FOR_DUE_DIGESTS = 5.0
CLEAN_UP = 86_400.0
TELL_OF_MISSES = 3_600.0

# In seconds: longer than the worker gives what is in flight.
STOP_WITHIN = 15.0

PREVIEW_FOLDER = Path("var/outbox")


@asynccontextmanager
async def stopping() -> AsyncIterator[asyncio.Event]:
    """An event that Ctrl-C and SIGTERM set, so that every loop can finish what it has in hand."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    try:
        yield stop
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


async def together(stop: asyncio.Event, *loops: Coroutine[object, object, object]) -> None:
    """Run the loops until ``stop``; when one fails, all are stopped, and its error is raised.

    Told to stop, they finish what they have in hand. Whatever takes longer than is decent (it waits for a database
    that is away) is broken off: all of it bears a kill.
    """
    async with asyncio.TaskGroup() as group:
        running = [group.create_task(_ends_all(each, stop)) for each in loops]
        await stop.wait()
        _, late = await asyncio.wait(running, timeout=STOP_WITHIN)
        for task in late:
            task.cancel()
        if late:
            log.warning("stopped before everything was finished", loops=len(late))


async def _ends_all(loop: Coroutine[object, object, object], stop: asyncio.Event) -> None:
    try:
        await loop
    finally:
        stop.set()


@asynccontextmanager
async def outlets_of(parts: Parts, database: Database) -> AsyncIterator[Outlets]:
    """The ways out that the settings name, closed at the end; each workspace's token where there are many."""
    from bot.slack.http import tokens_of_installs  # a second's worth of imports

    async with tokens_of_installs(parts.settings, database) as token_of:
        outlets = open_outlets(parts.settings, preview_folder=PREVIEW_FOLDER, token_of=token_of)
        try:
            yield outlets
        finally:
            await close_outlets(outlets)


def watcher_of(parts: Parts, database: Database, fetcher: Fetcher) -> Watcher:
    """The watcher of the configured manuals, whose findings become matches and notices."""
    return Watcher(
        database=database,
        fetcher=fetcher,
        manuals=parts.manuals.manuals,
        listeners=Consequences(topics=parts.topics, operators=operators_of(parts.settings)),
    )


async def watch_forever(parts: Parts, database: Database, fetcher: Fetcher, stop: asyncio.Event) -> None:
    """Visit the sources that are due, again and again."""
    watcher = watcher_of(parts, database, fetcher)
    await _again_and_again(lambda: watcher.visit_due_sources(utc_now()), LOOK_FOR_DUE_SOURCES, stop)


async def compile_now(parts: Parts, database: Database) -> Compiled:
    """Compile the digests whose moment has come."""
    now = utc_now()
    return await compile_due(
        database,
        settings=parts.settings,
        manuals=parts.manuals.names,
        topics={topic.id: topic.name for topic in parts.topics},
        now=now,
        links=digest_links(parts.settings, now),
        entry_url=entry_url(parts.settings),
    )


async def compile_forever(parts: Parts, database: Database, stop: asyncio.Event) -> None:
    """Compile digests again and again."""
    await _again_and_again(lambda: compile_now(parts, database), LOOK_FOR_DUE_DIGESTS, stop)


async def clean_forever(database: Database, stop: asyncio.Event) -> None:
    """Forget what was kept for long enough, once a day."""

    async def look() -> object:
        async with database.writing() as connection:
            return await clean_up(connection, utc_now())

    await _again_and_again(look, CLEAN_UP, stop)


async def tell_of_misses_forever(parts: Parts, database: Database, stop: asyncio.Event) -> None:
    """Tell the operators once a month what people looked up without finding it."""
    operators = operators_of(parts.settings)
    await _again_and_again(lambda: tell_operators(database, operators, utc_now()), TELL_OF_MISSES, stop)


async def _deliver(parts: Parts, database: Database, outlets: Outlets, stop: asyncio.Event) -> None:
    try:
        await deliver_forever(
            database,
            outlets,
            stop=stop,
            limits=limits_of(parts.settings),
            operators=operators_of(parts.settings),
        )
    except WorkTaken as error:
        raise OnlyOne(str(error)) from None


async def work(parts: Parts, database: Database, stop: asyncio.Event) -> None:
    """Everything that a worker does: watch, compile, deliver, forget."""
    async with parts.fetcher() as fetcher, outlets_of(parts, database) as outlets:
        await together(
            stop,
            watch_forever(parts, database, fetcher, stop),
            compile_forever(parts, database, stop),
            clean_forever(database, stop),
            tell_of_misses_forever(parts, database, stop),
            _deliver(parts, database, outlets, stop),
        )


async def _again_and_again(look: Callable[[], Awaitable[object]], seconds: float, stop: asyncio.Event) -> None:
    """``look`` now and every so many seconds until ``stop``; a database that is away is waited for."""
    while not stop.is_set():
        await patiently(look)
        try:
            await asyncio.wait_for(stop.wait(), seconds)
        except TimeoutError:
            continue
