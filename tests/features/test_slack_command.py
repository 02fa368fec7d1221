"""What people type after /procedure, and what they are told: through the real app and a local workspace."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from structlog.testing import capture_logs

from database.connection import Database
from digests.slack_limits import lint
from tests.features.slack_office import AMINA, DAVE, EVERYBODY, FOSTERING, LEAVING_CARE, WAYS, Office, office

pytestmark = pytest.mark.npm


@pytest.fixture(params=WAYS)
async def at_work(sqlite_database: Database, request: pytest.FixtureRequest) -> AsyncIterator[Office]:
    async with office(sqlite_database, way=request.param) as running:
        yield running


async def test_a_chapter_is_found_by_what_people_call_it(at_work: Office) -> None:
    card = await at_work.types("private fostering")
    assert card["subtype"] == "ephemeral"
    assert card["ephemeral_to"] == AMINA
    assert card["text"].startswith("3.1.5 Private Fostering. 3.1 Fostering Service")
    assert "Last amended: Updated, April 2026" in card["text"]
    assert "A link to the leaflet for carers has been added." in card["text"]
    assert "/sample/chapters/p_private_fostering.html" in card["text"]

    must_read = await at_work.types("looked after reviews")
    assert "Must re-read · Updated, April 2026" in must_read["text"]

    by_number = await at_work.types("2.1.3")
    assert by_number["text"].startswith("2.1.3 Placements in Foster Care")


async def test_what_could_be_several_is_a_choice_and_each_shows_its_card(at_work: Office) -> None:
    choice = await at_work.types("fostering")
    assert "could mean several chapters" in choice["text"]
    assert "3.1.1 Fostering Panel" in choice["text"]
    card = await at_work.presses(choice, "show_chapter")
    assert "History" in str(card["blocks"])


async def test_what_is_in_no_chapter_is_said_to_be_in_none(at_work: Office) -> None:
    nothing = await at_work.types("quantum chromodynamics")
    assert "Nothing in the manual answers to “quantum chromodynamics”" in nothing["text"]
    assert "/sample/contents.html" in nothing["text"]

    misnamed = await at_work.types("in:bedford missing")
    assert "There is no manual “bedford”" in misnamed["text"]
    assert "in:westmere" in misnamed["text"]


async def test_a_card_is_shared_with_the_channel_by_name(at_work: Office) -> None:
    card = await at_work.types("private fostering")
    assert await at_work.said_to_everybody() == []
    await at_work.presses(card, "share")
    (shared,) = await at_work.said_to_everybody(times=1)
    assert "Private Fostering" in shared
    assert f"shared by <@{AMINA}>" in shared


async def test_the_past_of_a_chapter_and_of_the_manual_can_be_asked_for(at_work: Office) -> None:
    history = await at_work.types("history looked after reviews")
    assert "1 amendment, the newest first" in history["text"]

    never = await at_work.types("history fostering panel")
    assert "does not name this chapter" in never["text"]

    latest = await at_work.types("new")
    assert latest["text"].startswith("What changed in April 2026")
    assert "Delegated Authority" not in latest["text"]

    since = await at_work.types("new since October 2025")
    assert "page 1 of 2" in since["text"]
    older = await at_work.presses(since, "new_page:older")
    assert "Complaints and Representations" in older["text"]

    fostering = await at_work.types("new fostering")
    assert "Private Fostering" in fostering["text"]
    assert "Supervision of Staff" not in fostering["text"]

    due = await at_work.types("next")
    assert "the next update is announced for October 2026" in due["text"]


async def test_just_what_was_typed_is_subscribed_and_said_back(at_work: Office) -> None:
    said = await at_work.types("subscribe fostering weekly in:westmere except staying put")
    assert said["subtype"] == "ephemeral"
    assert (
        "This channel now follows the topic Fostering in Westmere Children's Services, "
        "but not the chapter Staying Put." in said["text"]
    )
    assert "Next: Tuesday 26 May 2026, 9:00" in said["text"]  # Monday is a bank holiday
    assert "most lately of Private Fostering (April 2026)" in said["text"]
    (line,) = await at_work.said_to_everybody(times=1)
    assert line.startswith(f"<@{AMINA}> subscribed this channel to the topic Fostering")

    listed = await at_work.types("list")
    assert "1 subscription." in listed["text"]
    assert "The topic Fostering in Westmere Children's Services, but not the chapter Staying Put" in listed["text"]

    again = await at_work.types("subscribe fostering weekly in:westmere except staying put")
    assert "already follows" in again["text"]
    assert len(await at_work.said_to_everybody()) == 1

    beside = await at_work.types("subscribe fostering daily in:westmere")
    assert "but not the chapter Staying Put, weekly, on Mondays at 9:00, still runs beside it" in beside["text"]


async def test_a_topic_that_is_none_gets_the_nearest_and_the_list(at_work: Office) -> None:
    meant = await at_work.types("subscribe fostring daily")
    assert "There is no topic called “fostring”" in meant["text"]
    assert "The topics are Fostering, Adoption" in meant["text"]
    assert await at_work.said_to_everybody() == []

    said = await at_work.presses(meant, "subscribe_to:0")
    assert "This channel now follows the topic Fostering in every manual." in said["text"]
    assert "Daily at 9:00" in said["text"]

    all_of_it = await at_work.types("subscribe fostering except fostering")
    assert "nothing would ever come" in all_of_it["text"]


async def test_a_slip_is_asked_about_and_never_guessed_at(at_work: Office) -> None:
    for slip in ("fosterring weekly", "foster", "topic:fosterring"):
        meant = await at_work.types(f"subscribe {slip}")
        assert "There is no topic called “foster" in meant["text"]
        assert "Follow Fostering" in str(meant["blocks"])
    left_out = await at_work.types("subscribe fostering except adopton")
    assert "There is no topic called “adopton”" in left_out["text"]
    assert "follows nothing yet" in (await at_work.types("list"))["text"]


async def test_a_chapter_that_is_none_gets_the_nearest(at_work: Office) -> None:
    meant = await at_work.types("subscribe chapter:Private Fosterin daily")
    assert "There is no chapter called “private fosterin” in the manual. Did you mean" in meant["text"]
    said = await at_work.presses(meant, "subscribe_to:0")
    assert "This channel now follows the chapter Private Fostering in every manual." in said["text"]
    assert "Daily at 9:00" in said["text"]

    left_out = await at_work.types("subscribe everything except chapter:Stayng Put")
    assert "no chapter called “stayng put”" in left_out["text"]
    assert "did you mean Staying Put" in left_out["text"]
    nowhere = await at_work.types("subscribe section:9.9")
    assert "There is no section called “9.9”" in nowhere["text"]
    elsewhere = await at_work.types("subscribe chapter:Thresholds and Levels of Need in:partnership")
    assert "now follows the chapter" in elsewhere["text"]  # of that manual, nothing but the amendments are read
    assert "2 subscriptions." in (await at_work.types("list"))["text"]


async def test_subscriptions_are_paused_resumed_and_ended(at_work: Office) -> None:
    await at_work.types("subscribe fostering weekly")
    asked = await at_work.types("pause")
    assert "Until when" in asked["text"]
    held = await at_work.presses(asked, "pause:14")
    assert "Paused until 3 June 2026: the topic Fostering" in held["text"]
    assert "next" not in (await at_work.types("list"))["text"].lower().replace("next week", "")

    assert "Runs again" in (await at_work.types("resume"))["text"]
    assert "Paused until 2 September 2026" in (await at_work.types("pause fostering until 2 September"))["text"]
    assert "is no day to come" in (await at_work.types("pause until yesterday"))["text"]

    ended = await at_work.types("unsubscribe fostering")
    assert "This channel no longer follows the topic Fostering" in ended["text"]
    assert "nothing yet" in (await at_work.types("list"))["text"]
    assert "follows nothing" in (await at_work.types("unsubscribe fostering"))["text"]
    lines = await at_work.said_to_everybody(times=5)
    assert [line.split("> ")[1].split()[0] for line in lines] == [
        "subscribed",
        "paused",
        "resumed",
        "paused",
        "ended",
    ]


async def test_what_was_made_can_be_undone_at_once(at_work: Office) -> None:
    made = await at_work.types("subscribe everything daily")
    undone = await at_work.presses(made, "end")
    assert "no longer follows everything" in undone["text"]
    assert "ended already" in (await at_work.presses(made, "end"))["text"]


async def test_a_person_subscribes_without_telling_the_channel(at_work: Office) -> None:
    said = await at_work.types("subscribe adoption for me")
    assert said["text"].startswith("You now follow the topic Adoption")
    assert await at_work.said_to_everybody() == []
    assert "This channel follows nothing yet" in (await at_work.types("list"))["text"]


async def test_only_members_of_the_channel_change_what_it_follows(at_work: Office) -> None:
    refused = await at_work.types("subscribe fostering", user=DAVE, channel=FOSTERING)
    assert "Only members of the channel" in refused["text"]
    assert await at_work.said_to_everybody() == []


async def test_only_admins_where_the_council_wants_it_so(sqlite_database: Database) -> None:
    async with office(sqlite_database, slack_admins_only=True) as strict:
        refused = await strict.types("subscribe fostering")
        assert "Only workspace admins" in refused["text"]
        assert "You now follow" in (await strict.types("subscribe fostering for me"))["text"]


async def test_help_shows_every_form(at_work: Office) -> None:
    shown = await at_work.types("help")
    for word in ("history", "new since", "next", "subscribe", "unsubscribe", "list", "pause", "settings"):
        assert f"/procedure {word}" in shown["text"]


async def test_before_the_manual_was_read_it_says_so(sqlite_database: Database) -> None:
    async with office(sqlite_database, read=False) as early:
        assert "have not been read yet" in (await early.types("mash"))["text"]
        assert "This channel now follows" in (await early.types("subscribe fostering"))["text"]


async def test_a_failure_of_ours_reaches_the_person_with_a_reference(at_work: Office) -> None:
    async with at_work.database.writing() as connection:
        await connection.exec_driver_sql("DROP TABLE readings")
    with capture_logs() as logs:
        said = await at_work.types("mash")
    assert "it is our fault, not yours" in said["text"]
    reference = said["text"].split()[-1]
    assert [each["about"] for each in logs if each.get("reference") == reference] == ["command"]


async def test_fifty_commands_at_once_are_each_acknowledged_within_a_second(at_work: Office) -> None:
    asked = ["mash", "fostering", "list", "new", "next", "help", "history staying put", "2.1.3", "private", "zzz"]
    before = len(await at_work.slack.log())
    await asyncio.gather(
        *(
            at_work.slack.control("command", user=AMINA, channel=channel, command="/procedure", text=text)
            for channel in (FOSTERING, LEAVING_CARE, EVERYBODY, "C01OPS", FOSTERING)
            for text in asked
        )
    )
    await at_work.has_said(20, FOSTERING)
    await at_work.has_said(10, EVERYBODY)
    log = (await at_work.slack.log())[before:]
    acknowledging = {"ack", "slash_commands"}  # over the socket, over HTTP
    sent = [each["time"] for each in log if (each["direction"], each["kind"]) == ("to_bot", "slash_commands")]
    acks = [each["time"] for each in log if each["direction"] == "from_bot" and each["kind"] in acknowledging]
    assert len(sent) == len(acks) == 50
    waited = [ack - asked_at for asked_at, ack in zip(sorted(sent), sorted(acks), strict=True)]
    assert max(waited) < 1_000  # milliseconds by the server's own log: a promise of ours, not a figure
    for channel in (FOSTERING, EVERYBODY):
        for message in await at_work.slack.messages(channel):
            assert lint(message) == []
