"""Processes are killed at every seam and at random: nothing is lost, and twice comes only what was in flight.

The long form, with 2,000 deliveries and 200 kills, is ``python -m tests.kill``.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
from datetime import UTC, datetime
from typing import get_args

from sqlalchemy import select

from config.manuals import ManualConfig
from database.schema import attempts, sources
from digests.rates import Limits
from manual.store import make_due
from subscriptions.subscribers import Frequency
from subscriptions.topics import Topics
from tests.kill.fleet import Fleet, fleet_on
from tests.kill.process import Job, Point
from tests.ledger_builders import Council
from tests.outbox_builders import FAST, a_mail, a_post, a_thread, put, states
from tests.servers.pages import page_server

MANY_WORKERS = 3
UNHASTY = Limits(slack_per_minute=6_000, smtp_per_second=100, channel_seconds=0.05)


def a_list(*titles: str) -> str:
    rows = "".join(f"<tr><td>{title}</td><td>This chapter was rewritten.</td></tr>" for title in titles)
    return f"<h1>Amendments</h1><h2>May 2026</h2><table>{rows}</table>"


def a_job(limits: Limits, **changes: object) -> Job:
    values = {"database_url": "", "smtp_port": 0, "slack_url": "", "manuals": {}, "timing": FAST, "limits": limits}
    return Job(**{**values, **changes})  # type: ignore[arg-type]


async def test_a_kill_at_any_seam_loses_nothing_and_doubles_only_what_flies(database_url: str) -> None:
    """One process after the other is started, and each dies at the next seam from a page to a reader."""
    async with page_server() as pages:
        url = pages.publish("/amendments.html", a_list("Staying Put"))
        manual = ManualConfig.model_validate(
            {"name": "Westmere", "follow": "off", "sources": [{"kind": "amendments", "url": url}]}
        )
        job = a_job(UNHASTY, watches=True, width=2, manuals={"westmere": manual})
        async with fleet_on(database_url, job) as fleet:
            council = Council(fleet.database, Topics.load())
            now = datetime.now(UTC)
            teams = [await council.has_team(f"team-{n}@westmere.example", at=now) for n in range(6)]
            teams += [await council.has_team(f"C{n}", at=now) for n in range(6)]
            for team in teams:
                await council.subscribes(team, Frequency.AS_IT_HAPPENS, at=now)
            await take_a_baseline(fleet)
            pages.publish("/amendments.html", a_list("Staying Put", *(f"Chapter {n}" for n in range(5))))

            for point in get_args(Point):
                await finds_something_to_do(fleet)
                await fleet.dies(fleet.start(dies_at=point))
            await dies_while_a_mail_is_accepted(fleet)
            await dies_while_a_post_is_stored(fleet)
            await finds_something_to_do(fleet)
            fleet.start()
            await fleet.settles(within=60)
            await fleet.stop()

            count = await fleet.count()
            told = [await council.told(team) for team in teams]
            assert [len(each) for each in told] == [1] * 12
            assert {len(titles) for ((_, titles),) in told} == {5}
    assert (count.lost, count.doubled_posts, count.invented, count.altered) == (0, 0, 0, 0)
    assert count.doubled_mails <= count.kills * fleet.job.width


async def take_a_baseline(fleet: Fleet) -> None:
    """Somebody has watched the page before: what stands on it is known."""
    fleet.start()
    await fleet.holds(select(sources.c.id).where(sources.c.baseline_at.is_not(None)))
    await fleet.stop()


async def finds_something_to_do(fleet: Fleet) -> None:
    """Whatever those before it did: the page is due, and there is a mail and a post to be sent."""
    await put(fleet.database, a_mail(), a_post())
    async with fleet.database.writing() as connection:
        await make_due(connection, "westmere", None, datetime.now(UTC))


async def dies_while_a_mail_is_accepted(fleet: Fleet) -> None:
    """The relay has the mail, and its answer never comes."""
    await put(fleet.database, a_mail())
    process = fleet.start()

    async def kill(_mail: object) -> None:
        fleet.mail.on_mail = None
        fleet.kill(process)

    fleet.mail.on_mail = kill
    await fleet.gone(process)


async def dies_while_a_post_is_stored(fleet: Fleet) -> None:
    """Slack has the post, and its answer never comes."""
    await put(fleet.database, a_post())
    process = fleet.start()

    async def kill(_post: object) -> None:
        fleet.slack.on_post = None
        fleet.kill(process)

    fleet.slack.on_post = kill
    await fleet.gone(process)


async def test_kills_at_random_lose_nothing(database_url: str) -> None:
    async with fleet_on(database_url, a_job(UNHASTY)) as fleet:
        await put(fleet.database, *(a_mail(f"{n}@westmere.example") for n in range(120)))
        await put(fleet.database, *(each for n in range(20) for each in (a_post(f"C{n}"), *a_thread(2, f"C{n}"))))
        for _ in range(1 if database_url.startswith("sqlite") else MANY_WORKERS):
            fleet.start()

        await fleet.kill_at_random(8, pause=0.12, chance=random.Random(4))
        await fleet.settles(within=60)
        await fleet.stop()

        count = await fleet.count()
    assert (count.mails, count.posts) == (120, 60)
    assert (count.lost, count.doubled_posts, count.invented, count.altered) == (0, 0, 0, 0)
    assert count.doubled_mails <= count.kills * fleet.job.width


async def test_a_worker_that_was_stopped_and_wakes_late_changes_nothing(postgres_url: str) -> None:
    """A zombie: another worker has taken its rows over and sent them, and then it goes on where it stood."""
    async with fleet_on(postgres_url, a_job(UNHASTY, width=3)) as fleet:
        ids = await put(fleet.database, *(a_mail(f"{n}@westmere.example") for n in range(20)))
        zombie = fleet.start()

        stopped = asyncio.Event()

        async def stop_it(_mail: object) -> None:
            fleet.mail.on_mail = None
            os.kill(zombie.pid or 0, signal.SIGSTOP)
            stopped.set()

        fleet.mail.on_mail = stop_it
        await stopped.wait()
        fleet.start()
        await fleet.settles(within=60)
        os.kill(zombie.pid or 0, signal.SIGCONT)
        await fleet.holds(
            select(attempts.c.id).where(attempts.c.error == "after another worker had taken it over")
        )
        await fleet.stop()

        count = await fleet.count()
        assert await states(fleet.database, ids) == ["sent"] * 20
    assert (count.lost, count.invented, count.altered) == (0, 0, 0)
    assert 1 <= count.doubled_mails <= fleet.job.width
