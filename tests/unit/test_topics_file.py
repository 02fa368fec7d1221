"""A council's own file of topics: adding, replacing, extending, leaving out, and being told what is wrong."""

from pathlib import Path

import pytest

from config.files import ConfigError
from subscriptions.topics import Topics


def own_topics(tmp_path: Path, text: str) -> Topics:
    path = tmp_path / "our-topics.toml"
    path.write_text(text, "utf-8")
    return Topics.load(path)


def test_a_new_topic_stands_behind_the_shipped_ones(tmp_path: Path) -> None:
    topics = own_topics(
        tmp_path,
        """
        [topics.islands]
        name = "Our islands"
        also = ["ferry"]
        covers = "Everything that is different on the islands."
        title = ["island"]
        """,
    )
    assert topics.ids[-1] == "islands"
    assert topics.topics_of("Visits to Foster Carers on the Islands", "") == ("fostering", "islands")
    assert topics.called("Ferry").name == "Our islands"


def test_a_topic_of_the_same_id_takes_the_place_of_the_shipped_one(tmp_path: Path) -> None:
    topics = own_topics(
        tmp_path,
        """
        [topics.fostering]
        name = "Foster homes"
        covers = "Only the panel."
        title = ["fostering panel"]
        """,
    )
    assert topics.ids[0] == "fostering"
    assert topics.get("fostering").name == "Foster homes"
    assert topics.topics_of("Fostering Panel", "") == ("fostering",)
    assert topics.topics_of("Foster Carers’ Charter", "") == ()


def test_a_topic_is_extended_and_renamed_and_keeps_the_rest(tmp_path: Path) -> None:
    topics = own_topics(
        tmp_path,
        """
        [extend.court]
        name = "Legal"
        title = ["tribunal"]
        but_not = ["courtesy court"]
        """,
    )
    assert topics.get("court").name == "Legal"
    assert topics.get("court").covers == Topics.load().get("court").covers
    assert topics.topics_of("Tribunals", "") == ("court",)
    assert topics.topics_of("Court Reports", "") == ("court",)
    assert topics.topics_of("Courtesy Court", "") == ()


def test_topics_are_left_out(tmp_path: Path) -> None:
    topics = own_topics(tmp_path, 'leave_out = ["court", "health"]')
    assert "court" not in topics
    assert len(topics) == 18


def test_words_in_passing_and_words_for_adults_are_added(tmp_path: Path) -> None:
    topics = own_topics(
        tmp_path,
        """
        in_passing = ["fostering gazette"]
        [adults]
        title = ["older people"]
        """,
    )
    assert topics.topics_of("Local News", "The Foster Carers' Fostering Gazette is out.") == ("fostering",)
    assert topics.topics_of("Complaints of Older People", "") == ()
    assert topics.topics_of("Safeguarding Adults", "") == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[topics.fosterin]\nname = "F"\ncovers = "x"\ntitel = ["foster"]', "did you mean 'title'?"),
        (
            '[extend.fosterin]\ntitle = ["foster"]',
            "extend names 'fosterin', which is no topic; did you mean 'fostering'?",
        ),
        ('leave_out = ["zzz"]', "leave_out names 'zzz', which is no topic; known topics: fostering, adoption"),
        ('[topics.x]\nname = "X"\ncovers = "x"\ntitle = ["and the"]', "at least one word"),
        ('[topics.x]\ntitle = ["x"]', "'topics.x.name' is missing"),
        ('[topics."Two Words"]\nname = "X"\ncovers = "x"', "topics.Two Words"),
        ('[topics.x\nname = "X"', "not valid TOML"),
    ],
)
def test_what_is_wrong_is_said_with_the_file_and_what_would_be_right(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as raised:
        own_topics(tmp_path, text)
    assert str(tmp_path / "our-topics.toml") in str(raised.value)
    assert said in str(raised.value)


def test_the_shipped_file_reads_well() -> None:
    for topic in Topics.load():
        assert topic.covers.endswith(".")
        assert "  " not in topic.covers
        assert "\n" not in topic.covers
