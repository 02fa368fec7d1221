"""Chapter pages: one chapter in many markups, and what is none of its text."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from manual.chapters.reader import read_chapter
from manual.errors import Unreadable
from manual.page.endings import breaks_off
from manual.page.layout import page_of
from manual.reading import ChapterReading, reading_from_json

SCOPE = "For workers who hear that a child lives with somebody who is no close relative."
AMENDED = "In May 2018, this chapter was rewritten and should be read throughout."
RELATED = ["Family and Friends Care", "Assessments"]
BODY = [
    (
        "1",
        "Introduction",
        ["A stay of 28 days makes it private fostering.", "Section 7 of the regulations says more."],
    ),
    ("2", "Notification", ["Carers tell the council.", "1. Take the call.", "2. Write down who lives there."]),
    ("3", "Visits", ["Visits are made by a social worker."]),
    ("3.1", "First Visit", ["It is made within seven working days."]),
    ("3.2", "Later Visits", ["Year | At least every", "First | 6 weeks", "Second | 12 weeks"]),
    ("4", "When It Ends", ["The file is closed when the child goes home."]),
]


def read(page: str) -> ChapterReading:
    return read_chapter(page_of(page))


def body(lines: list[str], line: str = "<p>{}</p>") -> str:
    """A section's lines as HTML: those of the table as a table."""
    cells = [each.split(" | ") for each in lines if " | " in each]
    table = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in cells)
    return "".join(line.format(each) for each in lines if " | " not in each) + (
        f"<table>{table}</table>" if table else ""
    )


def page(
    title: str, box: str, heading: str, *, line: str = "<p>{}</p>", contents: str = "", date: str = ""
) -> str:
    related = "".join(f"<li><a href=x>{each}</a></li>" for each in RELATED)
    boxes = (
        f"{box.format('SCOPE OF THIS CHAPTER')}{line.format(SCOPE)}"
        f"{box.format('RELATED CHAPTERS')}<ul>{related}</ul>"
        f"{box.format('AMENDMENT')}{line.format(AMENDED)}{date}{contents}"
    )
    sections = "".join(
        heading.format(number=number, words=words) + body(lines, line) for number, words, lines in BODY
    )
    return f"<body>{title}{boxes}{sections}</body>"


LIST = "<ol>" + "".join(f"<li><a href='#{number}'>{words}</a></li>" for number, words, _ in BODY) + "</ol>"

NUMBERED: dict[str, Callable[[], str]] = {
    "headings": lambda: page("<h1>3.2.1 Private Fostering</h1>", "<h4>{}</h4>", "<h2>{number}. {words}</h2>"),
    "a list of contents": lambda: page(
        "<h1>3.2.1 Private Fostering</h1>",
        "<h4>{}</h4>",
        "<h2>{number} {words}</h2>",
        contents=f"<h3>Contents</h3>{LIST}",
    ),
    "a list of contents without its heading": lambda: page(
        "<h1>Private Fostering</h1>", "<h3>{}</h3>", "<h3>{number} {words}</h3>", contents=LIST
    ),
    "bold paragraphs": lambda: page(
        "<p><b>3.2.1 Private Fostering</b></p>", "<p><b>{}</b></p>", "<p><strong>{number}. {words}</strong></p>"
    ),
    "no marks at all": lambda: page(
        "<title>Private Fostering</title><h1>Private Fostering</h1>", "<p>{}</p>", "<p>{number}. {words}</p>"
    ),
    "glued spans": lambda: page(
        "<h1>Private Fostering</h1>", "<h2>{}</h2>", "<h2><span>{number}</span><span>{words}</span></h2>"
    ),
    "numbers on headings of their own": lambda: page(
        "<h1>Private Fostering</h1>", "<h4>{}</h4>", "<h3>{number}.</h3><h3>{words}</h3>"
    ),
    "upper-case tags": lambda: page(
        "<H1>3.2.1 Private Fostering</H1>",
        "<P><B>{}</B>",
        "<P><FONT SIZE=4><B>{number}. {words}</B></FONT>",
        line="<P>{}",
    ),
    "divs": lambda: page(
        "<div class=t><h1>Private Fostering</h1></div>",
        "<div class=b>{}</div>",
        "<div class=h><strong>{number}. {words}</strong></div>",
        line="<div>{}</div>",
    ),
    "buttons": lambda: page(
        "<h1>Private Fostering</h1>", "<h2>{}</h2>", "<button type=button>{number}. {words}</button>"
    ),
    "tables": lambda: page(
        "<table><tr><td><h1>3.2.1 Private Fostering</h1></td></tr></table>",
        "<table><tr><td><b>{}</b></td></tr></table>",
        "<table><tr><td><b>{number}</b></td><td><b>{words}</b></td></tr></table>",
    ),
    "links to the top": lambda: page(
        "<h1>Private Fostering</h1>",
        "<h4>{}</h4>",
        "<p><a href=#top>Top of page</a></p><h2>{number}. {words}</h2>",
    ),
}

