"""Opens the database: SQLite for one process, PostgreSQL for many machines, by its URL alone."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import URL, Connection, Table, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from database.errors import BadDatabaseUrl

DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}

# How long a writer waits for another process's write on SQLite, in milliseconds.
SQLITE_BUSY_TIMEOUT = 30_000

STANDS_STILL_AFTER = 30.0
"""Seconds after which PostgreSQL ends the session of a process that falls silent in the middle of a transaction:
it was stopped, or its machine is gone, and what it has locked keeps everybody else waiting."""


class Database:
    """The door to the tables. ``reading()`` and ``writing()`` are its two kinds of transaction.

    No transaction may be open while Slack, a mail server or a council's site is being called.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self._writing = engine.execution_options(chapterwatch_writes=True)

    @property
    def writing_engine(self) -> AsyncEngine:
        """For others' stores that write: their transactions take SQLite's write lock at once, as ours do."""
        return self._writing

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that only reads; many may run at once."""
        async with self.engine.connect() as connection:
            yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that writes: committed when the block ends, rolled back when it raises.

        On SQLite it takes the write lock at once, so that it never fails half-way for want of it.
        """
        async with self._writing.begin() as connection:
            yield connection

    async def close(self) -> None:
        await self.engine.dispose()


def open_database(url: str, *, stands_still_after: float = STANDS_STILL_AFTER, **engine_options: Any) -> Database:
    """The database at ``url`` ("sqlite:///var/chapterwatch.db", "postgresql://user@host/name").

    Makes the folder of an SQLite file. Raises BadDatabaseUrl for an address that is neither.
    """
    parsed = parse_url(url)
    if parsed.drivername.startswith("sqlite"):
        if parsed.database and parsed.database != ":memory:":
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_async_engine(parsed, json_deserializer=orjson.loads, **engine_options)
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
    else:
        engine = create_async_engine(parsed, pool_pre_ping=True, json_deserializer=orjson.loads, **engine_options)
        event.listen(engine.sync_engine, "connect", _prepare_postgres(stands_still_after))
    return Database(engine)


async def insert_missing(connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the rows that no unique constraint forbids; whoever was first has the others in already."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    if rows:
        await connection.execute(insert(table).on_conflict_do_nothing(), rows)


def parse_url(url: str) -> URL:
    """The address with the driver that we use for it. Raises BadDatabaseUrl."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise BadDatabaseUrl(_without_password(url)) from None
    base = parsed.drivername.partition("+")[0]
    if base not in DRIVERS:
        raise BadDatabaseUrl(_without_password(url))
    return parsed.set(drivername=DRIVERS[base])


def _without_password(url: str) -> str:
    return re.sub(r":[^:@/]*@", ":***@", url)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    """WAL lets readers go on beside the writer; FULL keeps what was committed through a power cut."""
    connection.isolation_level = None  # we begin transactions ourselves, see _begin_sqlite
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={SQLITE_BUSY_TIMEOUT}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _prepare_postgres(stands_still_after: float) -> Callable[[Any, object], None]:
    """What is set as each session begins. By a statement: poolers refuse it as an option."""

    def prepare(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute(f"SET idle_in_transaction_session_timeout = '{stands_still_after * 1_000:.0f}ms'")
        cursor.close()
        connection.commit()

    return prepare


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("chapterwatch_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
