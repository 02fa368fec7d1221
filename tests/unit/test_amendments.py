"""Amendments pages: the seeds entry by entry, and one small list laid out in every way we could think of."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from manual.amendments.reader import TRUNCATED, find_amendments
from manual.errors import Unreadable
from manual.page.layout import page_of
from manual.read import read
from manual.reading import Amendment, AmendmentKind, AmendmentsReading

HERE = Path(__file__).parent


def amendments(page: str, url: str | None = None) -> AmendmentsReading:
    reading = read(page, kind="amendments", url=url)
    assert isinstance(reading, AmendmentsReading)
    return reading


def html(body: str, title: str = "Amendments") -> str:
    return f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{body}</body></html>"


def table(*rows: str, month: str = "May 2024", group: str = "Updated Chapters") -> str:
    """An old platform's table with these rows."""
    head = f"<tr><td colspan=2><b>{group}</b></td></tr><tr><td>Chapter Name</td><td>Details</td></tr>"
    return html(f"<h1>Amendments</h1><h2>{month}</h2><table>{head}{''.join(rows)}</table>")


def row(title: str, details: str) -> str:
    return f"<tr><td>{title}</td><td>{details}</td></tr>"


def only(page: str) -> Amendment:
    (entry,) = amendments(page).entries
    return entry


UPDATED = "This chapter has been updated."
PIPES = "May 2024\nUpdated Chapters | |\nChapter Name | Details |\n"


class TestSeeds:
    """The facts were told from the pages by a person; the sentences stay where they are."""

    @pytest.mark.parametrize(
        ("seed", "facts", "next_update"),
        [
            ("luton-amendments-2019-12.txt", "luton-amendments.json", "2020-06"),
            ("enfield-amendments-2017-2020.txt", "enfield-amendments.json", "2021-03"),
        ],
    )
    def test_are_read_entry_by_entry(self, seeds: Path, seed: str, facts: str, next_update: str) -> None:
        reading = amendments((seeds / seed).read_text("utf-8"))
        assert reading.next_update == next_update
        said = [[each.month, each.kind, each.title, list(each.sections), each.reread] for each in reading.entries]
        assert said == json.loads((HERE / "seeds" / facts).read_text("utf-8"))

    def test_enfields_second_table_of_a_month_is_read_by_its_sentences(self, seeds: Path) -> None:
        reading = amendments((seeds / "enfield-amendments-2017-2020.txt").read_text("utf-8"))
        odd = [each for each in reading.entries if each.oddity]
        assert len(odd) == 3 and {each.kind for each in odd} == {AmendmentKind.NEW}
        assert all("Updated Chapters" in (each.oddity or "") for each in odd)

    def test_what_a_chapter_was_called_is_told(self, seeds: Path) -> None:
        reading = amendments((seeds / "enfield-amendments-2017-2020.txt").read_text("utf-8"))
        assert [each.former_titles for each in reading.entries if each.former_titles] == [
            ("Overnight Stays and Social Visits",)
        ]


ENTRIES = [
    ("Private Fostering", "This chapter has been updated."),
    ("Young Carers", "Section 4, Reviews has been amended to add a template."),
    ("Neglect", "A new tool has been added; please re-read the chapter."),
]


def each(pattern: str) -> str:
    """The pattern once for each of the three entries: {t} its title, {d} its details, {n} its number."""
    return "".join(pattern.format(t=title, d=details, n=number) for number, (title, details) in enumerate(ENTRIES))


