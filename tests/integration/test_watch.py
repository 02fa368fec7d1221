"""Visits to a real server, recorded in a real database: baselines, archives, claims, failures."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from config.manuals import ManualConfig, SourceConfig
from database.connection import Database
from manual import store
from manual.fetch import Fetcher
from manual.store import RecordedAmendment
from manual.store.history import told_amendments
from manual.watch import Visit, Watcher
from tests.servers.pages import Answer, PageServer, page_server

NOW = datetime(2026, 10, 5, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def a_list(*titles: str, month: str = "October 2026", foot: str = "") -> str:
    rows = "".join(f"<tr><td>{title}</td><td>This chapter has been updated.</td></tr>" for title in titles)
    return f"<html><body><h1>Amendments</h1><h2>{month}</h2><table>{rows}</table>{foot}</body></html>"


@dataclass
class Notebook:
    """Listens, and writes down what it hears. ``slow``: takes its time, inside the transaction."""

    told: list[str | None] = field(default_factory=list)
    trouble_heard: list[str] = field(default_factory=list)
    fails: bool = False

    async def amendments_recorded(
        self, connection: AsyncConnection, amendments: Sequence[RecordedAmendment], now: datetime
    ) -> None:
        if self.fails:
            raise RuntimeError("the process dies here")
        self.told += [each.amendment.title for each in amendments]

    async def trouble(self, connection: AsyncConnection, summary: str, details: str, now: datetime) -> None:
        self.trouble_heard.append(summary)


@pytest.fixture
async def council() -> AsyncIterator[PageServer]:
    async with page_server() as server:
        yield server


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with Fetcher(pause=0, first_wait=0.01, timeout=5) as made:
        yield made


def watcher(database: Database, fetcher: Fetcher, url: str, heard: Notebook) -> Watcher:
    source = SourceConfig.model_validate({"kind": "amendments", "url": url})
    return Watcher(
        database=database,
        fetcher=fetcher,
        manuals={"westmere": ManualConfig(name="Westmere", sources=(source,))},
        listeners=heard,
    )


async def test_a_source_is_visited_when_it_is_due_and_not_before(
    database: Database, council: PageServer, fetcher: Fetcher
) -> None:
    heard = Notebook()
    watching = watcher(database, fetcher, council.publish("/a", a_list("One", "Two")), heard)
    (first,) = await watching.visit_due_sources(NOW)
    assert first.outcome == "baseline"
    assert await watching.visit_due_sources(NOW + timedelta(hours=1)) == []
    (second,) = await watching.visit_due_sources(NOW + DAY)
    assert second.outcome == "not modified"
    council.publish("/a", a_list("One", "Two", "Three"))
    (third,) = await watching.visit_due_sources(NOW + 2 * DAY)
    assert (third.outcome, third.recorded) == ("read", 1)
    assert heard.told == ["Three"]


async def test_what_was_recorded_is_told_or_not_recorded_at_all(
    database: Database, council: PageServer, fetcher: Fetcher
) -> None:
    """A process that dies between seeing and matching has seen nothing."""
    heard = Notebook()
    watching = watcher(database, fetcher, council.publish("/a", a_list("One", "Two")), heard)
    await watching.visit_due_sources(NOW)
    council.publish("/a", a_list("One", "Two", "Three"))
    heard.fails = True
    with pytest.raises(RuntimeError):
        await watching.visit_due_sources(NOW + DAY)
    heard.fails = False
    await watching.visit_due_sources(NOW + DAY + store.CLAIM_LASTS)
    assert heard.told == ["Three"]


async def test_older_years_are_read_once_and_told_to_nobody(
    database: Database, council: PageServer, fetcher: Fetcher
) -> None:
    heard = Notebook()
    archive = a_list("Older One", "Older Two", month="March 2025")
    links = f'<p><a href="{council.publish("/2025", archive)}">2025 Amendments</a></p>'
    watching = watcher(database, fetcher, council.publish("/a", a_list("One", foot=links)), heard)
    await watching.visit_due_sources(NOW)
    async with database.reading() as connection:
        known = await told_amendments(connection, "westmere")
    assert [each.amendment.title for each in known] == ["One", "Older One", "Older Two"]
    await watching.visit_due_sources(NOW + DAY)
    assert [path for path, _ in council.requests].count("/2025") == 1
    assert heard.told == []


async def test_two_watchers_share_the_work(database: Database, council: PageServer, fetcher: Fetcher) -> None:
    heard = Notebook()
    url = council.answer("/a", Answer(a_list("One", "Two").encode(), delay=0.2))
    visits = await asyncio.gather(
        *(watcher(database, fetcher, url, heard).visit_due_sources(NOW) for _ in range(2))
    )
    assert sorted(len(each) for each in visits) == [0, 1]


async def test_a_visit_that_outlives_its_claim_records_nothing(
    database: Database, council: PageServer, fetcher: Fetcher
) -> None:
    heard = Notebook()
    watching = watcher(database, fetcher, council.publish("/a", a_list("One", "Two")), heard)
    async with database.writing() as connection:
        await store.add_sources(connection, watching.manuals, NOW)
        mine = await store.claim_due_source(connection, NOW)
    assert mine is not None
    late = NOW + store.CLAIM_LASTS
    (theirs,) = await watching.visit_due_sources(late)  # another process takes it over
    assert theirs.outcome == "baseline"
    council.publish("/a", a_list("One", "Two", "Three"))
    assert (await watching.visit(mine, DAY, late)).outcome == "failed"
    assert heard.told == []


async def test_failures_are_counted_told_at_the_third_and_forgiven(
    database: Database, council: PageServer, fetcher: Fetcher
) -> None:
    heard = Notebook()
    url = council.publish("/a", a_list("One", "Two"))
    watching = watcher(database, fetcher, url, heard)
    await watching.visit_due_sources(NOW)
    council.publish("/a", "")
    moment = NOW + DAY
    visits: list[Visit] = []
    for _ in range(4):
        visits += await watching.visit_due_sources(moment)
        async with database.reading() as connection:
            (source,) = await store.all_sources(connection)
        moment = source.next_fetch_at
    assert [each.outcome for each in visits] == ["failed"] * 4
    assert source.failures == 4
    assert heard.trouble_heard == ["westmere: the amendments page can't be read"]
    council.publish("/a", a_list("One", "Two", "Three"))
    await watching.visit_due_sources(moment)
    assert heard.told == ["Three"]
    assert heard.trouble_heard[1:] == ["westmere: the amendments page can be read again"]


async def test_an_update_that_does_not_come_is_told_once(
    database: Database, council: PageServer, fetcher: Fetcher
) -> None:
    heard = Notebook()
    url = council.publish("/a", a_list("One", "Two", foot="<p>Next Update: May 2026</p>"))
    watching = watcher(database, fetcher, url, heard)
    for day in range(3):
        await watching.visit_due_sources(NOW + day * DAY)
    assert heard.trouble_heard == ["westmere: the announced update is late"]
