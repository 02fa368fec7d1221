"""The ledger becomes digests: everything that is due is told once, at its moment, whatever happens between."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from database.connection import Database, open_database
from digests.run import Compiled
from subscriptions.store import end_subscription, resume_subscriber, suspend_subscriber
from subscriptions.subscribers import Frequency
from subscriptions.topics import Topics
from tests.ledger_builders import Council

MONDAY = datetime(2026, 2, 2, tzinfo=UTC)
"""A Monday in winter: London's clocks show UTC."""


def at(hour: float, *, day: int = 0) -> datetime:
    return MONDAY + timedelta(days=day, hours=hour)


@pytest.fixture(scope="session")
def topics() -> Topics:
    return Topics.load()


@pytest.fixture
def council(database: Database, topics: Topics) -> Council:
    return Council(database, topics)


async def test_a_daily_digest_tells_all_that_came_since_the_last(council: Council) -> None:
    team = await council.has_team("mash@westmere.example", at=at(7))
    await council.subscribes(team, at=at(7))
    await council.publishes("Private Fostering", "Staying Put", at=at(8))
    assert await council.compiles(at(8.9)) == Compiled()

    assert await council.compiles(at(9)) == Compiled(digests=1, deliveries=1)

    assert await council.told(team) == [(at(9), ["Private Fostering", "Staying Put"])]


async def test_compiling_again_tells_nothing_again(council: Council) -> None:
    team = await council.has_team("mash@westmere.example", at=at(7))
    await council.subscribes(team, at=at(7))
    await council.publishes("Private Fostering", at=at(8))
    await council.compiles(at(9))

    assert await council.compiles(at(9)) == Compiled()
    assert await council.compiles(at(9, day=1)) == Compiled()

    assert len(await council.outbox(team)) == 1


async def test_a_thirty_of_one_update_are_one_digest_as_it_happens(council: Council) -> None:
    team = await council.has_team("C0FOSTERING", at=at(7))
    await council.subscribes(team, Frequency.AS_IT_HAPPENS, at=at(7))
    await council.publishes(*(f"Chapter {number}" for number in range(30)), at=at(8.01))
    assert await council.compiles(at(8.05)) == Compiled()

    compiled = await council.compiles(at(8.1))

    assert compiled.digests == 1
    ((due_at, titles),) = await council.told(team)
    assert due_at == at(8) + timedelta(minutes=5)
    assert len(titles) == 30


async def test_after_a_week_of_standstill_there_is_one_digest(council: Council) -> None:
    team = await council.has_team("mash@westmere.example", at=at(7))
    await council.subscribes(team, at=at(7))
    for day in range(7):
        await council.publishes(f"Chapter {day}", at=at(8, day=day))

    await council.compiles(at(12, day=7))

    assert await council.told(team) == [(at(9, day=7), [f"Chapter {day}" for day in range(7)])]


async def test_what_comes_late_for_a_moment_is_told_at_the_next(council: Council) -> None:
    team = await council.has_team("mash@westmere.example", at=at(7))
    await council.subscribes(team, at=at(7))
    await council.publishes("Private Fostering", at=at(8))
    await council.compiles(at(9))

    await council.publishes("Staying Put", at=at(8.99))  # matched before nine, committed after
    assert await council.compiles(at(9.1)) == Compiled()
    await council.compiles(at(9, day=1))

    assert await council.told(team) == [(at(9), ["Private Fostering"]), (at(9, day=1), ["Staying Put"])]


async def test_a_clock_set_back_doubles_nothing(council: Council) -> None:
    team = await council.has_team("mash@westmere.example", at=at(7))
    await council.subscribes(team, at=at(7))
    await council.publishes("Private Fostering", at=at(8))
    await council.compiles(at(9.1))

    for now in (at(8.5), at(9), at(9.2)):
        assert await council.compiles(now) == Compiled()


async def test_a_paused_subscription_is_told_after_its_pause(council: Council) -> None:
    team = await council.has_team("mash@westmere.example", at=at(7))
    subscription = await council.subscribes(team, at=at(7))
    await council.pauses(subscription, at(12, day=2))
    await council.publishes("Private Fostering", at=at(8))

    for day in (0, 1, 2):
        assert await council.compiles(at(9, day=day)) == Compiled()
    assert await council.compiles(at(13, day=2)) == Compiled()
    await council.compiles(at(9, day=3))

    assert await council.told(team) == [(at(9, day=3), ["Private Fostering"])]


async def test_what_was_due_when_a_subscription_ended_is_settled_with_the_reason(council: Council) -> None:
    team = await council.has_team("mash@westmere.example", at=at(7))
    subscription = await council.subscribes(team, at=at(7))
    await council.publishes("Private Fostering", at=at(8))
    async with council.database.writing() as connection:
        assert subscription.id is not None
        await end_subscription(connection, subscription.id, "asked to stop", at(8.5))

    assert await council.compiles(at(9)) == Compiled()

    assert await council.ledger(subscription) == [("not told", "the subscription ended: asked to stop")]


