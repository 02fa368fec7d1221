"""Whatever a relay, Slack or the database does, each delivery ends where the docs promise: lost none, doubled only
what can't be known."""

from __future__ import annotations

import asyncio
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import insert, select, text
from structlog.testing import capture_logs

from database.connection import Database, open_database
from database.schema import subscribers
from digests.allowed import everybody
from digests.deliver import deliver_forever, deliver_once
from digests.outlets import Outlet, Outlets, close_outlets
from digests.rates import OPEN_AFTER
from digests.store.reports import outbox_status
from digests.store.resending import resend, settle_unknown
from digests.worker import Tally
from tests.outbox_builders import (
    FAST,
    UNHURRIED,
    Clock,
    a_mail,
    a_post,
    a_thread,
    attempts_of,
    mail_sender,
    outlets_to,
    put,
    row,
    slack_sender,
    states,
)
from tests.servers.mail import MailServer
from tests.servers.postgres import Postgres
from tests.servers.slack_api import SlackApi

MASH = "mash@westmere.example"
FOSTERING = "C0FOSTERING"


async def deliver(database: Database, outlets: Outlets, clock: Clock) -> Tally:
    return await deliver_once(database, outlets, limits=UNHURRIED, timing=FAST, clock=clock)


async def deliver_until_settled(database: Database, outlets: Outlets, clock: Clock) -> None:
    """Send, wait for what was lost to be looked for, send again, an hour later and another."""
    for _ in range(3):
        await deliver(database, outlets, clock)
        clock.moves_on(hours=1)


async def a_subscriber(database: Database, address: str = MASH) -> int:
    async with database.writing() as connection:
        added = await connection.execute(
            insert(subscribers)
            .values(kind="email", address=address, created_at=Clock()())
            .returning(subscribers.c.id)
        )
        number: int = added.scalar_one()
        return number


async def suspended_reason(database: Database, subscriber_id: int) -> str | None:
    async with database.reading() as connection:
        found = await connection.execute(
            select(subscribers.c.suspended_reason).where(subscribers.c.id == subscriber_id)
        )
        reason: str | None = found.scalar_one()
        return reason


# --- The mail relay ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", ["421 closing", "450 greylisted", "452 no space", "data 451 local error"])
async def test_what_a_relay_puts_off_is_sent_later(
    sqlite_database: Database, mail: MailServer, outlets: Outlets, clock: Clock, answer: str
) -> None:
    mail.tricks[MASH] = [answer]
    (number,) = await put(sqlite_database, a_mail(MASH))

    await deliver(sqlite_database, outlets, clock)
    assert await states(sqlite_database, [number]) == ["pending"]
    clock.moves_on(hours=1)
    await deliver(sqlite_database, outlets, clock)

    assert await states(sqlite_database, [number]) == ["sent"]
    assert [each.outcome for each in await attempts_of(sqlite_database, number)] == ["try again", "sent"]
    assert len(mail.mails) == 1


async def test_a_refused_recipient_fails_alone_and_is_suspended(
    database: Database, mail: MailServer, outlets: Outlets, clock: Clock
) -> None:
    gone = await a_subscriber(database)
    mail.tricks[MASH] = ["550 5.1.1 no such user"]
    ids = await put(
        database, a_mail(MASH, subscriber_id=gone), *(a_mail(f"{n}@westmere.example") for n in range(5))
    )

    await deliver(database, outlets, clock)

    assert await states(database, ids) == ["failed", *["sent"] * 5]
    assert await suspended_reason(database, gone) == "the relay answered 550 5.1.1 no such user"
    assert (await row(database, ids[0])).error == "the relay answered 550 5.1.1 no such user"


