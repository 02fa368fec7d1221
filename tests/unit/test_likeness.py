"""Questions that are like what people ask, though no phrase of the glossary stands in them."""

from __future__ import annotations

from manual.lookup.likeness import Like, Likenesses
from manual.lookup.words import stems_of

SCHOOL, CUSTODY, CONTACT = range(3)
ASKED = [
    ("mum teaches him at the kitchen table", SCHOOL),
    ("taken off the school roll", SCHOOL),
    ("parents teach their own children", SCHOOL),
    ("visit him in prison", CUSTODY),
    ("released next week on licence", CUSTODY),
    ("visit mum on Sundays", CONTACT),
    ("dad", CONTACT),
]


def nearest(question: str, asked: list[tuple[str, int]] = ASKED) -> list[Like]:
    likenesses = Likenesses((text, stems_of(text), concept) for text, concept in asked)
    return likenesses.nearest(stems_of(question), most=3)


def test_what_shares_telling_words_is_found_though_no_phrase_stands_in_the_question() -> None:
    found = nearest("she says she'll teach him at home herself, at the table")

    assert found[0].concept == SCHOOL
    assert found[0].phrase == "mum teaches him at the kitchen table"
    assert 0 < found[0].likeness < 1


def test_a_word_that_few_concepts_have_says_more_than_one_that_many_have() -> None:
    assert [each.concept for each in nearest("visit in prison")] == [CUSTODY, CONTACT]


def test_several_phrases_say_more_than_one_that_is_as_near() -> None:
    asked = [("passport photo booth", 0), ("passport photo form", 1), ("passport photo fee", 1)]

    assert [each.concept for each in nearest("passport photo please", asked)] == [1, 0]


def test_single_words_are_left_to_those_who_find_them_as_they_stand() -> None:
    assert nearest("dad") == []


def test_nothing_is_like_a_question_of_other_words() -> None:
    assert nearest("blue badge renewal") == []
