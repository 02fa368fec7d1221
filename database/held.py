"""A connection that is kept from one transaction to the next, for whoever makes many small ones."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from sqlalchemy.ext.asyncio import AsyncConnection

from database.connection import Database


class HeldConnection:
    """Writes as ``Database.writing`` does, without fetching a connection each time. For one task at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: AsyncConnection | None = None

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that writes. A connection on which anything failed is not used again."""
        if self._connection is None:
            self._connection = await self._database.writing_engine.connect()
        try:
            async with self._connection.begin():
                yield self._connection
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Let go of the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(Exception):
                await connection.close()