@pytest.mark.parametrize(
    ("trick", "copies"), [("close in data", 1), ("stall", 1), ("keep it, say nothing, close", 2)]
)
async def test_a_mail_whose_answer_was_lost_is_sent_again_as_the_same_mail(
    sqlite_database: Database, mail: MailServer, outlets: Outlets, clock: Clock, trick: str, copies: int
) -> None:
    mail.tricks[MASH] = [trick]
    (number,) = await put(sqlite_database, a_mail(MASH))

    await deliver_until_settled(sqlite_database, outlets, clock)

    assert [each.outcome for each in await attempts_of(sqlite_database, number)] == ["unknown", "sent"]
    assert len(mail.mails) == copies
    assert len({each.content for each in mail.mails}) == 1


async def test_a_relay_that_is_down_is_left_alone_and_slack_goes_on(
    database: Database, mail: MailServer, slack: SlackApi, outlets: Outlets, clock: Clock
) -> None:
    mail.greeting = "421 closing"
    mails = await put(database, *(a_mail(f"{n}@westmere.example") for n in range(40)))
    posts = await put(database, a_post("C1"), a_post("C2"))

    await deliver(database, outlets, clock)

    assert mail.connections < OPEN_AFTER + 10  # those that were under way when it opened
    assert await states(database, mails) == ["pending"] * 40
    assert await states(database, posts) == ["sent"] * 2
    async with database.reading() as connection:
        (trouble,) = (await outbox_status(connection, clock())).troubles
    assert (trouble.destination, trouble.reason) == ("smtp", "the relay answered 421 closing")

    tried = mail.connections
    clock.moves_on(minutes=15)
    await deliver(database, outlets, clock)
    assert mail.connections == tried + 1  # a probe

    mail.greeting = None
    clock.moves_on(hours=1)
    await deliver(database, outlets, clock)
    clock.moves_on(hours=1)
    await deliver(database, outlets, clock)
    assert await states(database, mails) == ["sent"] * 40
    assert len(mail.mails) == 40


async def test_after_two_days_of_trying_it_has_failed_and_can_be_resent(
    database: Database, mail: MailServer, outlets: Outlets, clock: Clock
) -> None:
    mail.tricks[MASH] = ["450 greylisted"] * 3
    (number,) = await put(database, a_mail(MASH))
    await deliver(database, outlets, clock)
    clock.moves_on(hours=30)
    await deliver(database, outlets, clock)
    assert await states(database, [number]) == ["pending"]
    clock.moves_on(hours=30)
    await deliver(database, outlets, clock)
    assert await states(database, [number]) == ["failed"]

    async with database.writing() as connection:
        dry = await resend(connection, delivery_ids=[number], now=clock(), dry_run=True)
    assert await states(database, [number]) == ["failed"]
    async with database.writing() as connection:
        assert await resend(connection, delivery_ids=[number], now=clock()) == dry
    await deliver(database, outlets, clock)

    assert dry.again == {"failed": 1}
    assert await states(database, [number]) == ["sent"]
    async with database.writing() as connection:
        again = await resend(connection, delivery_ids=[number], now=clock())
    assert (again.again, again.already_sent) == ({}, 1)


# --- Slack ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("trick", ["keep it, say nothing", "keep it, 500"])
@pytest.mark.parametrize("keeps_metadata", [True, False])
async def test_a_post_whose_answer_was_lost_is_found_and_not_sent_again(
    sqlite_database: Database, slack: SlackApi, outlets: Outlets, clock: Clock, trick: str, keeps_metadata: bool
) -> None:
    slack.tricks[FOSTERING] = [trick]  # type: ignore[list-item]
    slack.keeps_metadata = keeps_metadata
    (number,) = await put(sqlite_database, a_post())

    await deliver_until_settled(sqlite_database, outlets, clock)

    assert await states(sqlite_database, [number]) == ["sent"]
    assert len(slack.posts) == 1
    assert (await row(sqlite_database, number)).receipt == slack.posts[0].ts