HTML = {
    "rows under a heading": "<h2>May 2024</h2><table>" + each("<tr><td>{t}<td>{d}") + "</table>",
    "a year, a month, rows": "<h2>2024</h2><h3>May</h3><table>" + each("<tr><td>{t}<td>{d}") + "</table>",
    "the month in a spanning cell": "<table><tr><th colspan=2>1 May 2024</th></tr>"
    + each("<tr><td>{t}<td>{d}")
    + "</table>",
    "the month in a caption": "<table><caption>May 2024 amendments</caption>"
    + each("<tr><td>{t}<td>{d}")
    + "</table>",
    "the date first": "<table><tr><th>Date<th>Chapter<th>Change</tr>"
    + each("<tr><td>1{n}/05/2024<td>{t}<td>{d}")
    + "</table>",
    "the date last": each("<div><div>{t}</div><div>{d}</div><div>1{n}-05-2024</div></div>"),
    "a month over several rows": "<table><tr><th>Month<th>Chapter<th>Change</tr><tr><td rowspan=9>May 2024</td>"
    + each("<td>{t}</td><td>{d}</td></tr><tr>")
    + "</table>",
    "a number before the title": "<h2>May 2024</h2><table><tr><th>No.<th>Chapter<th>Amendment</tr>"
    + each("<tr><td>1.{n}<td>{t}<td>{d}")
    + "</table>",
    "headings and paragraphs": "<h2>May 2024</h2>" + each("<h4>{t}</h4><p>{d}</p>"),
    "bold titles and a dash": "<h2>May 2024</h2>" + each("<p><strong>{t}</strong> – {d}</p>"),
    "linked titles in a list": "<h3>May 2024</h3><ul>" + each("<li><a href=x>{t}</a> {d}</li>") + "</ul>",
    "titles and breaks": "<h3>May 2024</h3>" + each("<p><a href=x>{t}</a><br>{d}</p>"),
    "lists in lists": "<ul><li>May 2024<ul>" + each("<li><b>{t}</b>: {d}</li>") + "</ul></li></ul>",
    "spans side by side": "<h2>May 2024</h2>" + each("<div><span>{t}</span><span>{d}</span></div>"),
    "cards with a date": each("<article><h3>{t}</h3><time>1{n} May 2024</time><p>{d}</p></article>"),
    "cards after a date": each("<article><time>1{n} May 2024</time><h3>{t}</h3><p>{d}</p></article>"),
    "cards before a date": each("<article><h3>{t}</h3><p>{d}</p><p>1{n} May 2024</p></article>"),
    "headings over several": "<h2>May 2024</h2><h3>Children in Care</h3>" + each("<h4>{t}</h4><p>{d}</p>"),
    "lines that begin with a date": each("<p>1{n} May 2024 - {t} - {d}</p>"),
    "details and a summary": "<details><summary>May 2024</summary><table>"
    + each("<tr><td>{t}<td>{d}")
    + "</table></details>",
    "definitions with a date": "<dl>" + each("<dt>{t}<dd>{d}<dd>1{n} May 2024") + "</dl>",
    "one long paragraph": "<h2>May 2024</h2><p>" + each("<b>{t}</b><br>{d}<br><br>") + "</p>",
    "months of a spreadsheet": "<table><tr><th>Date<th>Chapter<th>Details"
    + each("<tr><td>May-24<td>{t}<td>{d}")
    + "</table>",
    "a month over empty cells": "<table><tr><td>May 2024<td>{}<td>{}{}</table>".format(
        *ENTRIES[0], "".join(f"<tr><td><td>{title}<td>{details}" for title, details in ENTRIES[1:])
    ),
    "links to read on": "<h2>May 2024</h2>" + each("<h4>{t}</h4><p>{d}</p><p><a href=x>Read more</a></p>"),
    "a text page in a page": "<pre>May 2024\n\nUpdated Chapters\n\n" + each("{t}\n{d}\n\n") + "</pre>",
    "a date and the rest": "<table>" + each("<tr><td>1{n} May 2024<td><b>{t}</b> – {d}") + "</table>",
    "other boxes beside": "<h2>May 2024</h2>"
    + each("<div><div>{t}</div><div>{d}</div></div>")
    + "<div class=side><div><div>Contact us</div><div>Telephone 01632 960001</div></div></div>",
    "columns of the page": "<div><div>Menu</div><div><p>May 2024</p><p>Updated Chapters</p>"
    + each("<p>{t}</p><p>{d}</p>")
    + "</div></div>",
}
GROUP = "Updated Chapters\nChapter Name Details\n"
TEXT = {
    "title over details": "\nMay 2024\n\n" + each("{t}\n{d}\n\n"),
    "blank lines": f"\nMay 2024\n\n{GROUP}\n" + each("{t}\n\n{d}\n\n"),
    "joined rows": f"\nMay 2024\n\n{GROUP}" + each("{t} {d}\n"),
    "bullets": "\nMay 2024\n\n" + each("- {t}: {d}\n"),
    "tabs": "\nMay 2024\nUpdated Chapters\n" + each("{t}\t{d}\n"),
    "pipes": "May 2024\nUpdated Chapters | |\nChapter Name | Details |\n" + each("{t} |\n{d} |\n"),
    "pipes in front": "## May 2024\n\n| Chapter | Details |\n| --- | --- |\n" + each("| {t} | {d} |\n"),
    "Markdown": "\n**May 2024**\n\n" + each("**{t}**\n{d}\n\n"),
    "dates in front": "\n" + each("1{n}/05/2024\n{t}\n{d}\n\n"),
    "dates behind": "ChapterDetailsDate\n" + each("{t} {d} 1{n}-05-2024\n"),
}
LAID_OUT = [pytest.param(html(f"<h1>Amendments</h1>{body}"), id=name) for name, body in HTML.items()]
LAID_OUT += [pytest.param(f"Amendments\n{text}", id=f"text, {name}") for name, text in TEXT.items()]


