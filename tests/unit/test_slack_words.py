"""What is typed after the command, understood."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import NotUnderstood
from bot.orders.moments import day_meant, month_meant
from bot.orders.requests import (
    History,
    LookUp,
    OpenForm,
    OpenSubscribe,
    Pause,
    Request,
    Resume,
    ShowHelp,
    ShowList,
    ShowSettings,
    Subscribe,
    Unsubscribe,
    WhatsNew,
    WhenNext,
)
from bot.orders.words import understand

TODAY = date(2026, 5, 20)  # a Wednesday


def is_topic(words: str) -> bool:
    return words.lower() in ("fostering", "leaving care")


def understood(text: str) -> Request:
    return understand(text, is_topic=is_topic, today=TODAY)


@pytest.mark.parametrize(
    ("text", "request_"),
    [
        ("", OpenForm()),
        ("   ", OpenForm()),
        ("subscribe", OpenSubscribe()),
        ("subscribe to", OpenSubscribe()),
        ("subscribe to fostering", Subscribe(follows="fostering")),
        ("Subscribe us to fostering daily", Subscribe(follows="fostering", frequency="daily")),
        ("subscribe me to fostering", Subscribe(follows="fostering", for_me=True)),
        ("stop fostering", Unsubscribe(follows="fostering")),
        ("stop", Unsubscribe()),
        ("stop and search", LookUp(words="stop and search")),
        ("Hello!", ShowHelp()),
        ("help, please", ShowHelp()),
        ("settings please", ShowSettings()),
        ("list all", ShowList()),
        ("running away", LookUp(words="running away")),
        ("5.2.1", LookUp(words="5.2.1")),
        ("missing in:bedford", LookUp(words="missing", manual="bedford")),
        ("help", ShowHelp()),
        ("help with debt", LookUp(words="help with debt")),
        ("next", WhenNext()),
        ("next of kin", LookUp(words="next of kin")),
        ("list", ShowList()),
        ("settings", ShowSettings()),
        ("history private fostering", History(words="private fostering")),
        ("new", WhatsNew()),
        ("new fostering", WhatsNew(topic="fostering")),
        ("new since March", WhatsNew(since="2026-03")),
        ("new fostering since May 2025", WhatsNew(topic="fostering", since="2025-05")),
        ("new arrivals", LookUp(words="new arrivals")),
        ("“new”", LookUp(words="new")),
        ("children &amp; families", LookUp(words="children & families")),
        ("<https://a.example/b|staying put> <@U01>", LookUp(words="staying put")),
        ("unsubscribe", Unsubscribe()),
        ("unsubscribe fostering for me", Unsubscribe(follows="fostering", for_me=True)),
        ("pause", Pause()),
        ("pause until 2 September", Pause(until=date(2026, 9, 2))),
        ("pause fostering for two weeks", Pause(follows="fostering", until=date(2026, 6, 3))),
        ("resume", Resume()),
        ("subscribe fostering", Subscribe(follows="fostering")),
        ("follow fostering weekly in:luton", Subscribe(follows="fostering", frequency="weekly", manual="luton")),
        (
            "subscribe fostering, Mondays at nine",
            Subscribe(follows="fostering", frequency="weekly", weekday="monday", hour=9),
        ),
        ("subscribe fostering daily at 5pm", Subscribe(follows="fostering", frequency="daily", hour=17)),
        ("subscribe fostering for me daily", Subscribe(follows="fostering", frequency="daily", for_me=True)),
        ("subscribe everything as it happens", Subscribe(follows="everything", frequency="as it happens")),
        ("subscribe adoption only must re-read", Subscribe(follows="adoption", least="must re-read")),
        (
            "subscribe leaving care daily except staying put, money",
            Subscribe(follows="leaving care", frequency="daily", left_out=("staying put", "money")),
        ),
        (
            "subscribe leaving care except staying put daily",
            Subscribe(follows="leaving care", frequency="daily", left_out=("staying put",)),
        ),
        ("subscribe daily recording", Subscribe(follows="daily recording")),
    ],
)
def test_words_are_understood(text: str, request_: Request) -> None:
    assert understood(text) == request_


@pytest.mark.parametrize(
    "text",
    [
        "history",
        "new since next year",
        "pause until yesterday",
        "subscribe weekly",
        "in:bedford",
        "pause until soon",
    ],
)
def test_what_is_not_understood_says_what_would_be(text: str) -> None:
    with pytest.raises(NotUnderstood, match=r"example|write it like"):
        understood(text)


@given(st.text(max_size=200))
def test_whatever_is_typed_is_answered(text: str) -> None:
    try:
        understood(text)
    except NotUnderstood as error:
        assert str(error)


@given(st.text(alphabet="abcdefghij klmnop", min_size=1).filter(str.strip))
def test_nothing_is_added_to_what_is_subscribed(words: str) -> None:
    asked = understood(f"subscribe x{words}")
    assert isinstance(asked, Subscribe)
    assert asked == Subscribe(follows=" ".join(f"x{words}".split()))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2 September", date(2026, 9, 2)),
        ("September 2nd", date(2026, 9, 2)),
        ("1 March", date(2027, 3, 1)),
        ("2 September 2027", date(2027, 9, 2)),
        ("friday", date(2026, 5, 22)),
        ("wednesday", date(2026, 5, 27)),
        ("tomorrow", date(2026, 5, 21)),
        ("next week", date(2026, 5, 27)),
        ("three months", date(2026, 8, 20)),
        ("31 February", None),
        ("20 May 2026", None),
        ("ages", None),
    ],
)
def test_days_to_come(text: str, day: date | None) -> None:
    assert day_meant(text, TODAY) == day


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("march", "2026-03"),
        ("May", "2026-05"),
        ("june", "2025-06"),
        ("May 2025", "2025-05"),
        ("2024", "2024-01"),
        ("last year", "2025-05"),
        ("June 2026", None),
        ("ever", None),
    ],
)
def test_months_that_have_been(text: str, month: str | None) -> None:
    assert month_meant(text, TODAY) == month


@pytest.mark.parametrize("often", ["fortnightly", "every fortnight", "hourly", "every two weeks", "yearly"])
def test_how_often_it_can_t_be_is_said(often: str) -> None:
    with pytest.raises(NotUnderstood, match="daily, weekly, monthly or as it happens"):
        understood(f"subscribe fostering {often}")


@pytest.mark.parametrize("kindly", ["please", "thanks", "thank you!"])
def test_kind_words_name_nothing(kindly: str) -> None:
    assert understood(f"subscribe to fostering weekly {kindly}") == understood("subscribe fostering weekly")


def test_for_me_may_stand_first() -> None:
    assert understood("subscribe for me fostering weekly") == understood("subscribe fostering weekly for me")
