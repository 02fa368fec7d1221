"""Due moments by London's clocks: summer and winter time, weekends, bank holidays."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.periods import LONDON, Calendar, Schedule, english_working_days, latest_moment, next_moment
from subscriptions.subscribers import Frequency

EVERY_DAY = Calendar()
WORKING_DAYS = Calendar(is_working_day=english_working_days())


def daily(hour: int = 9) -> Schedule:
    return Schedule(frequency=Frequency.DAILY, hour=hour)


def weekly(weekday: int, hour: int = 9) -> Schedule:
    return Schedule(frequency=Frequency.WEEKLY, weekday=weekday, hour=hour)


def monthly(day: int, hour: int = 9) -> Schedule:
    return Schedule(frequency=Frequency.MONTHLY, day=day, hour=hour)


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


@pytest.mark.parametrize(
    ("after", "schedule", "calendar", "expected"),
    [
        # nine in London is nine in winter and eight UTC in summer
        (utc(2026, 1, 14, 12), daily(), EVERY_DAY, utc(2026, 1, 15, 9)),
        (utc(2026, 7, 14, 12), daily(), EVERY_DAY, utc(2026, 7, 15, 8)),
        # a moment is later than what it comes after
        (utc(2026, 1, 15, 9), daily(), EVERY_DAY, utc(2026, 1, 16, 9)),
        (utc(2026, 1, 15, 8, 59, 59), daily(), EVERY_DAY, utc(2026, 1, 15, 9)),
        # the clocks go forward on 29 March 2026: there is no half past one, and one o'clock is two o'clock
        (utc(2026, 3, 28, 12), daily(1), EVERY_DAY, utc(2026, 3, 29, 1)),
        (utc(2026, 3, 29, 1), daily(1), EVERY_DAY, utc(2026, 3, 30, 0)),
        # and back on 25 October: one o'clock comes twice, the digest once
        (utc(2026, 10, 24, 12), daily(1), EVERY_DAY, utc(2026, 10, 25, 0)),
        (utc(2026, 10, 25, 0), daily(1), EVERY_DAY, utc(2026, 10, 26, 1)),
        # Friday's next is Monday's; the Easter weekend has four days
        (utc(2026, 1, 16, 12), daily(), WORKING_DAYS, utc(2026, 1, 19, 9)),
        (utc(2026, 4, 2, 12), daily(), WORKING_DAYS, utc(2026, 4, 7, 8)),
        # Christmas and Boxing Day 2026 are a Friday and a Saturday, Monday is in lieu
        (utc(2026, 12, 24, 12), daily(), WORKING_DAYS, utc(2026, 12, 29, 9)),
        # Mondays, of which the early May one is a holiday
        (utc(2026, 4, 28, 12), weekly(0), WORKING_DAYS, utc(2026, 5, 5, 8)),
        (utc(2026, 5, 5, 12), weekly(0), WORKING_DAYS, utc(2026, 5, 11, 8)),
        (utc(2026, 4, 28, 12), weekly(0), EVERY_DAY, utc(2026, 5, 4, 8)),
        # Saturdays move to Monday
        (utc(2026, 1, 14, 12), weekly(5), WORKING_DAYS, utc(2026, 1, 19, 9)),
        # the first of the month, on a holiday, a Sunday, an ordinary day
        (utc(2025, 12, 14, 12), monthly(1), WORKING_DAYS, utc(2026, 1, 2, 9)),
        (utc(2026, 1, 14, 12), monthly(1), WORKING_DAYS, utc(2026, 2, 2, 9)),
        (utc(2026, 9, 14, 12), monthly(1), WORKING_DAYS, utc(2026, 10, 1, 8)),
        (utc(2026, 2, 14, 12), monthly(28), EVERY_DAY, utc(2026, 2, 28, 9)),
    ],
)
def test_the_next_moment(after: datetime, schedule: Schedule, calendar: Calendar, expected: datetime) -> None:
    assert next_moment(after, schedule, calendar) == expected


def test_as_it_happens_is_told_at_the_next_step_of_a_grid() -> None:
    schedule = Schedule(frequency=Frequency.AS_IT_HAPPENS)
    five = Calendar(gather=timedelta(minutes=5))

    assert next_moment(utc(2026, 1, 14, 12, 1, 30), schedule, five) == utc(2026, 1, 14, 12, 5)
    assert next_moment(utc(2026, 1, 14, 12, 5), schedule, five) == utc(2026, 1, 14, 12, 10)
    assert latest_moment(utc(2026, 1, 14, 12, 5), schedule, five) == utc(2026, 1, 14, 12, 5)


def test_a_gathering_of_no_time_is_one_of_a_second() -> None:
    schedule = Schedule(frequency=Frequency.AS_IT_HAPPENS)

    moment = next_moment(utc(2026, 1, 14, 12, 1, 30), schedule, Calendar(gather=timedelta(0)))

    assert moment == utc(2026, 1, 14, 12, 1, 31)


def test_beyond_the_known_holidays_there_are_weekends() -> None:
    is_working_day = english_working_days()

    assert not is_working_day(date(2060, 1, 3))  # a Saturday
    assert is_working_day(date(2060, 12, 27))


schedules = st.builds(
    Schedule,
    frequency=st.sampled_from(Frequency),
    hour=st.integers(0, 23),
    weekday=st.integers(0, 6),
    day=st.integers(1, 28),
)
moments = st.integers(0, 5 * 365 * 86_400).map(lambda seconds: utc(2024, 1, 1) + timedelta(seconds=seconds))
calendars = st.sampled_from([EVERY_DAY, WORKING_DAYS])


@given(moments, schedules, calendars)
def test_no_moment_lies_between_the_latest_and_the_next(
    now: datetime, schedule: Schedule, calendar: Calendar
) -> None:
    latest, following = latest_moment(now, schedule, calendar), next_moment(now, schedule, calendar)

    assert latest <= now < following
    assert next_moment(latest, schedule, calendar) == following


@given(moments, schedules)
def test_moments_fall_on_working_days_at_the_subscribers_hour(now: datetime, schedule: Schedule) -> None:
    moment = next_moment(now, schedule, WORKING_DAYS).astimezone(LONDON)

    if schedule.frequency is not Frequency.AS_IT_HAPPENS:
        assert english_working_days()(moment.date())
        assert moment.hour == schedule.hour