SITE = (
    "<div><a href=/><img alt='Westmere Council Logo'></a><h1>Westmere Children's Services Procedures Manual</h1>"
    "</div>"
    "<ul><li><a href=/>Home</a></li><li><a href=a>Amendments</a></li><li><a href=c>Contents</a></li></ul>"
    "<p><a href=#m>Skip to main content</a></p>"
)
FOOTER = (
    "<div><a href=#top>Top of page</a> | <a href=d>Terms of use</a><p>This site is kept up.</p>"
    "<p>© Westmere</p></div>"
)


def assert_is_the_chapter(reading: ChapterReading, *, numbered: bool = True) -> None:
    assert reading.title == "Private Fostering"
    assert reading.amendment == AMENDED
    assert list(reading.related) == RELATED
    scope, *sections = reading.sections
    assert (scope.number, scope.heading.casefold(), scope.text) == (None, "scope of this chapter", SCOPE)
    assert [(each.number, each.heading, each.text.split("\n")) for each in sections] == [
        (number if numbered else None, words, lines) for number, words, lines in BODY
    ]


@pytest.mark.parametrize("markup", NUMBERED)
def test_chapter_says_the_same_in_any_markup(markup: str) -> None:
    assert_is_the_chapter(read(NUMBERED[markup]()))


@pytest.mark.parametrize("markup", NUMBERED)
def test_furniture_is_none_of_the_chapter(markup: str) -> None:
    html = NUMBERED[markup]().removeprefix("<body>").removesuffix("</body>")
    assert_is_the_chapter(
        read(f"<html><title>Private Fostering | Westmere</title><body>{SITE}{html}{FOOTER}</body></html>")
    )


def test_new_platform_has_no_numbers_but_a_date() -> None:
    html = page("<h1>Private Fostering</h1>", "<h2>{}</h2>", "<h2>{words}</h2>", date="<p>July 15, 2024</p>")
    reading = read(html)
    assert_is_the_chapter(reading, numbered=False)
    assert reading.updated_on == "2024-07-15"


def text(gap: str, heading: str = "{number}. {words}", *, contents: bool = False) -> str:
    lines = [
        "Westmere Council Logo",
        "3.2.1 Private Fostering",
        "SCOPE OF THIS CHAPTER",
        SCOPE,
        "RELATED CHAPTERS",
    ]
    lines += [*RELATED, "AMENDMENT", AMENDED]
    if contents:
        lines += ["Contents", "\n".join(f"  {number}. {words}" for number, words, _ in BODY)]
    for number, words, paragraphs in BODY:
        lines += [heading.format(number=number, words=words), *paragraphs]
    return gap.join(lines)


@pytest.mark.parametrize("gap", ["\n\n", "\n", "\n\n\n"])
@pytest.mark.parametrize("contents", [True, False])
@pytest.mark.parametrize("heading", ["{number}. {words}", "## {number}. {words}"])
def test_text_says_the_same(gap: str, heading: str, contents: bool) -> None:
    assert_is_the_chapter(read(text(gap, heading, contents=contents)))


def test_text_without_numbers_has_headings_between_blank_lines() -> None:
    assert_is_the_chapter(read(text("\n\n", "{words}")), numbered=False)


def test_box_in_two_cells() -> None:
    html = (
        f"<h1>Visits</h1><table><tr><td>AMENDMENT</td><td>{AMENDED}</td></tr></table><h2>1. When</h2><p>Now.</p>"
    )
    assert read(html).amendment == AMENDED


def test_words_above_the_first_heading_are_kept() -> None:
    reading = read(
        "<h1>Staying Put</h1><p>This chapter says how a young person stays.</p><h2>1. Who</h2><p>All.</p>"
    )
    assert [(each.heading, each.text) for each in reading.sections] == [
        ("Staying Put", "This chapter says how a young person stays."),
        ("Who", "All."),
    ]


