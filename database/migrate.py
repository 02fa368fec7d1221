"""Brings the tables to this release's shape, and refuses to work on any other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from database.connection import Database
from database.errors import DatabaseUnusable, StaleSchema

MIGRATIONS = Path(__file__).parent / "migrations"

# Any number that nobody else uses: two machines that start at once migrate one after the other.
_MIGRATION_LOCK = 7_316_041


def newest_revision() -> str:
    """The revision that this release's code was written for."""
    head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    assert head is not None, "there is always a first migration"
    return head


async def migrate(database: Database) -> tuple[str | None, str]:
    """Bring the tables up to date. Returns the revision found and the revision now; harmless when repeated.

    Raises DatabaseUnusable, and StaleSchema where a newer release has migrated them.
    """
    with _unusable():
        return await _migrate(database)


async def _migrate(database: Database) -> tuple[str | None, str]:
    async with database.writing() as connection:
        if not database.is_sqlite:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})
        return await connection.run_sync(_upgrade)


async def check_schema(database: Database) -> None:
    """Raise StaleSchema unless the tables are of this release, DatabaseUnusable where there is no telling."""
    with _unusable():
        async with database.reading() as connection:
            found = await connection.run_sync(_current_revision)
    if found != newest_revision():
        raise StaleSchema(found, newest_revision(), is_known=_is_known(found))


@contextmanager
def _unusable() -> Iterator[None]:
    try:
        yield
    except (DBAPIError, OSError) as error:
        reason = error.orig if isinstance(error, DBAPIError) and error.orig else error
        raise DatabaseUnusable(str(reason).splitlines()[0]) from error


def _is_known(revision: str | None) -> bool:
    """Whether this release has this revision among its migrations, or the tables are yet to be made."""
    return revision is None or any(
        each.revision == revision for each in ScriptDirectory(str(MIGRATIONS)).walk_revisions()
    )


def _current_revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _upgrade(connection: Connection) -> tuple[str | None, str]:
    found = _current_revision(connection)
    if not _is_known(found):
        raise StaleSchema(found, newest_revision(), is_known=False)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    return found, newest_revision()