@pytest.mark.parametrize("page", LAID_OUT)
def test_three_entries_are_read_however_they_are_laid_out(page: str) -> None:
    entries = amendments(page).entries
    assert [(entry.month, entry.title, entry.details) for entry in entries] == [
        ("2024-05", title, details) for title, details in ENTRIES
    ]
    assert [entry.sections for entry in entries] == [(), ("4",), ()]
    assert [entry.reread for entry in entries] == [False, False, True]
    reading = read(page)
    assert reading.kind == "amendments"


class TestKinds:
    def test_follow_the_group(self) -> None:
        groups = "Updated Chapters", "New Chapters and Features", "Removed Chapters"
        pages = [table(row("Bail", "The wording follows the Act."), group=group) for group in groups]
        assert [only(page).kind for page in pages] == ["updated", "new", "removed"]

    def test_follow_the_sentence_where_a_table_is_misheaded(self) -> None:
        entry = only(table(row("Bail", "This chapter has been added to the manual.")))
        assert entry.kind is AmendmentKind.NEW
        assert entry.oddity == "listed under “Updated Chapters”, but its words say that it is new"

    def test_follow_the_sentence_where_there_is_no_group(self) -> None:
        rows = row("Bail", "In May 2024, this chapter was added.") + row(
            "Pets", "In May 2024, this chapter was refreshed."
        )
        reading = amendments(html(f"<h2>2024</h2><h3>May 2024</h3><table>{rows}</table>"))
        assert [entry.kind for entry in reading.entries] == ["new", "updated"]
        assert not any(entry.oddity for entry in reading.entries)

    def test_a_group_may_stand_over_several_months(self) -> None:
        months = "".join(
            f"<h3>{month} 2024</h3><table>{row('Bail', 'Fees.')}</table>" for month in ("May", "March")
        )
        groups = "".join(f"<h2>{group} Chapters</h2>{months}" for group in ("Updated", "New"))
        reading = amendments(html(f"<h1>Amendments</h1>{groups}"))
        assert [(entry.kind, entry.month) for entry in reading.entries] == [
            ("updated", "2024-05"),
            ("updated", "2024-03"),
            ("new", "2024-05"),
            ("new", "2024-03"),
        ]
        assert reading.oddities == ()

    def test_what_takes_anothers_place_is_replaced(self) -> None:
        words = "This chapter replaces the previous chapter entitled Bail and Remand."
        entry = only(table(row("Bail", words), group="New Chapters"))
        assert (entry.kind, entry.former_titles) == (AmendmentKind.REPLACED, ("Bail and Remand",))

    def test_a_link_under_new_is_a_link(self) -> None:
        assert (
            only(table(row("Neglect Toolkit", "A link to the pack has been added."), group="New Chapters")).kind
            == "link"
        )

    def test_may_stand_in_a_column(self) -> None:
        head = "<tr><th>Chapter</th><th>Type</th><th>Details</th><th>Date</th></tr>"
        page = html(
            f"<h1>Amendments</h1><table>{head}<tr><td>Bail<td>New<td>Steps for nights.<td>May 2024</table>"
        )
        assert (only(page).kind, only(page).details, only(page).month) == ("new", "Steps for nights.", "2024-05")


