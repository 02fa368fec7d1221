"""What can go wrong with the database before any query is made."""

from __future__ import annotations


class DatabaseError(Exception):
    """Its text is a sentence for an operator."""


class BadDatabaseUrl(DatabaseError):
    """An address that names no engine we speak."""

    def __init__(self, url: str) -> None:
        super().__init__(
            f"CHAPTERWATCH_DATABASE_URL: {url!r} is not a database we know; "
            "use sqlite:///var/chapterwatch.db or postgresql://user:password@host/name"
        )


class StaleSchema(DatabaseError):
    """The tables are of another release. Nothing runs on them until they are migrated."""

    def __init__(self, found: str | None, wanted: str) -> None:
        state = f"at {found}" if found else "empty"
        super().__init__(f"the database is {state}, this release needs {wanted}; run: chapterwatch migrate")
