"""Changed words, shown as what was and what is, with a little around them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from digests.digest import ChangeOp, SectionChange
from digests.entry import passage_text
from digests.passages import Words, passages
from tests.any_digest import OPS

FILLER = "These are words that nobody has touched. " * 6


def texts(*parts: tuple[ChangeOp, str]) -> list[str]:
    return [passage_text(passage) for passage in passages(SectionChange(heading="4 Visits", parts=parts))]


def test_changed_words_are_shown_as_they_were_and_as_they_are() -> None:
    assert texts(
        ("equal", "A visit takes place every "), ("removed", "eight"), ("added", "six"), ("equal", " weeks.")
    ) == ["Was: A visit takes place every eight weeks.\nNow: A visit takes place every six weeks."]


def test_a_sentence_that_was_added_or_taken_out_stands_alone() -> None:
    sentence = "The record says whether the child was seen alone, and if not, why not. "
    assert texts(("equal", FILLER), ("added", sentence), ("equal", FILLER)) == [f"Added: {sentence.strip()}"]
    assert texts(("removed", sentence), ("equal", FILLER)) == [f"Taken out: {sentence.strip()}"]


def test_a_small_word_is_shown_among_the_words_around_it() -> None:
    (text,) = texts(("equal", FILLER + "It is "), ("added", "not "), ("equal", "enough. " + FILLER))
    assert text == "Was: It is enough.\nNow: It is not enough."


def test_changes_far_apart_are_passages_of_their_own_and_near_ones_are_one() -> None:
    near: tuple[ChangeOp, str] = ("equal", " and ")
    far: tuple[ChangeOp, str] = ("equal", FILLER)
    first: tuple[ChangeOp, str] = ("removed", "one thing")
    second: tuple[ChangeOp, str] = ("removed", "another thing")
    assert len(texts(first, near, second)) == 1
    assert len(texts(first, far, second)) == 2


def test_the_words_that_changed_are_marked_but_not_the_space_after_them() -> None:
    change = SectionChange(heading="4", parts=(("equal", "Every "), ("removed", "eight "), ("equal", "weeks.")))
    (passage,) = passages(change)
    assert passage.was == (Words("Every"), Words(" "), Words("eight", changed=True), Words(" "), Words("weeks."))


def test_unchanged_text_has_no_passages() -> None:
    assert texts(("equal", FILLER)) == []


@given(st.lists(st.tuples(OPS, st.text(min_size=1, max_size=30))))
def test_every_changed_word_is_in_some_passage(parts: list[tuple[ChangeOp, str]]) -> None:
    change = SectionChange(heading="4", parts=tuple(parts))
    shown = "".join(words.text for passage in passages(change) for _, run in passage.lines for words in run)
    assert all(text in shown for op, text in parts if op != "equal")
