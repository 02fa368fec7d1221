"""Two weeks of a simulated year, the change of the clocks and Easter in them; all of it: python -m tests.year."""

from __future__ import annotations

from datetime import date

from database.connection import Database
from tests.year.checker import expected
from tests.year.player import Player
from tests.year.story import make_up
from tests.year.verdict import judge


async def test_two_weeks_tell_every_team_everything_once_and_in_time(sqlite_database: Database) -> None:
    story = make_up(5, start=date(2026, 3, 26), days=14, updates=50, teams=16, wishes=160)

    arrivals = await Player(sqlite_database, story, seed=5).play()

    verdict = judge(expected(story), arrivals)
    assert verdict.told > 100
    assert verdict.faults == ()
