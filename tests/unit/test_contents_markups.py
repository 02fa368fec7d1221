"""One contents list in many markups: whatever it is set as, the same sections and chapters are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from manual.contents.reader import read_contents
from manual.page.layout import page_of
from manual.reading import ContentsReading, Flag


class Row(NamedTuple):
    """A line of the list: a heading where ``url`` is None and ``flag`` is "heading"."""

    number: str
    title: str
    flag: str = ""

    @property
    def is_heading(self) -> bool:
        return self.flag == "heading"

    @property
    def url(self) -> str:
        return f"p_{self.number.replace('.', '_')}.html"

    @property
    def bracketed(self) -> str:
        return f"({self.flag.lower()} April 2019)" if self.flag else ""

    @property
    def depth(self) -> int:
        return self.number.count(".") + 1


LIST = [
    Row("1", "All Children", "heading"),
    Row("1.1", "Values and Consent", "heading"),
    Row("1.1.1", "Our Values"),
    Row("1.1.2", "Capacity and Consent (Section 5)", "Updated"),
    Row("1.1.4", "16 and 17 Year Olds"),
    Row("1.2", "Homelessness", "heading"),
    Row("1.3", "First Contact", "heading"),
    Row("1.3.1", "Contacts and Referrals", "New"),
    Row("1.3.2", "Workforce Strategy 2022 Update"),
    Row("1.3.2", "Section 47 Enquiries"),
    Row("1.3.10", "Strategy Meetings - Practice Guide", "Updated"),
    Row("2", "Recording", "heading"),
    Row("2.1", "Case Records", "Updated"),
    Row("2.2", "Access to Records / Subject Access"),
    Row("2.3", "Chronologies"),
    Row("3", "Fostering", "heading"),
    Row("3.1", "Fostering Services", "heading"),
    Row("3.1.1", "Fostering Panel"),
    Row("3.1.2", "What's New"),
    Row("3.2", "Private Fostering", "heading"),
    Row("3.2.1", "Private Fostering", "New"),
]

Markup = Callable[[Sequence[Row]], str]

NAVIGATION = '<ul><li><a href="index.html">Home</a></li><li><a href="amendments.html">Amendments</a></li></ul>'


def tables_under_headings(listed: Sequence[Row]) -> str:
    def rows() -> Iterator[str]:
        open_table = False
        for row in listed:
            if row.is_heading:
                yield "</table>" if open_table else ""
                open_table = False
                yield f"<h{row.depth + 1}>{row.number}. {row.title}</h{row.depth + 1}>"
                continue
            if not open_table:
                yield "<table><caption>Contents of this part</caption>"
                open_table = True
            link = f"<a href='{row.url}'>{row.title}</a>"
            yield f"<tr><td>{row.number}</td><td>{link}</td><td>{row.flag or '&nbsp;'}</td></tr>"
        yield "</table>"

    return "".join(rows())


def one_table(heading: str, chapter: str) -> Markup:
    def render(listed: Sequence[Row]) -> str:
        return (
            "<table>"
            + "".join((heading if row.is_heading else chapter).format(row=row) for row in listed)
            + "</table>"
        )

    return render


def lines(heading: str, chapter: str, before: str = "", after: str = "") -> Markup:
    def render(listed: Sequence[Row]) -> str:
        return before + "".join((heading if row.is_heading else chapter).format(row=row) for row in listed) + after

    return render


def nested_lists(listed: Sequence[Row]) -> str:
    html, depth = "", 0
    for row in listed:
        while depth < row.depth:
            html += "<ul>"
            depth += 1
        while depth > row.depth:
            html += "</li></ul>"
            depth -= 1
        title = row.title if row.is_heading else f"<a href='{row.url}'>{row.title}</a> <em>{row.flag}</em>"
        html += f"<li>{row.number} {title}"
    return html + "</li></ul>" * depth


def lists_under_headings(item: str) -> Markup:
    def render(listed: Sequence[Row]) -> str:
        html, is_open = "", False
        for row in listed:
            if row.is_heading:
                html += "</ol>" if is_open else ""
                html += f"<h{row.depth + 1}><span>{row.number}</span><span>{row.title}</span></h{row.depth + 1}>"
                is_open = False
            else:
                html += "" if is_open else "<ol>"
                is_open = True
                html += item.format(row=row)
        return html + "</ol>"

    return render


HTML: dict[str, Markup] = {
    "tables under headings": tables_under_headings,
    "header cells across": one_table(
        "<tr><th colspan=3>{row.number} {row.title}</th></tr>",
        "<tr><td>{row.number}</td><td><a href='{row.url}'>{row.title}</a></td><td>{row.flag}</td></tr>",
    ),
    "header cells in two columns": one_table(
        "<tr><th>{row.number}</th><th>{row.title}</th><th></th></tr>",
        "<tr><td>{row.number}</td><td><a href='{row.url}'>{row.title}</a></td><td><b>{row.flag}</b></td></tr>",
    ),
    "bold rows": one_table(
        "<tr><td><b>{row.number}</b></td><td><b>{row.title}</b></td></tr>",
        "<tr><td>{row.number}</td><td><a href='{row.url}'>{row.title}</a> {row.flag}</td></tr>",
    ),
    "rows all alike": one_table(
        "<tr><td>{row.number}</td><td>{row.title}</td><td></td></tr>",
        "<tr><td>{row.number}</td><td><a href='{row.url}'>{row.title}</a></td><td>{row.flag}</td></tr>",
    ),
    "headings that are links too": one_table(
        "<tr><td>{row.number}</td><td><a href='s{row.number}.html'>{row.title}</a></td><td></td></tr>",
        "<tr><td>{row.number}</td><td><a href='{row.url}'>{row.title}</a></td><td>{row.flag}</td></tr>",
    ),
    "number inside the link": one_table(
        "<tr><td colspan=2><h3>{row.number} {row.title}</h3></td></tr>",
        "<tr><td><a href='{row.url}'>{row.number} {row.title}</a></td><td>{row.flag}</td></tr>",
    ),
    "number on a heading's line of its own": one_table(
        "<tr><td colspan=3><p>{row.number}</p><h4>{row.title}</h4></td></tr>",
        "<tr><td>{row.number}</td><td><a href='{row.url}'>{row.title}</a></td><td>{row.flag}</td></tr>",
    ),
    "upper case, unclosed": one_table(
        "<TR><TD COLSPAN=3><FONT SIZE=3><B>{row.number}. {row.title}</B></FONT>",
        "<TR><TD WIDTH=50>{row.number}<TD><A HREF={row.url}>{row.title}</A><TD><I>{row.flag}</I>",
    ),
    "lines with breaks": lines(
        "<br><b>{row.number} {row.title}</b><br>\n",
        "{row.number} <a href='{row.url}'>{row.title}</a> {row.flag}<br>\n",
        "<table><tr><td>",
        "</td></tr></table>",
    ),
    "paragraphs": lines(
        "<p><strong>{row.number} {row.title}</strong></p>",
        "<p>{row.number} <a href='{row.url}'>{row.title}</a> <em>{row.flag}</em></p>",
    ),
    "chapters set as headings": lines(
        "<h2>{row.number} {row.title}</h2>",
        "<h4>{row.number} <a href='{row.url}'>{row.title}</a> <small>{row.flag}</small></h4>",
    ),
    "definition lists": lines(
        "<h3>{row.number} {row.title}</h3>",
        "<dl><dt>{row.number}</dt><dd><a href='{row.url}'>{row.title}</a> <b>{row.flag}</b></dd></dl>",
    ),
    "rows of divs": lines(
        "<div class=h>{row.number} {row.title}</div>",
        "<div><div>{row.number}</div><div><a href='{row.url}'>{row.title}</a></div><div>{row.flag}</div></div>",
    ),
    "nested lists": nested_lists,
    "glued spans": lists_under_headings(
        "<li><span>{row.number}</span><a href='{row.url}'>{row.title}</a><span>{row.flag}</span></li>"
    ),
    "a link around glued spans": lists_under_headings(
        "<li><a href='{row.url}'><span>{row.number}</span><span>{row.title}</span><i>{row.flag}</i></a></li>"
    ),
    "flag pictures": lists_under_headings(
        "<li>{row.number} <a href='{row.url}'>{row.title}</a><img src=flag.gif alt='{row.flag}'></li>"
    ),
    "flags in brackets": lists_under_headings(
        "<li>{row.number} <a href='{row.url}'>{row.title}</a> {row.bracketed}</li>"
    ),
}


def text_with_lone_numbers(listed: Sequence[Row]) -> str:
    text = "Contents\n\n\n"
    for row in listed:
        if row.is_heading and row.depth > 1:
            text += f"\n\n\xa0\n\n{row.number}\n\n{row.title}\n\n\xa0\n"
        elif row.is_heading:
            text += f"\n\n{row.number}. {row.title}\n\n"
        else:
            text += f"{row.number} {row.title} {row.flag or chr(160) + ' '}\n"
    return text


def text_of_plain_lines(listed: Sequence[Row]) -> str:
    return "\n".join(f"{row.number} {row.title} {'' if row.is_heading else row.flag}".rstrip() for row in listed)


def text_of_pipes(listed: Sequence[Row]) -> str:
    return "\n".join(
        f"{row.number} | {row.title} | |" if row.is_heading else f"{row.number} | {row.title} | {row.flag} |"
        for row in listed
    )


def text_of_framed_pipes(listed: Sequence[Row]) -> str:
    return "\n".join("| " + line for line in text_of_pipes(listed).splitlines())


def text_glued(listed: Sequence[Row]) -> str:
    return "\n".join(
        f"{row.number}. {row.title}" if row.is_heading else f"- {row.number}{row.title}{row.flag}"
        for row in listed
    )


TEXT = (text_with_lone_numbers, text_of_plain_lines, text_of_pipes, text_of_framed_pipes, text_glued)


def assert_is(listed: Sequence[Row], reading: ContentsReading, *, with_links: bool) -> None:
    sections = [(section.number, section.title) for section in reading.sections]
    chapters = [(each.number, each.title, each.url, each.flags, each.section) for each in reading.chapters]
    assert sections == [(row.number, row.title) for row in listed if row.is_heading]
    assert chapters == [
        (
            row.number,
            row.title,
            row.url if with_links else None,
            (Flag(row.flag.lower()),) if row.flag else (),
            row.number.rpartition(".")[0],
        )
        for row in listed
        if not row.is_heading
    ]


def page(markup: str, listed: Sequence[Row]) -> str:
    head = "<html><head><title>Contents</title></head>"
    return f"{head}<body>{NAVIGATION}<h1>Contents</h1>{HTML[markup](listed)}</body></html>"


@pytest.mark.parametrize("markup", HTML)
def test_html_says_the_same_in_any_markup(markup: str) -> None:
    assert_is(LIST, read_contents(page_of(page(markup, LIST))), with_links=True)


@pytest.mark.parametrize("markup", HTML)
def test_quick_links_change_nothing(markup: str) -> None:
    top = [row for row in LIST if row.is_heading and row.depth == 1]
    for quick_links in (
        "<ol>" + "".join(f"<li><a href='#{row.number}'>{row.title}</a></li>" for row in top) + "</ol>",
        "".join(f"<p><a href='#{row.number}'>{row.number}. {row.title}</a></p>" for row in top),
        "<ul>" + "".join(f"<li>{row.number}. {row.title}</li>" for row in top) + "</ul>",
    ):
        html = f"<body><h1>Contents</h1><p>Quick Links:</p>{quick_links}{HTML[markup](LIST)}</body>"
        assert_is(LIST, read_contents(page_of(html)), with_links=True)


@pytest.mark.parametrize("markup", TEXT)
def test_text_says_the_same_in_any_dialect(markup: Markup) -> None:
    assert_is(LIST, read_contents(page_of(markup(LIST))), with_links=False)


@pytest.fixture(params=["luton-contents.txt", "bedford-contents.txt"])
def manual(request: pytest.FixtureRequest, seeds: Path) -> list[Row]:
    """A real manual's list, to be set in other markups: the titles have what titles have."""
    reading = read_contents(page_of((seeds / request.param).read_bytes()))
    rows = [Row(section.number or "", section.title, "heading") for section in reading.sections]
    rows += [Row(each.number or "", each.title, _last_flag(each.flags)) for each in reading.chapters]
    return sorted(rows, key=lambda row: [int(part) for part in row.number.split(".")])


def _last_flag(flags: Sequence[Flag]) -> str:
    return flags[-1].title() if flags and flags[-1] is not Flag.TO_FOLLOW else ""


@pytest.mark.parametrize("markup", [markup for markup in HTML if markup != "flags in brackets"])
def test_real_manuals_are_the_same_in_any_markup(markup: str, manual: list[Row]) -> None:
    assert_is(manual, read_contents(page_of(page(markup, manual))), with_links=True)


@pytest.mark.parametrize("markup", TEXT)
def test_real_manuals_are_the_same_in_any_dialect(markup: Markup, manual: list[Row]) -> None:
    assert_is(manual, read_contents(page_of(markup(manual))), with_links=False)


def test_links_are_absolute_when_the_address_is_known() -> None:
    html = HTML["paragraphs"](LIST)
    reading = read_contents(page_of(html, url="https://manual.test/north/contents.html"))
    assert reading.chapters[0].url == "https://manual.test/north/p_1_1_1.html"
