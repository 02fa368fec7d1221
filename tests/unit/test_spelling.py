"""Typing errors: corrected where that is safe."""

from __future__ import annotations

import pytest

from manual.lookup.spelling import WordList, correct

TITLES = WordList(
    ["chronology", "guardianship", "special", "fostering", "leaver", "care", "panel", "review", "legal"]
)
GLOSSARY = WordList(["chronologies", "mappa", "lado", "pace", "regal"])


def corrected(word: str) -> tuple[str, ...]:
    return correct(word, (TITLES, GLOSSARY))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("chronolgy", "chronology"),
        ("gardianship", "guardianship"),
        ("specail", "special"),
        ("fosterng", "fostering"),
        ("panal", "panel"),
        ("guardeanshp", "guardianship"),
    ],
)
def test_a_near_miss_is_the_word(typed: str, meant: str) -> None:
    assert corrected(typed) == (meant,)


@pytest.mark.parametrize("typed", ["chronology", "pace", "special"])
def test_a_known_word_stays(typed: str) -> None:
    assert corrected(typed) == (typed,)


def test_another_form_of_a_known_word_stays() -> None:
    assert corrected("reviewing") == ("reviewing",)


@pytest.mark.parametrize(("typed", "meant"), [("paec", "pace"), ("pnel", "panel"), ("legl", "legal")])
def test_a_short_word_is_corrected_where_a_single_one_can_be_meant(typed: str, meant: str) -> None:
    assert corrected(typed) == (meant,)


@pytest.mark.parametrize("typed", ["ladp", "pane", "fgm", "uasc", "pac"])
def test_other_short_words_stay(typed: str) -> None:
    assert correct(typed, (TITLES, GLOSSARY, WordList(["paned"]))) == (typed,)


def test_words_that_ran_together_go_before_two_errors() -> None:
    assert correct("longterm", (WordList(["longer", "long", "term"]),)) == ("long", "term")


@pytest.mark.parametrize("typed", ["parking", "fanel", "panicky", "xyzzyxyz", "5.2.16", "4.8.l"])
def test_what_is_not_near_stays(typed: str) -> None:
    assert corrected(typed) == (typed,)


def test_a_short_word_may_have_one_error_only() -> None:
    assert corrected("panil") == ("panel",)
    assert corrected("penil") == ("penil",)


def test_the_earlier_lists_word_goes_first() -> None:
    assert corrected("degal") == ("degal",)  # another first letter
    assert correct("reegal", (GLOSSARY, TITLES)) == ("regal",)
    assert correct("leegal", (TITLES, GLOSSARY)) == ("legal",)


def test_words_run_together_are_parted() -> None:
    assert corrected("careleaver") == ("care", "leaver")
