"""Every button that is left: those of cards, lists and help in a channel, and all of the Home tab's."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.slack import actions
from database.connection import Database
from digests.slack_limits import lint, lint_view
from tests.features.slack_office import AMINA, FOSTERING, WAYS, Office, office
from tests.servers.local_slack_ui import Said, Window, button_in, window, words_in

pytestmark = pytest.mark.npm

TOPICS = (
    "fostering, adoption, kinship, leaving care, mash, assessment, court, education, health, records, complaints, "
    "exploitation, disability, workforce"
).split(", ")


@pytest.fixture(params=WAYS)
async def at_work(sqlite_database: Database, request: pytest.FixtureRequest) -> AsyncIterator[Office]:
    async with office(sqlite_database, way=request.param) as running:
        yield running


@pytest.fixture
async def screen(at_work: Office) -> AsyncIterator[Window]:
    async with window(at_work.slack) as opened:
        yield opened


async def opens_by(at_work: Office, screen: Window, message: dict[str, Any], action: str) -> Said:
    """Press a button that opens a form; returns the form."""
    at = len(screen.seen)
    press = button_in(message, action)
    await at_work.slack.control("interact", channel=FOSTERING, messageTs=message["ts"], user=AMINA, action=press)
    modal = await screen.modal(after=at)
    assert lint_view(modal) == []
    return modal


async def home_of(at_work: Office, screen: Window) -> Said:
    at = len(screen.seen)
    await at_work.slack.control("open-home", user=AMINA)
    return await screen.home(AMINA, after=at)


async def test_a_card_opens_its_chapters_history(at_work: Office) -> None:
    card = await at_work.types("private fostering")
    history = await at_work.presses(card, "show_history")
    assert lint(history) == []
    assert "1 amendment, the newest first" in history["text"]


async def test_who_meant_another_chapter_is_shown_the_contents(at_work: Office) -> None:
    answer = await at_work.presses(await at_work.types("private fostering"), actions.NONE_OF_THESE)
    assert lint(answer) == []
    assert "noted, without your name" in answer["text"]
    assert "/sample/contents.html" in answer["text"]


@pytest.mark.parametrize(
    ("typed", "action", "title"),
    [
        ("help", actions.OPEN_LOOK_UP, "Look up a procedure"),
        ("help", actions.OPEN_SUBSCRIBE, "Follow the manual"),
        ("list", actions.OPEN_SETTINGS, "Settings"),
        ("list", actions.CHANGE, "Change"),
    ],
)
async def test_buttons_open_their_forms(
    at_work: Office, screen: Window, typed: str, action: str, title: str
) -> None:
    await at_work.types("subscribe fostering")
    modal = await opens_by(at_work, screen, await at_work.types(typed), action)
    assert modal["title"]["text"] == title


async def test_subscribe_alone_opens_the_form_that_subscribes(at_work: Office, screen: Window) -> None:
    await at_work.slack.control("command", user=AMINA, channel=FOSTERING, command="/procedure", text="subscribe")
    assert "The channel #fostering" in words_in(await screen.modal())


async def test_a_long_list_is_paged_and_each_entry_resumes(at_work: Office) -> None:
    for topic in TOPICS[:10]:
        await at_work.types(f"subscribe {topic}")
    await at_work.types("pause records until 2 September")
    first = await at_work.types("list")
    assert "10 subscriptions. Page 1 of 2." in first["text"]
    second = await at_work.presses(first, "list_page:more")
    assert "Records" in second["text"]
    assert lint(second) == []
    resumed = await at_work.presses(second, "resume")
    assert "Runs again: the topic Records" in resumed["text"]


async def test_home_opens_every_form_and_a_history(at_work: Office, screen: Window) -> None:
    await at_work.types("subscribe everything")
    home = await home_of(at_work, screen)
    for action, title in {
        f"home_{actions.OPEN_LOOK_UP}": "Look up a procedure",
        f"home_{actions.OPEN_SUBSCRIBE}": "Follow the manual",
        f"home_{actions.OPEN_SETTINGS}": "Settings",
        f"home_{actions.CHANGE}": "Change",
        f"home_{actions.SHOW_HISTORY}": "History",
    }.items():
        at = len(screen.seen)
        await screen.clicks(AMINA, home, action)
        modal = await screen.modal(after=at)
        assert modal["title"]["text"] == title
        assert lint_view(modal) == []
        await screen.does("view_close", user=AMINA)


async def test_who_follows_something_at_home_sees_it_there(at_work: Office, screen: Window) -> None:
    home = await home_of(at_work, screen)
    await screen.clicks(AMINA, home, "home_open_subscribe")
    modal = await screen.modal()
    at = len(screen.seen)
    await screen.submits(AMINA, modal, topic="fostering", frequency="daily")
    followed = await screen.home(AMINA, after=at)
    assert "The topic Fostering in every manual" in words_in(followed)
    assert await at_work.said_to_everybody() == []

    await screen.does("view_close", user=AMINA)
    await screen.until(lambda said: True if said["t"] == "view" and not said["stack"] else None, after=at)
    at = len(screen.seen)
    await screen.clicks(AMINA, followed, "home_open_settings")
    modal = await screen.modal(after=at)
    at = len(screen.seen)
    await screen.submits(AMINA, modal, hour="17")
    assert "Daily at 17:00" in words_in(await screen.home(AMINA, after=at))


async def test_home_is_paged_and_resumes(at_work: Office, screen: Window) -> None:
    for topic in TOPICS:
        await at_work.types(f"subscribe {topic} for me")
    await at_work.types("pause fostering until 2 September for me")
    home = await home_of(at_work, screen)
    assert lint_view(home) == []

    at = len(screen.seen)
    await screen.clicks(AMINA, home, "home_resume")
    assert "Runs again: the topic Fostering" in words_in(await screen.home(AMINA, after=at))

    at = len(screen.seen)
    await screen.clicks(AMINA, home, "home_list_page:more")
    later = await screen.home(AMINA, after=at)
    assert "The topic Workforce and practice" in words_in(later)
    at = len(screen.seen)
    await screen.clicks(AMINA, later, "home_list_page:back")
    assert "The topic Fostering" in words_in(await screen.home(AMINA, after=at))
