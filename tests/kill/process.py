"""The process that is killed: it watches, compiles and delivers as a worker does, and can be told where to die.

The product knows nothing of this: the points lie at the seams between its parts, which are wrapped here, or in the
tests' servers, which kill the process at the moment they hold what it sent.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, TypeVar

import structlog

from bot.listeners import Consequences
from config.manuals import ManualConfig
from config.settings import Settings
from database.connection import Database, open_database
from digests import run
from digests.allowed import everybody
from digests.deliver import deliver_forever
from digests.notices import Operators
from digests.outlets import Outlet, Outlets, close_outlets
from digests.rates import Limits
from digests.rendering import Mailing
from digests.run import compile_due
from digests.slack_sender import SlackSender
from digests.smtp_sender import Relay, SmtpSender
from digests.worker import Timing, Worker
from manual.fetch import Fetcher
from manual.watch import Watcher
from subscriptions.topics import Topics

Point = Literal[
    "page fetched",
    "matches written",  # the amendments and matches are written, and not committed
    "amendments recorded",
    "digests written",  # the digests and deliveries of some subscribers are written, and not committed
    "some digests committed",
    "rows claimed",
    "post announced",  # noted that it is about to be posted
    "answer received",  # of Slack or the relay, and not recorded
    "result recorded",
]

Result = TypeVar("Result")


@dataclass(frozen=True, kw_only=True)
class Job:
    """What one process works on, and where it dies, None: it works on until it is stopped."""

    database_url: str
    smtp_port: int
    slack_url: str
    manuals: dict[str, ManualConfig]
    timing: Timing
    limits: Limits
    width: int = 6
    watches: bool = False
    dies_at: Point | None = None


def work(job: Job) -> None:
    """The whole of a worker process."""
    logging.disable()
    structlog.configure(processors=[_say_nothing])
    if job.dies_at:
        _arm(job.dies_at)
    asyncio.run(_work(job))


def _say_nothing(*_: Any) -> Any:
    raise structlog.DropEvent


async def _work(job: Job) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    database = open_database(job.database_url)
    outlets = _outlets(job)
    async with Fetcher(pause=0, first_wait=0.01, timeout=5) as fetcher, asyncio.TaskGroup() as group:
        if job.watches:
            group.create_task(_watch(job, database, fetcher, stop))
            group.create_task(_compile(job, database, stop))
        group.create_task(deliver_forever(database, outlets, stop=stop, limits=job.limits, timing=job.timing))
    await close_outlets(outlets)
    await database.close()


def _outlets(job: Job) -> Outlets:
    async def token_of(_workspace: str) -> str:
        return "xoxb-test"

    relay = Relay(host="127.0.0.1", port=job.smtp_port, tls="none", timeout=5)
    mails = SmtpSender(relay, envelope_from="chapterwatch@westmere.example", connections=4)
    posts = SlackSender(token_of, api_url=job.slack_url, timeout=5)
    return {
        "email": Outlet(sender=mails, why_not=everybody, width=job.width),
        "slack": Outlet(sender=posts, why_not=everybody, width=job.width),
    }


async def _watch(job: Job, database: Database, fetcher: Fetcher, stop: asyncio.Event) -> None:
    operators = Operators(each=(), mailing=Mailing())
    listeners = Consequences(topics=Topics.load(), operators=operators)
    watcher = Watcher(database=database, fetcher=fetcher, manuals=job.manuals, listeners=listeners)
    while not stop.is_set():
        visits = await watcher.visit_due_sources(datetime.now(UTC))
        if job.dies_at == "amendments recorded" and any(visit.recorded for visit in visits):
            _die()
        await asyncio.sleep(0.05)


async def _compile(job: Job, database: Database, stop: asyncio.Event) -> None:
    settings = Settings(_env_file=None, gather_seconds=1, working_days_only=False, mail_from="a@westmere.example")
    names = {manual: each.name for manual, each in job.manuals.items()}
    while not stop.is_set():
        await compile_due(database, settings=settings, manuals=names, now=datetime.now(UTC))
        await asyncio.sleep(0.05)


# Where each point lies: whose function it is, its name, and whether the process dies before or after it.
_SEAMS: dict[Point, tuple[Any, str, Literal["before", "after"]]] = {
    "page fetched": (Fetcher, "fetch", "after"),
    "matches written": (Consequences, "amendments_recorded", "after"),
    "digests written": (run, "enqueue", "after"),
    "some digests committed": (run, "_compile", "after"),
    "rows claimed": (Worker, "_claim", "after"),
    "post announced": (Worker, "_note_hand_over", "after"),
    "answer received": (Worker, "_record", "before"),
    "result recorded": (Worker, "_record", "after"),
}


def _arm(point: Point) -> None:
    """Make this process die at ``point``."""
    run._SUBSCRIBERS_AT_ONCE = 3  # so that some digests are committed before others
    if point in _SEAMS:
        owner, name, when = _SEAMS[point]
        function = getattr(owner, name)
        setattr(owner, name, _then_die(function) if when == "after" else _die_first)


def _then_die(function: Callable[..., Awaitable[Result]]) -> Callable[..., Awaitable[Result]]:
    async def wrapped(*args: Any, **options: Any) -> Result:
        result = await function(*args, **options)
        if result != []:  # nothing was claimed: wait for a time when something is
            _die()
        return result

    return wrapped


async def _die_first(*_args: Any, **_options: Any) -> None:
    _die()


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
