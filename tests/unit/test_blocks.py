"""A page becomes the blocks that a reader sees, whatever its markup."""

from __future__ import annotations

import pytest

from manual.errors import Unreadable
from manual.page.blocks import Block, BlockKind, Link
from manual.page.layout import page_of


def blocks(html: str) -> list[tuple[str, str]]:
    return [(str(block.kind), block.text) for block in page_of(f"<body>{html}</body>").blocks]


def rows(html: str) -> list[list[str]]:
    return [block.texts for block in page_of(f"<body>{html}</body>").blocks if block.kind is BlockKind.ROW]


def one(html: str) -> Block:
    (block,) = page_of(f"<body>{html}</body>").blocks
    return block


class TestWords:
    def test_headings_paragraphs_and_items_in_order(self) -> None:
        assert blocks("<h2>A</h2><p>B</p><ul><li>C<li>D</ul><H3>E</H3>") == [
            ("heading", "A"),
            ("paragraph", "B"),
            ("item", "C"),
            ("item", "D"),
            ("heading", "E"),
        ]

    def test_white_space_and_entities_are_what_a_reader_sees(self) -> None:
        assert one("<p>\n  Care&nbsp;&amp;\tSupport&#8217;s\n </p>").text == "Care & Support’s"

    def test_a_break_ends_a_block(self) -> None:
        assert blocks("<p>One<br>Two<br/>Three</p>") == [(("paragraph"), word) for word in ("One", "Two", "Three")]

    def test_only_the_first_line_of_an_item_is_an_item(self) -> None:
        assert blocks("<ul><li>One<br>two</li></ul>") == [("item", "One"), ("paragraph", "two")]

    def test_nothing_of_scripts_styles_comments_or_the_head(self) -> None:
        assert blocks("<script>if (a<b) {'<p>x'}</script><style>p{}</style><!-- <p>y</p> --><p>z</p>") == [
            ("paragraph", "z")
        ]
        page = page_of("<html><head><title>Amendments &amp; more</title></head><body><p>x</p></body></html>")
        assert page.title == "Amendments & more" and len(page.blocks) == 1

    def test_runs_keep_what_elements_part(self) -> None:
        block = one("<li><span>1.2</span><span>Bail</span><b>New</b></li>")
        assert [run.text for run in block.runs] == ["1.2", "Bail", "New"]
        assert [run.bold for run in block.runs] == [False, False, True]
        assert block.text == "1.2BailNew"

    def test_bold_lines_are_told(self) -> None:
        assert one("<p><strong>May 2020</strong></p>").bold
        assert not one("<p><strong>May</strong> 2020</p>").bold

    def test_typed_bullets_make_items(self) -> None:
        assert one("<p class=MsoListParagraph><span>·<span>&nbsp;&nbsp; </span></span>Lone Working</p>")[:2] == (
            BlockKind.ITEM,
            "Lone Working",
        )

    def test_furniture_is_marked(self) -> None:
        page = page_of("<nav><a href=x>Home</a></nav><p>A</p><footer>B</footer>")
        assert [block.furniture for block in page.blocks] == [True, False, True]

    def test_furniture_that_never_ends_marks_nothing(self) -> None:
        assert not any(block.furniture for block in page_of("<nav><a href=x>Home</a><p>A</p>").blocks)

    def test_attributes_may_hold_what_ends_a_tag(self) -> None:
        assert blocks('<p title="a > b">A</p><p data-x=\'<i>\'>B</p><p title="it\'s">C</p>') == [
            ("paragraph", "A"),
            ("paragraph", "B"),
            ("paragraph", "C"),
        ]


class TestLinks:
    def test_are_absolute_when_the_address_is_known(self) -> None:
        html = "<p><a href='p_bail.html'>Bail</a> <a href='../x'>X</a> <a href='#top'>Top</a></p>"
        page = page_of(html, url="https://m.example.org/chapters/list.html")
        assert page.blocks[0].links == (
            Link("Bail", "https://m.example.org/chapters/p_bail.html"),
            Link("X", "https://m.example.org/x"),
        )

    def test_stay_as_written_when_it_is_not(self) -> None:
        assert one("<p><a href='p_bail.html'>Bail</a></p>").links == (Link("Bail", "p_bail.html"),)

    def test_heed_the_base(self) -> None:
        page = page_of(
            "<base href='https://b.example.org/m/'><p><a href=x>X</a></p>", url="https://a.example.org/"
        )
        assert page.blocks[-1].links == (Link("X", "https://b.example.org/m/x"),)

    def test_of_one_address_side_by_side_are_one(self) -> None:
        assert one("<p><a href=x>Bail <i>and</i> Remand</a></p>").links == (Link("Bail and Remand", "x"),)

    def test_left_open_do_not_reach_into_the_next_cell(self) -> None:
        block = page_of("<table><tr><td><a href=x>A<td>B</table>").blocks[0]
        assert [cell.links for cell in block.cells] == [(Link("A", "x"),), ()]


