"""What people write when they say what they want to follow."""

import pytest

from subscriptions.errors import BadInterest, SubscriptionError, UnknownTopic
from subscriptions.interests import EVERYTHING, Follows, Interest, Significance, parse_interest
from subscriptions.topics import Topics

TOPICS = Topics.load()


@pytest.mark.parametrize(
    ("text", "interest"),
    [
        ("fostering", Interest(Follows.TOPIC, "fostering")),
        ("Care Leavers", Interest(Follows.TOPIC, "leaving-care")),
        ("topic:fostering", Interest(Follows.TOPIC, "fostering")),
        ("Topic: Foster Carers ", Interest(Follows.TOPIC, "fostering")),
        ("section:4.2", Interest(Follows.SECTION, "4.2")),
        ("section: 4.2. ", Interest(Follows.SECTION, "4.2")),
        ("section:Fostering Services", Interest(Follows.SECTION, "fostering services")),
        ("chapter:Staying Put", Interest(Follows.CHAPTER, "staying put")),
        (
            "chapter:Children’s Consultation & Participation",
            Interest.chapter("Childrens Consultation and Participation"),
        ),
        ("chapter:Working Together: A Guide", Interest.chapter("Working Together: A Guide")),
        ("phrase:Private  Fostering", Interest(Follows.PHRASE, "private fostering")),
        ("phrase:“carers’ leave”", Interest(Follows.PHRASE, '"carers\' leave"')),
        ("everything", EVERYTHING),
        ("Everything", EVERYTHING),
        ("all", EVERYTHING),
        ("everything:", EVERYTHING),
    ],
)
def test_words_become_an_interest(text: str, interest: Interest) -> None:
    assert parse_interest(text, TOPICS) == interest


def test_an_interest_is_read_back_from_its_own_words() -> None:
    for text in ("fostering", "section:4.2", "section:Leaving Care", "chapter:Staying Put (2024)", "phrase:pets"):
        interest = parse_interest(text, TOPICS)
        assert parse_interest(f"{interest.follows}:{interest.value}", TOPICS) == interest


def test_an_unknown_topic_offers_the_nearest() -> None:
    with pytest.raises(UnknownTopic) as raised:
        parse_interest("fostring", TOPICS)
    assert raised.value.nearest[0] == "Fostering"
    assert str(raised.value) == "There is no topic called “fostring”; did you mean Fostering?"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "can't be followed; write a topic"),
        ("topic:", "can't be followed"),
        ("chapter: –", "can't be followed"),
        ("phrase:and the", "can't be followed"),
        ("everything:fostering", "can't be followed"),
        ("titel:Staying Put", "“titel:Staying Put” can't be followed; write a topic, topic:Fostering"),
        ("4.2", "write section:4.2 for a section"),
    ],
)
def test_what_cannot_be_followed_is_answered_with_what_can(text: str, said: str) -> None:
    with pytest.raises(BadInterest) as raised:
        parse_interest(text, TOPICS)
    assert said in str(raised.value)
    assert isinstance(raised.value, SubscriptionError)


def test_significance_is_ordered_and_has_words() -> None:
    assert Significance.MINOR < Significance.CHANGED < Significance.REREAD
    assert [each.words for each in Significance] == ["minor", "changed", "must re-read"]