async def test_who_cannot_be_reached_is_told_when_reached_again(council: Council) -> None:
    team = await council.has_team("mash@westmere.example", at=at(7))
    await council.subscribes(team, at=at(7))
    await council.publishes("Private Fostering", at=at(8))
    assert team.id is not None
    async with council.database.writing() as connection:
        await suspend_subscriber(connection, team.id, "bounced", at(8.5))
    assert await council.compiles(at(9)) == Compiled()
    async with council.database.writing() as connection:
        await resume_subscriber(connection, team.id)

    await council.compiles(at(9, day=1))

    assert await council.told(team) == [(at(9, day=1), ["Private Fostering"])]


async def test_a_changed_frequency_takes_what_waits_with_it(council: Council) -> None:
    team = await council.has_team("mash@westmere.example", at=at(7), weekday=4)
    subscription = await council.subscribes(team, Frequency.WEEKLY, at=at(7))
    await council.publishes("Private Fostering", at=at(8))
    await council.compiles(at(10))
    await council.turns(subscription, Frequency.DAILY)

    await council.compiles(at(9, day=1))
    await council.compiles(at(9, day=4))

    assert await council.told(team) == [(at(9, day=1), ["Private Fostering"])]


async def test_two_subscriptions_that_match_one_amendment_tell_it_once_with_both_reasons(council: Council) -> None:
    team = await council.has_team("mash@westmere.example", at=at(7))
    await council.subscribes(team, at=at(7))
    await council.subscribes(team, at=at(7), chapter="Private Fostering")
    await council.publishes("Private Fostering", at=at(8))

    await council.compiles(at(9))

    ((item,),) = [digest.items for digest in await council.digests(team)]
    assert set(item.reasons) == {"follows everything", "follows the chapter “private fostering”"}


async def test_a_faster_subscription_tells_it_for_the_slower_as_well(council: Council) -> None:
    team = await council.has_team("mash@westmere.example", at=at(7), weekday=4)
    await council.subscribes(team, Frequency.DAILY, at=at(7), chapter="Private Fostering")
    weekly = await council.subscribes(team, Frequency.WEEKLY, at=at(7))
    await council.publishes("Private Fostering", "Staying Put", at=at(8))

    await council.compiles(at(9))
    await council.compiles(at(9, day=4))

    assert await council.told(team) == [(at(9), ["Private Fostering"]), (at(9, day=4), ["Staying Put"])]
    assert await council.ledger(weekly) == [("in digest", None), ("in digest", None)]


async def test_what_was_told_during_a_pause_is_not_told_again_after_it(council: Council) -> None:
    team = await council.has_team("mash@westmere.example", at=at(7))
    paused = await council.subscribes(team, at=at(7))
    await council.pauses(paused, at(12, day=1))
    await council.subscribes(team, at=at(7), chapter="Private Fostering")
    await council.publishes("Private Fostering", at=at(8))
    await council.compiles(at(9))

    assert await council.compiles(at(9, day=2)) == Compiled()

    assert len(await council.told(team)) == 1
    assert await council.ledger(paused) == [("not told", "told in another digest before")]


async def test_a_channel_gets_posts_and_an_address_gets_a_mail(council: Council) -> None:
    channel = await council.has_team("C0FOSTERING", at=at(7), name="#fostering")
    address = await council.has_team("mash@westmere.example", at=at(7))
    for team in (channel, address):
        await council.subscribes(team, at=at(7))
    await council.publishes("Private Fostering", at=at(8))

    await council.compiles(at(9), mail_from="chapterwatch@westmere.example")

    (post,) = await council.outbox(channel)
    assert (post.channel, post.destination, post.state) == ("slack", "C0FOSTERING", "pending")
    assert "Private Fostering" in post.payload["text"]
    (mail,) = await council.outbox(address)
    assert (mail.channel, mail.destination) == ("email", "mash@westmere.example")
    assert f"Message-ID: {mail.message_id}\r\n" in mail.payload["mail"]
    assert "From: Chapterwatch <chapterwatch@westmere.example>\r\n" in mail.payload["mail"]


async def test_many_processes_at_once_make_one_digest_each(database_url: str, topics: Topics) -> None:
    opened = [open_database(database_url) for _ in range(3)]
    try:
        councils = [Council(each, topics) for each in opened]
        teams = [await councils[0].has_team(f"team-{n}@westmere.example", at=at(7)) for n in range(40)]
        for team in teams:
            await councils[0].subscribes(team, at=at(7))
        await councils[0].publishes("Private Fostering", at=at(8))

        compiled = await asyncio.gather(*(each.compiles(at(9, day=day)) for day, each in enumerate(councils)))

        assert sum(each.digests for each in compiled) == 40
        assert all([len(await councils[0].outbox(team)) == 1 for team in teams])
    finally:
        for each in opened:
            await each.close()
