"""Servers and outlets that several of these tests share."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from digests.outlets import Outlets, close_outlets
from tests.outbox_builders import Clock, outlets_to
from tests.servers.mail import MailServer, mail_server
from tests.servers.slack_api import SlackApi, slack_api


@pytest.fixture
async def mail() -> AsyncIterator[MailServer]:
    """A real SMTP server."""
    async with mail_server() as server:
        yield server


@pytest.fixture
async def slack() -> AsyncIterator[SlackApi]:
    """A real HTTP server in Slack's place."""
    async with slack_api() as api:
        yield api


@pytest.fixture
async def outlets(mail: MailServer, slack: SlackApi) -> AsyncIterator[Outlets]:
    """Outlets to both."""
    opened = outlets_to(mail, slack)
    yield opened
    await close_outlets(opened)


@pytest.fixture
def clock() -> Clock:
    return Clock()
