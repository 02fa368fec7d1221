"""Builds the real things from the settings, for the entry points; nobody else does.

What a part needs is imported when the part is asked for: most commands need only some of them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from bot.errors import BadInput
from config.files import ConfigError
from config.logs import set_up_logs
from config.manuals import ManualsFile, load_manuals
from config.settings import Settings, load_settings

if TYPE_CHECKING:
    from bot.shelf import Shelf
    from database.connection import Database
    from manual.fetch import Fetcher
    from manual.lookup.glossary import Glossary
    from subscriptions.links import Signer
    from subscriptions.topics import Topics


@dataclass(frozen=True)
class Parts:
    """What the settings say, read once and only when it is needed."""

    settings: Settings

    @cached_property
    def manuals(self) -> ManualsFile:
        return load_manuals(self.settings.manuals_file)

    @cached_property
    def topics(self) -> Topics:
        from subscriptions.topics import Topics

        return Topics.load(self.settings.topics_file, acronyms=self.glossary.acronyms)

    @cached_property
    def glossary(self) -> Glossary:
        from manual.lookup.glossary import load_glossary

        return load_glossary(self.settings.glossary_file)

    @cached_property
    def shelf(self) -> Shelf:
        """The manuals at hand, for every door of this process."""
        from bot.shelf import Shelf

        return Shelf(self.manuals.names, self.glossary)

    @cached_property
    def signer(self) -> Signer | None:
        """What marks words and signs links; None where no key is set and none can be made."""
        from config.secret import secret_key
        from subscriptions.links import Signer

        try:
            return Signer(secret_key(self.settings))
        except ConfigError:
            return None

    def fetcher(self) -> Fetcher:
        from manual.fetch import Fetcher

        return Fetcher(
            contact=self.settings.contact,
            timeout=self.settings.fetch_timeout_seconds,
            max_bytes=self.settings.fetch_max_bytes,
            pause=self.settings.fetch_pause_seconds,
        )

    @asynccontextmanager
    async def database(self) -> AsyncIterator[Database]:
        """The database, its tables in this release's shape.

        An SQLite file is brought up to date by whoever opens it; a PostgreSQL server only by
        `chapterwatch migrate`, since other machines may be at work on it. Raises StaleSchema.
        """
        from database.connection import open_database
        from database.migrate import check_schema, migrate

        database = open_database(self.settings.database_url.get_secret_value())
        try:
            if database.is_sqlite:
                await migrate(database)
            else:
                await check_schema(database)
            yield database
        finally:
            await database.close()


def assemble() -> Parts:
    """The parts by this process's settings, with logs set up. Raises ConfigError."""
    settings = load_settings()
    set_up_logs(form=settings.log_format, level=settings.log_level)
    return Parts(settings)


def insist_on_manual(parts: Parts, manual: str) -> None:
    """Raises BadInput for the id of no manual, naming those that there are."""
    if manual not in parts.manuals.names:
        raise BadInput(f"there is no manual {manual!r}; known: {', '.join(parts.manuals.names) or 'none yet'}")


def utc_now() -> datetime:
    """The clock of the entry points; everything below them is told the time."""
    return datetime.now(UTC)
