"""What everybody may see: the archive, chapters' histories, digests as pages, feeds and the calendar."""

from __future__ import annotations

from datetime import date
from typing import Any

import feedparser
from icalendar import Calendar

from manual.reading import AmendmentKind, AmendmentsReading
from manual.store import all_sources, record_reading
from tests.mail_office import JO, MailOffice, Page, link_in, running_office, text_of
from tests.servers.mail import mail_server

SECTIONS: list[dict[str, Any]] = [
    {
        "heading": "3. Timescales",
        "parts": [["equal", "Within "], ["removed", "ten"], ["added", "five"], ["equal", " days."]],
    }
]


async def published(office: MailOffice) -> None:
    await office.publishes("Foster Carer Reviews", "Private Fostering", baseline=True, month="2025-11")
    await office.publishes("Children Missing from Care", baseline=True, month="2025-11", reread=True)
    await office.publishes("Supported Lodgings <b>", baseline=True, month="2019-06", kind=AmendmentKind.NEW)


def titles(page: Page) -> list[str]:
    return [each.text(strip=True) for each in page.tree.css("article h3")]


async def test_the_archive_is_searched_and_filtered(sqlite_office: MailOffice) -> None:
    await published(sqlite_office)

    async def found(query: str) -> list[str]:
        return titles(await sqlite_office.opens(f"/amendments?{query}"))

    assert len(await found("")) == 4
    assert await found("topic=fostering&month=2025-11") == ["2.1 Foster Carer Reviews", "2.2 Private Fostering"]
    assert await found("words=missing+care") == ["1.1 Children Missing from Care"]
    assert await found("reread=1") == ["1.1 Children Missing from Care"]
    assert await found("chapter=/chapters/westmere/private-fostering") == ["2.2 Private Fostering"]
    assert await found("kind=new") == ["Supported Lodgings <b>"]
    assert await found("words=nothing+like+it") == []
    assert len(await found("month=soon&kind=odd&page=-3&topic=")) == 4


async def test_a_search_is_told_back(sqlite_office: MailOffice) -> None:
    assert "No change is on record yet." in (await sqlite_office.opens("/amendments")).words
    sqlite_office.clock.moves_on(minutes=2)
    await published(sqlite_office)

    page = await sqlite_office.opens("/amendments")
    asked = dict(page.form().fields) | {"topic": "fostering", "words": "review"}
    answer = Page(await sqlite_office.browser.get("/amendments", params=asked))

    assert "1 change" in answer.words
    assert ("words", "review") in answer.form().fields
    assert ("topic", "fostering") in answer.form().fields
    assert ("chapter", "") in answer.form().fields
    nothing = await sqlite_office.opens("/amendments?words=review&topic=leaving-care")
    assert "Nothing fits." in nothing.words


async def test_a_long_archive_has_pages(sqlite_office: MailOffice) -> None:
    await sqlite_office.publishes(*(f"Chapter {number}" for number in range(120)), baseline=True)

    first = await sqlite_office.opens("/amendments")
    second = await sqlite_office.opens(first.link("Older"))
    third = await sqlite_office.opens(second.link("Older"))

    assert [len(titles(page)) for page in (first, second, third)] == [50, 50, 20]
    assert len({*titles(first), *titles(second), *titles(third)}) == 120


async def test_a_chapter_has_its_history_and_what_changed_in_its_text(sqlite_office: MailOffice) -> None:
    await published(sqlite_office)
    await sqlite_office.publishes("Private Fostering", month="2026-04", section_changes=SECTIONS)

    page = await sqlite_office.opens((await sqlite_office.opens("/amendments?words=private")).link("Private"))
    chapter = await sqlite_office.opens(page.link("All changes of this chapter"))

    assert chapter.heading == "2.2 Private Fostering"
    assert len(titles(chapter)) == 2
    assert "Changed in 3. Timescales" in chapter.words
    assert "Was: Within ten days. Now: Within five days." in chapter.words.replace("  ", " ")
    form = (await sqlite_office.opens(chapter.link("Hear of its changes"))).form()
    assert ("follow", "chapter:Private Fostering") in form.fields


async def test_what_is_not_there_is_not_found(sqlite_office: MailOffice) -> None:
    for path in (
        "/amendments/999",
        "/chapters/westmere/astrology",
        "/chapters/elsewhere/private-fostering",
        "/digests/0123456789abcdef",
        "/digests/%00",
        "/feeds/astrology.atom",
    ):
        assert (await sqlite_office.opens(path)).status == 404, path


