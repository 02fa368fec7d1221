"""A process that stands still in the middle of a transaction, its session alive, holds up nobody for long."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from database.connection import Database, open_database
from database.patience import is_trouble
from digests.deliver import deliver_once
from digests.outlets import Outlets
from digests.store.destinations import lock_rates
from digests.store.workers import compiling_alone
from subscriptions.topics import Topics
from tests.ledger_builders import Council
from tests.outbox_builders import FAST, UNHURRIED, a_mail, put, states

MONDAY = datetime(2026, 2, 2, tzinfo=UTC)


@pytest.fixture
async def zombies(postgres_url: str) -> AsyncIterator[Database]:
    """The database as a process sees it that is about to stand still."""
    opened = open_database(postgres_url, stands_still_after=1.5)
    yield opened
    await opened.close()


async def test_a_worker_that_stops_while_it_claims_does_not_keep_the_relay_from_the_others(
    zombies: Database, postgres_database: Database, outlets: Outlets
) -> None:
    ids = await put(postgres_database, a_mail())

    with pytest.raises(DBAPIError) as raised:
        async with zombies.writing() as connection:
            await lock_rates(connection, {"smtp"})
            async with asyncio.timeout(20):
                await deliver_once(postgres_database, outlets, limits=UNHURRIED, timing=FAST)
            await connection.execute(text("SELECT 1"))

    assert await states(postgres_database, ids) == ["sent"]
    assert is_trouble(raised.value)  # so whoever wakes up begins again, and does not die of it


async def test_a_process_that_stops_while_it_compiles_does_not_keep_the_others_from_it(
    zombies: Database, postgres_database: Database
) -> None:
    council = Council(postgres_database, Topics.load())
    team = await council.has_team("mash@westmere.example", at=MONDAY)
    await council.subscribes(team, at=MONDAY)
    await council.publishes("Private Fostering", at=MONDAY + timedelta(hours=8))

    async with compiling_alone(zombies) as turn:
        assert turn is not None
        async with asyncio.timeout(20):
            while not (await council.compiles(MONDAY + timedelta(hours=9))).digests:  # noqa: ASYNC110 - PostgreSQL tells it by no event
                await asyncio.sleep(0.1)
        for _ in range(2):
            await turn.goes_on()  # it wakes up with its turn lost, and goes on through what it had planned

    assert len(await council.told(team)) == 1


async def test_a_process_that_is_at_work_compiles_alone_however_long_it_takes(
    zombies: Database, postgres_database: Database
) -> None:
    async with compiling_alone(zombies) as turn:
        assert turn is not None
        for _ in range(7):
            await asyncio.sleep(0.3)
            await turn.goes_on()
        async with compiling_alone(postgres_database) as second:
            assert second is None
    async with compiling_alone(postgres_database) as turn:
        assert turn is not None
