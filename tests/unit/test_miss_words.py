"""What may be kept of questions that found nothing, and how operators are told of them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.misses import TOLD, report_month, report_text
from manual.lookup.misses import LEFT_OUT, MOST_WORDS, keepable
from manual.store.misses import Miss

KNOWN = {"post", "s47", "school", "the", "on", "what", "can", "i"}


def kept(query: str, *, key: bool = True) -> str | None:
    words = keepable(query, KNOWN.__contains__, (lambda word: f"<{len(word)}>") if key else None)
    return None if words is None else " ".join(each.mark or each.said for each in words)


def test_known_words_are_kept_and_others_only_as_a_mark() -> None:
    assert kept("What can I post on TikTok") == "what can i post on <6>"
    assert kept("section 47 school") == "s47 school"


def test_without_a_key_unknown_words_are_left_out() -> None:
    assert kept("post on Kyle", key=False) == "post on …"
    assert kept("Kyle Jones", key=False) is None


@pytest.mark.parametrize(
    "query",
    [
        "12345678",
        "CYP00123",
        "01234 567890",
        "what can i",
        "jo.bloggs@westmere.example school",
        "school school school school school school school school school",
        "",
        "?",
    ],
)
def test_numbers_addresses_long_stories_and_nothing_are_not_kept(query: str) -> None:
    assert kept(query) is None


def test_a_number_beside_words_is_left_out() -> None:
    assert kept("school 12345678 DOB 3/4/2011") == "school … <3> … … …"


@given(st.text(max_size=80))
def test_no_unknown_word_is_ever_kept_as_it_is(query: str) -> None:
    words = keepable(query, KNOWN.__contains__, lambda word: "#0")
    assert words is None or len(words) <= MOST_WORDS
    assert all(each.mark or each.said == LEFT_OUT or each.said in KNOWN for each in words or ())


def test_operators_are_told_from_nine_on_the_first_of_the_month() -> None:
    assert report_month(datetime(2026, 6, 1, 7, 59, tzinfo=UTC)) is None  # 8:59 in summer
    assert report_month(datetime(2026, 6, 1, 8, 0, tzinfo=UTC)) == "2026-06"
    assert report_month(datetime(2026, 6, 30, 22, 0, tzinfo=UTC)) == "2026-06"
    assert report_month(datetime(2026, 6, 30, 23, 30, tzinfo=UTC)) is None  # July in London


def missed(words: str, times: int = 1) -> Miss:
    return Miss(words=words, times=times, nothing=times, unsure=0, none_of_these=0, last=date(2026, 5, 12))


def test_the_message_says_what_was_missed_and_what_to_do() -> None:
    told = report_text([missed("vaping", 5), missed("vapes")])
    assert told.startswith("“vaping”: 5 times, last on 12 May 2026\n“vapes”: 1 time, last on 12 May 2026\n")
    assert "glossary" in told
    assert "more:" not in told
    assert "3 more: chapterwatch lookup --misses" in report_text([missed(f"w{n}") for n in range(TOLD + 3)])
