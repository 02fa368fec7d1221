"""Which chapters' texts hold a word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manual.lookup.text import MOST, StemNumbers, TextIndex
from manual.lookup.words import EMPTY, stem


def indexed(*texts: str) -> TextIndex:
    numbers = StemNumbers()
    return TextIndex(((at, numbers.count(text)) for at, text in enumerate(texts)), numbers)


def test_a_stem_is_found_with_how_often_it_stands_there() -> None:
    index = indexed("Review; reviews and REVIEWING.", "nothing", "a review")

    assert index.find(stem("review")) == [(0, 3), (2, 1)]


def test_what_no_text_has_is_not_found() -> None:
    assert indexed("review").find(stem("panel")) == []
    assert indexed().find(stem("panel")) == []


def test_empty_words_are_left_out() -> None:
    assert indexed("the and of").find("the") == []


@pytest.mark.parametrize("text", ["carer’s review", "carer–review", "(review)", "x/review", "review…"])
def test_marks_part_words(text: str) -> None:
    assert indexed(text).find(stem("review")) == [(0, 1)]


def test_a_count_goes_no_higher_than_it_may() -> None:
    assert indexed("review " * (MOST + 50)).find(stem("review")) == [(0, MOST)]


words = st.lists(st.sampled_from("panel review carer chronology home visit school".split()), max_size=30)


@given(texts=st.lists(words, max_size=6))
def test_every_word_of_every_text_is_found_as_often_as_it_is_there(texts: list[list[str]]) -> None:
    index = indexed(*map(" ".join, texts))

    for word in {word for text in texts for word in text if word not in EMPTY}:
        wanted = [(at, text.count(word)) for at, text in enumerate(texts) if word in text]
        assert index.find(stem(word)) == wanted
