"""The running office, on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from database.connection import Database
from tests.servers.mail import mail_server
from tests.mail_office import MailOffice, running_office


@pytest.fixture
async def office(database: Database, database_url: str) -> AsyncIterator[MailOffice]:
    async with mail_server() as mail, running_office(database, database_url, mail) as running:
        yield running


@pytest.fixture
async def sqlite_office(sqlite_database: Database, sqlite_url: str) -> AsyncIterator[MailOffice]:
    """On SQLite alone, for what no engine has a say in."""
    async with mail_server() as mail, running_office(sqlite_database, sqlite_url, mail) as running:
        yield running
