"""When a source is looked at again, and when operators hear of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from manual.cadence import is_overdue, next_try, next_visit, should_tell_operators

DAY = timedelta(days=1)
NOW = datetime(2026, 10, 5, 12, tzinfo=UTC)


def test_at_rest_a_source_is_visited_at_its_own_interval() -> None:
    assert next_visit(NOW, every=DAY, next_update=None) == NOW + DAY
    assert next_visit(NOW, every=DAY, next_update="2027-04") == NOW + DAY


def test_in_the_announced_month_it_is_visited_hourly() -> None:
    assert next_visit(NOW, every=DAY, next_update="2026-10") == NOW + timedelta(hours=1)


def test_a_shorter_interval_stays_as_short_in_the_announced_month() -> None:
    assert next_visit(NOW, every=timedelta(minutes=10), next_update="2026-10") == NOW + timedelta(minutes=10)


@pytest.mark.parametrize(("failures", "minutes"), [(1, 15), (2, 30), (3, 60), (20, 24 * 60)])
def test_failures_are_tried_again_ever_more_slowly_up_to_the_interval(failures: int, minutes: int) -> None:
    when = next_try(NOW, every=DAY, failures=failures, retry_after=None)
    assert when == NOW + timedelta(minutes=minutes)


def test_the_servers_own_wish_is_granted_however_long() -> None:
    assert next_try(NOW, every=DAY, failures=1, retry_after=3 * 86_400) == NOW + 3 * DAY
    assert next_try(NOW, every=DAY, failures=1, retry_after=1) == NOW + timedelta(minutes=15)


def test_operators_hear_from_the_third_failure_on_and_daily() -> None:
    assert not should_tell_operators(NOW, failures=2, told_at=None)
    assert should_tell_operators(NOW, failures=3, told_at=None)
    assert not should_tell_operators(NOW, failures=4, told_at=NOW - timedelta(hours=23))
    assert should_tell_operators(NOW, failures=9, told_at=NOW - DAY)


def test_an_update_is_overdue_six_weeks_after_its_month() -> None:
    assert not is_overdue(NOW, None)
    assert not is_overdue(NOW, "2026-10")
    assert not is_overdue(NOW, "2026-08")  # ended five weeks ago
    assert is_overdue(NOW, "2026-07")
