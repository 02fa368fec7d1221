"""One update to many subscriptions, measured: ``python -m benchmarks.fan_out [--subscriptions N]``.

An update of 30 amendments is matched, compiled, rendered and written, on SQLite: once with ten times as many
subscriptions of which as many match, and once with as many of which more match. The time should follow the
matches.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
from rich.console import Console
from rich.table import Table
from sqlalchemy import func, insert, select

from config.manuals import ManualConfig
from config.settings import Settings
from database.connection import Database, open_database
from database.migrate import migrate
from database.schema import matches, subscribers, subscriptions
from digests.run import Compiled, compile_due
from manual.identity import title_key
from manual.reading import Amendment, AmendmentKind
from manual.store import add_sources, all_sources, record_amendments
from subscriptions.store import record_matches
from subscriptions.topics import Topics

CONSOLE = Console(width=120)
AMENDMENTS = 30
NOW = datetime(2026, 2, 2, 8, tzinfo=UTC)
EACH = 5
"""Subscriptions a subscriber."""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Seconds, and what was made in them."""

    matches: int
    matching: float
    compiling: float
    compiled: Compiled


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--subscriptions", type=int, default=100_000)
    options = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    table = Table(
        "subscriptions", "of which match", "matches", "digests", "matched in", "compiled, rendered, written in"
    )
    many = options.subscriptions
    for subscriptions_, wanting in ((many // 10, many // 100), (many, many // 100), (many, many // 20)):
        done = asyncio.run(measure(subscriptions_, wanting))
        table.add_row(
            f"{subscriptions_:,}",
            f"{wanting:,}",
            f"{done.matches:,}",
            f"{done.compiled.digests:,}",
            f"{done.matching:.1f} s",
            f"{done.compiling:.1f} s",
        )
    CONSOLE.print(table)


async def measure(many: int, wanting: int) -> Measured:
    """An update to ``many`` subscriptions, of which ``wanting`` follow a chapter that it amends."""
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{Path(folder) / 'chapterwatch.db'}")
        await migrate(database)
        try:
            await settle(database, many, wanting)
            return await update(database)
        finally:
            await database.close()


async def settle(database: Database, many: int, wanting: int) -> None:
    """Subscribers, half of them channels and half addresses, each with a few subscriptions to chapters."""
    people = [
        {
            "id": number,
            "kind": "email" if number % 2 else "slack_channel",
            "address": f"{number}@westmere.example" if number % 2 else f"C{number}",
            "created_at": NOW,
        }
        for number in range(1, many // EACH + 1)
    ]
    wishes = [
        {
            "subscriber_id": 1 + number // EACH % len(people),
            "follows": "chapter",
            "value": title_key(f"Chapter {number % AMENDMENTS}" if number < wanting else f"Another {number}"),
            "frequency": "daily",
            "least": 1,
            "created_at": NOW,
            "created_by": "a benchmark",
        }
        for number in range(many)
    ]
    async with database.writing() as connection:
        await connection.execute(insert(subscribers), people)
        await connection.execute(insert(subscriptions), wishes)


async def update(database: Database) -> Measured:
    topics = Topics.load()
    manual = ManualConfig.model_validate(
        {"name": "Westmere", "sources": [{"kind": "amendments", "url": "https://westmere.example/a"}]}
    )
    async with database.writing() as connection:
        await add_sources(connection, {"westmere": manual}, NOW)
        (source,) = await all_sources(connection)
        amended = [(_an_amendment(number), None) for number in range(AMENDMENTS)]
        recorded = await record_amendments(connection, source, amended, baseline=False, now=NOW)
        started = time.perf_counter()
        await record_matches(connection, recorded, topics=topics, contents={}, now=NOW)
        matching = time.perf_counter() - started
    started = time.perf_counter()
    compiled = await compile_due(
        database,
        settings=Settings(_env_file=None, working_days_only=False),
        manuals={"westmere": "Westmere"},
        now=NOW + timedelta(hours=2),
    )
    compiling = time.perf_counter() - started
    async with database.reading() as connection:
        count = (await connection.execute(select(func.count()).select_from(matches))).scalar_one()
    return Measured(matches=count, matching=matching, compiling=compiling, compiled=compiled)


def _an_amendment(number: int) -> Amendment:
    return Amendment(
        month="2026-02",
        kind=AmendmentKind.UPDATED,
        title=f"Chapter {number}",
        details="Section 3, Notifications has been brought into line with local practice.",
    )


if __name__ == "__main__":
    main()
