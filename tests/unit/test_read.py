"""Reading whatever a server sent: what it is, in which charset, or why it can't be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from manual.amendments.lost_titles import with_candidates
from manual.errors import Unreadable
from manual.page.decoding import decode
from manual.page.layout import page_of
from manual.read import read
from manual.reading import (
    Amendment,
    AmendmentKind,
    AmendmentsReading,
    Chapter,
    ContentsReading,
    Flag,
    NoticesReading,
)

LIST = (
    "<h1>Amendments</h1><h2>May 2024</h2><table><tr><th>Chapter<th>Details"
    "<tr><td>Children’s Visits<td>This chapter has been updated.</table>"
)


class TestKind:
    @pytest.mark.parametrize(
        ("seed", "kind"),
        [
            ("luton-amendments-2019-12.txt", "amendments"),
            ("enfield-amendments-2017-2020.txt", "amendments"),
            ("luton-contents.txt", "contents"),
            ("bedford-contents.txt", "contents"),
            ("luton-safeguarding-partnership-home.txt", "notices"),
        ],
    )
    def test_of_every_seed_is_found_out(self, seeds: Path, seed: str, kind: str) -> None:
        assert read((seeds / seed).read_bytes()).kind == kind

    def test_of_a_feed_is_found_out(self) -> None:
        item = "<item><title>Bail</title></item>"
        feed = f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{item}</channel></rss>'
        assert read(feed).kind == read(feed.encode()).kind == "feed"

    def test_of_a_chapter_with_its_own_amendments_is_chapter(self) -> None:
        box = "<h3>AMENDMENT</h3><p>In May 2018, this chapter was extensively revised and should be re-read.</p>"
        sections = "".join(f"<h2>{number}. Part</h2><p>{'Text of the part. ' * 20}</p>" for number in range(1, 5))
        page = f"<title>Bail</title><h1>Bail</h1><h3>SCOPE OF THIS CHAPTER</h3><p>Bail.</p>{box}{sections}"
        assert read(page).kind == "chapter"
        with pytest.raises(Unreadable):
            read(page, kind="amendments")

    def test_that_is_none_is_a_mistake_of_ours(self) -> None:
        with pytest.raises(KeyError):
            read(LIST, kind="digest")


class TestCharset:
    @pytest.mark.parametrize(
        ("page", "content_type"),
        [
            (LIST.encode(), None),
            (LIST.encode("windows-1252"), None),
            (LIST.encode("windows-1252"), "text/html; charset=windows-1252"),
            (LIST.encode("windows-1252"), "text/html; charset=iso-8859-1"),
            (b"<meta charset=iso-8859-1>" + LIST.encode("windows-1252"), None),
            (b"<meta charset=utf-8>" + LIST.encode("windows-1252"), "text/html"),
            (LIST.encode(), "text/html; charset=iso-8859-1"),
            (LIST.encode(), "text/html; charset=no-such-thing"),
            (LIST.encode("utf-8-sig"), "text/html; charset=iso-8859-1"),
            (LIST.encode("utf-16"), None),
            (LIST.encode("utf-16-le"), None),
            (LIST.encode("utf-16-be"), "text/html; charset=utf-16-be"),
        ],
    )
    def test_is_told_from_header_mark_meta_and_the_bytes(self, page: bytes, content_type: str | None) -> None:
        reading = read(page, content_type=content_type)
        assert isinstance(reading, AmendmentsReading) and reading.entries[0].title == "Children’s Visits"

    def test_a_few_bad_bytes_spoil_nothing_else(self) -> None:
        text = decode("Children’s ’’’’’’’’’’’’".encode() + b"\xff").text
        assert text.startswith("Children’s")

    def test_what_json_could_not_hold_is_gone(self) -> None:
        decode("x\ud800y").text.encode()


class TestUnreadable:
    @pytest.mark.parametrize(
        ("page", "reason"),
        [
            (b"", "empty"),
            (b" \n\t ", "empty"),
            (b"%PDF-1.7 ...", "PDF"),
            (b"PK\x03\x04....", "zip"),
            (b"\x89PNG\r\n", "image"),
            (b"\x01\x02\x00\x00\x05" * 500, "binary"),
            (b"x" * 20_000_001, "20 MB"),
            (b"<html><body><script>go()</script></body></html>", "no text"),
            (b"<form><h1>Sign in</h1><p>Your name</p><input type=password></form>", "log in"),
            (b"<h1>Sorry</h1><p>The site is down for maintenance until May 2024.</p>", "maintenance"),
            (b"<h1>404</h1><p>Page not found</p>", "not found"),
            (b"<p>Access denied. You have no permission to access this.</p>", "refused"),
            (b"<h1>Just a moment...</h1><p>Checking your browser.</p>", "firewall"),
            (b"<p>502 Bad Gateway</p>", "error"),
            (b'{"error": "unauthorized"}', "programs"),
        ],
    )
    def test_says_why(self, page: bytes, reason: str) -> None:
        for kind in (None, "amendments", "notices"):
            with pytest.raises(Unreadable, match=reason):
                read(page, kind=kind)

    def test_a_long_page_may_speak_of_passwords(self) -> None:
        page = "<h1>News</h1>" + "<p>Staff who forgot a password may write to the desk about it.</p>" * 40
        assert read(page).kind == "notices"


class TestNotices:
    def test_are_headings_and_what_stands_under_them(self) -> None:
        training = "<h2>Training</h2><p>In May.</p><ul><li>Bail</li></ul>"
        page = f"<title>Board</title><p>Welcome.</p>{training}<p><b>Reviews</b></p><p>None.</p>"
        reading = read(page, kind="notices")
        assert isinstance(reading, NoticesReading)
        assert [(each.heading, each.text) for each in reading.notices] == [
            ("Board", "Welcome."),
            ("Training", "In May.\nBail"),
            ("Reviews", "None."),
        ]

    def test_of_a_text_page_are_told_by_their_shape(self, seeds: Path) -> None:
        reading = read((seeds / "luton-safeguarding-partnership-home.txt").read_bytes())
        assert isinstance(reading, NoticesReading)
        headings = [each.heading for each in reading.notices]
        assert headings[0] == "Luton Safeguarding Children Partnership"
        assert {"Families First for Children Pathfinder Programme", "What is Level 2", "Local Reviews"} <= set(
            headings
        )
        assert "Thematic Review" not in headings  # the link that the line before it announces


class TestCandidates:
    CONTENTS = ContentsReading(
        sections=(),
        chapters=(
            Chapter(number="1", title="Storage of Data on Mobile Devices"),
            Chapter(number="2", title="Capacity and Consent", flags=(Flag.UPDATED,)),
            Chapter(
                number="3", title="Care and Supervision Proceedings and the Public Law Outline in Every Court"
            ),
            Chapter(number="4", title="Bail"),
        ),
    )

    def candidates(self, *entries: Amendment) -> list[tuple[str, ...]]:
        reading = with_candidates(AmendmentsReading(entries=entries), self.CONTENTS)
        return [entry.candidates for entry in reading.entries]

    def lost(self, details: str, month: str = "2024-05") -> Amendment:
        return Amendment(month=month, kind=AmendmentKind.UPDATED, title=None, details=details)

    def test_are_the_chapters_that_the_details_speak_of(self) -> None:
        assert self.candidates(self.lost("Personal data may no longer be stored on mobile devices.")) == [
            ("Storage of Data on Mobile Devices",)
        ]

    def test_are_never_long_titles_for_those_survive(self) -> None:
        details = "Care and supervision proceedings, and the public law outline, are told for every court."
        assert self.candidates(self.lost(details)) == [("Capacity and Consent",)]  # for its flag

    def test_are_flagged_chapters_where_the_details_say_nothing(self) -> None:
        named = Amendment(month="2024-05", kind=AmendmentKind.UPDATED, title="Capacity and Consent", details="")
        assert self.candidates(self.lost("This chapter has been refreshed.")) == [("Capacity and Consent",)]
        assert self.candidates(self.lost("This chapter has been refreshed."), named) == [(), ()]

    def test_belong_to_lost_titles_only(self) -> None:
        named = Amendment(
            month="2024-05", kind=AmendmentKind.UPDATED, title="Bail", details="Mobile devices, data, storage."
        )
        assert self.candidates(named) == [()]


def test_links_of_a_page_are_resolved() -> None:
    page = page_of("<p><a href='b.html'>B</a></p>", url="https://m.example.org/a/")
    assert page.blocks[0].links[0].url == "https://m.example.org/a/b.html"


CONTROLS = ("\x1b[2J", "\x1b]0;owned\x07", "\x9b31m", "&#27;[31m", "&#x1B;[31m", "&#x9d;0;owned")
"""What a terminal obeys, and numbers that a browser makes it of."""

WITH_A_TITLE = {
    "amendments": "<html><body><h1>Amendments</h1><h2>May 2026</h2><table><tr><td>Updated Chapters</td></tr><tr>"
    "<td>Private {control}Fostering</td><td>Section 4.2 has {control} been updated.</td></tr></table></body>",
    "contents": "Contents\n\n1. All Children\n\n1.1 Private {control}Fostering\n1.2 Contacts\n1.3 Staying Put\n",
    "feed": "<rss version='2.0'><channel><title>Updates</title><item><title>Private {control}Fostering</title>"
    "<link>https://m.example/a</link><description>Now {control} new.</description></item></channel></rss>",
}


@pytest.mark.parametrize("kind", WITH_A_TITLE)
@pytest.mark.parametrize("control", CONTROLS)
def test_what_a_terminal_would_obey_is_not_read(kind: str, control: str) -> None:
    reading = read(WITH_A_TITLE[kind].format(control=control).encode(), kind=kind)
    said = str(reading)
    assert "Fostering" in said
    assert not any(code in said for code in ("\\x1b", "\\x07", "\\x9b", "\\x9d"))  # as repr shows them
    assert said.isprintable()
