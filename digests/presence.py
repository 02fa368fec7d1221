"""Who works: each worker's name, and what tells the others at once that it has died.

On PostgreSQL a worker holds a session lock by its name for as long as it lives; the server lets go of it with the
connection. On SQLite one process works on a file, and holds a lock file beside it.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import secrets
import socket
from contextlib import suppress
from typing import IO, Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from database.connection import Database
from database.patience import is_trouble
from digests.errors import WorkTaken
from digests.store.workers import take_worker_lock


class Presence(Protocol):
    """A worker's sign of life."""

    name: str

    async def appear(self) -> None:
        """Show that this worker lives. Raises WorkTaken where there can be only one. Harmless when repeated."""

    async def leave(self) -> None:
        """Say that it is gone."""


def presence_in(database: Database) -> Presence:
    """The kind of presence that suits the database."""
    name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
    if database.is_sqlite:
        return FilePresence(name, database.engine.url.database)
    return SessionPresence(name, database)


class FilePresence:
    """The lock file beside an SQLite file. A database in memory has no other process to keep out."""

    def __init__(self, name: str, path: str | None) -> None:
        self.name = name
        self._path = path if path and path != ":memory:" else None
        self._file: IO[bytes] | None = None

    async def appear(self) -> None:
        if self._path and self._file is None:
            self._file = await asyncio.to_thread(_lock, self._path)

    async def leave(self) -> None:
        if self._file:
            self._file.close()
            self._file = None


def _lock(path: str) -> IO[bytes]:
    # Not the database's own file: closing any handle on that would drop SQLite's locks.
    file = open(f"{path}.worker", "ab")  # for as long as the worker lives
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise WorkTaken(path) from None
    return file


class SessionPresence:
    """The session lock of a worker on PostgreSQL, on a connection of its own."""

    def __init__(self, name: str, database: Database) -> None:
        self.name = name
        self._database = database
        self._connection: AsyncConnection | None = None
        self._locked = False

    async def appear(self) -> None:
        """Take the lock, again where the connection was lost."""
        if self._connection is not None and not await self._answers(self._connection):
            await self.leave()
        if self._connection is None:
            self._connection = await self._connect()
            self._locked = await take_worker_lock(self._connection, self.name)

    async def leave(self) -> None:
        if self._connection is not None:
            connection, self._connection = self._connection, None
            # Closed, not returned to the pool: the lock goes with the session.
            with suppress(Exception):
                await connection.invalidate()
            with suppress(Exception):
                await connection.close()

    async def _connect(self) -> AsyncConnection:
        connection = await self._database.engine.connect()
        return await connection.execution_options(isolation_level="AUTOCOMMIT")

    async def _answers(self, connection: AsyncConnection) -> bool:
        try:
            self._locked = self._locked or await take_worker_lock(connection, self.name)
            await connection.exec_driver_sql("SELECT 1")
        except Exception as error:
            if is_trouble(error):
                return False
            raise
        return True
