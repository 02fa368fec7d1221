"""One question at every door: the command line, Slack, mail and the page answer alike, and learn alike."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from selectolax.lexbor import LexborHTMLParser

from bot.assembly import utc_now
from bot.mail.desk import MailDesk
from bot.mail.door import door_of, open_door
from bot.misses import tell_operators
from bot.slack.serve import serve_slack
from bot.web.server import listen
from database.connection import Database
from database.schema import misses, payloads
from digests.notices import operators_of
from manual.reading import Chapter, ChapterReading, ChapterSection, ContentsReading
from manual.store import add_chapters, all_sources, record_reading
from subscriptions.store_retention import clean_up
from tests.features.slack_office import AMINA, FOSTERING
from tests.features.test_email_by_mail import SETTINGS, Post
from tests.integration.test_command_line import Shell
from tests.mail_office import CONTENTS, MailOffice, running_office, text_of
from tests.servers.local_slack import APP_TOKEN, BOT_TOKEN, LocalSlack, local_slack
from tests.servers.local_slack_ui import button_in
from tests.servers.mail import mail_server

pytestmark = pytest.mark.npm

MANUAL = """[manuals.westmere]
name = "Westmere Procedures"
sources = [
    {kind = "amendments", url = "https://m.example/amendments.html"},
    {kind = "contents", url = "https://m.example/contents.html"},
]
"""
TITLES = tuple(f"{each.number} {each.title}" for each in CONTENTS.chapters)


@dataclass
class Doors:
    """The four doors of one office. Each gives the chapters that it answers with, best first."""

    office: MailOffice
    slack: LocalSlack
    post: Post
    shell: Shell
    url: str
    chapters: tuple[str, ...] = TITLES

    async def page(self, words: str) -> list[str]:
        page = await self.office.browser.get("/look-up", params={"words": words})
        answers = LexborHTMLParser(page.text).css_first(".answers")
        return self._in(answers.text() if answers else "")

    async def mail(self, words: str) -> list[str]:
        (answer,) = await self.post.orders(f"look up {words}")
        return self._in(text_of(answer))

    async def in_slack(self, words: str) -> dict[str, Any]:
        before = len(await self.slack.messages(FOSTERING))
        await self.slack.control("command", user=AMINA, channel=FOSTERING, command="/procedure", text=words)
        return await self._next(before)

    async def presses(self, message: dict[str, Any], action: str) -> dict[str, Any]:
        before = len(await self.slack.messages(FOSTERING))
        button = button_in(message, action)
        await self.slack.control("interact", channel=FOSTERING, messageTs=message["ts"], user=AMINA, action=button)
        return await self._next(before)

    async def command_line(self, *words: str) -> str:
        answer = await asyncio.to_thread(
            self.shell.run,
            "lookup",
            *words,
            CHAPTERWATCH_DATABASE_URL=self.url,
            CHAPTERWATCH_MANUALS_FILE="manuals.toml",
            CHAPTERWATCH_SECRET_KEY="k" * 48,
        )
        assert answer.code == 0, answer.err
        return answer.out

    async def all(self, words: str) -> dict[str, list[str]]:
        return {
            "page": await self.page(words),
            "mail": await self.mail(words),
            "slack": self._in((await self.in_slack(words))["text"]),
            "command line": self._in(await self.command_line(words)),
        }

    async def misses(self, *, of: str, times: int) -> dict[str, int]:
        """What is listed as missed, with how often, as soon as that is noted: after the answer was given."""
        async with asyncio.timeout(10):
            while True:
                lines = (await self.command_line("--misses", "--json")).splitlines()
                missed = {each["words"]: each["times"] for each in map(json.loads, lines)}
                if missed.get(of) == times:
                    return missed
                await asyncio.sleep(0.1)

    def _in(self, said: str) -> list[str]:
        """The chapters that an answer names, in its order, each once."""
        said = re.sub(r"\s+", " ", said)
        return sorted((title for title in self.chapters if title in said), key=said.index)

    async def _next(self, before: int) -> dict[str, Any]:
        async with asyncio.timeout(5):
            while len(messages := await self.slack.messages(FOSTERING)) == before:  # noqa: ASYNC110 - no event
                await asyncio.sleep(0.02)
        return messages[-1]


@pytest.fixture
async def doors(sqlite_database: Database, sqlite_url: str, tmp_path: Path) -> AsyncIterator[Doors]:
    (tmp_path / "manuals.toml").write_text(MANUAL)
    async with mail_server() as mail, local_slack() as slack:
        settings: dict[str, Any] = {
            **SETTINGS,
            "slack_bot_token": SecretStr(BOT_TOKEN),
            "slack_app_token": SecretStr(APP_TOKEN),
            "slack_api_url": slack.api_url,
            "operators": "slack:C01OPS",
        }
        async with running_office(sqlite_database, sqlite_url, mail, **settings) as office:
            stop, connected = asyncio.Event(), asyncio.Event()
            serving = asyncio.create_task(
                serve_slack(office.parts, sqlite_database, stop, clock=office.clock, connected=connected)
            )
            door = door_of(office.parts.settings, MailDesk(registrar=office.site.registrar, clock=office.clock))
            async with open_door(door, listen("127.0.0.1", 0)) as port:
                await asyncio.wait_for(connected.wait(), 10)
                yield Doors(office, slack, Post(office, port), Shell(tmp_path), sqlite_url)
            stop.set()
            await serving


async def publishes_chapter(office: MailOffice, url: str, title: str, text: str) -> None:
    """A chapter's own page is read."""
    async with office.database.writing() as connection:
        await add_chapters(connection, "westmere", [(url, office.clock())])
        source = next(each for each in await all_sources(connection) if each.url == url)
        section = ChapterSection(number="1", heading="About", text=text)
        await record_reading(connection, source, ChapterReading(title=title, sections=(section,)), office.clock())


