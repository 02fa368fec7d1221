"""Feeds and the calendar are valid to programs that others wrote, in another language."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from bot.web.feed_pages import announced_updates
from manual.store.history import ListState
from tests.mail_office import MailOffice
from tests.readers.conftest import Refused, calendar_lines, feed_titles

pytestmark = pytest.mark.readers

NASTY = (
    "Fees & Allowances <b>in</b> ]]> “quotes”",
    "Control\x00 \x0b\x1b characters \ufffe",
    "Emoji 👩‍👧, Ελληνικά, عربي, a\u0301",
    "Very " + "long " * 400,
)


async def test_every_feed_is_valid_atom(office: MailOffice) -> None:
    details = "Now <b>and</b> then.\x0c\n\n& so on"
    await office.publishes("Private Fostering", *NASTY, details=details, baseline=True)
    office.clock.moves_on(days=1)
    await office.publishes("Foster Carer Reviews", reread=True)
    topics = [topic.id for topic in office.site.topics]

    titles = {name: feed_titles(await fetched(office, f"/feeds/{name}.atom")) for name in ("all", *topics)}

    assert len(titles["all"]) == 6
    assert "Fees & Allowances <b>in</b> ]]> “quotes”" in titles["all"]
    assert titles["fostering"] == ["Must re-read: Foster Carer Reviews", "Private Fostering"]
    assert [] in titles.values(), "a feed without entries is valid too"


async def fetched(office: MailOffice, path: str) -> bytes:
    answer = await office.browser.get(path)
    assert answer.status_code == 200
    return answer.content


BROKEN_FEEDS: dict[str, Callable[[str], str]] = {
    "no times": lambda feed: feed.replace("updated>", "changed>"),
    "no ids": lambda feed: feed.replace("<id>", "<uid>").replace("</id>", "</uid>"),
    "no author": lambda feed: feed.replace("author>", "writer>"),
    "another form of dates": lambda feed: feed.replace("2026-05-11T", "11 May 2026 "),
    "half of it": lambda feed: feed[: len(feed) // 2],
}


@pytest.mark.parametrize("how", BROKEN_FEEDS)
async def test_the_validator_would_refuse_a_feed(office: MailOffice, how: str) -> None:
    await office.publishes("Private Fostering")
    feed = (await fetched(office, "/feeds/all.atom")).decode()
    assert feed_titles(feed.encode()) == ["Private Fostering"]

    with pytest.raises(Refused):
        feed_titles(BROKEN_FEEDS[how](feed).encode())


def a_calendar(name: str = "Westmere’s; Procedures, all of them") -> bytes:
    states = [
        ListState(
            manual="westmere",
            url=f"https://m.example/{number}",
            next_update=month,
            fetched_at=datetime(2026, 5, 11, 7, tzinfo=UTC),
            failing_since=None,
        )
        for number, month in enumerate(("2026-12", "2027-02", None))
    ]
    return announced_updates(
        states,
        names={"westmere": name},
        root="https://chapterwatch.westmere.example",
        now=datetime(2026, 5, 11, 8, tzinfo=UTC),
    )


def test_the_calendar_is_valid() -> None:
    product, *events = calendar_lines(a_calendar())

    assert product == "-//Chapterwatch//Announced updates//EN"
    first, second = events[:5], events[5:]
    assert first[0].endswith("@chapterwatch.westmere.example")
    assert first[1:] == [
        "2026-12-01",
        "2027-01-01",
        "Westmere’s; Procedures, all of them: update announced for December 2026",
        "https://chapterwatch.westmere.example/amendments",
    ]
    assert second[1:3] == ["2027-02-01", "2027-03-01"]
    assert first[0] != second[0]


def test_a_long_name_is_folded_as_calendars_want_it() -> None:
    name = "Die überaus ausführlichen Verfahren für Kinder und Jugendliche 👩‍👧 " * 5
    calendar = a_calendar(name)

    assert all(len(line) <= 75 for line in calendar.split(b"\r\n"))
    assert f"{name}: update announced for December 2026" in calendar_lines(calendar)


@pytest.mark.parametrize(
    ("was", "becomes"),
    [("20261201", "December"), ("SUMMARY", "HEADLINE"), ("TRANSP", "DURATION:P1D\r\nTRANSP")],
)
def test_the_validator_would_refuse_a_calendar(was: str, becomes: str) -> None:
    with pytest.raises(Refused):
        calendar_lines(a_calendar().replace(was.encode(), becomes.encode()))
