"""The words that every digest shares, and long texts cut at a sentence."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.wording import (
    capitalised,
    count_words,
    list_words,
    moment_words,
    month_words,
    section_words,
    shorten,
    split_text,
    title_words,
)
from tests.sample_digests import an_amendment


def test_counts_and_lists() -> None:
    assert count_words(1, "chapter") == "1 chapter"
    assert count_words(1200, "chapter") == "1,200 chapters"
    assert count_words(2, "reply", "replies") == "2 replies"
    assert list_words([]) == ""
    assert list_words(["a"]) == "a"
    assert list_words(["a", "b", "c"], "or") == "a, b or c"
    assert capitalised("as it happens") == "As it happens"
    assert capitalised("") == ""


def test_months_and_moments() -> None:
    assert month_words("2019-12") == "December 2019"
    assert month_words(None) == "month not given"
    assert moment_words(datetime(2026, 7, 6, 8, 5, tzinfo=UTC)) == "Monday 6 July 2026, 9:05"
    assert moment_words(datetime(2026, 1, 6, 8, 5, tzinfo=UTC)) == "Tuesday 6 January 2026, 8:05"


def test_sections() -> None:
    assert section_words(()) == ""
    assert section_words(("5.2.5",)) == "Section 5.2.5"
    assert section_words(("1", "5.2", "7")) == "Sections 1, 5.2 and 7"


def test_a_lost_title_says_so_and_what_it_could_be() -> None:
    assert title_words(an_amendment(" Private Fostering ")) == "Private Fostering"
    assert title_words(an_amendment(None)) == "Title not given"
    assert title_words(an_amendment(" ")) == "Title not given"
    lost = an_amendment(None, candidates=("Fostering Panel", "Staying Put"))
    assert title_words(lost) == "Title not given, perhaps Fostering Panel or Staying Put"


@pytest.mark.parametrize(
    ("details", "limit", "short"),
    [
        ("All of it. Fits.", 16, "All of it. Fits."),
        ("One sentence. Another one.", 20, "One sentence."),
        ("First of two. Second of two. Third.", 30, "First of two. Second of two."),
        ("Is it so? Yes.", 11, "Is it so?"),
        ("See “the guide.” Then act on it.", 20, "See “the guide.”"),
        ("See e.g. the guide of no. 4 for this.", 20, "See e.g. the guide…"),
        ("Version 2.0 replaces it all. More.", 30, "Version 2.0 replaces it all."),
        ("A paragraph without a stop\nAnother one.", 30, "A paragraph without a stop"),
        ("Unbreakable", 5, "Unbr…"),
        ("no end in sight here", 12, "no end in…"),
        ("words", 0, ""),
    ],
)
def test_texts_are_cut_at_a_sentence_else_at_a_word(details: str, limit: int, short: str) -> None:
    assert shorten(details, limit) == (short, short != details)


@given(st.text(), st.integers(0, 80))
def test_a_shortened_text_is_the_beginning_and_fits(details: str, limit: int) -> None:
    short, shortened = shorten(details, limit)
    whole = details.strip()
    assert len(short) <= limit
    assert shortened == (short != whole)
    assert whole.startswith((short, short.removesuffix("…")))


@given(st.text(), st.integers(1, 40))
def test_a_split_text_is_whole_and_each_piece_fits(text: str, limit: int) -> None:
    pieces = split_text(text, limit)
    assert all(0 < len(piece) <= limit for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())
