"""A digest arrives in a channel, and its readers act on it: history, "Not for us", "Something wrong?"."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from database.connection import Database
from digests.slack_limits import lint, lint_view
from tests.features.slack_office import AMINA, DAVE, FOSTERING, WAYS, Office, office
from tests.servers.local_slack_ui import Window, button_in, window, words_in

pytestmark = pytest.mark.npm


@pytest.fixture(params=WAYS)
async def at_work(sqlite_database: Database, request: pytest.FixtureRequest) -> AsyncIterator[Office]:
    async with office(sqlite_database, way=request.param, operators="slack:C01OPS") as running:
        yield running


@pytest.fixture
async def screen(at_work: Office) -> AsyncIterator[Window]:
    async with window(at_work.slack) as opened:
        yield opened


async def an_update_comes(at_work: Office) -> dict[str, Any]:
    """The manual's update is published and told; returns the channel's post."""
    at_work.now += timedelta(hours=1)
    at_work.site.publish_update()
    await at_work.reads_the_manual()
    await at_work.sends()
    messages = await at_work.slack.messages(FOSTERING)
    (post,) = [each for each in messages if "to re-read" in each["text"] and not each.get("thread_ts")]
    return post


async def picks(at_work: Office, post: dict[str, Any], choice: str, *, user: str = AMINA) -> None:
    """Open the first entry's menu and take the choice that begins so."""
    menu = next(block["accessory"] for block in post["blocks"] if "accessory" in block)
    option = next(each for each in menu["options"] if each["value"].startswith(choice))
    action = {"type": "overflow", "action_id": menu["action_id"], "block_id": "b", "selected_option": option}
    await at_work.slack.control("interact", channel=FOSTERING, messageTs=post["ts"], user=user, action=action)


async def seen(at_work: Office) -> dict[str, str]:
    return {message["ts"]: str(message.get("blocks")) for message in await at_work.slack.messages(FOSTERING)}


async def test_a_reader_asks_for_a_chapters_history(at_work: Office) -> None:
    await at_work.types("subscribe fostering as it happens")
    post = await an_update_comes(at_work)
    assert lint(post) == []
    before = await seen(at_work)
    await picks(at_work, post, "history")
    history = await at_work.answer(FOSTERING, before)
    assert history["subtype"] == "ephemeral"
    assert "Assessment and Approval of Foster Carers" in history["text"]
    assert "should be re-read in full" in history["text"]


async def test_not_for_us_asks_before_it_leaves_anything_out(at_work: Office, screen: Window) -> None:
    await at_work.types("subscribe everything as it happens")
    post = await an_update_comes(at_work)
    await picks(at_work, post, "not_for_us")
    modal = await screen.modal()
    assert lint_view(modal) == []
    assert "because this channel follows everything" in words_in(modal)
    (question,) = [block for block in modal["blocks"] if block["type"] == "input"]
    choices = [each["text"]["text"] for each in question["element"]["options"]]
    assert choices[0].startswith("The chapter ")
    assert len(await at_work.said_to_everybody()) > 0

    before = await seen(at_work)
    await screen.submits(AMINA, modal, what=question["element"]["options"][0]["value"])
    said = await at_work.answer(FOSTERING, before)
    assert said["text"].startswith("From now on the chapter")
    assert "but not the chapter" in (await at_work.types("list"))["text"]
    lines = await at_work.said_to_everybody(times=3)  # subscribed, the digest, left out
    assert any(f"<@{AMINA}> left the chapter" in line for line in lines)


async def test_who_is_no_member_leaves_nothing_out(at_work: Office) -> None:
    await at_work.types("subscribe fostering as it happens")
    post = await an_update_comes(at_work)
    before = await seen(at_work)
    await picks(at_work, post, "not_for_us", user=DAVE)
    assert "Only members of the channel" in (await at_work.answer(FOSTERING, before))["text"]


async def test_whoever_runs_it_hears_what_is_wrong(at_work: Office, screen: Window) -> None:
    await at_work.types("subscribe fostering as it happens")
    post = await an_update_comes(at_work)
    press = button_in(post, "feedback")
    await at_work.slack.control("interact", channel=FOSTERING, messageTs=post["ts"], user=AMINA, action=press)
    modal = await screen.modal()
    assert lint_view(modal) == []
    before = await seen(at_work)
    await screen.submits(AMINA, modal, words="The panel's chapter is missing from this.")
    assert "Thank you" in (await at_work.answer(FOSTERING, before))["text"]
    await at_work.sends()
    (notice,) = await at_work.slack.messages("C01OPS")
    assert "The panel's chapter is missing from this." in notice["text"]
    assert f"From Amina Rahman ({AMINA}) in #fostering" in notice["text"]