class TestRows:
    @pytest.mark.parametrize(
        "html",
        [
            "<table><tr><td>A</td><td><p>B</p><p>C</p></td></tr></table>",
            "<TABLE><TR><TD>A<TD><P>B<P>C</TABLE>",
            "<table><tbody><tr><th scope=row>A</th><td>B<br>C</td></tr></tbody></table>",
            "<dl><dt>A</dt><dd><p>B</p><p>C</p></dd></dl>",
            "<dl><div><dt>A<dd>B<br>C</div></dl>",
            "<div class=x><div><a href=a>A</a></div><div><p>B</p><p>C</p></div></div>",
            "<table><tr><td><table><tr><td>A</td></tr></table></td>"
            "<td><table><tr><td>B</td></tr><tr><td>C</td></tr></table></td></tr></table>",
        ],
    )
    def test_are_rows_in_any_markup(self, html: str) -> None:
        assert rows(html) == [["A", "B\nC"]]

    def test_paragraphs_in_divs_belong_to_the_row_around_them(self) -> None:
        assert rows("<div><div>A</div><div><div>B.</div><div>C.</div></div></div>") == [["A", "B.\nC."]]

    def test_an_empty_cell_is_a_cell(self) -> None:
        assert rows("<table><tr><td></td><td>B</td></tr></table>") == [["", "B"]]
        assert rows("<div><div></div><div>B</div></div>") == [["", "B"]]
        assert rows("<dl><dd>B</dd></dl>") == [["", "B"]]

    def test_a_cell_reaches_down_over_its_rows(self) -> None:
        assert rows(
            "<table><tr><td rowspan=2>May</td><td>A</td></tr><tr><td>B</td></tr><tr><td>C</td></table>"
        ) == [
            ["May", "A"],
            ["May", "B"],
            ["C"],
        ]

    def test_rows_of_one_table_are_known(self) -> None:
        html = "<table><tr><td>A<td>a</tr><tr><td>B<td>b</table><table><tr><td>C<td>c</table>"
        numbers = [block.table for block in page_of(html).blocks]
        assert numbers[0] == numbers[1] != numbers[2]

    def test_a_caption_belongs_to_its_table(self) -> None:
        caption, row = page_of("<table><caption>May 2020</caption><tr><td>A<td>B</table>").blocks
        assert (caption.kind, caption.text, caption.table) == (BlockKind.CAPTION, "May 2020", row.table)

    def test_a_table_that_lays_the_page_out_is_gone(self) -> None:
        html = "<table><tr><td>Menu<td><h2>May</h2><table><tr><td>A<td>B</table></table>"
        assert blocks(html) == [("paragraph", "Menu"), ("heading", "May"), ("row", "A\tB")]

    def test_a_cell_with_several_headings_lays_the_page_out(self) -> None:
        html = "<table><tr><td>Menu</td><td><h2>May</h2><p>x</p><h2>June</h2></td></tr></table>"
        assert [kind for kind, _ in blocks(html)] == ["paragraph", "heading", "paragraph", "heading"]

    def test_a_small_table_in_a_cell_of_data_is_its_words(self) -> None:
        html = (
            "<table><tr><th>Chapter</th><th>Details</th></tr><tr><td>A</td><td>Days:"
            "<table><tr><td>First</td><td>2</td></tr></table></td></tr></table>"
        )
        assert rows(html)[1] == ["A", "Days:\nFirst 2"]

    def test_two_paragraphs_in_divs_are_no_row(self) -> None:
        assert rows("<div><div><h2>A</h2><p>long</p></div><div><h2>B</h2><p>longer</p></div></div>") == []


class TestText:
    def test_lines_keep_what_stood_before_them(self) -> None:
        first, second = page_of("May 2020\n\n\n  • Bail;\n").blocks
        assert (first.text, first.gap, first.kind) == ("May 2020", 0, BlockKind.PARAGRAPH)
        assert (second.text, second.gap, second.indent, second.kind) == ("Bail;", 2, 2, BlockKind.ITEM)

    def test_markdown_is_read(self) -> None:
        heading, bold, link = page_of("## May 2020\n**Bail**\n[Bail](p_bail.html) was updated").blocks
        assert (heading.kind, heading.level, heading.text) == (BlockKind.HEADING, 2, "May 2020")
        assert (bold.text, bold.bold) == ("Bail", True)
        assert (link.text, link.links) == ("Bail was updated", (Link("Bail", "p_bail.html"),))

    def test_tabs_part_cells(self) -> None:
        assert page_of("Bail\tThis chapter was updated.").blocks[0].texts == ["Bail", "This chapter was updated."]


class TestRubbish:
    """What nobody sends but by mistake or in malice: an answer or a reason, soon, and never a crash."""

    @pytest.mark.parametrize(
        ("page", "reason"),
        [
            ("<table><tr><td>" * 5_000, "nested"),
            ("<ul><li>" * 5_000, "nested"),
            ("<b>" * 600_000, "tags"),
            ("<p>x" * 60_000, "paragraphs"),
            ("x\n" * 60_000, "lines"),
            ("\n" * 1_100_000 + "x", "lines"),
            ("<p>" + "word " * 60_000, "paragraph of over"),
        ],
    )
    def test_too_much_of_something_is_refused(self, page: str, reason: str) -> None:
        with pytest.raises(Unreadable, match=reason):
            page_of(page)

    @pytest.mark.parametrize(
        "page",
        [
            "<font size=1><p>" * 20_000,  # a parser that re-opens formatting makes 200 million nodes of this
            "<div>" * 100_000 + "x" + "</div>" * 100_000,
            "<p>x</p>" + "<!--" * 50_000,
            "<p>x</p>" + "<a '" * 50_000,
            "<p>x</p>" + '<a "' * 50_001 + ">",
            "<p>x</p>" + "<svg>" * 50_000,
            "<p>x</p>" + "</table></td></div></li>" * 10_000,
            "<p>x &#" + "9" * 10_000 + ";</p>",
            "<table>" + "<tr><td rowspan=65000 colspan=9999999999>x" * 5_000,
            "<p>x</p><a " + "b " * 100_000 + ">",
        ],
    )
    def test_the_rest_is_laid_out(self, page: str) -> None:
        assert any("x" in block.text for block in page_of(page).blocks) or "font" in page
