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


class DatabaseUnusable(DatabaseError):
    """The server does not answer, or the file is none of ours."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the database can't be used: {reason}; check CHAPTERWATCH_DATABASE_URL and that it runs")


class StaleSchema(DatabaseError):
    """The tables are of another release. Nothing is started on them until they are migrated.

    ``is_known``: whether this release can bring them on; else a newer one has.
    """

    def __init__(self, found: str | None, wanted: str, *, is_known: bool) -> None:
        state = f"at {found}" if found else "empty"
        to_do = (
            f"this release needs {wanted}; run: chapterwatch migrate"
            if is_known
            else "which this release does not know: a newer one has migrated it; start that one"
        )
        super().__init__(f"the database is {state}, {to_do}")
