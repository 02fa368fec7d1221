"""What is new, revised and gone between two visits, and which later pages are not to be trusted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from manual.amendments.compare import AmendmentsComparison, compare_amendments, revision_matters
from manual.amendments.reader import MAY_BE_LOST, TRUNCATED
from manual.reading import Amendment, AmendmentKind, AmendmentsReading


def entry(
    title: str | None, details: str = "This chapter has been updated.", month: str | None = "2024-05"
) -> Amendment:
    return Amendment(month=month, kind=AmendmentKind.UPDATED, title=title, details=details)


def page(
    *entries: Amendment,
    next_update: str | None = "2024-11",
    archives: tuple[str, ...] = (),
    oddities: tuple[str, ...] = (),
) -> AmendmentsReading:
    return AmendmentsReading(entries=entries, next_update=next_update, archives=archives, oddities=oddities)


def told(comparison: AmendmentsComparison) -> tuple[list[str | None], list[str | None], list[str | None]]:
    assert comparison.understood, comparison.reason
    return (
        [each.title for each in comparison.new],
        [pair.after.title for pair in comparison.revised],
        [each.title for each in comparison.removed],
    )


NOTHING: tuple[list[str | None], list[str | None], list[str | None]] = ([], [], [])
BAIL, PETS, CARE, FEES = entry("Bail"), entry("Pets"), entry("Care Plans"), entry("Fees")
OLD = [entry(title, month="2023-11") for title in ("Bail", "Neglect", "Transport")]


class TestTheSame:
    def test_page_tells_nothing(self) -> None:
        assert told(compare_amendments(page(BAIL, PETS), page(BAIL, PETS))) == NOTHING

    def test_entries_in_another_order_tell_nothing(self) -> None:
        assert told(compare_amendments(page(BAIL, PETS, CARE), page(CARE, BAIL, PETS))) == NOTHING

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            (entry("Childrens' Plans", "A child's - more."), entry("Childrens’ Plans ", "A child’s –  more")),
            (entry("Bail & Remand", "A &amp; B."), entry("Bail and Remand", "A and B")),
            (entry("Bail", "The refferal form is new."), entry("Bail", "The referral form is new.")),
            (entry("Looked-After Children"), entry("Looked After Children")),
            (entry("Notificatons of Events"), entry("Notifications of Events")),
        ],
    )  # fmt: skip
    def test_words_in_other_typing_tell_nothing(self, before: Amendment, after: Amendment) -> None:
        assert told(compare_amendments(page(before, PETS), page(after, PETS))) == NOTHING

    def test_months_that_rotate_off_the_page_are_not_removed(self) -> None:
        assert told(compare_amendments(page(BAIL, *OLD), page(BAIL, archives=("a2023.html",)))) == NOTHING

    def test_a_month_whose_heading_was_put_right_is_not_new(self) -> None:
        moved = [replace(each, month="2023-12") for each in OLD]
        assert told(compare_amendments(page(BAIL, *OLD), page(BAIL, *moved))) == NOTHING

    def test_a_month_that_was_lost_or_found_is_not_new(self) -> None:
        lost = [replace(each, month=None) for each in OLD]
        assert told(compare_amendments(page(BAIL, *OLD), page(BAIL, *lost))) == NOTHING
        assert told(compare_amendments(page(BAIL, *lost), page(BAIL, *OLD))) == NOTHING


class TestNew:
    def test_entries_are_told(self) -> None:
        assert told(compare_amendments(page(*OLD), page(BAIL, PETS, *OLD))) == (["Bail", "Pets"], [], [])

    def test_the_same_sentence_in_the_next_month_is_new(self) -> None:
        assert told(compare_amendments(page(*OLD), page(BAIL, archives=("a2023.html",)))) == (["Bail"], [], [])

    def test_a_chapter_twice_in_a_month_is_two_entries(self) -> None:
        again = entry("Bail", "Section 4, Courts has been added.")
        assert told(compare_amendments(page(BAIL, PETS), page(BAIL, again, PETS))) == (["Bail"], [], [])

    def test_one_more_of_equal_rows_without_a_title_is_new(self) -> None:
        lost = entry(None)
        assert told(compare_amendments(page(lost, lost, PETS), page(lost, lost, lost, PETS))) == ([None], [], [])


class TestRevised:
    def test_other_words_are_a_revision(self) -> None:
        after = entry("Bail", "This chapter has been rewritten and should be re-read.")
        assert told(compare_amendments(page(BAIL, PETS), page(after, PETS))) == ([], ["Bail"], [])

    def test_another_number_is_a_revision(self) -> None:
        before, after = (entry("Bail", f"Visits are now made within {days} days.") for days in (5, 10))
        assert told(compare_amendments(page(before, PETS), page(after, PETS))) == ([], ["Bail"], [])

    def test_another_kind_is_a_revision(self) -> None:
        after = replace(BAIL, kind=AmendmentKind.NEW)
        assert told(compare_amendments(page(BAIL, PETS), page(after, PETS))) == ([], ["Bail"], [])

    def test_the_nearest_of_two_wordings_is_taken(self) -> None:
        first, second = (
            entry("Bail", "The steps at court are told."),
            entry("Bail", "Cells and food are described."),
        )
        after = replace(second, details="Cells, food and blankets are described.")
        (pair,) = compare_amendments(page(first, second, PETS), page(after, first, PETS)).revised
        assert (pair.before, pair.after) == (second, after)

    def test_an_entry_without_a_title_is_known_by_its_words(self) -> None:
        before = entry(None, "The list of duty telephone numbers has been changed for the summer.")
        after = entry(None, "The list of duty telephone numbers has been changed for the winter.")
        assert told(compare_amendments(page(before, PETS), page(after, PETS))) == ([], [None], [])

    def test_a_chapter_is_known_by_its_link(self) -> None:
        before = replace(BAIL, url="https://old.example.org/chapters/p_bail.html")
        after = replace(entry("Bail and Remand to Care"), url="https://new.example.org/p_bail.html#top")
        assert told(compare_amendments(page(before, PETS), page(after, PETS))) == NOTHING

    def test_a_title_that_was_found_is_the_same_entry(self) -> None:
        comparison = compare_amendments(
            page(entry(None, "Fees are up."), PETS), page(entry("Fees", "Fees are up."), PETS)
        )
        assert told(comparison) == NOTHING
        assert [pair.after.title for pair in comparison.found_titles] == ["Fees"]

    def test_a_title_that_was_lost_is_the_same_entry(self) -> None:
        comparison = compare_amendments(
            page(entry("Fees", "Fees are up."), PETS), page(entry(None, "Fees are up."), PETS)
        )
        assert told(comparison) == NOTHING and comparison.found_titles == ()


class TestRemoved:
    def test_an_entry_taken_out_of_a_month_is_removed(self) -> None:
        assert told(compare_amendments(page(BAIL, PETS, CARE), page(BAIL, CARE))) == ([], [], ["Pets"])

    def test_one_of_equal_rows_taken_out_is_removed(self) -> None:
        lost = entry(None)
        assert told(compare_amendments(page(lost, lost, PETS), page(lost, PETS))) == ([], [], [None])

    def test_a_list_of_removed_chapters_that_was_lost_from_the_page_is_not(self) -> None:
        gone = replace(FEES, kind=AmendmentKind.REMOVED, details="")
        after = page(BAIL, PETS, oddities=(f"nothing stands under “Removed Chapters”: {MAY_BE_LOST}",))
        assert told(compare_amendments(page(BAIL, PETS, gone), after)) == NOTHING


class TestNotUnderstood:
    @pytest.mark.parametrize(
        ("after", "reason"),
        [
            (page(), "empty"),
            (page(BAIL), "3 of 4 entries are gone"),
            (page(BAIL, PETS, oddities=(TRUNCATED,)), "ends in the middle"),
            (page(BAIL, PETS, CARE, next_update=None), "end of the page is missing"),
            (page(BAIL, PETS, CARE, entry("Fees", "This chapter has")), "breaks off"),
        ],
    )
    def test_a_list_that_shrank(self, after: AmendmentsReading, reason: str) -> None:
        comparison = compare_amendments(page(BAIL, PETS, CARE, FEES), after)
        assert not comparison.understood and reason in (comparison.reason or "")
        assert (comparison.new, comparison.revised, comparison.removed) == ((), (), ())

    def test_a_list_that_lost_its_newest_month(self) -> None:
        assert not compare_amendments(page(BAIL, *OLD), page(*OLD)).understood

    def test_a_list_of_which_nearly_all_rotated_and_nothing_came(self) -> None:
        months = [replace(each, month=f"20{year}-05") for year in range(10, 23) for each in OLD]
        assert not compare_amendments(page(BAIL, *months), page(BAIL)).understood
        assert compare_amendments(page(BAIL, *months), page(BAIL, archives=("a",))).understood

    def test_says_so_in_the_printed_document(self) -> None:
        document = compare_amendments(page(BAIL, PETS, CARE), page()).to_json()
        assert document == {
            "understood": False,
            "new": [],
            "revised": [],
            "removed": [],
            "reason": "the list is empty now",
        }


def test_the_printed_document_holds_whole_entries() -> None:
    after = entry("Bail", "This chapter has been rewritten throughout by the courts team.")
    document = compare_amendments(page(BAIL, PETS), page(after, PETS, CARE)).to_json()
    assert document == {
        "understood": True,
        "new": [CARE.to_json()],
        "revised": [{"before": BAIL.to_json(), "after": after.to_json()}],
        "removed": [],
    }


@pytest.mark.parametrize(
    ("before", "after", "matters"),
    [
        ("This chapter was updated.", "This chapter was updated", False),
        ("The refferal form is new.", "The referral form is new.", False),
        ("This chapter was updated in May.", "This chapter was updated in June.", False),
        ("The 2018 guidance was added.", "The 2019 guidance was added.", False),
        ("Fees, leads and collars are covered.", "Fees and leads are covered.", False),
        ("Visits are made within 5 days.", "Visits are made within 10 days.", True),
        ("Fees are covered.", "Fees are covered. Kennels, insurance and training are covered too.", True),
    ],
)
def test_a_revision_matters_by_its_words(before: str, after: str, matters: bool) -> None:
    assert revision_matters(entry("Pets", before), entry("Pets", after)) is matters


def test_a_revision_matters_by_what_it_asks() -> None:
    again = replace(BAIL, reread=True)
    assert revision_matters(BAIL, again) and not revision_matters(again, BAIL)
    assert revision_matters(BAIL, replace(BAIL, kind=AmendmentKind.REMOVED))
    assert revision_matters(BAIL, replace(BAIL, sections=("4",))) and not revision_matters(
        replace(BAIL, sections=("4",)), BAIL
    )