async def test_every_door_answers_alike_from_all_that_is_kept(doors: Doors) -> None:
    office = doors.office
    await office.publishes(
        "Children Missing from Care", baseline=True, former_titles=("Absconders",), details="Say so to Merlin."
    )
    await publishes_chapter(
        office, "https://m.example/p_reviews.html", "Reviews (Westmere)", "Carers bring their zebrafish licence."
    )
    asked = {
        "private fostering": "2.2 Private Fostering",
        "2.1": "2.1 Foster Carer Reviews",
        "absconders": "1.1 Children Missing from Care",  # what the chapter was called once
        "merlin": "1.1 Children Missing from Care",  # of an amendment's details
        "zebrafish licence": "2.1 Foster Carer Reviews",  # of the chapter's text
        "foster carer review": "2.1 Foster Carer Reviews",
        "fostering": None,
        "quantum chromodynamics": None,
    }
    for words, first in asked.items():
        told = await doors.all(words)
        assert len({tuple(each) for each in told.values()}) == 1, (words, told)
        assert first is None or told["page"][:1] == [first], (words, told)


async def test_a_change_of_the_manual_is_answered_from_without_a_restart(doors: Doors) -> None:
    assert set(map(tuple, (await doors.all("sleepovers")).values())) == {()}

    office = doors.office
    new = Chapter(number="2.3", title="Sleepovers", section="2", url="https://m.example/p_sleepovers.html")
    async with office.database.writing() as connection:
        source = next(each for each in await all_sources(connection) if each.kind == "contents")
        contents = ContentsReading(sections=CONTENTS.sections, chapters=(*CONTENTS.chapters, new))
        await record_reading(connection, source, contents, office.clock())

    doors.chapters = (*TITLES, "2.3 Sleepovers")
    assert set(map(tuple, (await doors.all("sleepovers")).values())) == {("2.3 Sleepovers",)}


async def test_where_nothing_fits_every_door_says_so_and_names_topics_and_the_contents(doors: Doors) -> None:
    page = await doors.office.browser.get("/look-up", params={"words": "adoption support"})
    (mail,) = await doors.post.orders("look up adoption support")
    slack = (await doors.in_slack("adoption support"))["text"]
    shell = await doors.command_line("adoption support")
    for said in (page.text, text_of(mail), slack, shell):
        assert "Nothing in the manual answers" in said
        assert "Adoption" in said
        assert "https://m.example/contents.html" in said
        assert not doors._in(said)


async def test_what_was_missed_at_any_door_is_listed_and_told_to_operators_once_a_month(doors: Doors) -> None:
    office = doors.office
    office.clock.now = office.clock.now.replace(day=1)
    await doors.in_slack("adoption allowance")
    await doors.page("adoption allowance")
    await doors.mail("adoption allowance")
    await doors.command_line("adoption allowance")
    await doors.in_slack("private fostering")  # found
    refused = await doors.presses(await doors.in_slack("fostering"), "none_of_these")
    assert "noted, without your name" in refused["text"]
    assert "https://m.example/contents.html" in refused["text"]
    await doors.in_slack("Kyle Barraclough")

    assert await doors.misses(of="adoption allowance", times=4) == {"adoption allowance": 4, "fostering": 1}

    operators = operators_of(office.parts.settings)
    for _ in range(3):
        await asyncio.gather(*(tell_operators(office.database, operators, office.clock()) for _ in range(3)))
    await office.sends()
    (told,) = await doors.slack.messages("C01OPS")
    assert "“adoption allowance”: 4 times" in told["text"]
    assert "“fostering”: 1 time" in told["text"]
    assert "yle" not in told["text"]

    office.clock.now = utc_now() + timedelta(days=32)  # the command line asks in our own days
    async with office.database.writing() as connection:
        await clean_up(connection, office.clock())
    async with office.database.reading() as connection:
        kept = [*await connection.execute(misses.select()), *await connection.execute(payloads.select())]
    assert "adoption allowance" not in str(kept)
