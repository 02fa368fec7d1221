"""What a list's reading means for what is known: told, corrected, gone or back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from manual.errors import Unreadable
from manual.reading import Amendment, AmendmentKind, AmendmentsReading
from manual.recording import Changes, decide
from manual.store import RecordedAmendment

NOW = datetime(2026, 10, 5, tzinfo=UTC)

NOTHING = Changes(told=(), corrected=(), found=(), gone=(), back=())

UPDATED = "Section 2, Visits has been updated."
REWRITTEN = "This chapter has been rewritten and should be re-read throughout."


def an_amendment(title: str | None, details: str = UPDATED, month: str = "2026-10") -> Amendment:
    return Amendment(month=month, kind=AmendmentKind.UPDATED, title=title, details=details)


def known(*amendments: Amendment, gone: Sequence[int] = ()) -> list[RecordedAmendment]:
    """Stored amendments, numbered from 1."""
    return [
        RecordedAmendment(id=number, manual="m", amendment=each, recorded_at=NOW, gone=number in gone)
        for number, each in enumerate(amendments, 1)
    ]


def decided(
    before: list[RecordedAmendment], *after: Amendment, earlier: Mapping[int, Sequence[Amendment]] | None = None
) -> Changes:
    reading = AmendmentsReading(entries=after)
    return decide(before, reading, earlier=earlier or {}, before=reading)


FOSTERING = an_amendment("Private Fostering")
REVIEWS = an_amendment("Looked After Reviews")
RECORDS = an_amendment("Access to Records")
ANONYMOUS = an_amendment(None, "This chapter has been revised.")


def test_what_was_not_there_is_told() -> None:
    changes = decided(known(FOSTERING), FOSTERING, REVIEWS)
    assert changes.told == ((REVIEWS, None),)
    assert (changes.corrected, changes.gone, changes.back) == ((), (), ())


def test_another_order_is_no_change() -> None:
    assert decided(known(FOSTERING, REVIEWS), REVIEWS, FOSTERING) == NOTHING


def test_a_second_anonymous_row_is_a_second_amendment() -> None:
    assert decided(known(ANONYMOUS, FOSTERING), ANONYMOUS, ANONYMOUS, FOSTERING).told == ((ANONYMOUS, None),)


def test_other_words_that_matter_are_told_as_a_revision() -> None:
    reread = replace(FOSTERING, details=REWRITTEN, reread=True)
    changes = decided(known(FOSTERING, REVIEWS), reread, REVIEWS)
    assert changes.told == ((reread, 1),)


def test_words_that_were_taken_out_are_taken_over_and_not_told() -> None:
    longer = an_amendment("Private Fostering", "Section 2, Visits has been updated and made easier to read.")
    changes = decided(known(longer, REVIEWS), FOSTERING, REVIEWS)
    assert changes.told == ()
    assert changes.corrected == ((FOSTERING, 1),)


def test_a_title_that_was_lost_and_is_found_belongs_to_the_amendment_that_is_known() -> None:
    lost = replace(FOSTERING, title=None)
    changes = decided(known(lost, REVIEWS), FOSTERING, REVIEWS)
    assert (changes.told, changes.found) == ((), ((FOSTERING, 1),))


def test_a_page_that_flips_back_to_its_former_words_tells_nothing_new() -> None:
    reread = replace(FOSTERING, details=REWRITTEN, reread=True)
    changes = decided(known(reread, REVIEWS), FOSTERING, REVIEWS, earlier={1: [FOSTERING]})
    assert changes.told == ()
    assert changes.corrected == ((FOSTERING, 1),)


def test_what_is_taken_away_is_gone_and_what_comes_back_is_not_told_again() -> None:
    changes = decided(known(FOSTERING, REVIEWS, RECORDS), FOSTERING, REVIEWS)
    assert (changes.told, changes.gone) == ((), (3,))
    changes = decided(known(FOSTERING, REVIEWS, RECORDS, gone=[3]), FOSTERING, REVIEWS, RECORDS)
    assert (changes.told, changes.gone, changes.back) == ((), (), (3,))


def test_months_that_move_into_the_archive_are_gone_without_a_word() -> None:
    older = [an_amendment(f"Chapter {number}", month="2025-10") for number in range(9)]
    newer = an_amendment("Staying Put", month="2027-04")
    changes = decided(known(FOSTERING, REVIEWS, *older), newer, FOSTERING, REVIEWS)
    assert changes.told == ((newer, None),)
    assert changes.gone == tuple(range(3, 12))


def test_a_list_that_shrank_to_nothing_is_not_understood() -> None:
    many = [an_amendment(f"Chapter {number}") for number in range(30)]
    with pytest.raises(Unreadable):
        decided(known(*many), many[0])


def test_a_list_that_lost_its_foot_and_its_end_was_cut_off() -> None:
    """What was cut off is not gone: the last reading's foot is what tells."""
    many = [an_amendment(f"Chapter {number}") for number in range(8)]
    whole = AmendmentsReading(entries=tuple(many), next_update="2027-04")
    with pytest.raises(Unreadable):
        decide(known(*many), AmendmentsReading(entries=tuple(many[:6])), earlier={}, before=whole)
    same_foot = AmendmentsReading(entries=tuple(many[:6]), next_update="2027-04")
    assert decide(known(*many), same_foot, earlier={}, before=whole).gone == (7, 8)
