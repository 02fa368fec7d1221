"""What changed between two contents lists."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from manual.contents.compare import ContentsComparison, compare_contents
from manual.page.endings import CUT_SHORT
from manual.reading import Chapter, ContentsReading, Flag, Section

TITLES = {
    "All Children": ["Contacts and Referrals", "Single Assessment", "Section 47 Enquiries", "Strategy Meetings"],
    "Fostering": [
        "Fostering Panel",
        "Private Fostering",
        "Placements in Foster Care",
        "Allegations Against Carers",
    ],
    "Adoption": ["Adoption Panel", "Adoption Support", "Adoption Reviews", "Later Life Letters"],
}


def listed(titles: dict[str, list[str]], first: int = 1, links: bool = False) -> ContentsReading:
    return ContentsReading(
        sections=tuple(Section(number=str(at), title=title) for at, title in enumerate(titles, start=first)),
        chapters=tuple(
            Chapter(number=f"{at}.{place}", title=title, section=str(at), url=slug(title) if links else None)
            for at, chapters in enumerate(titles.values(), start=first)
            for place, title in enumerate(chapters, start=1)
        ),
    )


def slug(title: str) -> str:
    return f"https://manual.test/chapters/p_{title.lower().replace(' ', '_')}.html"


def changed(place: str, chapters: list[str]) -> dict[str, list[str]]:
    return TITLES | {place: chapters}


def compared(after: dict[str, list[str]], before: dict[str, list[str]] = TITLES) -> dict[str, list[str]]:
    return told(compare_contents(listed(before), listed(after)))


def told(comparison: ContentsComparison) -> dict[str, list[str]]:
    """Titles of what changed, by kind; kinds without any left out."""
    assert comparison.understood, comparison.reason
    found = {
        "added": [each.title for each in comparison.added],
        "removed": [each.title for each in comparison.removed],
        "retitled": [f"{each.before.title} > {each.after.title}" for each in comparison.retitled],
        "moved": [each.after.title for each in comparison.moved],
        "flagged": [each.after.title for each in comparison.flagged],
    }
    return {kind: titles for kind, titles in found.items() if titles}


def test_renumbering_and_punctuation_are_no_change() -> None:
    assert told(compare_contents(listed(TITLES), listed(TITLES, first=4))) == {}
    assert (
        compared(
            changed("Adoption", ["ADOPTION PANEL", "Adoption  Support", "Adoption Reviews.", "Later-Life Letters"])
        )
        == {}
    )


def test_chapters_come_and_go() -> None:
    more = [*TITLES["Adoption"][:2], "Special Guardianship", *TITLES["Adoption"][2:]]
    assert compared(changed("Adoption", more)) == {"added": ["Special Guardianship"]}
    assert compared(changed("Adoption", TITLES["Adoption"][1:])) == {"removed": ["Adoption Panel"]}


def test_other_title_in_the_same_place_is_a_new_title() -> None:
    chapters = ["Fostering Panels and Their Work", *TITLES["Fostering"][1:]]
    assert compared(changed("Fostering", chapters)) == {
        "retitled": ["Fostering Panel > Fostering Panels and Their Work"]
    }


def test_other_title_elsewhere_is_another_chapter() -> None:
    fewer = {"All Children": TITLES["All Children"][:3], "Fostering": TITLES["Fostering"]}
    after = fewer | {"Adoption": [*TITLES["Adoption"], "Strategy Meetings Abroad"]}
    assert compared(after) == {"added": ["Strategy Meetings Abroad"], "removed": ["Strategy Meetings"]}


def test_chapter_is_known_by_its_link_through_any_title() -> None:
    before, after = listed(TITLES, links=True), listed(TITLES, links=True)
    chapters = (replace(after.chapters[0], title="The Front Door"), *after.chapters[1:])
    comparison = compare_contents(before, replace(after, chapters=chapters))
    assert told(comparison) == {"retitled": ["Contacts and Referrals > The Front Door"]}


def test_chapter_is_known_by_its_title_through_any_link() -> None:
    after = listed(TITLES, links=True)
    chapters = tuple(replace(each, url=f"https://new.test/chapter/{at}") for at, each in enumerate(after.chapters))
    assert told(compare_contents(listed(TITLES, links=True), replace(after, chapters=chapters))) == {}


def test_chapter_moves_to_another_section() -> None:
    after = changed("Fostering", TITLES["Fostering"][:3]) | {
        "Adoption": [*TITLES["Adoption"], "Allegations Against Carers"]
    }
    assert compared(after) == {"moved": ["Allegations Against Carers"]}


def test_section_with_another_title_moves_none_of_its_chapters() -> None:
    after = {
        ("Permanence" if section == "Adoption" else section): chapters for section, chapters in TITLES.items()
    }
    assert compared(after) == {}


def test_flags_set_and_taken_off() -> None:
    before = listed(TITLES)
    flags = {0: (Flag.UPDATED,), 3: (Flag.UNDER_REVIEW, Flag.UPDATED)}
    flagged = tuple(replace(each, flags=flags.get(at, ())) for at, each in enumerate(before.chapters))
    after = replace(before, chapters=flagged)
    assert told(compare_contents(before, after)) == {"flagged": ["Contacts and Referrals", "Strategy Meetings"]}
    assert told(compare_contents(after, before)) == {"flagged": ["Contacts and Referrals", "Strategy Meetings"]}
    assert told(compare_contents(after, after)) == {}


def test_chapter_listed_twice_is_two_rows() -> None:
    before = changed("Adoption", [*TITLES["Adoption"], "Fostering Panel"])
    assert compared(TITLES, before) == {"removed": ["Fostering Panel"]}
    assert compared(before, before) == {}


def test_broken_or_other_list_is_not_understood() -> None:
    shrunken = {"All Children": TITLES["All Children"][:2]}
    other = {section: [f"Chapter {section} {at}" for at in range(4)] for section in TITLES}
    without_its_end = {"All Children": TITLES["All Children"], "Fostering": TITLES["Fostering"]}
    for titles in (shrunken, other, without_its_end):
        comparison = compare_contents(listed(TITLES), listed(titles))
        assert not comparison.understood
        assert comparison.reason
        assert comparison.to_json()["removed"] == []
    cut = replace(listed(TITLES), oddities=(CUT_SHORT,))
    assert not compare_contents(listed(TITLES), cut).understood
    assert compare_contents(cut, cut).understood


def test_comparison_as_json() -> None:
    said = compare_contents(listed(TITLES), listed(changed("Adoption", TITLES["Adoption"][1:]))).to_json()
    assert said["understood"] is True
    assert [each["title"] for each in said["removed"]] == ["Adoption Panel"]
    assert said["added"] == said["retitled"] == said["moved"] == said["flagged"] == []


@given(st.permutations(range(12)), st.sets(st.integers(0, 11), max_size=3))
@settings(max_examples=60, deadline=None)
def test_no_order_of_a_sections_chapters_is_a_change(order: list[int], gone: set[int]) -> None:
    titles = [
        f"{word} {noun}"
        for word in ("Foster", "Adoption", "Leaving", "Care")
        for noun in ("Plans", "Money", "Law")
    ]
    before = listed({"All": titles})
    kept = [titles[at] for at in order if at not in gone]
    after = listed({"All": kept})
    comparison = compare_contents(before, after)
    if comparison.understood:
        assert told(comparison) == ({"removed": [titles[at] for at in sorted(gone)]} if gone else {})