async def test_a_digest_is_a_page_that_names_nobody(office: MailOffice) -> None:
    await office.is_subscribed(frequency="as it happens")
    await office.publishes("Private Fostering", section_changes=SECTIONS)
    office.clock.moves_on(minutes=10)
    await office.sends()

    page = await office.opens(link_in(office.mail.to(JO)[-1], "/digests/"))

    assert page.heading == "1 fostering chapter changed"
    assert "Now: Within five days." in page.words.replace("  ", " ")
    assert "jo.bloggs" not in page.response.text
    assert "follows" not in page.words


async def test_a_shortened_entry_leads_to_the_whole_of_it_in_the_archive(office: MailOffice) -> None:
    await office.is_subscribed(frequency="as it happens")
    long = "A sentence of the manual’s. " * 300
    await office.publishes("Private Fostering", details=long + "The end.")
    office.clock.moves_on(minutes=10)
    await office.sends()

    page = await office.opens(link_in(office.mail.to(JO)[-1], "/amendments/"))

    assert "The end." not in text_of(office.mail.to(JO)[-1])
    assert "The end." in page.words


async def test_feeds_are_read_by_a_feed_reader(sqlite_office: MailOffice) -> None:
    await published(sqlite_office)
    await sqlite_office.publishes("Foster Carer Fees & Allowances\x0b", details="Now <b>and</b> then.\x00")

    everything = feedparser.parse((await sqlite_office.opens("/feeds/all.atom")).response.content)
    fostering = feedparser.parse((await sqlite_office.opens("/feeds/fostering.atom")).response.content)

    assert not everything.bozo
    assert not fostering.bozo
    assert len(everything.entries) == 5
    assert {each.title for each in fostering.entries} >= {"Foster Carer Fees & Allowances", "Private Fostering"}
    assert "Must re-read: Children Missing from Care" in [each.title for each in everything.entries]
    times = [each.published for each in everything.entries]
    assert len(set(times)) == len(times), "some readers drop entries of equal times"
    for each in everything.entries:
        assert (await sqlite_office.opens(each.link)).status == 200
    again = feedparser.parse((await sqlite_office.opens("/feeds/all.atom")).response.content)
    assert [(each.id, each.published) for each in again.entries] == [
        (each.id, each.published) for each in everything.entries
    ]


async def test_a_late_entry_for_an_old_month_is_in_the_feed(sqlite_office: MailOffice) -> None:
    await sqlite_office.publishes(*(f"Chapter {number}" for number in range(120)), baseline=True)
    sqlite_office.clock.moves_on(days=1)
    await sqlite_office.publishes("Private Fostering", month="2019-06")

    feed = feedparser.parse((await sqlite_office.opens("/feeds/all.atom")).response.content)

    assert [each.title for each in feed.entries[:2]] == ["Private Fostering", "Chapter 0"]
    assert len(feed.entries) == 60


async def test_announced_updates_are_a_calendar(sqlite_office: MailOffice) -> None:
    async with sqlite_office.database.writing() as connection:
        source = next(each for each in await all_sources(connection) if each.kind == "amendments")
        reading = AmendmentsReading(entries=(), next_update="2026-12")
        await record_reading(connection, source, reading, sqlite_office.clock())

    answer = (await sqlite_office.opens("/calendar.ics")).response

    assert answer.headers["content-type"].startswith("text/calendar")
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert event["SUMMARY"] == "Westmere Procedures: update announced for December 2026"
    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (date(2026, 12, 1), date(2027, 1, 1))


async def test_the_public_part_can_be_switched_off(sqlite_office: MailOffice, sqlite_url: str) -> None:
    async with (
        mail_server() as mail,
        running_office(sqlite_office.database, sqlite_url, mail, public_pages=False) as closed,
    ):
        for path in (
            "/amendments",
            "/feeds",
            "/feeds/all.atom",
            "/calendar.ics",
            "/chapters/westmere/private-fostering",
        ):
            assert (await closed.opens(path)).status == 404, path
        assert (await closed.opens("/subscribe")).status == 200
        assert "What has changed" not in (await closed.opens("/")).words
        await closed.is_subscribed(frequency="as it happens")
        await closed.publishes("Private Fostering")
        closed.clock.moves_on(minutes=10)
        await closed.sends()
        assert "/digests/" not in text_of(closed.mail.to(JO)[-1])
