"""Which topics an amendment belongs to, by the shipped file."""

import pytest

from subscriptions.errors import UnknownTopic
from subscriptions.phrases import name_key
from subscriptions.topics import Topics, Where

SHIPPED = Topics.load()


def topics_of(title: str | None, details: str = "This chapter has been updated.", **more: object) -> set[str]:
    return set(SHIPPED.topics_of(title, details, **more))  # type: ignore[arg-type]


def test_the_twenty_topics_are_shipped_in_order() -> None:
    assert SHIPPED.ids == (
        "fostering", "adoption", "kinship", "leaving-care", "looked-after", "mash", "assessment",
        "child-protection", "exploitation", "unaccompanied", "disability", "court", "education", "health",
        "youth-justice", "residential", "reviewing", "records", "complaints", "workforce",
    )  # fmt: skip


def test_a_title_decides() -> None:
    assert topics_of("Review and Termination of Approval of Foster Carers") == {"fostering"}
    assert topics_of("Staying Put") == {"fostering", "leaving-care"}


def test_an_amendment_may_belong_to_no_topic() -> None:
    assert topics_of("Local Contacts", "These details have been updated.") == set()


def test_ids_come_in_the_files_order() -> None:
    ids = SHIPPED.topics_of("Court Reports for Adoption and Fostering", "")
    assert list(ids) == sorted(ids, key=SHIPPED.ids.index)


@pytest.mark.parametrize(
    "title",
    [
        "Assesment of Need",
        "Reccording Policy",
        "Independant Visitors",
        "Childrens Complaints",
        "Foster Carer’s Training",
    ],
)
def test_slips_and_quotes_in_titles_are_survived(title: str) -> None:
    assert topics_of(title)


def test_words_inside_an_exception_do_not_count() -> None:
    assert "workforce" in topics_of("Supervision of Social Workers")
    assert "workforce" not in topics_of("Supervision Orders")
    assert "workforce" not in topics_of("Supervision and Support of Foster Carers")
    assert "health" in topics_of("Mental Health of Young People")
    assert "health" not in topics_of("Parents with Mental Health Problems")


def test_details_add_a_topic_when_they_are_about_it() -> None:
    details = "A new section has been added on what is owed to care leavers who are in custody."
    assert topics_of("Visits by Social Workers", details) >= {"leaving-care"}


def test_the_name_of_a_law_in_details_is_said_in_passing() -> None:
    details = "Section 4, Timescales now follows the Adoption and Children Act 2002 and the Children Act 1989."
    assert topics_of("Equality and Diversity", details) == {"workforce"}


def test_a_chapters_own_section_is_no_section_of_a_law() -> None:
    assert "court" not in topics_of(None, "Section 7, Ending the Work has been rewritten.")
    assert "court" in topics_of(None, "The template for Section 7 reports has been replaced.")


def test_without_a_title_details_are_asked_for_what_titles_would_say() -> None:
    details = "The form for return home interviews has been replaced after the audit."
    assert topics_of(None, details) == {"exploitation"}


def test_without_a_title_single_words_of_details_say_too_little() -> None:
    assert topics_of(None, "Staff should ask for legal advice, and consent to contact the school.") == set()


def test_chapters_that_it_could_be_are_asked_where_details_say_nothing() -> None:
    candidates = ("Adoption Panel", "Young Carers")
    assert topics_of(None, "This chapter has been updated.", candidates=candidates) == {"adoption", "assessment"}
    assert topics_of(None, "The form for young carers is new.", candidates=("Adoption Panel",)) == {"assessment"}


def test_a_title_it_had_before_counts() -> None:
    assert topics_of("Living with Relatives", former_titles=("Kinship Care",)) == {"kinship"}


def test_the_section_of_the_contents_counts() -> None:
    assert topics_of("Who is Who", section="Fostering Services") == {"fostering"}
    assert topics_of("Who is Who", section="All Children") == set()


@pytest.mark.parametrize(
    ("title", "details"),
    [
        ("Safeguarding Adults", "This chapter has been updated."),
        ("Safeguarding Adults Reviews", "The terms of reference were rewritten."),
        ("Carers' Assessments", "This chapter has been updated."),
        ("Risk Assessment", "The duty under the Care Act 2014 is explained."),
    ],
)
def test_chapters_for_adult_social_care_belong_to_no_topic(title: str, details: str) -> None:
    assert topics_of(title, details) == set()


def test_chapters_for_adults_that_name_children_or_care_leavers_do() -> None:
    assert topics_of("Care Act Assessments for Care Leavers") >= {"leaving-care"}
    assert topics_of("Risk Assessment", "Under the Care Act, ask whether a child lives in the home.") == {
        "assessment"
    }


def test_acronyms_speak_where_the_words_of_a_title_are_silent() -> None:
    topics = Topics.load(acronyms={"QQP": ("adoption panel",)})
    assert topics.topics_of("QQP Terms of Reference", "") == ("adoption",)
    assert topics.topics_of("QQP and Fostering", "") == ("fostering",)


def test_reasons_say_which_phrase_stands_where() -> None:
    reasons = {
        each.topic: each for each in SHIPPED.reasons("Fostering Panel", "It looks at pathway plans as well.")
    }
    assert reasons["fostering"].phrase == "foster"
    assert reasons["fostering"].where is Where.TITLE
    assert (reasons["leaving-care"].phrase, reasons["leaving-care"].where) == ("pathway plan", Where.DETAILS)


@pytest.mark.parametrize(
    ("word", "id_"),
    [
        ("fostering", "fostering"),
        ("Leaving Care", "leaving-care"),
        ("leaving-care", "leaving-care"),
        ("UASC", "unaccompanied"),
        ("county lines", "exploitation"),
        ("Children’s homes", "residential"),
        ("16+", "leaving-care"),
        ("care leaver", "leaving-care"),
        ("schools", "education"),
        ("  LEAVING   care ", "leaving-care"),
        ("child protection", "child-protection"),
        ("Strategy Meeting", "child-protection"),
        ("SARs", "records"),
        ("independent visitor", "reviewing"),
    ],
)
def test_a_topic_is_found_by_whatever_people_call_it(word: str, id_: str) -> None:
    assert SHIPPED.called(word).id == id_


@pytest.mark.parametrize(
    ("word", "id_"),
    [
        ("fostring", "fostering"),
        ("adoptoin", "adoption"),
        ("exploitaton", "exploitation"),
        ("complaynts", "complaints"),
        ("fosterring", "fostering"),
        ("foster", "fostering"),
        ("adopting", "adoption"),
        ("educational", "education"),
        ("disable children and send", "disability"),
    ],
)
def test_a_misspelt_topic_is_unknown_but_its_nearest_are_offered(word: str, id_: str) -> None:
    assert SHIPPED.nearest(word)[0].id == id_
    with pytest.raises(UnknownTopic, match=f"did you mean .*{SHIPPED.get(id_).name}"):
        SHIPPED.called(word)


def test_nothing_is_offered_for_what_is_like_no_topic() -> None:
    assert SHIPPED.nearest("xylophone") == ()
    assert SHIPPED.nearest("parking") == ()  # though it holds "PA"
    with pytest.raises(UnknownTopic, match="no topic called “xylophone”; there are: fostering, "):
        SHIPPED.called("xylophone")


def test_no_two_topics_are_called_the_same() -> None:
    called = [name for topic in SHIPPED for name in {name_key(name) for name in topic.names}]
    assert sorted(called) == sorted(set(called))


def test_every_topic_is_matched_by_its_own_name() -> None:
    for topic in SHIPPED:
        assert topic.id in SHIPPED.topics_of(topic.name, ""), topic.name
