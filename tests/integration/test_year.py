"""Some weeks of a simulated year, the change of the clocks and Easter in them; all of it: python -m tests.year."""

from __future__ import annotations

from datetime import date

from database.connection import Database
from tests.year.checker import expected
from tests.year.player import Player
from tests.year.story import make_up
from tests.year.verdict import judge


async def test_some_weeks_tell_every_team_everything_once_and_in_time(database: Database) -> None:
    story = make_up(7, start=date(2026, 3, 25), days=20, updates=10, teams=20, wishes=100)

    arrivals = await Player(database, story, seed=7).play()

    verdict = judge(expected(story), arrivals)
    assert verdict.told > 100
    assert verdict.faults == ()
