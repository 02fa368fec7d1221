"""Type-ahead: chapters for the first letters of words, numbers and acronyms."""

from __future__ import annotations

import pytest

from manual.lookup.glossary import Glossary
from manual.lookup.glossary_file import Concept
from manual.lookup.lookup import Lookup
from manual.reading import Chapter, ContentsReading, Section, SeeAlso

GLOSSARY = Glossary(
    (Concept(name="independent reviewing officers", also=("IRO", "independent reviewing officer")),)
)
CONTENTS = ContentsReading(
    sections=(Section(number="4", title="Fostering"),),
    chapters=(
        Chapter(number="4.1", title="Fostering Panel", section="4"),
        Chapter(number="4.2", title="Family and Friends Care", section="4"),
        Chapter(number="4.10", title="Role of the Independent Reviewing Officer", section="4"),
        Chapter(number="4.11", title="Supervision of Foster Carers", section="4"),
        Chapter(number="5.1", title="Placements with Parents"),
    ),
    see_also=(SeeAlso(section="4", text="Fostering Handbook"),),
)


@pytest.fixture
def lookup() -> Lookup:
    lookup = Lookup(GLOSSARY)
    lookup.put("westmere", CONTENTS)
    return lookup


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("fos", ["4.1", "4", "4.11"]),
        ("FOS", ["4.1", "4", "4.11"]),
        ("foster car", ["4.11"]),
        ("fam fri", ["4.2"]),
        ("fri fam", ["4.2"]),
        ("4.1", ["4.1", "4.10", "4.11"]),
        ("4.10", ["4.10"]),
        ("ir", ["4.10"]),
        ("iro", ["4.10"]),
        ("pwp", []),
        ("pp", ["5.1"]),
        ("f", ["4.1", "4.2", "4"]),
        ("fostering panel", ["4.1"]),
        ("zebra", []),
        ("", []),
        ("  ", []),
        ("9", []),
    ],
)
def test_what_was_typed_is_completed(lookup: Lookup, typed: str, numbers: list[str]) -> None:
    assert [answer.number for answer in lookup.complete(typed, "westmere")] == numbers


def test_a_completion_says_why(lookup: Lookup) -> None:
    assert lookup.complete("iro", "westmere")[0].reasons == ("IRO = independent reviewing officers",)


def test_no_more_come_than_were_asked_for(lookup: Lookup) -> None:
    assert len(lookup.complete("fos", "westmere", limit=2)) == 2


def test_every_manual_is_completed_where_none_is_named(lookup: Lookup) -> None:
    lookup.put("eastmere", ContentsReading(sections=(), chapters=(Chapter(number="1", title="Fostering Panel"),)))

    found = [(answer.manual, answer.number) for answer in lookup.complete("fostering p")]

    assert sorted(found) == [("eastmere", "1"), ("westmere", "4.1")]
