"""Words as texts and questions share them."""

from __future__ import annotations

import pytest

from manual.lookup.words import stem, stems_of, weight, words_of


@pytest.mark.parametrize(
    "typed",
    [
        "Section 47",
        "section 47",
        "s47",
        "S.47",
        "s. 47",
        "s 47",
        "Sec 47",
        "sect 47",
        "section47",
        "sec47",
        "section 47(1)",
        "s47(1)(b)",
    ],
)
def test_a_statutes_section_is_one_word_however_it_is_typed(typed: str) -> None:
    assert words_of(typed) == ["s47"]


@pytest.mark.parametrize("typed", ["Regulation 44", "reg 44", "Reg. 44", "regulations 44"])
def test_a_regulation_is_one_word_too(typed: str) -> None:
    assert words_of(typed) == ["reg44"]


def test_a_manuals_own_section_number_is_no_statute() -> None:
    assert words_of("section 4.2") == ["section", "4.2"]


def test_two_sections_are_two_words() -> None:
    assert words_of("Section 7 and Section 37 Reports") == ["s7", "and", "s37", "reports"]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Children’s Services", ["children", "services"]),
        ("carers' reviews", ["carers", "reviews"]),
        ("Café", ["cafe"]),
        ("CP-IS", ["cp", "is"]),
        ("16+", ["16+"]),
        ("Parents/Adults & Siblings", ["parents", "adults", "and", "siblings"]),
        ("the child, a plan", ["child", "plan"]),
        ("Annex A report", ["annex", "a", "report"]),
        ("", []),
    ],
)
def test_words_are_folded(typed: str, words: list[str]) -> None:
    assert words_of(typed) == words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("adopters", "adoption"),
        ("children", "child"),
        ("kids", "child"),
        ("behavior", "behaviour"),
        ("radicalization", "radicalisation"),
        ("organized", "organised"),
        ("advisor", "adviser"),
        ("mum", "mother"),
        ("died", "death"),
        ("referred", "referral"),
        ("closing", "closure"),
        ("allowances", "allowance"),
    ],
)
def test_words_that_mean_one_thing_have_one_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("prevent", "prevention"),
        ("universal", "university"),
        ("recording", "records"),
        ("medical", "medication"),
        ("person", "personal"),
        ("national", "nationality"),
        ("size", "sis"),
        ("allow", "allowance"),
    ],
)
def test_words_that_mean_different_things_have_different_stems(one: str, other: str) -> None:
    assert stem(one) != stem(other)


def test_what_tells_less_weighs_less() -> None:
    words = ["how", "procedure", "child", "review", "chronology"]

    weights = [weight(each) for word in words for each in stems_of(word)]

    assert weights == sorted(weights)
    assert weights[0] == 0.0
    assert len(set(weights)) == len(words)
