"""The tables on both engines: the migrations make just what the schema says, and nothing runs on stale ones."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, insert, select, text

from database.connection import Database, open_database
from database.errors import BadDatabaseUrl, StaleSchema
from database.migrate import check_schema, migrate, newest_revision
from database.schema import digest_runs, metadata


def _differences(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection), metadata))


async def test_the_migrations_make_what_the_schema_says(database: Database) -> None:
    async with database.reading() as connection:
        assert await connection.run_sync(_differences) == []


async def test_migrating_again_does_nothing(database: Database) -> None:
    assert await migrate(database) == (newest_revision(), newest_revision())
    await check_schema(database)


async def test_nothing_is_started_on_tables_of_a_newer_release_and_none_are_migrated_back(
    database: Database,
) -> None:
    async with database.writing() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for attempt in (check_schema, migrate):
        with pytest.raises(StaleSchema, match=r"is at 9999.*a newer one"):
            await attempt(database)


async def test_an_empty_database_is_stale(tmp_path_factory: pytest.TempPathFactory) -> None:
    empty = open_database(f"sqlite:///{tmp_path_factory.mktemp('empty')}/new/empty.db")
    try:
        with pytest.raises(StaleSchema, match=r"is empty.*chapterwatch migrate"):
            await check_schema(empty)
    finally:
        await empty.close()


@pytest.mark.parametrize("url", ["mysql://me:secret@host/name", "chapterwatch.db", "", "sqlite"])
def test_an_address_of_no_engine_we_know_is_named(url: str) -> None:
    with pytest.raises(BadDatabaseUrl) as raised:
        open_database(url)
    assert "secret" not in str(raised.value)


async def test_moments_keep_their_time_zone(database: Database) -> None:
    summer = datetime(2026, 7, 1, 9, tzinfo=timezone(timedelta(hours=1)))
    async with database.writing() as connection:
        await connection.execute(insert(digest_runs).values(frequency="daily", due_at=summer, created_at=summer))
    async with database.reading() as connection:
        found = (await connection.execute(select(digest_runs.c.due_at))).scalar_one()
    assert found == summer
    assert found.tzinfo is UTC
    with pytest.raises(Exception, match="without a time zone"):
        async with database.writing() as connection:
            naive = summer.replace(tzinfo=None)
            await connection.execute(insert(digest_runs).values(frequency="x", due_at=naive, created_at=summer))


async def test_writers_wait_for_each_other(database: Database) -> None:
    """Twenty at once, each reading before it writes: none is lost and none fails."""

    async def one(number: int) -> None:
        async with database.writing() as connection:
            await connection.execute(select(digest_runs))
            moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=number)
            await connection.execute(
                insert(digest_runs).values(frequency="daily", due_at=moment, created_at=moment)
            )

    await asyncio.gather(*(one(number) for number in range(20)))
    async with database.reading() as connection:
        assert len((await connection.execute(select(digest_runs))).all()) == 20