class TestRemovedLists:
    REMOVED = "<tr><td colspan=2>{}</td></tr>"

    def titles(self, cell: str) -> list[tuple[str | None, str]]:
        page = table(
            row("Pets", "This chapter has been updated."),
            "<tr><td colspan=2>Removed Chapters</td></tr>",
            f"<tr><td colspan=2>{cell}</td></tr>",
        )
        return [(entry.title, entry.details) for entry in amendments(page).entries if entry.kind == "removed"]

    def test_each_bullet_is_an_entry_without_details(self) -> None:
        assert self.titles("<ul><li>Old Form;</li><li>Fees: 2014-2016;</li><li>Duty.</li></ul>") == [
            ("Old Form", ""),
            ("Fees: 2014-2016", ""),
            ("Duty", ""),
        ]

    def test_a_sentence_behind_the_list_is_none(self) -> None:
        assert self.titles("<ul><li>Old Form;</li></ul><p>The above are currently under review.</p>") == [
            ("Old Form", "")
        ]

    def test_paragraphs_and_lines_are_entries(self) -> None:
        assert (
            self.titles("<p>Old Form;</p><p>Duty.</p>")
            == self.titles("Old Form;<br>Duty.")
            == [("Old Form", ""), ("Duty", "")]
        )

    def test_what_became_of_it_is_kept(self) -> None:
        assert self.titles("<ul><li>Old Form (now part of Forms)</li><li>Duty has been removed.</li></ul>") == [
            ("Old Form", "now part of Forms"),
            ("Duty", "Duty has been removed."),
        ]

    def test_a_list_that_was_lost_is_reported(self) -> None:
        reading = amendments(
            f"{PIPES}Pets |\nThis chapter has been updated. |\nRemoved Chapters | |\n|\nNext Update: June 2025 |"
        )
        assert len(reading.entries) == 1
        assert any("Removed Chapters" in oddity for oddity in reading.oddities)


class TestNothing:
    """A heading with nothing under it is reported, unless it says itself that there is nothing."""

    @pytest.mark.parametrize("words", ["None", "N/A", "There are no new chapters.", "No amendments this month."])
    def test_said_is_no_entry_and_not_odd(self, words: str) -> None:
        group = f"<tr><td colspan=2>New Chapters</td></tr><tr><td colspan=2>{words}</td></tr>"
        reading = amendments(table(row("Bail", UPDATED), group))
        assert [entry.title for entry in reading.entries] == ["Bail"] and reading.oddities == ()

    def test_is_not_what_a_title_may_begin_with(self) -> None:
        assert only(table(row("No Recourse to Public Funds", UPDATED))).title == "No Recourse to Public Funds"
        removed = table(row("Bail", UPDATED), "<tr><td colspan=2>Removed Chapters</td></tr>", row("No Visits", ""))
        assert [entry.title for entry in amendments(removed).entries] == ["Bail", "No Visits"]


