"""Digests in a terminal: whole, within the width, and as clear without colour."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from digests.digest import Digest
from digests.terminal import render_terminal
from tests.sample_digests import a_digest, an_amendment, an_item, fostering_digest, whole_manual_digest


def printed(digest: Digest, width: int = 80, terminal: bool = False) -> str:
    output = StringIO()
    Console(file=output, width=width, force_terminal=terminal).print(render_terminal(digest))
    return output.getvalue()


def test_it_says_everything_in_words() -> None:
    text = printed(fostering_digest())
    assert text.splitlines()[0] == "5 fostering chapters changed, 1 to re-read"
    for words in (
        "Weekly, Monday 11 May 2026, 9:00",
        "Must re-read (1)",
        "5.1.6 Supervision and Support of Foster Carers",
        "Must re-read · Updated, May 2026 · Section 4",
        "Changed in “4 Visits”",
        "Was: The supervising social worker",
        "Now: The supervising social worker",
        "Title not given, perhaps Exemptions",
        "Next update: November 2026.",
        "You get this because this channel follows the topic Fostering.",
    ):
        assert words in text


@pytest.mark.parametrize("width", [40, 80])
def test_it_keeps_within_the_width_and_loses_nothing(width: int) -> None:
    digest = whole_manual_digest(60)
    text = printed(digest, width)
    assert all(len(line) <= width for line in text.splitlines())
    assert all(f"{item.chapter_number} " in text for item in digest.items)
    assert "\x1b" not in text


def test_titles_are_links_on_a_terminal() -> None:
    text = printed(a_digest([an_item(7)]), terminal=True)
    assert "https://procedures.westmere.example/chapters/p_7.html" in text


def test_brackets_in_a_title_are_not_taken_for_styles() -> None:
    digest = a_digest([an_item(1, an_amendment("[bold]Fostering[/] Panel"))])
    assert "[bold]Fostering[/] Panel" in printed(digest)
