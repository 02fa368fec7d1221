"""What every test can have: a database of either kind, with this release's tables in it."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from database.connection import Database, open_database
from database.migrate import migrate
from tests.servers.postgres import Postgres, running_postgres


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One PostgreSQL server for the whole session (for each process of it)."""
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    asyncio.run(_make_tables(path))
    return path


async def _make_tables(path: Path) -> None:
    database = open_database(f"sqlite:///{path}")
    try:
        await migrate(database)
    finally:
        await database.close()


@pytest.fixture
async def postgres_url(postgres: Postgres) -> AsyncIterator[str]:
    """A fresh PostgreSQL database for this test alone."""
    async with postgres.database() as url:
        yield url


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh SQLite file for this test alone."""
    path = tmp_path / "chapterwatch.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a fresh database: each test that asks runs once on SQLite and once on PostgreSQL."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A fresh database: each test that asks runs once on SQLite and once on PostgreSQL."""
    opened = open_database(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def postgres_database(postgres_url: str) -> AsyncIterator[Database]:
    """A fresh PostgreSQL database, for what only many machines can show."""
    opened = open_database(postgres_url)
    yield opened
    await opened.close()


@pytest.fixture
async def sqlite_database(sqlite_url: str) -> AsyncIterator[Database]:
    """A fresh SQLite file, for what only a file can show."""
    opened = open_database(sqlite_url)
    yield opened
    await opened.close()


@pytest.fixture
def seeds() -> Path:
    """Five real pages as text, where they lie beside the project; they are not ours to ship."""
    folder = Path("../shared/seeds")
    if not folder.is_dir():
        pytest.skip("the real pages are not beside the project")
    return folder