def test_section_without_text_of_its_own_is_kept() -> None:
    reading = read(
        "<h1>Visits</h1><h2>1. When</h2><h3>1.1 First</h3><p>At once.</p><h2>2. Where</h2><p>At home.</p>"
    )
    first = reading.sections[0]
    assert (first.number, first.heading, first.text) == ("1", "When", "")


def test_numbers_in_the_text_begin_no_section() -> None:
    reading = read(
        "<h1>Calls</h1><h2>1. First</h2><p>2 visits are made.</p><p>2. Ask.</p><p>3. Write.</p>"
        "<h2>2. Then</h2><p>Tell.</p>"
    )
    assert [(each.number, each.heading) for each in reading.sections] == [("1", "First"), ("2", "Then")]


def test_amendment_that_lost_its_heading_is_known_by_its_words() -> None:
    reading = read(
        f"Visits\n\nRELATED CHAPTERS\n\nContact\n\n{AMENDED}\n\n1. When\n\nAt once.\n\n2. Where\n\nAt home.\n"
    )
    assert (reading.related, reading.amendment) == (("Contact",), AMENDED)


def test_filtered_text_that_lost_its_boxes_headings() -> None:
    reading = read(
        f"3.2.1 Visits\n\nFor workers who visit.\n\n{AMENDED}\n\n1. When\n\nAt once.\n\n2. Where\n\nAt home.\n"
    )
    assert (reading.title, reading.amendment) == ("Visits", AMENDED)
    assert [each.heading for each in reading.sections] == ["Visits", "When", "Where"]


@pytest.mark.parametrize(
    "head",
    [
        "<title>Visits | Eastmere</title><h1>Eastmere</h1><h2>Visits</h2>",
        "<title>Eastmere: Visits</title><h1>Eastmere Children's Services</h1><h1>4.2 Visits</h1>",
        "<h1>Eastmere Children's Procedures Manual</h1><h2>Visits</h2>",
        "<title>Eastmere</title><p><img alt='Eastmere Council Logo'></p><h3>4.2 Visits</h3>",
        "<p><b>Visits</b></p>",
    ],
)
def test_title_is_told_from_the_sites_name(head: str) -> None:
    assert (
        read(f"{head}<h4>Scope of this chapter</h4><p>All.</p><p><b>1. When</b></p><p>Now.</p>").title == "Visits"
    )


def test_what_a_site_puts_beside_a_chapter_is_none_of_it() -> None:
    html = "<h1>Visits</h1><h2>When</h2><p>At once.</p><h2>Where</h2><p>At home.</p>"
    aside = "<h2>Related pages</h2><ul><li><a href=x>Home</a></li></ul><h2>Share this page</h2><p>By post</p>"
    assert read(html + aside) == read(html)


def test_page_that_breaks_off_says_so() -> None:
    whole = f"<html>{NUMBERED['headings']()}</html>"
    assert not breaks_off(read(whole))
    assert breaks_off(read(whole[: whole.index("Later Visits")]))
    listed = text("\n\n", contents=True)
    assert not breaks_off(read(listed))
    assert breaks_off(read(listed[: listed.index("It is made within")]))


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("<h1>Sign in</h1><form><input type=password></form>", "log in"),
        ("<h1>Down for maintenance</h1><p>We are working on the site until 18:00.</p>", "maintenance"),
        ("<h1>Page not found</h1><p>It has moved, or it never was.</p>", "not found"),
        ("<h1>Staying Put</h1><footer>Last Updated: July 15, 2024</footer>", "no chapter's text"),
        ("<h1>Error</h1><h2>What happened</h2><p>The database is away.</p>", "Error"),
        ("<p></p>", "no text"),
    ],
)
def test_page_without_a_chapter_is_unreadable(html: str, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read(html)


def test_reading_survives_being_stored() -> None:
    reading = read(NUMBERED["headings"]())
    assert reading_from_json(json.loads(json.dumps(reading.to_json()))) == reading


PIECES = st.sampled_from(
    "<h1> </h1> <h2> </h2> <p> <b> </b> <table> <tr> <td> <ul> <li> <a href=x> </a> 1. 2. 2.1 Contents AMENDMENT"
    " RELATED_CHAPTERS SCOPE_OF_THIS_CHAPTER Visits At_once. July_15,_2024 \n \n\n".split(" ")
)


@given(st.lists(PIECES, max_size=60))
@settings(max_examples=80, deadline=None)
def test_no_junk_gets_past_as_an_exception(pieces: list[str]) -> None:
    try:
        reading = read(" ".join(pieces).replace("_", " "))
    except Unreadable:
        return
    assert reading.title
    assert any(section.text for section in reading.sections)
