"""Sending, measured: ``python -m benchmarks.delivery [--mails N] [--connections N] [--relay bare]``.

Mails a second through the outbox, on SQLite and on PostgreSQL, against a bare aiosmtplib loop with as many
connections to the same server in the same run; and what a worker holds in memory while it sends.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import resource
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median

import aiosmtplib
import structlog
from rich.console import Console
from rich.table import Table
from sqlalchemy import func, select

from benchmarks.relay import relay
from database.connection import Database, open_database
from database.migrate import migrate
from database.schema import deliveries
from digests.allowed import everybody
from digests.deliver import deliver_once
from digests.outlets import Outlet, close_outlets, mails_in_flight
from digests.rates import Limits
from digests.smtp_sender import Relay, SmtpSender
from digests.store.outbox import NewDelivery, enqueue
from digests.worker import utc_now
from tests.servers.postgres import Postgres, running_postgres

CONSOLE = Console(width=110)
BARE = "bare aiosmtplib"
SENDER = "chapterwatch@westmere.example"
LIMITS = Limits(smtp_per_second=1_000_000)
BODY = "Private Fostering has been updated: section 3, Notifications, is in line with local practice.\r\n" * 100


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=20_000)
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--relay", choices=("aiosmtpd", "bare"), default="aiosmtpd")
    options = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    with running_postgres() as postgres, tempfile.TemporaryDirectory() as folder, relay(options.relay) as port:
        asyncio.run(
            compare_sending(postgres, Path(folder), port, options.mails, options.connections, options.rounds)
        )


async def compare_sending(
    postgres: Postgres, folder: Path, port: int, mails: int, connections: int, rounds: int
) -> None:
    """Each way takes its turn in every round, so that whatever else the machine does hits all alike."""
    a_round, first_memory = mails // rounds, 0.0
    took: defaultdict[str, list[float]] = defaultdict(list)
    async with (
        database_of("SQLite", postgres, folder) as sqlite,
        database_of("PostgreSQL", postgres, folder) as pg,
    ):
        for number in range(rounds):
            took[BARE].append(await send_bare(port, a_round, connections))
            for engine, database in (("SQLite", sqlite), ("PostgreSQL", pg)):
                await fill(database, number * a_round, (number + 1) * a_round)
                took[engine].append(await send(database, port, connections))
            first_memory = first_memory or _memory()
    table = Table("way", "mails", "mails a second", "of the bare loop", "in the best and the worst round")
    for way, seconds in took.items():
        ratios = [bare / ours for bare, ours in zip(took[BARE], seconds, strict=True)]
        speed = a_round / median(seconds)
        spread = f"{max(ratios):.2f}, {min(ratios):.2f}"
        table.add_row(way, str(a_round * rounds), f"{speed:.0f}", f"{median(ratios):.2f}", spread)
    CONSOLE.print(table)
    CONSOLE.print(f"memory at the most: {_memory():.0f} MB; after {a_round} mails it was {first_memory:.0f} MB")


async def send_bare(port: int, mails: int, connections: int) -> float:
    """Seconds for ``mails`` through aiosmtplib alone, each connection sending one after the other."""
    started = time.perf_counter()
    left = iter(range(mails))

    async def one_connection() -> None:
        client = aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False)
        await client.connect()
        for number in left:
            await client.sendmail(SENDER, [f"{number}@westmere.example"], a_mail(number).encode())
        await client.quit()

    await asyncio.gather(*(one_connection() for _ in range(connections)))
    return time.perf_counter() - started


async def send(database: Database, port: int, connections: int) -> float:
    """Seconds for everything in the outbox."""
    sender = SmtpSender(
        Relay(host="127.0.0.1", port=port, tls="none"), envelope_from=SENDER, connections=connections
    )
    outlet = Outlet(sender=sender, why_not=everybody, width=mails_in_flight(connections))
    gc.collect()
    started = time.perf_counter()
    await deliver_once(database, {"email": outlet}, limits=LIMITS)
    took = time.perf_counter() - started
    await close_outlets({"email": outlet})
    async with database.reading() as connection:
        unsent = await connection.execute(select(func.count()).where(deliveries.c.state != "sent"))
        assert unsent.scalar_one() == 0
    return took


async def fill(database: Database, first: int, end: int) -> None:
    """Mails with these numbers in the outbox."""
    for start in range(first, end, 1_000):
        new = [
            NewDelivery(
                channel="email",
                destination=f"{number}@westmere.example",
                payload={"mail": a_mail(number)},
                message_id=f"<{number}@westmere.example>",
                summary="One chapter changed",
            )
            for number in range(start, min(start + 1_000, end))
        ]
        async with database.writing() as connection:
            await enqueue(connection, new, utc_now())


def a_mail(number: int) -> str:
    head = f"From: {SENDER}\r\nTo: {number}@westmere.example\r\nSubject: One chapter changed\r\n"
    return f"{head}Message-ID: <{number}@westmere.example>\r\n\r\n{BODY}"


def _memory() -> float:
    """MB that this process has held at the most so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@asynccontextmanager
async def database_of(engine: str, postgres: Postgres, folder: Path) -> AsyncIterator[Database]:
    if engine == "PostgreSQL":
        async with postgres.database() as url:
            database = open_database(url)
            yield database
            await database.close()
        return
    database = open_database(f"sqlite:///{folder / 'chapterwatch.db'}")
    await migrate(database)
    yield database
    await database.close()


if __name__ == "__main__":
    main()
