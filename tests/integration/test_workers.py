"""Who may work: one process on an SQLite file, any number on PostgreSQL; and what becomes of a dead one's rows."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from database.connection import Database, open_database
from digests import recover
from digests.deliver import deliver_once
from digests.errors import WorkTaken
from digests.outlets import close_outlets
from digests.presence import presence_in
from digests.recover import Patience
from digests.store import claiming, holding
from digests.store.outbox import Channel, Claim, Lane
from tests.outbox_builders import FAST, UNHURRIED, Clock, a_mail, a_post, attempts_of, outlets_to, put, row, states
from tests.servers.mail import MailServer

LEASE = timedelta(seconds=30)
BULK: tuple[Lane, ...] = ("bulk",)
PATIENCE = Patience(lease=LEASE, grace=timedelta(seconds=6), look_after=timedelta(seconds=30))


async def claimed(database: Database, worker: str, clock: Clock, *, channel: Channel = "email") -> list[Claim]:
    async with database.writing() as connection:
        return await claiming.claim(
            connection,
            worker=worker,
            channel=channel,
            lanes=BULK,
            limit=10,
            limits=UNHURRIED,
            now=clock(),
            lease=LEASE,
        )


async def test_a_second_process_on_an_sqlite_file_is_sent_away(sqlite_url: str, mail: MailServer) -> None:
    first, second = open_database(sqlite_url), open_database(sqlite_url)
    presence, outlets = presence_in(first), outlets_to(mail)
    await presence.appear()
    try:
        with pytest.raises(WorkTaken, match="another chapterwatch process"):
            await deliver_once(second, outlets, limits=UNHURRIED, timing=FAST)
    finally:
        await presence.leave()
    await deliver_once(second, outlets, limits=UNHURRIED, timing=FAST)
    await close_outlets(outlets)
    for each in (first, second):
        await each.close()


async def test_what_a_dead_process_held_on_an_sqlite_file_is_free_at_once(
    sqlite_database: Database, clock: Clock
) -> None:
    (number,) = await put(sqlite_database, a_mail())
    await claimed(sqlite_database, "dead", clock)

    freed = await recover.take_over(sqlite_database, "alive", (), PATIENCE, clock())

    assert freed == 1
    assert await states(sqlite_database, [number]) == ["pending"]
    assert [each.outcome for each in await attempts_of(sqlite_database, number)] == ["interrupted"]


async def test_a_living_worker_keeps_what_it_holds_and_a_dead_one_loses_it_after_its_grace(
    postgres_database: Database, clock: Clock
) -> None:
    living = presence_in(postgres_database)
    await living.appear()
    kept = await put(postgres_database, a_mail())
    await claimed(postgres_database, living.name, clock)
    lost = await put(postgres_database, a_mail())
    await claimed(postgres_database, "dead", clock)

    clock.moves_on(seconds=5)
    assert await recover.take_over(postgres_database, "third", (), PATIENCE, clock()) == 0
    clock.moves_on(seconds=2)
    assert await recover.take_over(postgres_database, "third", (), PATIENCE, clock()) == 1
    assert await states(postgres_database, kept + lost) == ["claimed", "pending"]

    clock.moves_on(seconds=30)
    assert await recover.take_over(postgres_database, "third", (), PATIENCE, clock()) == 1
    assert await states(postgres_database, kept) == ["pending"]
    await living.leave()


async def test_a_worker_keeps_what_it_has_in_hand_when_its_lease_runs_out(
    database: Database, clock: Clock
) -> None:
    in_hand, never_heard_of = await put(database, a_mail(), a_mail())
    await claimed(database, "cut off", clock)

    clock.moves_on(seconds=61)
    freed = await recover.take_over(database, "cut off", [in_hand], PATIENCE, clock())

    assert freed == 1
    assert await states(database, [in_hand, never_heard_of]) == ["claimed", "pending"]


async def test_a_worker_that_left_no_longer_counts_as_living(postgres_database: Database, clock: Clock) -> None:
    presence = presence_in(postgres_database)
    await presence.appear()
    await presence.appear()
    await put(postgres_database, a_mail())
    await claimed(postgres_database, presence.name, clock)
    await presence.leave()

    clock.moves_on(seconds=7)

    assert await recover.take_over(postgres_database, "other", (), PATIENCE, clock()) == 1


async def test_a_post_that_a_dead_worker_had_announced_is_unknown_and_one_that_it_had_not_is_pending(
    database: Database, clock: Clock
) -> None:
    announced, not_yet = await put(database, a_post("C1"), a_post("C2"))
    claims = await claimed(database, "dead", clock, channel="slack")
    async with database.writing() as connection:
        assert await holding.hand_over(connection, "dead", claims[0], clock())

    clock.moves_on(seconds=31)
    await recover.take_over(database, "alive", (), PATIENCE, clock())

    assert await states(database, [announced, not_yet]) == ["unknown", "pending"]
    assert (await row(database, announced)).due_at > clock()


async def test_what_was_given_back_was_no_attempt(database: Database, clock: Clock) -> None:
    (number,) = await put(database, a_mail())
    (claim,) = await claimed(database, "worker", clock)
    async with database.writing() as connection:
        await holding.give_back(connection, "worker", [claim.id])

    assert await states(database, [number]) == ["pending"]
    assert (await row(database, number)).attempts == 0


async def test_a_claim_can_be_renewed_and_announced_by_its_holder_alone(database: Database, clock: Clock) -> None:
    await put(database, a_post("C1"))
    (claim,) = await claimed(database, "holder", clock, channel="slack")

    async with database.writing() as connection:
        assert await holding.renew(connection, "other", [claim.id], clock() + LEASE) == set()
        assert await holding.renew(connection, "holder", [claim.id], clock() + LEASE) == {claim.id}
        assert not await holding.hand_over(connection, "other", claim, clock())
        assert await holding.hand_over(connection, "holder", claim, clock())


async def test_the_lock_file_lies_beside_the_database(sqlite_url: str, tmp_path: Path) -> None:
    database = open_database(sqlite_url)
    presence = presence_in(database)
    await presence.appear()
    await presence.leave()
    await database.close()

    assert (tmp_path / "chapterwatch.db.worker").exists()
