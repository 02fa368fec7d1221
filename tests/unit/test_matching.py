"""What an amendment satisfies, how much it matters, and whether a subscription wants it."""

from dataclasses import replace

import pytest

from manual.reading import Amendment, AmendmentKind, Chapter, ContentsReading, Section
from subscriptions.interests import EVERYTHING, Interest, Significance
from subscriptions.matching import (
    LEFT_OUT,
    TOO_SLIGHT,
    Match,
    NotWanted,
    can_match,
    keys_of,
    never_matches,
    phrase_in,
    reason_words,
    significance_of,
    wanted,
)
from subscriptions.topics import Topics

TOPICS = Topics.load()

CONTENTS = ContentsReading(
    sections=(
        Section(number="4", title="Looked After Children"),
        Section(number="4.8", title="Leaving Care"),
        Section(number="5", title="Fostering and Adoption"),
        Section(number="5.1", title="Fostering Services"),
        Section(number=None, title="Appendices"),
    ),
    chapters=(
        Chapter(
            number="4.8.1", title="Staying Put", section="4.8", url="https://manual.example/p_staying_put.html"
        ),
        Chapter(number="4.8.2", title="Pathway Plans", section="4.8"),
        Chapter(number="5.1.1", title="Fostering Panel", section="5.1"),
        Chapter(number="5.1.2", title="Who is Who", section="5.1"),
        Chapter(number=None, title="Useful Addresses", section="Appendices"),
    ),
)


def amendment(
    title: str | None = "Staying Put", details: str = "This chapter was revised.", **more: object
) -> Amendment:
    said = Amendment(month="2025-05", kind=AmendmentKind.UPDATED, title=title, details=details)
    return replace(said, **more)  # type: ignore[arg-type]


def interests_of(said: Amendment, contents: ContentsReading | None = CONTENTS) -> frozenset[Interest]:
    return keys_of(said, topics=TOPICS, contents=contents).interests


def test_an_amendment_satisfies_its_topics_its_chapter_its_sections_and_everything() -> None:
    assert interests_of(amendment()) == {
        EVERYTHING,
        Interest.topic("fostering"),
        Interest.topic("leaving-care"),
        Interest.chapter("Staying Put"),
        Interest.section("4.8"),
        Interest.section("Leaving Care"),
        Interest.section("4"),
        Interest.section("Looked After Children"),
    }


def test_without_contents_it_is_in_no_section() -> None:
    assert {each.follows for each in interests_of(amendment(), None)} == {"everything", "topic", "chapter"}


def test_a_chapter_that_the_contents_do_not_know_is_in_no_section() -> None:
    assert {each.follows for each in interests_of(amendment("Parking"))} == {"everything", "chapter"}


def test_a_chapter_is_found_by_its_link_when_its_title_has_changed() -> None:
    moved = amendment("Staying With Carers", url="http://old.example/chapters/p_staying_put.html#top")
    assert Interest.section("4.8") in interests_of(moved)


def test_former_titles_satisfy_what_followed_them() -> None:
    retitled = interests_of(amendment("Living On After Eighteen", former_titles=("Staying Put",)))
    assert {Interest.chapter("Staying Put"), Interest.section("4.8"), Interest.topic("leaving-care")} <= retitled


def test_the_title_of_its_section_gives_a_topic() -> None:
    assert Interest.topic("fostering") in interests_of(amendment("Who is Who"))


def test_a_section_without_number_is_followed_by_title() -> None:
    assert Interest.section("Appendices") in interests_of(amendment("Useful Addresses"))


def test_an_amendment_whose_title_was_lost_satisfies_the_chapters_it_could_be() -> None:
    lost = interests_of(amendment(None, candidates=("Pathway Plans", "Fostering Panel")))
    assert {
        Interest.chapter("Pathway Plans"),
        Interest.chapter("Fostering Panel"),
        Interest.section("5.1"),
        Interest.section("4"),
        Interest.topic("leaving-care"),
        Interest.topic("fostering"),
    } <= lost


def test_an_amendment_of_nothing_known_still_reaches_those_who_follow_everything() -> None:
    assert interests_of(amendment(None, "")) == {EVERYTHING}


@pytest.mark.parametrize(
    "phrase", ["pet", "PETS", "risk assessments of any pets", "foster carer's", "“risk” assessment"]
)
def test_a_phrase_is_found_in_title_and_details(phrase: str) -> None:
    assert phrase_in(phrase, amendment("Foster Carers’ Homes", "A risk assessment of any pet is made."))


@pytest.mark.parametrize("phrase", ["petition", "carers' pets", "homes risk"])
def test_a_phrase_is_not_made_up_of_parts(phrase: str) -> None:
    assert not phrase_in(phrase, amendment("Foster Carers’ Homes", "A risk assessment of any pet is made."))


