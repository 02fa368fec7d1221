"""Modals, the Home tab, the message that greets a channel: filled in and clicked in a local workspace's window."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from database.connection import Database
from digests.slack_limits import lint_view
from tests.features.slack_office import AMINA, DAVE, FOSTERING, WAYS, Office, office
from tests.servers.local_slack_ui import Said, Window, button_in, window, words_in

pytestmark = pytest.mark.npm


@pytest.fixture(params=WAYS)
async def at_work(sqlite_database: Database, request: pytest.FixtureRequest) -> AsyncIterator[Office]:
    async with office(sqlite_database, way=request.param) as running:
        yield running


@pytest.fixture
async def screen(at_work: Office) -> AsyncIterator[Window]:
    async with window(at_work.slack) as opened:
        yield opened


async def types_for_a_form(at_work: Office, text: str) -> None:
    await at_work.slack.control("command", user=AMINA, channel=FOSTERING, command="/procedure", text=text)


async def test_the_command_alone_opens_a_form_that_looks_things_up(at_work: Office, screen: Window) -> None:
    await types_for_a_form(at_work, "")
    modal = await screen.modal()
    assert lint_view(modal) == []
    assert modal["title"]["text"] == "Look up a procedure"

    await screen.submits(AMINA, modal)
    errors = await screen.until(lambda said: said.get("errors") if said["t"] == "view_errors" else None)
    assert "write a few words" in errors["words"]

    await screen.submits(AMINA, modal, words="private fostering")
    card = await at_work.answer(FOSTERING, {})
    assert card["subtype"] == "ephemeral"
    assert "3.1.5 Private Fostering" in card["text"]


async def test_a_channel_is_subscribed_by_the_form(at_work: Office, screen: Window) -> None:
    listed = await at_work.types("list")
    await at_work.slack.control(
        "interact",
        channel=FOSTERING,
        messageTs=listed["ts"],
        user=AMINA,
        action=button_in(listed, "open_subscribe"),
    )
    modal = await screen.modal()
    assert lint_view(modal) == []
    assert "The channel #fostering" in words_in(modal)

    await screen.submits(AMINA, modal, frequency="daily")
    errors = await screen.until(lambda said: said.get("errors") if said["t"] == "view_errors" else None)
    assert "Choose a topic" in errors["topic"]

    at = len(screen.seen)
    await screen.submits(AMINA, modal, topic="fostering", left_out="adopton")
    errors = await screen.until(lambda said: said.get("errors") if said["t"] == "view_errors" else None, after=at)
    assert "Did you mean Adoption?" in errors["left_out"]

    before = {message["ts"]: str(message.get("blocks")) for message in await at_work.slack.messages(FOSTERING)}
    await screen.submits(
        AMINA, modal, topic="fostering", frequency="daily", left_out="adoption", for_whom="channel"
    )
    said = await at_work.answer(FOSTERING, before)
    assert (
        "This channel now follows the topic Fostering in every manual, but not the topic Adoption." in said["text"]
    )
    assert "Daily at 9:00" in said["text"]


async def test_settings_move_every_digest_and_name_the_manual(at_work: Office, screen: Window) -> None:
    await at_work.types("subscribe fostering weekly")
    await types_for_a_form(at_work, "settings")
    modal = await screen.modal()
    assert lint_view(modal) == []
    before = {message["ts"]: str(message.get("blocks")) for message in await at_work.slack.messages(FOSTERING)}
    await screen.submits(AMINA, modal, hour="14", weekday="3", manual="westmere")
    said = await at_work.answer(FOSTERING, before)
    assert "digests to come at 14:00, weekly ones on Thursdays" in said["text"]
    assert "Westmere Children's Services is meant" in said["text"]
    assert "next Thursday 21 May 2026, 14:00" in (await at_work.types("list"))["text"]
    assert "in Westmere Children's Services." in (await at_work.types("subscribe adoption"))["text"]


async def test_home_shows_what_is_followed_and_what_is_new(at_work: Office, screen: Window) -> None:
    await at_work.types("subscribe everything weekly")
    await at_work.slack.control("open-home", user=AMINA)
    first = await screen.home(AMINA)
    assert lint_view(first) == []
    assert "for the first time" in words_in(first)
    assert "#fostering\n" in words_in(first).replace("*", "")
    assert "Looked After Reviews" in words_in(first)  # it must be re-read

    at_work.now += timedelta(days=7)
    at_work.site.publish_update()
    await at_work.reads_the_manual()
    at = len(screen.seen)
    await at_work.slack.control("open-home", user=AMINA)
    later = await screen.home(AMINA, after=at)
    assert lint_view(later) == []
    assert "Assessment and Approval of Foster Carers" in words_in(later)
    assert "And 6 more changes." in words_in(later)


async def test_home_pauses_and_ends_a_channels_subscription_for_its_members(
    at_work: Office, screen: Window
) -> None:
    await at_work.types("subscribe fostering weekly")
    await at_work.slack.control("open-home", user=AMINA)
    home = await screen.home(AMINA)

    at = len(screen.seen)
    pause = button_in(home, "home_pause")
    await screen.does("block_action", channel="", messageTs="", user=AMINA, action=pause, appId="A01CHAPTER")
    asked = await screen.home(AMINA, after=at)
    assert "Until when" in words_in(asked)

    at = len(screen.seen)
    week = button_in(asked, "home_pause:7")
    await screen.does("block_action", channel="", messageTs="", user=AMINA, action=week, appId="A01CHAPTER")
    held = await screen.home(AMINA, after=at)
    assert "Paused until 27 May 2026" in words_in(held)

    at = len(screen.seen)
    end = button_in(held, "home_end")
    await screen.does("block_action", channel="", messageTs="", user=DAVE, action=end, appId="A01CHAPTER")
    refused = await screen.home(DAVE, after=at)
    assert "Only members of the channel" in words_in(refused)

    at = len(screen.seen)
    await screen.does("block_action", channel="", messageTs="", user=AMINA, action=end, appId="A01CHAPTER")
    ended = await screen.home(AMINA, after=at)
    assert "no longer follows the topic Fostering" in words_in(ended)
    done = [line.split("> ")[1].split()[0] for line in await at_work.said_to_everybody(times=3)]
    assert done == ["subscribed", "paused", "ended"]


async def test_home_looks_things_up_in_its_own_window(at_work: Office, screen: Window) -> None:
    await at_work.slack.control("open-home", user=AMINA)
    home = await screen.home(AMINA)
    look_up = button_in(home, "home_open_look_up")
    await screen.does("block_action", channel="", messageTs="", user=AMINA, action=look_up, appId="A01CHAPTER")
    modal = await screen.modal()
    at = len(screen.seen)
    await screen.submits(AMINA, modal, words="private fostering")
    shown = await screen.until(
        lambda said: (
            said["stack"][-1]
            if said["t"] == "view" and said["stack"] and "Private Fostering" in str(said["stack"][-1])
            else None
        ),
        after=at,
    )
    assert lint_view(shown) == []
    assert "3.1.5 Private Fostering" in words_in(shown)


async def presses_change(at_work: Office, screen: Window) -> Said:
    """Press Change of the first subscription in the channel's list; returns the form."""
    listed = await at_work.types("list")
    press = button_in(listed, "change")
    await at_work.slack.control("interact", channel=FOSTERING, messageTs=listed["ts"], user=AMINA, action=press)
    return await screen.modal()


