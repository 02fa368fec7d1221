"""Plays the whole year on SQLite and says what went wrong: ``python -m tests.year [--seed 1]``."""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.table import Table

from database.connection import open_database
from database.migrate import migrate
from tests.year.checker import expected
from tests.year.player import Player
from tests.year.story import Story, make_up
from tests.year.verdict import Verdict, judge


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--teams", type=int, default=600)
    parser.add_argument("--subscriptions", type=int, default=3_000)
    parser.add_argument("--updates", type=int, default=60)
    parser.add_argument("--days", type=int, default=365)
    options = parser.parse_args()
    story = make_up(
        options.seed,
        start=date(2026, 1, 1),
        days=options.days,
        updates=options.updates,
        teams=options.teams,
        wishes=options.subscriptions,
    )
    started = time.monotonic()
    verdict = asyncio.run(play(story, options.seed))
    show(story, verdict, time.monotonic() - started)
    raise SystemExit(1 if verdict.faults else 0)


async def play(story: Story, seed: int) -> Verdict:
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{Path(folder) / 'chapterwatch.db'}")
        await migrate(database)
        try:
            return judge(expected(story), await Player(database, story, seed=seed).play())
        finally:
            await database.close()


def show(story: Story, verdict: Verdict, seconds: float) -> None:
    console = Console(width=120)
    table = Table(
        "days",
        "updates",
        "amendments",
        "subscriptions",
        "told",
        "missing",
        "twice",
        "invented",
        "at another time",
        "seconds",
    )
    table.add_row(
        str(story.days),
        str(len({entry.at for entry in story.entries})),
        str(len(story.entries)),
        str(len(story.wishes)),
        str(verdict.told),
        str(len(verdict.missing)),
        str(len(verdict.twice)),
        str(len(verdict.invented)),
        str(len(verdict.at_another_time)),
        f"{seconds:.0f}",
    )
    console.print(table)
    for fault in verdict.faults[:20]:
        console.print(fault, highlight=False)


if __name__ == "__main__":
    main()