@pytest.mark.parametrize(
    "details",
    [
        "A link to new national guidance has been added.",
        "In May 2025, updated links were added to Related Guidance.",
        "This link has been updated.",
        "These details have been updated.",
        "The Further Information section has been updated to include a link to a helpline.",
        "Contact details have been amended.\nA link was added.",
        "Typographical errors were corrected.",
        "This chapter was reviewed in May 2025 and no changes were needed.",
    ],
)
def test_furniture_is_minor(details: str) -> None:
    assert significance_of(amendment(details=details)) is Significance.MINOR


@pytest.mark.parametrize(
    "details",
    [
        "",
        "This chapter has been updated.",
        "A link has been added and Section 4, Visits has been revised.",
        "A link was added. The timescale is now five days.",
        "Minor amendments were made to the definitions.",
        "The details of the new duty have to be recorded.",
        "Children linked with gangs are mentioned.",
    ],
)
def test_in_doubt_something_has_changed(details: str) -> None:
    assert significance_of(amendment(details=details)) is Significance.CHANGED


def test_what_must_be_read_again_outweighs_everything() -> None:
    link = amendment(details="This link has been updated.", kind=AmendmentKind.LINK)
    assert significance_of(link) is Significance.MINOR
    assert significance_of(replace(link, reread=True)) is Significance.REREAD


@pytest.mark.parametrize("kind", [AmendmentKind.NEW, AmendmentKind.REMOVED, AmendmentKind.REPLACED])
def test_a_chapter_that_comes_or_goes_is_never_minor(kind: AmendmentKind) -> None:
    assert significance_of(amendment(details="A link was added.", kind=kind)) is Significance.CHANGED


def decide(said: Amendment, interest: Interest, **wish: object) -> Match | NotWanted:
    keys = keys_of(said, topics=TOPICS, contents=CONTENTS)
    return wanted(keys, interest, topics=TOPICS, **wish)  # type: ignore[arg-type]


def test_what_is_followed_is_wanted_and_says_why() -> None:
    assert decide(amendment(), Interest.topic("fostering")) == Match(reason="follows the topic Fostering")
    assert decide(amendment(), Interest.phrase("staying put")) == Match(reason="follows the phrase “staying put”")


def test_what_is_not_followed_is_not_wanted() -> None:
    assert isinstance(decide(amendment(), Interest.topic("court")), NotWanted)
    assert isinstance(decide(amendment(), Interest.phrase("pets")), NotWanted)


@pytest.mark.parametrize(
    "exclusion", [Interest.chapter("staying put"), Interest.phrase("revise"), Interest.section("4")]
)
def test_what_is_left_out_is_not_wanted(exclusion: Interest) -> None:
    assert decide(amendment(), EVERYTHING, exclusions=[exclusion]) == NotWanted(reason=LEFT_OUT)


def test_what_matters_less_than_asked_for_is_not_wanted() -> None:
    assert decide(amendment(), EVERYTHING, least=Significance.REREAD) == NotWanted(reason=TOO_SLIGHT)
    assert isinstance(decide(amendment(reread=True), EVERYTHING, least=Significance.REREAD), Match)


@pytest.mark.parametrize(
    ("interest", "words"),
    [
        (EVERYTHING, "follows everything"),
        (Interest.topic("youth-justice"), "follows the topic Youth justice"),
        (Interest.topic("gone"), "follows the topic gone"),
        (Interest.section("4.8"), "follows section 4.8"),
        (Interest.section("Leaving Care"), "follows the section “leaving care”"),
        (Interest.chapter("Staying Put"), "follows the chapter “staying put”"),
    ],
)
def test_reasons_are_words_for_people(interest: Interest, words: str) -> None:
    assert reason_words(interest, TOPICS) == words


def test_topics_that_no_chapter_belongs_to_never_match() -> None:
    silent = {topic.id for topic in never_matches(TOPICS, CONTENTS)}
    assert "court" in silent
    assert silent.isdisjoint({"fostering", "leaving-care"})


@pytest.mark.parametrize(
    ("interest", "can"),
    [
        (EVERYTHING, True),
        (Interest.phrase("anything at all"), True),
        (Interest.topic("fostering"), True),
        (Interest.topic("court"), False),
        (Interest.topic("gone"), False),
        (Interest.chapter("Fostering panel"), True),
        (Interest.chapter("Adoption Panel"), False),
        (Interest.section("5"), True),
        (Interest.section("leaving care"), True),
        (Interest.section("9.9"), False),
    ],
)
def test_an_interest_that_nothing_in_a_manual_can_satisfy_is_known(interest: Interest, can: bool) -> None:
    assert can_match(interest, TOPICS, CONTENTS) is can