async def test_a_subscription_is_changed_where_it_stands(at_work: Office, screen: Window) -> None:
    await at_work.types("subscribe everything weekly except adoption, chapter:Staying Put")
    await at_work.types("subscribe fostering daily")
    modal = await presses_change(at_work, screen)
    assert lint_view(modal) == []
    set_to = {block["block_id"]: block["element"] for block in modal["blocks"] if block["type"] == "input"}
    assert set_to["frequency"]["initial_option"]["value"] == "weekly"
    assert set_to["left_out"]["initial_value"].splitlines() == ["chapter:Staying Put", "Adoption"]

    await screen.submits(AMINA, modal, left_out="adopton")
    errors = await screen.until(lambda said: said.get("errors") if said["t"] == "view_errors" else None)
    assert "Did you mean Adoption?" in errors["left_out"]

    before = await seen(at_work)
    wished = {"frequency": "monthly", "day": "15", "hour": "7", "least": "must re-read"}
    await screen.submits(AMINA, modal, **wished, left_out="chapter:Staying Put")
    said = await at_work.answer(FOSTERING, before)
    assert said["text"].startswith("Changed. This channel now follows everything in every manual")
    assert "but not the chapter Staying Put, only what must be re-read." in said["text"]
    assert "Monthly, on the 15th at 7:00" in said["text"]
    assert "Its other digests move with it: the topic Fostering" in said["text"]
    told = (await at_work.said_to_everybody(times=3))[-1]
    assert told.startswith(f"<@{AMINA}> changed what is followed here to everything")
    assert "instead of everything in every manual, but not the chapter Staying Put or the topic Adoption" in told
    now = (await at_work.types("list"))["text"]
    assert "2 subscriptions." in now
    assert "Monthly, on the 15th at 7:00" in now
    assert "Daily at 7:00" in now


async def test_a_change_that_would_follow_the_same_twice_is_refused(at_work: Office, screen: Window) -> None:
    await at_work.types("subscribe fostering weekly")
    await at_work.types("subscribe fostering daily")
    modal = await presses_change(at_work, screen)
    before = await seen(at_work)
    await screen.submits(AMINA, modal, frequency="daily")
    assert "Just that is followed here already" in (await at_work.answer(FOSTERING, before))["text"]


async def test_home_changes_a_channels_subscription_for_its_members(at_work: Office, screen: Window) -> None:
    await at_work.types("subscribe fostering weekly")
    await at_work.slack.control("open-home", user=AMINA)
    home = await screen.home(AMINA)

    at = len(screen.seen)
    await screen.clicks(DAVE, home, "home_change")
    assert "Only members of the channel" in words_in(await screen.home(DAVE, after=at))

    await screen.clicks(AMINA, home, "home_change")
    modal = await screen.modal()
    assert "This channel follows the topic Fostering in every manual." in words_in(modal)
    at = len(screen.seen)
    await screen.submits(AMINA, modal, frequency="daily", left_out="adoption")
    changed = await screen.home(AMINA, after=at)
    assert "Daily at 9:00" in words_in(changed)
    assert "but not the topic Adoption" in words_in(changed)
    assert "changed what is followed here" in (await at_work.said_to_everybody(times=2))[-1]


async def seen(at_work: Office) -> dict[str, str]:
    return {message["ts"]: str(message.get("blocks")) for message in await at_work.slack.messages(FOSTERING)}
