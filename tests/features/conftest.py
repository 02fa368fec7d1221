"""What the stories need: a council's web server, a mailbox, Slack, the running office; on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from database.connection import Database
from tests.features.service import Service, service_between
from tests.mail_office import MailOffice, running_office
from tests.servers.mail import MailServer, mail_server
from tests.servers.pages import PageServer, page_server
from tests.servers.slack_api import SlackApi, slack_api


@pytest.fixture
async def council() -> AsyncIterator[PageServer]:
    async with page_server() as server:
        yield server


@pytest.fixture
async def slack() -> AsyncIterator[SlackApi]:
    async with slack_api() as server:
        yield server


@pytest.fixture
def slack_url(slack: SlackApi) -> str:
    return slack.url


@pytest.fixture
async def mailbox() -> AsyncIterator[MailServer]:
    async with mail_server() as server:
        yield server


@pytest.fixture
async def service(
    database: Database, slack_url: str, mailbox: MailServer, tmp_path: Path
) -> AsyncIterator[Service]:
    async with service_between(database, slack_url=slack_url, smtp_port=mailbox.port, folder=tmp_path) as running:
        yield running


@pytest.fixture
async def office(database: Database, database_url: str) -> AsyncIterator[MailOffice]:
    async with mail_server() as mail, running_office(database, database_url, mail) as running:
        yield running


@pytest.fixture
async def sqlite_office(sqlite_database: Database, sqlite_url: str) -> AsyncIterator[MailOffice]:
    """On SQLite alone, for what no engine has a say in."""
    async with mail_server() as mail, running_office(sqlite_database, sqlite_url, mail) as running:
        yield running
