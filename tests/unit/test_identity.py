"""Names that are the same name: by title whatever the typing, by link whatever the platform."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manual.identity import fold, same_chapter, title_key, url_slug


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Children’s Consultation &amp; Participation ", "Childrens consultation and participation"),
        ("Looked-After Children – Reviews", "Looked After Children: Reviews"),
        ("Social Visits (previously called Overnight Stays)", "Social Visits"),
        ("Bail\xa0and\u200b Remand", "Bail and Remand"),
    ],
)
def test_titles_are_one_however_they_are_typed(one: str, other: str) -> None:
    assert title_key(one) == title_key(other)


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("url", "slug"),
    [
        ("https://x.example.org/chapters/p_private_fost.html#top", "p_private_fost"),
        ("http://y.example.org/chapter/Private-Fostering/", "private-fostering"),
        ("/contents/procedures#private-fostering", "private-fostering"),
        ("p%20bail.pdf", "p bail"),
        ("https://x.example.org/", None),
        ("amendments.html", None),
        ("http://[", None),
        (None, None),
    ],
)
def test_slug(url: str | None, slug: str | None) -> None:
    assert url_slug(url) == slug


def test_a_chapter_is_known_by_link_by_title_or_by_a_former_title() -> None:
    assert same_chapter("Bail", "/a/p_bail.html", "Remand", "https://x.example.org/p_bail.html")
    assert same_chapter("Bail & Remand", None, "bail and remand", "p_x.html")
    assert same_chapter("Bail", None, "Remand", None, former_titles=("Remand",))
    assert not same_chapter("Bail", None, "Remand", None)
    assert not same_chapter(None, None, None, None)
