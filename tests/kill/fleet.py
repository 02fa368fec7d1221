"""Starts worker processes and kills them, and counts what arrived against what is in the outbox."""

from __future__ import annotations

import asyncio
import multiprocessing
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from multiprocessing.context import ForkServerProcess
from typing import Any

from sqlalchemy import Select, func, select

from database.connection import Database, open_database
from database.schema import deliveries
from tests.kill.process import Job, work
from tests.servers.mail import MailServer, mail_server
from tests.servers.slack_api import SlackApi, slack_api

# Forked from a server that has imported everything: a new worker is there in some milliseconds.
_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(["tests.kill.process"])


@dataclass
class Fleet:
    """Some processes, the servers that they send to, and their database as seen from outside."""

    job: Job
    database: Database
    mail: MailServer
    slack: SlackApi
    alive: list[ForkServerProcess] = field(default_factory=list)
    killed: int = 0

    def start(self, **changes: object) -> ForkServerProcess:
        process = _processes.Process(target=work, args=(replace(self.job, **changes),), daemon=True)  # type: ignore[arg-type]
        process.start()
        self.alive.append(process)
        return process

    def kill(self, process: ForkServerProcess) -> None:
        """Kill it now. It is gone when this returns."""
        process.kill()
        process.join()
        self.alive.remove(process)
        self.killed += 1

    async def kill_at_random(self, kills: int, *, pause: float, chance: random.Random) -> None:
        """Kill one of the processes at a random moment and start another in its place, so many times."""
        for _ in range(kills):
            await asyncio.sleep(chance.uniform(0, 2 * pause))
            self.kill(chance.choice(self.alive))
            self.start()

    async def dies(self, process: ForkServerProcess, *, within: float = 30.0) -> None:
        """Wait until the process has died of SIGKILL, wherever that came from."""
        await asyncio.to_thread(process.join, within)
        assert process.exitcode == -signal.SIGKILL, f"it ended with {process.exitcode}"
        self.alive.remove(process)
        self.killed += 1

    async def gone(self, process: ForkServerProcess) -> None:
        """Wait until somebody has killed the process."""
        async with asyncio.timeout(30):
            while process in self.alive:  # noqa: ASYNC110 - it dies in a server's hook, which knows no event
                await asyncio.sleep(0.02)

    async def holds(self, query: Select[Any]) -> None:
        """Wait until the query finds something."""

        async def found() -> bool:
            async with self.database.reading() as connection:
                return (await connection.execute(query)).first() is not None

        await _until(found)

    async def settles(self, *, within: float) -> None:
        """Wait until every delivery has ended."""

        async def settled() -> bool:
            return not await self.still_open()

        try:
            await _until(settled, within=within)
        except TimeoutError:
            ended = [process.exitcode for process in self.alive]
            raise AssertionError(f"still open: {await self.still_open()}; exit codes: {ended}") from None

    async def still_open(self) -> dict[str, int]:
        """How many deliveries have not ended, by state."""
        async with self.database.reading() as connection:
            found = await connection.execute(
                select(deliveries.c.state, func.count().label("total"))
                .where(deliveries.c.state.in_(("pending", "claimed", "unknown")))
                .group_by(deliveries.c.state)
            )
            return {row.state: row.total for row in found}

    async def stop(self) -> None:
        for process in self.alive:
            process.terminate()
        for process in self.alive:
            await asyncio.to_thread(process.join, 10)
            assert process.exitcode == 0, f"it ended with {process.exitcode}"
        self.alive.clear()

    async def count(self) -> Count:
        """What the outbox says was sent against what arrived."""
        async with self.database.reading() as connection:
            rows = (await connection.execute(select(deliveries.c.channel, deliveries.c.message_id))).all()
        arrived = Counter(mail.message_id for mail in self.mail.mails)
        arrived.update(post.message_id for post in self.slack.posts)
        copies = {
            channel: Counter(arrived[row.message_id] for row in rows if row.channel == channel)
            for channel in ("email", "slack")
        }
        wanted = {row.message_id for row in rows}
        return Count(
            mails=copies["email"].total(),
            posts=copies["slack"].total(),
            lost=copies["email"][0] + copies["slack"][0],
            doubled_mails=sum((number - 1) * times for number, times in copies["email"].items() if number > 1),
            doubled_posts=sum((number - 1) * times for number, times in copies["slack"].items() if number > 1),
            invented=sum(1 for message_id in arrived if message_id not in wanted),
            altered=len({(mail.message_id, mail.content) for mail in self.mail.mails})
            - len({mail.message_id for mail in self.mail.mails}),
            kills=self.killed,
        )


async def _until(condition: Callable[[], Awaitable[bool]], *, within: float = 30.0) -> None:
    async with asyncio.timeout(within):
        while not await condition():  # noqa: ASYNC110 - other processes bring it about
            await asyncio.sleep(0.02)


@dataclass(frozen=True, kw_only=True)
class Count:
    """What became of the messages. ``lost``: never arrived; ``doubled``: copies beyond the first, by Message-ID;
    ``invented``: with a Message-ID that no delivery has; ``altered``: copies that are not the same mail."""

    mails: int
    posts: int
    lost: int
    doubled_mails: int
    doubled_posts: int
    invented: int
    altered: int
    kills: int


@asynccontextmanager
async def fleet_on(database_url: str, job: Job) -> AsyncIterator[Fleet]:
    """A fleet without processes yet, on a database that has its tables."""
    database = open_database(database_url)
    async with mail_server() as mail, slack_api() as slack:
        job = replace(job, database_url=database_url, smtp_port=mail.port, slack_url=slack.url)
        fleet = Fleet(job, database, mail, slack)
        try:
            yield fleet
        finally:
            for process in fleet.alive:
                process.kill()
                process.join()
            await database.close()