class TestTitles:
    def test_linked_in_one_cell_are_an_entry_each(self) -> None:
        cell = "<a href=a>Bail</a><br><a href=b>Remand</a>"
        reading = amendments(table(row(cell, "These chapters have been updated.")))
        assert [(entry.title, entry.url) for entry in reading.entries] == [("Bail", "a"), ("Remand", "b")]

    @pytest.mark.parametrize("written", ["1.2.3 Bail", "2. Bail", "‘Bail’", "Bail:", "Bail –", "<b>Bail</b>"])
    def test_are_rid_of_what_is_not_theirs(self, written: str) -> None:
        assert only(table(row(written, UPDATED))).title == "Bail"

    def test_keep_what_is(self) -> None:
        for title in (
            "16 and 17 Year Olds",
            "Disclosure Protocol (October 2013)",
            "Section 7 and Section 37 Reports",
        ):
            assert only(table(row(title, UPDATED))).title == title

    def test_a_badge_beside_one_is_no_part_of_it(self) -> None:
        assert only(table(row("<a href=a>Bail</a> <span>NEW</span>", UPDATED))).title == "Bail"

    def test_may_be_named_by_the_sentence_alone(self) -> None:
        page = html("<h1>Amendments</h1><h2>May 2024</h2><ul><li>The Bail chapter has been updated.</li></ul>")
        assert only(page).title == "Bail"

    def test_may_follow_a_colon(self) -> None:
        page = html("<h1>Amendments</h1><h2>May 2024</h2><p>New chapters: Bail; Remand to Care.</p>")
        assert [(entry.title, entry.kind) for entry in amendments(page).entries] == [
            ("Bail", "new"),
            ("Remand to Care", "new"),
        ]

    def test_tell_what_a_chapter_was_called(self) -> None:
        entry = only(table(row("Visits (previously called Overnight Stays)", UPDATED)))
        assert entry.title == "Visits (previously called Overnight Stays)"
        assert entry.former_titles == ("Overnight Stays",)


class TestLostTitles:
    ANONYMOUS = "This chapter was refreshed in May 2024."

    def test_an_empty_cell_is_no_title(self) -> None:
        assert only(table(row("", "This chapter has been updated."))).title is None

    def test_equal_rows_stay_apart(self) -> None:
        reading = amendments(table(row("", self.ANONYMOUS), row("", self.ANONYMOUS)))
        assert [entry.title for entry in reading.entries] == [None, None]

    def test_a_lone_pipe_stands_for_the_title(self) -> None:
        lost, last = "This chapter has been updated. |\n|\n", "This chapter has been revised. |\n"
        page = f"{PIPES}{lost}Pets |\nLeads have been added. |\n{last}Next Update: June 2025 |"
        assert [entry.title for entry in amendments(page).entries] == [None, "Pets", None]

    def test_an_empty_cell_behind_the_details_stands_for_it(self) -> None:
        rows = "In May 2024, this chapter was refreshed. | |\nPets | In May 2024, leads were added. |"
        page = f"Amendments\n2024\nMay 2024\n{rows}"
        assert [entry.title for entry in amendments(page).entries] == [None, "Pets"]

    def test_more_blank_lines_than_usual_stand_for_it(self) -> None:
        pets, lost = "Pets at Home\n\nLeads have been added.\n\n", "\n\nFees have been raised.\n\n"
        last = "Lone Working\n\nThis chapter has been updated.\n"
        page = f"Amendments\n\nMay 2024\n\nUpdated Chapters\n\n{pets}{lost}{last}"
        assert [entry.title for entry in amendments(page).entries] == ["Pets at Home", None, "Lone Working"]

    def test_known_titles_tell_where_a_title_ends(self) -> None:
        page = page_of(
            f"May 2024\n\n{GROUP}Pets Ofsted Blog Links were added.\nBail This chapter has been updated.\n"
        )
        reading = find_amendments(page, titles=["Pets Ofsted Blog", "Bail"])
        assert reading is not None
        assert [entry.title for entry in reading.entries] == ["Pets Ofsted Blog", "Bail"]