@pytest.mark.parametrize("trick", ["500", "stall"])
async def test_a_post_that_did_not_arrive_is_looked_for_and_then_sent(
    sqlite_database: Database, slack: SlackApi, outlets: Outlets, clock: Clock, trick: str
) -> None:
    slack.tricks[FOSTERING] = [trick]  # type: ignore[list-item]
    (number,) = await put(sqlite_database, a_post())

    await deliver_until_settled(sqlite_database, outlets, clock)

    assert await states(sqlite_database, [number]) == ["sent"]
    assert len(slack.posts) == 1
    methods = [method for method, _ in slack.calls]
    assert methods == ["chat.postMessage", "conversations.history", "chat.postMessage"]


async def test_a_part_of_a_thread_is_looked_for_in_the_thread_and_the_next_waits_for_it(
    database: Database, slack: SlackApi, outlets: Outlets, clock: Clock
) -> None:
    thread = a_thread(3)
    ids = await put(database, *thread)
    slack.tricks[FOSTERING] = []

    async def loses_the_second(_post: object) -> None:
        if len(slack.posts) == 1:
            slack.tricks[FOSTERING] = ["keep it, say nothing"]

    slack.on_post = loses_the_second
    await deliver_until_settled(database, outlets, clock)

    assert await states(database, ids) == ["sent"] * 3
    assert [post.message_id for post in slack.posts] == [each.message_id for each in thread]
    assert ("conversations.replies", FOSTERING) in slack.calls


async def test_a_post_that_cannot_be_looked_for_waits_for_an_operator(
    database: Database, slack: SlackApi, outlets: Outlets, clock: Clock
) -> None:
    slack.without = {"history"}
    slack.tricks["C1"] = slack.tricks["C2"] = []
    slack.tricks.update({"C1": ["keep it, say nothing"], "C2": ["500"]})
    arrived, lost = await put(database, a_post("C1"), a_post("C2"))

    await deliver_until_settled(database, outlets, clock)
    assert await states(database, [arrived, lost]) == ["unknown", "unknown"]
    assert "missing_scope" in (await row(database, lost)).error

    async with database.writing() as connection:
        assert await settle_unknown(connection, arrived, arrived=True, now=clock())
        assert await settle_unknown(connection, lost, arrived=False, now=clock())
        assert not await settle_unknown(connection, lost, arrived=False, now=clock())
    await deliver(database, outlets, clock)

    assert await states(database, [arrived, lost]) == ["sent", "sent"]
    assert sorted(post.channel for post in slack.posts) == ["C1", "C2"]


async def test_nothing_waits_for_a_post_to_be_looked_for(
    database: Database, mail: MailServer, slack: SlackApi, clock: Clock
) -> None:
    outlets: Outlets = {
        "slack": Outlet(sender=slack_sender(slack, timeout=60), why_not=everybody, width=2),
        "email": Outlet(sender=mail_sender(mail), why_not=everybody, width=2),
    }
    slack.tricks[FOSTERING] = ["keep it, 500"]
    slack.history_stalls = True
    await put(database, a_post())
    await deliver(database, outlets, clock)
    clock.moves_on(hours=1)

    await put(database, a_mail())
    arrived, stop = asyncio.Event(), asyncio.Event()

    async def sees(_mail: object) -> None:
        arrived.set()

    mail.on_mail = sees
    working = asyncio.create_task(
        deliver_forever(database, outlets, stop=stop, limits=UNHURRIED, timing=FAST, clock=clock)
    )
    async with asyncio.timeout(20):
        await arrived.wait()
    stop.set()
    await working
    await close_outlets(outlets)


async def test_retry_after_holds_for_that_workspace_alone(
    database: Database, slack: SlackApi, outlets: Outlets, clock: Clock
) -> None:
    slack.retry_after["C1"] = 60
    limited, same, other = await put(
        database, a_post("C1"), a_post("C2", lane="bulk"), a_post("C3", workspace="T0EASTMERE")
    )

    await deliver(database, outlets, clock)
    first = await states(database, [limited, other])
    clock.moves_on(seconds=55)
    await deliver(database, outlets, clock)
    before = await states(database, [limited])
    clock.moves_on(seconds=6)
    await deliver(database, outlets, clock)

    assert (first, before) == (["pending", "sent"], ["pending"])
    assert await states(database, [limited, same, other]) == ["sent"] * 3


