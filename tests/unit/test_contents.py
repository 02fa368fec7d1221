"""Contents lists: the seeds, and each of the structures that manuals have."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from manual.contents.reader import read_contents
from manual.errors import Unreadable
from manual.page.layout import page_of
from manual.reading import Chapter, ContentsReading, Flag, reading_from_json

NBSP = "\xa0"


def read(page: str) -> ContentsReading:
    return read_contents(page_of(page))


def chapters(reading: ContentsReading) -> list[tuple[str | None, str, str | None]]:
    return [(each.number, each.title, each.section) for each in reading.chapters]


def sections(reading: ContentsReading) -> list[tuple[str | None, str]]:
    return [(each.number, each.title) for each in reading.sections]


def chapter(row: str) -> Chapter:
    """The last chapter of a small list in a table that ends with ``row``."""
    rows = "<tr><td>1.1</td><td><a href=a>One</a></td></tr><tr><td>1.2</td><td><a href=b>Two</a></td></tr>"
    return read(f"<h2>1. All</h2><table>{rows}{row}</table>").chapters[-1]


# -- the seeds


def counts(reading: ContentsReading) -> tuple[int, int, Counter[Flag]]:
    flags = Counter(flag for each in reading.chapters for flag in each.flags)
    return len(reading.chapters), len(reading.sections), flags


def test_luton_is_read_whole(seeds: Path) -> None:
    luton = read_contents(page_of((seeds / "luton-contents.txt").read_bytes()))
    assert counts(luton) == (129, 33, Counter({Flag.UPDATED: 11, Flag.NEW: 1}))
    assert luton.chapters[0] == Chapter(
        number="1.1.1", title="Threshold Framework: Luton Safeguarding Children Board", section="1.1"
    )
    by_number = {each.number: each for each in luton.chapters}
    note = by_number["3.4.2"].note or ""
    assert note.startswith("(Bedford Borough") and note.endswith("Procedures)")
    assert ("3.3", "Homelessness") in sections(luton)
    assert by_number["6.4"].title == "Amendments"
    assert len(luton.oddities) == 1
    assert [each.text for each in luton.see_also if each.section == "1.1"][1:3] == [
        "Luton Family Network Meetings Guidance (Local Resources)",
        "CSC Induction Programme Booklet",
    ]
    assert {each.section for each in luton.chapters} <= {each.number for each in luton.sections}


def test_bedford_is_read_whole(seeds: Path) -> None:
    bedford = read_contents(page_of((seeds / "bedford-contents.txt").read_bytes()))
    flags = Counter({Flag.UPDATED: 7, Flag.UNDER_REVIEW: 3, Flag.TO_FOLLOW: 1})
    assert counts(bedford) == (138, 27, flags)
    assert [number for number, _ in sections(bedford) if number and "." not in number] == list("1234567")
    by_number = {each.number: each for each in bedford.chapters}
    assert by_number["4.6"].flags == (Flag.UNDER_REVIEW, Flag.UPDATED)
    assert by_number["4.6"].title == "Assessment and Approvals of Foster Carers"
    assert by_number["7.5"].title == "Amendments"


def test_filtered_of_short_lines_a_manual_keeps_its_chapters(seeds: Path) -> None:
    text = (seeds / "luton-contents.txt").read_text()
    kept = [line for line in text.split("\n") if len(line.split()) > 1 or not line.strip()]
    whole, filtered = read(text), read("\n".join(kept))
    assert [(each.number, each.title, each.flags, each.note) for each in filtered.chapters] == [
        (each.number, each.title, each.flags, each.note) for each in whole.chapters
    ]
    # of 27 sub-sections three had one word and are gone; none is given a number that it doesn't have
    assert len(filtered.sections) == len(whole.sections) - 3
    assert {each.number for each in filtered.sections} == {None, "1", "2", "3", "4", "5", "6"}


# -- numbering


def test_headings_that_were_filtered_of_their_numbers_are_told_by_the_chapters_below() -> None:
    reading = read(
        "1. All Children\n\nValues and Rights\n\n1.1.1 Our Values  \n1.1.2 Rights Updated\n\n"
        "First Contact\n\n1.2.1 Contacts  \n\n1.3.1 Placements  \n1.3.2 Moves  \n"
    )
    assert sections(reading) == [("1", "All Children"), (None, "Values and Rights"), (None, "First Contact")]
    # the heading of 1.3 was one word and is gone: its chapters stand under what is left above them
    assert [section for _, _, section in chapters(reading)] == [
        "Values and Rights",
        "Values and Rights",
        "First Contact",
        "1",
        "1",
    ]


def test_letters_and_codes_are_numbers() -> None:
    reading = read(
        "<h2>Core</h2><ul><li>CP4 <a href=a>Referrals</a></li><li>C09A <a href=b>Bruises</a></li>"
        "<li>PG21 <a href=c>Sleep</a></li></ul><h2>1. More</h2>"
        "<p>1.4.3 <a href=d>One</a></p><p>1.4.3a <a href=e>Two</a></p>"
    )
    assert [each.number for each in reading.chapters] == ["CP4", "C09A", "PG21", "1.4.3", "1.4.3a"]


def test_one_code_at_the_beginning_of_a_title_is_no_number() -> None:
    reading = read("1. All\n1.1 Contacts\n1.2 Referrals\nE15 Homes\n1.3 Visits\n")
    assert [each.number for each in reading.chapters] == ["1.1", "1.2", "1.3"]


def test_parts_that_restart_their_numbers() -> None:
    reading = read(
        "<h2>Part A: Core Procedures</h2>"
        "<p>1. <a href=a>A Focus on the Child</a></p><p>2. <a href=b>Sharing</a></p>"
        "<h2>Part B: Practice Guidance</h2><p>1. <a href=c>Roles</a></p><p>2. <a href=d>Sleep</a></p>"
    )
    assert chapters(reading) == [
        ("1", "A Focus on the Child", "Part A: Core Procedures"),
        ("2", "Sharing", "Part A: Core Procedures"),
        ("1", "Roles", "Part B: Practice Guidance"),
        ("2", "Sleep", "Part B: Practice Guidance"),
    ]


def test_chapter_behind_a_chapter_with_parts_stands_beside_it() -> None:
    reading = read("Part B: Guidance\n\n1. Roles\n2. Neglect\n19. Abuse\n19.1 Signs\n19.2 Response\n20. Fire\n")
    assert sections(reading) == [(None, "Part B: Guidance"), ("19", "Abuse")]
    assert chapters(reading)[-2:] == [("19.2", "Response", "19"), ("20", "Fire", "Part B: Guidance")]


def test_heading_with_a_deep_number_over_chapters_without_any() -> None:
    reading = read(
        "<h2>1. Safeguarding</h2><p>1.1.17 <a href=a>Bullying</a></p><p>1.1.16 <a href=b>Neglect</a></p>"
        "<h3>1.1.18</h3><h3>Exploitation</h3><ul><li><a href=c>Toolkit</a></li><li><a href=d>Pathway</a></li></ul>"
        "<p>1.1.19 <a href=e>Trafficking</a></p>"
    )
    assert ("1.1.18", "Exploitation") in sections(reading)
    assert chapters(reading)[2:4] == [(None, "Toolkit", "1.1.18"), (None, "Pathway", "1.1.18")]


def test_chapter_without_number_and_number_without_title() -> None:
    rows = (
        ("2.2.1", "Panels"),
        ("", "Placements at a Distance"),
        ("2.2.3", "Moves"),
        ("2.2.4", ""),
        ("2.2.5", "Beds"),
    )
    table = "".join(f"<tr><td>{number}</td><td>{title}</td><td>&nbsp;</td></tr>" for number, title in rows)
    reading = read(f"<h2>2. Care</h2><h3>2.2 Placements</h3><table>{table}</table>")
    assert chapters(reading) == [
        ("2.2.1", "Panels", "2.2"),
        (None, "Placements at a Distance", "2.2"),
        ("2.2.3", "Moves", "2.2"),
        ("2.2.5", "Beds", "2.2"),
    ]
    assert reading.oddities == ("2.2.4 has no title.",)


def test_annexes_are_chapters_without_numbers() -> None:
    reading = read(
        f"1. All\n\n1.1 Meetings {NBSP} \n    Annex A: Agenda {NBSP} \n    Annex B: Minutes New\n"
        f"1.2 Visits {NBSP} \n"
    )
    assert chapters(reading) == [
        ("1.1", "Meetings", "1"),
        (None, "Annex A: Agenda", "1"),
        (None, "Annex B: Minutes", "1"),
        ("1.2", "Visits", "1"),
    ]


def test_unnumbered_text_is_told_by_blank_lines_and_ends_of_rows() -> None:
    ragged = f"Contents\n\nPolicy\n\nValues {NBSP} \nConsent Updated\n\nCare\n\nPanels {NBSP} \n"
    plain = "Contents\n\nPolicy\n\nValues\nConsent Updated\n\nCare\n\nPanels\nBeds\n"
    tight = "Contents\n\nPolicy\nValues\nConsent Updated\n\nCare\nPanels\nBeds\n"
    for text in (ragged, plain, tight):
        reading = read(text)
        assert sections(reading) == [(None, "Policy"), (None, "Care")]
        assert chapters(reading)[:3] == [
            (None, "Values", "Policy"),
            (None, "Consent", "Policy"),
            (None, "Panels", "Care"),
        ]


def test_a_sites_navigation_is_no_chapter() -> None:
    reading = read(
        "<ul><li><a href=/>Home</a></li><li><a href=/news>News</a></li></ul><h1>Contents</h1>"
        "<h2>Policy</h2><ul><li><a href=a>Values</a></li><li><a href=b>Consent</a></li></ul>"
        "<h2>Care</h2><ul><li><a href=c>Panels</a></li></ul>"
        "<h2>Useful links</h2><ul><li><a href=d>Ofsted</a></li></ul>"
    )
    assert [title for _, title, _ in chapters(reading)] == ["Values", "Consent", "Panels"]
    assert sections(reading) == [(None, "Policy"), (None, "Care")]


# -- flags, dates and notes


@pytest.mark.parametrize(
    ("behind", "flags"),
    [
        ("Updated", [Flag.UPDATED]),
        ("(Updated)", [Flag.UPDATED]),
        ("NEW!", [Flag.NEW]),
        ("(updated Apr 2019)", [Flag.UPDATED]),
        ("- under review", [Flag.UNDER_REVIEW]),
        ("– Under Review", [Flag.UNDER_REVIEW]),
        ("Under Review", [Flag.UNDER_REVIEW]),
        ("(currently under review)", [Flag.UNDER_REVIEW]),
        ("- This process is under review - please speak to your manager", [Flag.UNDER_REVIEW]),
        ("- to follow", [Flag.TO_FOLLOW]),
        ("(to follow)", [Flag.TO_FOLLOW]),
        ("- under review Updated", [Flag.UNDER_REVIEW, Flag.UPDATED]),
        ("Upd", [Flag.UPDATED]),
        ("", []),
    ],
)
def test_flags_stand_in_the_title_behind_it_or_in_a_cell(behind: str, flags: list[Flag]) -> None:
    for row in (
        f"<tr><td>1.3</td><td>Fostering Panel {behind}</td><td></td></tr>",
        f"<tr><td>1.3</td><td><a href=c>Fostering Panel</a> <i>{behind}</i></td></tr>",
        f"<tr><td>1.3</td><td><a href=c>Fostering Panel {behind}</a></td></tr>",
    ):
        found = chapter(row)
        assert (found.title, list(found.flags)) == ("Fostering Panel", flags)


@pytest.mark.parametrize(
    "title",
    [
        "Workforce Strategy 2022 Update",
        "What’s New",
        "Steps to Follow",
        "Hearings (October 2013)",
        "Renewal of Leave",
        "Disclosure: 2024 Protocol",
        "The Reviewing Officer",
    ],
)
def test_words_of_a_title_are_no_flags(title: str) -> None:
    found = chapter(f"<tr><td>1.3</td><td><a href=c>{title}</a></td><td></td></tr>")
    assert (found.title, found.flags, found.updated_on) == (title, (), None)


@pytest.mark.parametrize(
    ("row", "updated_on"),
    [
        ("<tr><td>1.3</td><td>Meals</td><td>Updated 27/01/2025</td></tr>", "2025-01-27"),
        ("<tr><td>1.3</td><td>Meals</td><td>Updated</td><td>27 January 2025</td></tr>", "2025-01-27"),
        ("<tr><td>1.3</td><td>MealsUpdatedJanuary 27, 2025</td></tr>", "2025-01-27"),
        ("<tr><td>1.3</td><td>Meals (updated Jan 2025)</td></tr>", None),
    ],
)
def test_dates_of_flags(row: str, updated_on: str | None) -> None:
    found = chapter(row)
    assert (found.title, found.flags, found.updated_on) == ("Meals", (Flag.UPDATED,), updated_on)


def test_notes_stand_behind_the_title_or_below() -> None:
    below = chapter("<tr><td>1.3</td><td><a href=c>Missing</a><br>(Eastmere Board Procedures Manual)</td></tr>")
    behind = chapter("<tr><td>1.3</td><td><a href=c>Missing</a> (Eastmere Board Procedures Manual)</td></tr>")
    unlinked = chapter("<tr><td>1.3</td><td>Missing (Eastmere Board Procedures Manual)</td></tr>")
    for found in (below, behind, unlinked):
        assert (found.title, found.note) == ("Missing", "(Eastmere Board Procedures Manual)")
    text = read(
        "1. All\n\n1.1 Missing\n(Eastmere Procedures)\n\n1.2 Contacts\nThis links directly to Dale.\n1.3 Visits\n"
    )
    assert [each.note for each in text.chapters] == ["(Eastmere Procedures)", "This links directly to Dale.", None]


def test_brackets_in_a_title_are_no_note() -> None:
    found = chapter("<tr><td>1.3</td><td><a href=c>Death of a Child (in Care or in Need)</a></td></tr>")
    assert (found.title, found.note) == ("Death of a Child (in Care or in Need)", None)


def test_description_below_a_title_is_no_chapter() -> None:
    row = "<tr><td>1.3</td><td><a href=c>Visits</a><p>Says how often a child is seen.</p></td></tr>"
    assert chapter(row).title == "Visits"


def test_flag_on_a_line_of_its_own_is_the_chapters_before_it() -> None:
    reading = read("1. All\n\n1.1 Contacts\nUpdated\n1.2 Visits\n See also:\nUpdated\n1.3 Panels\n")
    assert [each.flags for each in reading.chapters] == [(Flag.UPDATED,), (), ()]


def test_header_rows_are_no_chapters() -> None:
    reading = read(
        "<h2>1. All</h2><table><tr><th>No.</th><th>Chapter</th><th>Status</th></tr>"
        "<tr><td>1.1</td><td>Visits</td><td>New</td></tr><tr><td>No.</td><td>Chapter</td><td>Status</td></tr><tr><td>1.2</td><td>Panels</td><td></td></tr></table>"
    )
    assert chapters(reading) == [("1.1", "Visits", "1"), ("1.2", "Panels", "1")]


# -- see-also lines


@pytest.mark.parametrize(
    ("line", "texts"),
    [
        ("See also: <a href=x>The Rota</a>", ["The Rota"]),
        ("See also <a href=x>The Rota</a>", ["The Rota"]),
        ("Also see: <a href=x>The Rota</a>", ["The Rota"]),
        ("See: <a href=x>The Rota</a>", ["The Rota"]),
        ("See <a href=x>The Rota</a>", ["The Rota"]),
        ("Please see <a href=x>The Rota</a>.", ["The Rota"]),
        ("For Local Documents please see <a href=x>The Rota</a>", ["The Rota"]),
        ("Please see The Rota.", ["The Rota"]),
        ("See also: The Rota - This is kept by the duty desk.", ["The Rota - This is kept by the duty desk."]),
        ("See also: <a href=x>The Rota</a> and <a href=y>The Map</a>", ["The Rota", "The Map"]),
        ("See also: <a href=x>The Rota</a><br>and <a href=y>The Map</a>", ["The Rota", "The Map"]),
        (
            "See also:<ul><li><a href=x>The Rota</a></li><li><a href=y>The Map</a></li></ul>",
            ["The Rota", "The Map"],
        ),
        (
            "See Local Resources for:<ul><li><a href=x>Form 1</a></li><li><a href=y>Form 2</a></li></ul>",
            ["Form 1", "Form 2"],
        ),
        ("See also:", []),
    ],
)
def test_see_also_lines(line: str, texts: list[str]) -> None:
    reading = read(
        "<h2>1. All</h2><table><tr><td>1.1</td><td><a href=a>Visits</a></td><td></td></tr>"
        f"<tr><td></td><td>{line}</td><td>Updated</td></tr>"
        "<tr><td>1.2</td><td><a href=b>Panels</a></td><td></td></tr></table>"
    )
    assert [each.text for each in reading.see_also] == texts
    assert all(each.section == "1" for each in reading.see_also)
    assert chapters(reading) == [("1.1", "Visits", "1"), ("1.2", "Panels", "1")]
    assert not any(each.flags for each in reading.chapters)


def test_see_also_above_everything_belongs_to_no_section() -> None:
    reading = read(
        "<h1>Contents</h1><p>See also: <a href=x>The Region</a></p><h2>1. All</h2><p>1.1 Visits<p>1.2 Panels"
    )
    assert [(each.section, each.text, each.url) for each in reading.see_also] == [(None, "The Region", "x")]


def test_rows_without_number_behind_a_see_also_line_go_on_with_it() -> None:
    reading = read(
        f"1. All\n\n1.1 Visits Updated\n{NBSP} See also: Rota {NBSP} \n{NBSP} The Map {NBSP} \n"
        f"1.2 Panels {NBSP} \n"
    )
    assert [each.text for each in reading.see_also] == ["Rota", "The Map"]


def test_title_that_begins_with_see_is_a_title() -> None:
    reading = read("<h2>Policy</h2><ul><li><a href=a>See Me First</a></li><li><a href=b>Values</a></li></ul>")
    assert [title for _, title, _ in chapters(reading)] == ["See Me First", "Values"]


# -- pages as a whole


def test_edition_tells_pages_apart() -> None:
    list_of_two = "<h2>1. All</h2><p>1.1 Visits</p><p>1.2 Panels</p>"
    assert read(f"<h1>Contents</h1><p>October 2018</p>{list_of_two}").edition == "October 2018"
    footer = "<footer><p>Last Updated: April 14, 2026</p><p>v85</p></footer>"
    assert read(list_of_two + footer).edition == "Last Updated: April 14, 2026 v85"
    assert [each.updated_on for each in read(list_of_two + footer).chapters] == [None, None]


@pytest.mark.parametrize(
    "page",
    [
        "<h1>Sign in</h1><form><input name=user><input type=password></form>",
        "<h1>Down for maintenance</h1><p>Back at 18:00.</p>",
        "nothing of the kind",
        "<table><tr><td></td></tr></table><p>x</p>",
    ],
)
def test_page_without_chapters_is_unreadable(page: str) -> None:
    with pytest.raises(Unreadable):
        read(page)


def test_reading_survives_being_stored() -> None:
    reading = read("1. All\n\n1.1 Contacts (Dale Procedures)\n1.2 Visits - under review\n  See also: The Rota\n")
    assert reading_from_json(json.loads(json.dumps(reading.to_json()))) == reading


PIECES = st.sampled_from(
    [
        *"<table> </table> <tr> <td> <th> <h2> </h2> <ul> <li> <p> <div> </div> </a> | \n \n\n \xa0".split(" "),
        *"1. 1.1 1.1.1 1 CP4 Contacts Updated (note) -".split(),
        *("<a href=x>", "Part A:", "See also:", "under review", "to follow", "January 27, 2025"),
    ]
)


@given(st.lists(PIECES, max_size=60))
@settings(max_examples=80, deadline=None)
def test_no_junk_gets_past_as_an_exception(pieces: list[str]) -> None:
    try:
        reading = read(" ".join(pieces))
    except Unreadable:
        return
    assert all(each.title for each in reading.chapters)
    assert reading_from_json(reading.to_json()) == reading
