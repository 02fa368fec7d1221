"""What amendments and texts tell of chapters, for looking up."""

from __future__ import annotations

from manual.lookup.extras import extras_of
from manual.lookup.glossary import Glossary
from manual.lookup.index import Extras
from manual.lookup.lookup import Lookup
from manual.reading import Amendment, AmendmentKind, Chapter, ChapterReading, ChapterSection, ContentsReading


def amendment(title: str | None, details: str, former_titles: tuple[str, ...] = ()) -> Amendment:
    return Amendment(
        month="2024-06", kind=AmendmentKind.UPDATED, title=title, details=details, former_titles=former_titles
    )


def test_all_amendments_of_a_chapter_tell_of_it() -> None:
    found = extras_of(
        [
            amendment("Kinship Care", "The allowance rose.", ("Family and Friends Care",)),
            amendment("Kinship  care", "A link was added.", ("Family and Friends Care",)),
        ]
    )

    assert found == {
        "kinship care": Extras(
            former_titles=("Family and Friends Care",), details="The allowance rose.\nA link was added."
        )
    }


def test_an_amendment_without_a_title_tells_of_none() -> None:
    assert extras_of([amendment(None, "This chapter was refreshed.")]) == {}


def test_a_chapters_text_is_its_headings_and_paragraphs() -> None:
    chapter = ChapterReading(
        title="Kinship Care",
        sections=(ChapterSection(number="1", heading="Allowances", text="Carers may claim."),),
    )

    assert extras_of([], [chapter]) == {"kinship care": Extras(text="Allowances\nCarers may claim.")}


def test_what_was_gathered_answers() -> None:
    lookup = Lookup(Glossary(()))
    contents = ContentsReading(sections=(), chapters=(Chapter(number="1", title="Kinship Care"),))
    told = [amendment("Kinship Care", "The allowance rose.", ("Relatives Who Foster",))]

    lookup.put("westmere", contents, extras_of(told))

    for query in ("relatives who foster", "allowance"):
        assert [answer.number for answer in lookup.look_up(query, "westmere").answers] == ["1"]
