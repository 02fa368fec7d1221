"""What Slack sends, over HTTP and over Socket Mode: commands, events, menus, shortcuts, and buttons of modals.

local-slack plays most of it (`tests/features/test_slack_*.py`). It has no menus that fill, no shortcut, no buttons
in modals, no guests, no previews, no redeliveries: for those, Slack's own payloads are sent, signed or over the
socket.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from database.connection import Database
from manual import store as manual_store
from subscriptions.store import find_subscriber, running_subscriptions
from subscriptions.store_changes import changes_of
from subscriptions.subscribers import SubscriberKind
from tests.servers.slack_oauth import BOT, TEAM
from tests.slack_door import Door, a_door


@pytest.fixture(params=["http", "socket"])
async def door(sqlite_database: Database, request: pytest.FixtureRequest) -> AsyncIterator[Door]:
    async with a_door(sqlite_database, over_socket=request.param == "socket") as opened:
        yield opened


async def test_a_request_is_answered(door: Door) -> None:
    assert "3.1.5 Private Fostering" in await door.types("private fostering")
    assert "This channel now follows the topic Fostering" in await door.types("subscribe fostering")
    await door.says(1, "chat.postMessage")
    (line,) = door.slack.said("chat.postMessage")
    assert "subscribed this channel to the topic Fostering" in line["text"]


async def test_a_guest_may_look_up_and_not_subscribe(door: Door) -> None:
    door.slack.guests.add("U01GUEST")
    assert "Private Fostering" in await door.types("private fostering", user="U01GUEST")
    assert "Guests can look things up" in await door.types("subscribe fostering", user="U01GUEST")
    assert "Guests" in await door.types("subscribe fostering for me", user="U01GUEST")
    assert door.slack.said("chat.postMessage") == []


async def test_a_redelivered_event_is_handled_once(door: Door) -> None:
    opened = {"type": "app_home_opened", "user": "U01AMINA", "tab": "home", "channel": "D01"}
    for _ in range(3):
        await door.event("Ev01", opened)
    await door.event("Ev02", {**opened, "tab": "messages"})
    await door.event("Ev03", opened)
    await door.says(2, "views.publish")
    assert len(door.slack.said("views.publish")) == 2


async def test_links_to_a_chapter_get_a_preview_but_few_and_not_twice(door: Door) -> None:
    async with door.database.reading() as connection:
        contents = await manual_store.latest_contents(connection, "westmere")
    assert contents is not None
    urls = {each.title: each.url for each in contents.chapters}
    private, reviews = urls["Private Fostering"], urls["Looked After Reviews"]

    async def shares(event_id: str, *links: str | None) -> None:
        shared = [{"url": link, "domain": "127.0.0.1"} for link in links]
        event = {"type": "link_shared", "user": "U01AMINA", "channel": "C01", "message_ts": "1.2", "links": shared}
        await door.event(event_id, event)

    await shares("Ev1", private, reviews, "https://elsewhere.example/")  # three: too many
    await shares("Ev2", private, "https://elsewhere.example/")
    await door.says(1, "chat.unfurl")
    await shares("Ev3", private)  # again, within the half hour
    await shares("Ev4", reviews)
    await door.says(2, "chat.unfurl")
    first, second = door.slack.said("chat.unfurl")
    assert list(json.loads(first["unfurls"]) if isinstance(first["unfurls"], str) else first["unfurls"]) == [
        private
    ]
    assert "Must re-read" in str(second["unfurls"])


async def test_it_greets_the_channel_that_invites_it(door: Door) -> None:
    joined = {"type": "member_joined_channel", "channel": "C01FOSTER"}
    await door.event("Ev1", {**joined, "user": "U01AMINA"})
    await door.event("Ev2", {**joined, "user": BOT})
    await door.says(1, "chat.postMessage")
    (hello,) = door.slack.said("chat.postMessage")
    assert "tell this channel what changed" in hello["text"]
    assert "open_subscribe" in str(hello["blocks"])


async def test_menus_fill_while_somebody_types(door: Door) -> None:
    async def offered(action: str, typed: str) -> dict[str, list[str]]:
        view = {"id": "V1", "type": "modal"}
        answer = await door.acts("block_suggestion", action_id=action, value=typed, view=view)
        groups = answer.get("option_groups", [])
        return {each["label"]["text"]: [one["text"]["text"] for one in each["options"]] for each in groups}

    assert (await offered("chapters", "fost pan"))["Chapters"][0] == "3.1.1 Fostering Panel"
    assert "Fostering" in (await offered("chapters", "fost"))["Topics"]
    assert (await offered("follows", "2.1"))["Sections"] == ["2.1 Decisions and Placements"]
    assert (await offered("follows", "2.1.3"))["Chapters"][0] == "2.1.3 Placements in Foster Care"
    assert await offered("follows", "zzzzzz") == {}


async def test_a_messages_words_are_looked_up(door: Door) -> None:
    said = {"text": "<@U01DAVE> do we do private fostering?", "ts": "1.1"}
    await door.acts(
        "message_action",
        callback_id="what_do_they_say",
        response_url=f"{door.answers_url}/answer",
        channel={"id": "C01FOSTER"},
        message=said,
    )
    assert "Private Fostering" in await door.answered(0)
    assert door.answers[0]["response_type"] == "ephemeral"


async def test_buttons_of_a_modal_over_home_answer_in_the_modal(door: Door) -> None:
    view = {"id": "V07", "type": "modal", "title": {"type": "plain_text", "text": "Look up a procedure"}}

    async def presses(action: str, value: str) -> None:
        pressed = {"type": "button", "action_id": action, "block_id": "b", "value": value}
        await door.acts(
            "block_actions", container={"type": "view", "view_id": "V07"}, view=view, actions=[pressed]
        )

    key = await key_of(door, "Private Fostering")
    await presses("show_history", key)
    await door.says(1, "views.update")
    await presses("show_chapter", key)
    await door.says(2, "views.update")
    history, card = door.slack.said("views.update")
    assert history["view_id"] == card["view_id"] == "V07"
    assert "A link to the leaflet for carers has been added." in str(history["view"])
    assert "3.1.5 Private Fostering" in str(card["view"])
    assert "share" not in str(card["view"])  # there is no channel to share it in
    assert door.answers == []


async def test_nobody_sees_changes_or_ends_what_another_person_follows(door: Door) -> None:
    await door.types("subscribe adoption for me")
    async with door.database.reading() as connection:
        (hers,) = await running_subscriptions(connection)
    dave = {"id": "U01DAVE", "team_id": TEAM}
    for published, action in enumerate(("home_change", "home_end", "home_pause:7"), start=1):
        pressed = {"type": "button", "action_id": action, "block_id": "b", "value": str(hers.subscription.id)}
        home = {"id": "V01", "type": "home"}
        await door.acts("block_actions", user=dave, container={"type": "view"}, view=home, actions=[pressed])
        await door.says(published, "views.publish")
        shown = door.slack.said("views.publish")[-1]
        assert "ended already" in str(shown["view"])
        assert "Adoption" not in str(shown["view"])
    assert door.slack.said("views.open") == []
    async with door.database.reading() as connection:
        assert await running_subscriptions(connection) == [hers]


async def test_pages_of_a_history_come_in_each_others_place(door: Door) -> None:
    key = await key_of(door, "Private Fostering")
    pressed = {"type": "button", "action_id": "history_page:older", "block_id": "b"}

    async def presses(value: str) -> str:
        before = len(door.answers)
        await door.acts(
            "block_actions",
            container={"type": "message", "channel_id": "C01FOSTER"},
            channel={"id": "C01FOSTER"},
            response_url=f"{door.answers_url}/answer",
            actions=[{**pressed, "value": value}],
        )
        return await door.answered(before)

    assert "Private Fostering" in await presses(json.dumps({"k": key, "p": 0}))
    assert door.answers[-1]["replace_original"] is True
    assert "from an older message" in await presses("nonsense")
    assert "not in the manual's contents any more" in await presses(json.dumps({"k": "westmere:0", "p": 0}))


async def test_tokens_that_are_revoked_end_what_was_followed_only_where_they_were_the_bots(door: Door) -> None:
    await door.types("subscribe fostering")
    await door.types("subscribe adoption for me")
    await door.event("Ev1", {"type": "tokens_revoked", "tokens": {"oauth": ["U01DAVE"], "bot": []}})
    assert "1 subscription" in await door.types("list")
    await door.event("Ev2", {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [BOT]}})
    async with asyncio.timeout(5):
        while await running(door):  # noqa: ASYNC110 - it is done in another task
            await asyncio.sleep(0.01)
    assert "follows nothing yet" in await door.types("list")
    async with door.database.reading() as connection:
        who = await find_subscriber(connection, SubscriberKind.SLACK_CHANNEL, "C01FOSTER")
        assert who is not None and who.id is not None
        (ended, _) = await changes_of(connection, who.id)
    assert (ended.who, ended.what) == ("Slack", "the app was removed from the workspace")


async def running(door: Door) -> int:
    async with door.database.reading() as connection:
        return len(await running_subscriptions(connection))


async def key_of(door: Door, title: str) -> str:
    """A chapter's mark, as a menu offers it."""
    answer = await door.acts(
        "block_suggestion", action_id="chapters", value=title, view={"id": "V1", "type": "modal"}
    )
    return str(answer["option_groups"][0]["options"][0]["value"]).removeprefix("c:")
