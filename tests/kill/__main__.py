"""The long form of the kill test: prints what became of the messages on each database, as a table.

``python -m tests.kill [--deliveries 2000] [--kills 200]``
"""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from rich.console import Console
from rich.table import Table

from database.connection import open_database
from database.migrate import migrate
from digests.rates import Limits
from digests.worker import Timing
from tests.kill.fleet import Count, fleet_on
from tests.kill.process import Job
from tests.outbox_builders import FAST, a_mail, a_post, a_thread, put
from tests.servers.postgres import Postgres, running_postgres

CHANNELS = 100


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deliveries", type=int, default=2_000)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    table = Table(
        "database",
        "workers",
        "mails",
        "posts",
        "kills",
        "lost",
        "mails twice",
        "posts twice",
        "altered",
        "seconds",
    )
    with running_postgres() as postgres, tempfile.TemporaryDirectory() as folder:
        for name, workers in (("SQLite", 1), ("PostgreSQL", 3)):
            started = time.monotonic()
            count = asyncio.run(
                measure(name, postgres, Path(folder), workers, options.deliveries, options.kills, options.seed)
            )
            table.add_row(name, str(workers), *_cells(count), f"{time.monotonic() - started:.0f}")
    Console(width=100).print(table)


def _cells(count: Count) -> list[str]:
    sent = (count.mails, count.posts, count.kills)
    wrong = (count.lost, count.doubled_mails, count.doubled_posts, count.invented + count.altered)
    return [str(number) for number in (*sent, *wrong)]


async def measure(
    name: str, postgres: Postgres, folder: Path, workers: int, deliveries: int, kills: int, seed: int
) -> Count:
    """Put the deliveries into the outbox, kill a worker at that many random moments, count what arrived."""
    posts = deliveries * 3 // 10
    limits = Limits(slack_per_minute=6_000, smtp_per_second=deliveries / 40, channel_seconds=0.05)
    async with _database(name, postgres, folder) as url, fleet_on(url, _job(limits, FAST)) as fleet:
        threads = [
            each
            for n in range(posts // 3)
            for each in (a_post(f"C{n % CHANNELS}"), *a_thread(2, f"C{n % CHANNELS}"))
        ]
        await put(
            fleet.database, *threads, *(a_mail(f"{n}@westmere.example") for n in range(deliveries - len(threads)))
        )
        for _ in range(workers):
            fleet.start()
        await fleet.kill_at_random(kills, pause=30 / kills, chance=random.Random(seed))
        await fleet.settles(within=300)
        await fleet.stop()
        return await fleet.count()


def _job(limits: Limits, timing: Timing) -> Job:
    return Job(database_url="", smtp_port=0, slack_url="", manuals={}, timing=timing, limits=limits)


@asynccontextmanager
async def _database(name: str, postgres: Postgres, folder: Path) -> AsyncIterator[str]:
    if name == "PostgreSQL":
        async with postgres.database() as url:
            yield url
        return
    url = f"sqlite:///{folder / 'chapterwatch.db'}"
    database = open_database(url)
    await migrate(database)
    await database.close()
    yield url


if __name__ == "__main__":
    main()
