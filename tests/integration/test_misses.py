"""Questions that found nothing, as they are stored, listed and forgotten; on both engines."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, insert, select

from bot.misses import tell_operators
from config.settings import Settings
from database.connection import Database
from database.schema import deliveries, misses
from digests.notices import operators_of
from manual.lookup.misses import Outcome, Word
from manual.store.misses import MOST_A_DAY, Miss, forget_misses, list_misses, note_miss

DAY = date(2026, 5, 11)
NAME = Word("kyle", "#0123456789")
VAPING = Word("vaping", "#abcdef0123")
OPERATORS = operators_of(Settings(_env_file=None, operators="slack:C01OPS email:ops@westmere.example"))


async def asks(
    database: Database, *words: Word, outcome: Outcome = Outcome.NOTHING, day: date = DAY, times: int = 1
) -> None:
    async with database.writing() as connection:
        for _ in range(times):
            await note_miss(connection, words, outcome, day)


async def listed(database: Database) -> tuple[list[Miss], int]:
    async with database.reading() as connection:
        return await list_misses(connection)


async def stored(database: Database) -> str:
    async with database.reading() as connection:
        return " | ".join((await connection.execute(select(misses.c.words).order_by(misses.c.id))).scalars())


async def test_what_was_missed_most_comes_first(database: Database) -> None:
    await asks(database, Word("social"), Word("media"), day=DAY, times=2)
    await asks(database, Word("fostering"), outcome=Outcome.UNSURE, times=5)
    await asks(database, Word("social"), Word("media"), day=DAY + timedelta(days=3))
    await asks(database, Word("smacking"), day=DAY + timedelta(days=4), times=3)

    found, hidden = await listed(database)

    assert [each.words for each in found] == ["smacking", "social media", "fostering"]
    assert (found[1].times, found[1].missed, found[1].last) == (3, 3, date(2026, 5, 14))
    assert (found[2].unsure, found[2].missed) == (5, 0)
    assert hidden == 0


async def test_a_word_that_may_be_a_name_shows_on_the_third_day_that_it_is_asked_for(database: Database) -> None:
    await asks(database, NAME, times=9)
    await asks(database, NAME, Word("school"))
    await asks(database, NAME, day=DAY + timedelta(days=1), times=9)
    await asks(database, VAPING, Word("at"), Word("school"))
    assert "kyle" not in await stored(database)
    assert [each.words for each in (await listed(database))[0]] == ["… at school", "… school"]
    assert (await listed(database))[1] == 18

    await asks(database, VAPING, day=DAY + timedelta(days=7))
    await asks(database, VAPING, day=DAY + timedelta(days=8))

    found, hidden = await listed(database)
    assert [each.words for each in found] == ["vaping", "vaping at school", "… school"]
    assert found[0].times == 2
    assert hidden == 18
    assert "kyle" not in await stored(database)


async def test_what_is_refused_is_the_same_question_not_another(database: Database) -> None:
    await asks(database, Word("respite"), outcome=Outcome.UNSURE, times=2)
    await asks(database, Word("respite"), outcome=Outcome.NONE_OF_THESE)
    await asks(database, Word("contact"), outcome=Outcome.NONE_OF_THESE)

    found, _ = await listed(database)

    assert [(each.words, each.times, each.none_of_these, each.unsure) for each in found] == [
        ("respite", 2, 1, 1),
        ("contact", 1, 1, 0),
    ]


async def test_what_was_asked_before_a_day_is_forgotten(database: Database) -> None:
    await asks(database, Word("smacking"))
    async with database.writing() as connection:
        assert await forget_misses(connection, DAY) == 0
        assert await forget_misses(connection, DAY + timedelta(days=1)) == 1
    assert await listed(database) == ([], 0)


async def test_whoever_floods_the_pages_fills_no_disk(sqlite_database: Database) -> None:
    row = {"asked_on": DAY, "words": "smacking", "outcome": Outcome.NOTHING}
    async with sqlite_database.writing() as connection:
        await connection.execute(insert(misses), [row] * (MOST_A_DAY - 1))
    await asks(sqlite_database, Word("smacking"), times=3)
    await asks(sqlite_database, Word("smacking"), day=DAY + timedelta(days=1))
    assert (await listed(sqlite_database))[0][0].times == MOST_A_DAY + 1


@pytest.mark.parametrize("workers", [1, 5])
async def test_operators_are_told_once_a_month_however_many_workers(database: Database, workers: int) -> None:
    now = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
    await asks(database, Word("smacking"))
    await asks(database, Word("fostering"), outcome=Outcome.UNSURE)

    for _ in range(2):
        await asyncio.gather(*(tell_operators(database, OPERATORS, now) for _ in range(workers)))

    async with database.reading() as connection:
        notices = (await connection.execute(select(func.count()).select_from(deliveries))).scalar_one()
    assert notices == len(OPERATORS.each)
    assert await tell_operators(database, OPERATORS, now + timedelta(days=30))
    assert not await tell_operators(database, OPERATORS, now + timedelta(days=31))


async def test_nobody_is_told_of_nothing(database: Database) -> None:
    now = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
    assert not await tell_operators(database, OPERATORS, now)
    await asks(database, Word("fostering"), outcome=Outcome.UNSURE)
    assert not await tell_operators(database, OPERATORS, now + timedelta(days=30))