class TestMonths:
    def test_a_caption_does_not_overrule_the_heading(self) -> None:
        page = html(f"<h2>May 2024</h2><table><caption>Dec 2023</caption>{row('Bail', UPDATED)}</table>")
        assert only(page).month == "2024-05"

    def test_the_heading_wins_over_the_sentence(self) -> None:
        assert only(table(row("Bail", "In April 2024, this chapter was updated."))).month == "2024-05"

    def test_a_sentence_tells_the_month_where_no_heading_does(self) -> None:
        rows = row("Bail", "In April 2024, this chapter was updated.") + row(
            "Pets", "This chapter has been updated."
        )
        reading = amendments(
            html(f"<h1>Amendments</h1><table><tr><th>Chapter</th><th>Details</th></tr>{rows}</table>")
        )
        assert [entry.month for entry in reading.entries] == ["2024-04", None]
        assert any("no month" in oddity for oddity in reading.oddities)

    def test_a_heading_lost_behind_the_next_update_is_not_made_up(self) -> None:
        block = f"<table><tr><th colspan=2>Updated Chapters</th></tr>{row('Bail', UPDATED)}</table>"
        reading = amendments(html(f"<h2>May 2024</h2>{block}<p>Next update: June 2025</p>{block}"))
        assert [entry.month for entry in reading.entries] == ["2024-05", None]


@pytest.mark.parametrize(
    ("line", "month"),
    [
        ("<p>Next Update: June 2020</p>", "2020-06"),
        ("<table><tr><td>Next update:</td><td>21st September 2019</td></tr></table>", "2019-09"),
        ("<p><b>Next Update:</b></p><p>Sept 2024</p>", "2024-09"),
        ("<p>This manual will next be updated in March 2021.</p>", "2021-03"),
        ("<p>The next planned update of the manual is due in May 2021.</p>", "2021-05"),
        ("<p>Next Update: to be confirmed</p>", None),
        ("<p>The next update of the price list has been brought forward to June 2020.</p>", None),
        ("", None),
    ],
)
def test_next_update(line: str, month: str | None) -> None:
    page = table(row("Bail", UPDATED)).replace("</body>", f"{line}</body>")
    reading = amendments(page)
    assert reading.next_update == month and len(reading.entries) == 1


class TestThePage:
    def test_older_years_are_links_to_be_read_too(self) -> None:
        links = "<p><a href='a2018.html'>2018 Amendments</a></p><p><a href='/old'>Amendments Archive</a></p>"
        page = table(row("Bail", UPDATED)).replace("</body>", f"{links}</body>")
        reading = amendments(page, url="https://m.example.org/manual/amendments.html")
        assert reading.archives == ("https://m.example.org/manual/a2018.html", "https://m.example.org/old")
        assert len(reading.entries) == 1

    def test_an_archive_on_the_page_is_read(self) -> None:
        rows = row("Pets", "This chapter has been added.")
        block = f"<h2>Archive</h2><h3>May 2020</h3><h4>New Chapters</h4><table>{rows}</table>"
        page = table(row("Bail", UPDATED)).replace("</body>", f"<p>Next Update: June 2025</p>{block}</body>")
        assert [(entry.month, entry.kind) for entry in amendments(page).entries] == [
            ("2024-05", "updated"),
            ("2020-05", "new"),
        ]

    def test_what_tells_editions_apart_is_kept(self) -> None:
        foot = "<footer><p>Last Updated: <span>April 14, 2026</span></p><p>v85</p></footer>"
        page = table(row("Bail", UPDATED)).replace("</body>", f"{foot}</body>")
        assert amendments(page).edition == "Last Updated: April 14, 2026 v85"

    def test_a_page_that_was_cut_off_says_so(self) -> None:
        page = table(row("Bail", UPDATED), row("Pets", "Leads have been added."))
        assert TRUNCATED in amendments(page[: page.index("Leads") + 3]).oddities
        assert TRUNCATED not in amendments(page).oddities

    @pytest.mark.parametrize(
        "page",
        [
            table(),
            html("<h1>Amendments</h1><p>Part A amendments:</p>"),
            "Amendments\n\nMay 2024\n\nUpdated Chapters\nChapter Name Details\n\nNext Update: June 2025\n",
            html("<h1>Amendment</h1><p>This chapter was updated in May 2024.</p>", title="Bail"),
            html(
                "<h1>Fees</h1><h2>May 2024</h2><table><tr><td>Fostering</td><td>£200 a week.</td></tr></table>",
                title="Fees",
            ),
        ],
    )
    def test_without_entries_is_unreadable_and_never_empty(self, page: str) -> None:
        with pytest.raises(Unreadable):
            read(page, kind="amendments")
