"""Phrases are found as whole words, whatever their endings, quotes and small words."""

import pytest

from subscriptions.phrases import Phrase, Spelling, sentences_of, wording, wording_of_sentences


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("foster carer", "Foster Carers’ Handbook"),
        ("foster carer", "FOSTER-CARERS"),
        ("children in care", "A Child in Care"),
        ("young people", "Each Young Person"),
        ("assessment approval", "Assessment and Approvals of Adopters"),
        ("placement of child", "The Placement of the Children"),
        ("organise", "Organizing Meetings"),
        ("visits ... looked after", "Visits by Social Workers to Looked After Children"),
        ("visits … looked after", "Visits by Social Workers to Looked After Children"),
        ("section 20", "Section 20 Accommodation"),
        ("0-25", "Young People Aged 0–25"),
    ],
)
def test_a_phrase_is_found(phrase: str, text: str) -> None:
    assert Phrase.read(phrase).within(wording(text))


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("PA", "Parents"),
        ("care", "Healthcare"),
        ("foster carer", "Carers who Foster"),
        ("visits ... looked after", "Looked After Children: Visits"),
        ("record", "Recovery"),
        ("section 2", "Section 20"),
    ],
)
def test_a_phrase_is_not_found(phrase: str, text: str) -> None:
    assert not Phrase.read(phrase).within(wording(text))


def test_a_phrase_does_not_reach_over_the_end_of_a_sentence_or_line() -> None:
    foster_panel = Phrase.read("foster ... panel")
    assert foster_panel.within(wording_of_sentences("Fostering has its own panel."))
    assert not foster_panel.within(wording_of_sentences("It names fostering. The panel meets monthly."))
    assert not foster_panel.within(wording_of_sentences("Fostering\nPanel"))


def test_what_is_struck_out_is_not_found_and_joins_nothing() -> None:
    said = Phrase.read("supervision order").struck_from(wording("Care, Supervision Order, Staff"))
    assert not Phrase.read("supervision").within(said)
    assert not Phrase.read("care staff").within(said)
    assert Phrase.read("staff").within(said)


def test_a_phrase_can_be_all_there_is() -> None:
    contact = Phrase.read("contact")
    assert contact.is_whole(wording("The Contact"))
    assert not contact.is_whole(wording("Contact Details"))


@pytest.mark.parametrize("text", ["", "  ", "...", "and the", "–"])
def test_a_phrase_needs_a_word(text: str) -> None:
    with pytest.raises(ValueError, match="at least one word"):
        Phrase.read(text)


def test_sentences_end_at_full_stops_and_lines_but_not_in_numbers_or_abbreviations() -> None:
    text = "Section 1.3 has changed, e.g. for s. 20 cases. See Section 4.\nThis too."
    assert sentences_of(text) == ["Section 1.3 has changed, e.g. for s. 20 cases.", "See Section 4.", "This too."]


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("assesment", "assessment"),
        ("refferal", "referral"),
        ("regsiter", "register"),
        ("gardianship", "guardianship"),
        ("accomodation", "accommodation"),
        ("assessments", "assessments"),  # another ending is no slip
        ("compliant", "compliant"),  # a word of its own, a letter away from another
        ("fester", "fester"),  # too short to be sure
        ("zebra", "zebra"),
    ],
)
def test_one_slip_in_a_long_word_is_forgiven(slip: str, meant: str) -> None:
    known = ["assessment", "referral", "register", "guardianship", "accommodation", "complaint", "foster"]
    assert Spelling(known).meant(slip) == meant
