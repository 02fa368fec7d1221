"""Who may be written to outside production."""

from __future__ import annotations

import pytest

from digests.allowed import allow_list


@pytest.mark.parametrize(
    ("setting", "destination", "allowed"),
    [
        ("", "mash@westmere.example", False),
        ("*", "mash@westmere.example", True),
        ("*", "C0FOSTERING", True),
        ("mash@westmere.example", "MASH@westmere.example", True),
        ("mash@westmere.example", "fostering@westmere.example", False),
        ("@westmere.example", "fostering@westmere.example", True),
        ("@westmere.example", "fostering@notwestmere.example", False),
        ("@westmere.example", "fostering@sub.westmere.example", False),
        ("C0FOSTERING, mash@westmere.example", "C0FOSTERING", True),
        ("C0FOSTERING", "C0FOSTERING2", False),
        ("westmere.example", "mash@westmere.example", False),
    ],
)
def test_only_who_is_listed_is_written_to(setting: str, destination: str, allowed: bool) -> None:
    assert (allow_list(setting)(destination) is None) is allowed


def test_an_empty_list_says_what_to_do() -> None:
    assert "CHAPTERWATCH_ALLOWED_RECIPIENTS" in (allow_list("")("mash@westmere.example") or "")
