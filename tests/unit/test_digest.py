"""Compiling: what is told once, in which order, and under which heading."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from hypothesis import given, settings

from digests.digest import Digest, compile_digest
from manual.reading import AmendmentKind, Section
from subscriptions.interests import Significance
from tests.any_digest import any_digests
from tests.sample_digests import DUE, NAME, a_digest, an_amendment, an_item, fostering_digest, whole_manual_digest

MINOR, CHANGED, REREAD = Significance.MINOR, Significance.CHANGED, Significance.REREAD


def test_must_re_read_comes_first_then_the_manuals_own_order() -> None:
    digest = a_digest(
        [
            an_item(1, significance=MINOR, position=1),
            an_item(2, significance=CHANGED, position=9),
            an_item(3, significance=CHANGED, position=2),
            an_item(4, significance=REREAD, position=30),
        ]
    )
    assert [item.amendment_id for item in digest.items] == [4, 3, 2, 1]
    assert [group.title for group in digest.groups] == ["Must re-read (1)", "Changed (2)", "Minor changes (1)"]


def test_items_stand_under_their_sections_and_the_unplaced_ones_last() -> None:
    fostering, court = Section(number="5.1", title="Fostering"), Section(number="1.4", title="Court")
    digest = a_digest(
        [
            an_item(1, section=None, position=0),
            an_item(2, section=fostering, position=8),
            an_item(3, section=court, position=3),
            an_item(4, section=fostering, position=7),
        ]
    )
    (group,) = digest.groups
    assert [(section.title, [item.amendment_id for item in section.items]) for section in group.sections] == [
        ("1.4 Court", [3]),
        ("5.1 Fostering", [4, 2]),
        ("Elsewhere in the manual", [1]),
    ]


def test_an_amendment_caught_by_two_subscriptions_is_told_once_with_both_reasons() -> None:
    digest = a_digest(
        [
            an_item(1, significance=MINOR, reasons=("follows the topic Fostering",)),
            an_item(1, significance=CHANGED, reasons=("follows the chapter Private Fostering",)),
        ]
    )
    (item,) = digest.items
    assert item.reasons == ("follows the topic Fostering", "follows the chapter Private Fostering")
    assert item.significance is CHANGED


def test_equal_entries_without_a_title_stay_apart() -> None:
    lost = an_amendment(None, details="This chapter was refreshed.")
    digest = a_digest([an_item(1, lost), an_item(2, lost)])
    assert len(digest.items) == 2
    assert digest.heading == "2 chapters changed"


@pytest.mark.parametrize(
    ("kinds", "significances", "about", "heading"),
    [
        (["updated"] * 3, [CHANGED, REREAD, MINOR], "fostering", "3 fostering chapters changed, 1 to re-read"),
        (["updated"], [CHANGED], None, "1 chapter changed"),
        (["updated"], [REREAD], "fostering", "1 fostering chapter to re-read"),
        (["updated"] * 2, [REREAD] * 2, "fostering", "2 fostering chapters to re-read"),
        (["updated"] * 2, [MINOR] * 2, None, "Minor changes to 2 chapters"),
        (["new"] * 2, [CHANGED] * 2, "adoption", "2 new adoption chapters"),
        (["new"] * 2, [CHANGED, REREAD], None, "2 new chapters, 1 to re-read"),
        (["removed"], [CHANGED], None, "1 chapter removed"),
        (["link"], [CHANGED], None, "1 link changed"),
        (["link", "updated"], [CHANGED] * 2, None, "2 chapters and links changed"),
    ],
)
def test_the_heading_says_what_is_in_it(
    kinds: list[str], significances: list[Significance], about: str | None, heading: str
) -> None:
    items = [
        an_item(number, an_amendment(f"Chapter {number}", kind=AmendmentKind(kind)), significance=significance)
        for number, (kind, significance) in enumerate(zip(kinds, significances, strict=True))
    ]
    assert a_digest(items, about=about).heading == heading


def test_a_chapter_amended_twice_counts_once() -> None:
    assert a_digest([an_item(1), an_item(2)]).heading == "1 chapter changed"


def test_only_links_to_the_web_are_kept() -> None:
    (item,) = a_digest([an_item(chapter_url="javascript:alert(1)", more_url="HTTPS://example.org/x")]).items
    assert (item.chapter_url, item.more_url) == (None, "HTTPS://example.org/x")


def test_next_updates_are_those_of_the_manuals_in_it() -> None:
    digest = a_digest(next_updates={NAME: "2026-11", "Eastmere": "2026-12"})
    assert digest.next_updates == ((NAME, "2026-11"),)
    assert a_digest(next_updates={NAME: None}).next_updates == ()


def test_reasons_that_all_items_share_are_told_once() -> None:
    assert a_digest([an_item(1), an_item(2)]).shared_reasons == ("follows the topic Fostering",)
    assert a_digest([an_item(1), an_item(2, reasons=("follows everything",))]).shared_reasons == ()


def test_nothing_to_tell_is_no_digest() -> None:
    with pytest.raises(ValueError, match="weekly-1: there is nothing to tell"):
        compile_digest([], key="weekly-1", subscriber="this channel", frequency="weekly", due_at=DUE)


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        a_digest(due_at=datetime(2026, 5, 11, 9, 0))  # noqa: DTZ001


@pytest.mark.parametrize("digest", [fostering_digest(), whole_manual_digest()])
def test_a_stored_digest_comes_back_as_it_was(digest: Digest) -> None:
    assert Digest.from_json(json.loads(json.dumps(digest.to_json()))) == digest


@settings(max_examples=50, deadline=None)
@given(any_digests())
def test_any_digest_survives_storage(digest: Digest) -> None:
    assert Digest.from_json(json.loads(json.dumps(digest.to_json()))) == digest