@pytest.mark.parametrize("error", ["is_archived", "channel_not_found", "account_inactive", "token_revoked"])
async def test_a_channel_that_is_gone_fails_with_its_thread_and_is_suspended(
    sqlite_database: Database, slack: SlackApi, outlets: Outlets, clock: Clock, error: str
) -> None:
    gone = await a_subscriber(sqlite_database, FOSTERING)
    slack.errors[FOSTERING] = error
    root, part = (replace(each, subscriber_id=gone) for each in a_thread(2))
    ids = await put(sqlite_database, a_post("C2"), root, part)

    await deliver(sqlite_database, outlets, clock)

    assert await states(sqlite_database, ids) == ["sent", "failed", "failed"]
    assert await suspended_reason(sqlite_database, gone) == f"Slack answered {error}"


@pytest.mark.parametrize("error", ["service_unavailable", "invalid_auth"])
async def test_a_workspace_that_is_down_is_left_alone_and_others_go_on(
    database: Database, mail: MailServer, slack: SlackApi, outlets: Outlets, clock: Clock, error: str
) -> None:
    down = [f"C{number}" for number in range(20)]
    slack.errors = dict.fromkeys(down, error)
    waiting = await put(database, *(a_post(channel, workspace="T0DOWN") for channel in down))
    others = await put(database, *(a_post(f"CUP{number}") for number in range(5)), a_mail())

    await deliver(database, outlets, clock)

    tried = [channel for _, channel in slack.calls if channel in down]
    assert len(tried) < OPEN_AFTER + 6  # those that were under way when it opened
    assert await states(database, waiting) == ["pending"] * 20
    assert await states(database, others) == ["sent"] * 6
    async with database.reading() as connection:
        (trouble,) = (await outbox_status(connection, clock())).troubles
    assert (trouble.destination, trouble.reason) == ("slack:T0DOWN", f"Slack answered {error}")

    clock.moves_on(minutes=15)
    await deliver(database, outlets, clock)
    assert len([channel for _, channel in slack.calls if channel in down]) == len(tried) + 1  # a probe

    slack.errors = {}
    for _ in range(2):
        clock.moves_on(hours=1)
        await deliver(database, outlets, clock)
    assert await states(database, waiting) == ["sent"] * 20
    assert sorted(post.channel for post in slack.posts if post.channel in down) == sorted(down)


# --- The database --------------------------------------------------------------------------------------------


async def test_a_database_that_restarts_in_the_middle_loses_and_doubles_nothing(
    postgres: Postgres, postgres_url: str, mail: MailServer, slack: SlackApi
) -> None:
    database = open_database(postgres_url)
    outlets = outlets_to(mail, slack)
    ids = await put(
        database, *(a_mail(f"{n}@westmere.example") for n in range(60)), *(a_post(f"C{n}") for n in range(20))
    )

    async def restarts_once(_mail: object) -> None:
        if len(mail.mails) == 20:
            await asyncio.to_thread(postgres.restart)

    mail.on_mail = restarts_once
    await deliver_once(database, outlets, limits=UNHURRIED, timing=FAST)
    await asyncio.sleep(FAST.look_after_death)
    await deliver_once(database, outlets, limits=UNHURRIED, timing=FAST)

    assert await states(database, ids) == ["sent"] * 80
    assert len(mail.mails) == len({each.message_id for each in mail.mails}) == 60
    assert len(slack.posts) == len({each.message_id for each in slack.posts}) == 20
    await close_outlets(outlets)
    await database.close()


