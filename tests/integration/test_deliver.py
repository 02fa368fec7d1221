"""What is in the outbox reaches a real mail server and a real Slack API, once, at the rates that they take."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import pairwise

import pytest

from database.connection import Database
from digests.deliver import deliver_once
from digests.outlets import Outlets, close_outlets
from digests.rates import Limits
from tests.outbox_builders import FAST, a_mail, a_post, a_thread, outlets_to, put, row, states
from tests.servers.mail import MailServer, mail_server
from tests.servers.slack_api import SlackApi, slack_api

UNHURRIED = Limits(slack_per_minute=60_000, smtp_per_second=10_000)


@pytest.fixture
async def mail() -> AsyncIterator[MailServer]:
    async with mail_server() as server:
        yield server


@pytest.fixture
async def slack() -> AsyncIterator[SlackApi]:
    async with slack_api() as api:
        yield api


@pytest.fixture
async def outlets(mail: MailServer, slack: SlackApi) -> AsyncIterator[Outlets]:
    opened = outlets_to(mail, slack)
    yield opened
    await close_outlets(opened)


async def test_mails_are_sent_once(database: Database, mail: MailServer, outlets: Outlets) -> None:
    ids = await put(database, *(a_mail(f"team-{number}@westmere.example") for number in range(30)))

    tally = await deliver_once(database, outlets, limits=UNHURRIED, timing=FAST)

    assert tally == {"sent": 30}
    assert await states(database, ids) == ["sent"] * 30
    assert len({each.message_id for each in mail.mails}) == len(mail.mails) == 30
    assert (await row(database, ids[0])).receipt == "2.0.0 taken"


async def test_a_thread_is_posted_in_order_under_its_root(
    database: Database, slack: SlackApi, outlets: Outlets
) -> None:
    thread = a_thread(3)
    await put(database, *thread)

    await deliver_once(database, outlets, limits=UNHURRIED, timing=FAST)

    root, second, third = slack.posts
    assert [post.message_id for post in slack.posts] == [each.message_id for each in thread]
    assert root.thread_ts is None
    assert second.thread_ts == third.thread_ts == root.ts


async def test_a_channel_gets_one_message_a_second(database: Database, slack: SlackApi, outlets: Outlets) -> None:
    await put(database, *(a_post(f"C{channel}") for channel in range(5) for _ in range(3)))

    await deliver_once(database, outlets, limits=UNHURRIED, timing=FAST)

    assert len(slack.posts) == 15
    for channel in range(5):
        moments = [post.at for post in slack.to(f"C{channel}")]
        assert all(later - earlier >= 1.0 for earlier, later in pairwise(moments))