async def test_a_database_that_was_away_for_long_makes_no_living_worker_look_dead(
    postgres: Postgres, postgres_url: str, mail: MailServer, outlets: Outlets
) -> None:
    """Whoever finds it back first leaves the others the time to record what they had sent."""
    timing = replace(FAST, lease=8.0, grace=6.0)
    databases = [open_database(postgres_url) for _ in range(4)]
    ids = await put(databases[0], *(a_mail(f"{n}@westmere.example") for n in range(60)))
    is_down, stop = asyncio.Event(), asyncio.Event()

    async def falls_over(_mail: object) -> None:
        if len(mail.mails) == 20:
            await asyncio.to_thread(postgres.stop)
            is_down.set()

    mail.on_mail = falls_over
    async with asyncio.TaskGroup() as working:
        for database in databases:
            working.create_task(deliver_forever(database, outlets, stop=stop, limits=UNHURRIED, timing=timing))
        await is_down.wait()
        await asyncio.sleep(timing.grace + 1)
        await asyncio.to_thread(postgres.restart)
        async with asyncio.timeout(40):
            while await states(databases[0], ids) != ["sent"] * 60:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        stop.set()

    assert len(mail.mails) == len({each.message_id for each in mail.mails}) == 60
    for database in databases:
        await database.close()


async def test_a_worker_of_the_previous_release_goes_on_while_the_tables_grow(
    postgres_database: Database, mail: MailServer, slack: SlackApi, outlets: Outlets
) -> None:
    """What a migration does first: it adds columns and indexes, in one transaction, to tables that are in use."""
    ids = await put(
        postgres_database,
        *(a_mail(f"{n}@westmere.example") for n in range(60)),
        *(a_post(f"C{n}") for n in range(20)),
    )

    async def grows_once(_mail: object) -> None:
        if len(mail.mails) == 20:
            async with postgres_database.writing() as connection:
                for table in ("deliveries", "attempts", "rates", "payloads"):
                    await connection.execute(text(f"ALTER TABLE {table} ADD COLUMN newer TEXT DEFAULT 'unset'"))
                await connection.execute(text("CREATE INDEX ix_newer ON deliveries (newer, due_at)"))

    mail.on_mail = grows_once
    tally = await deliver_once(postgres_database, outlets, limits=UNHURRIED, timing=FAST)

    assert tally == {"sent": 80}
    assert await states(postgres_database, ids) == ["sent"] * 80
    assert (len(mail.mails), len(slack.posts)) == (60, 20)


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """The system lets no file of this process grow beyond ``size`` bytes: to SQLite, a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_on_a_full_disk_nothing_is_taken_and_what_was_sent_is_not_sent_again(
    sqlite_database: Database, mail: MailServer, outlets: Outlets
) -> None:
    """For longer than a lease lasts: the worker still knows what it has sent."""
    timing = replace(FAST, lease=1.0, guard=0.5)
    ids = await put(sqlite_database, *(a_mail(f"{n}@westmere.example") for n in range(30)))
    ten_arrived, disk_is_full, stop = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def counts(_mail: object) -> None:
        if len(mail.mails) == 10:
            ten_arrived.set()
            await disk_is_full.wait()

    mail.on_mail = counts
    with capture_logs() as said:
        async with asyncio.TaskGroup() as working:
            working.create_task(
                deliver_forever(sqlite_database, outlets, stop=stop, limits=UNHURRIED, timing=timing)
            )
            await ten_arrived.wait()
            with files_no_larger_than(1_000):
                disk_is_full.set()
                async with asyncio.timeout(20):
                    while not any(each["event"] == "waiting for the database" for each in said):  # noqa: ASYNC110
                        await asyncio.sleep(0.02)
                await asyncio.sleep(2 * timing.lease)
                sent_while_full = len(mail.mails)
            async with asyncio.timeout(20):
                while await states(sqlite_database, ids) != ["sent"] * 30:  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
            stop.set()

    reasons = {each["reason"] for each in said if each["event"] == "waiting for the database"}
    assert all("disk" in reason for reason in reasons), reasons
    assert sent_while_full < 10 + 2 * 6  # no more than what was in flight
    assert len(mail.mails) == len({each.message_id for each in mail.mails}) == 30
