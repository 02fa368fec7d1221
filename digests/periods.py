"""Decides when digests are due, in Europe/London. Pure: the clock and the calendar arrive as arguments.

A moment is an aware datetime in UTC. A match is told at the first moment after it was matched, so the moments of
a schedule part time into periods; nothing here looks at what is in them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from govuk_bank_holidays.bank_holidays import BankHolidays

from subscriptions.subscribers import Frequency

LONDON = ZoneInfo("Europe/London")

IsWorkingDay = Callable[[date], bool]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ONE_DAY = timedelta(days=1)

# Longer than any row of days off: the longest, around Christmas, has four.
_LOOK_BACK = timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When one subscriber's digests of one frequency are due.

    ``hour`` is 0-23, ``weekday`` 0 (Monday) to 6, ``day`` 1-28; each counts for the frequencies that need it.
    """

    frequency: Frequency
    hour: int = 9
    weekday: int = 0
    day: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """What is the same for every subscriber: how long changes are gathered before they are told "as it happens",
    and the days on which daily, weekly and monthly digests go out."""

    gather: timedelta = timedelta(minutes=5)
    is_working_day: IsWorkingDay = lambda _day: True


def next_moment(after: datetime, schedule: Schedule, calendar: Calendar) -> datetime:
    """The first moment later than ``after``."""
    if schedule.frequency is Frequency.AS_IT_HAPPENS:
        return _grid(after, calendar.gather) + _step(calendar.gather)
    moments = _moments(after.astimezone(LONDON).date() - _LOOK_BACK, _ONE_DAY, schedule, calendar)
    return next(moment for moment in moments if moment > after)


def latest_moment(now: datetime, schedule: Schedule, calendar: Calendar) -> datetime:
    """The last moment not later than ``now``: what was matched before it is due."""
    if schedule.frequency is Frequency.AS_IT_HAPPENS:
        return _grid(now, calendar.gather)
    moments = _moments(now.astimezone(LONDON).date(), -_ONE_DAY, schedule, calendar)
    return next(moment for moment in moments if moment <= now)


@cache
def english_working_days() -> IsWorkingDay:
    """Whether a day is neither on a weekend nor a bank holiday in England.

    The holidays are those that came with the package: nothing is fetched. Beyond its last year there are only
    weekends, until the package is updated.
    """
    holidays = BankHolidays(use_cached_holidays=True)
    known = {each["date"] for each in holidays.get_holidays(division=BankHolidays.ENGLAND_AND_WALES)}
    return lambda day: day.weekday() < 5 and day not in known


def _grid(moment: datetime, gather: timedelta) -> datetime:
    """The last moment of the grid that everybody shares, not later than this one."""
    return moment.astimezone(UTC) - (moment - _EPOCH) % _step(gather)


def _step(gather: timedelta) -> timedelta:
    return max(gather, timedelta(seconds=1))


def _moments(start: date, step: timedelta, schedule: Schedule, calendar: Calendar) -> Iterator[datetime]:
    """The moments of the days that the schedule names, from ``start`` on, or back; they may repeat."""
    day = start
    while True:
        if _is_named(day, schedule):
            yield _moment(_next_working_day(day, calendar.is_working_day), schedule.hour)
        day += step


def _is_named(day: date, schedule: Schedule) -> bool:
    match schedule.frequency:
        case Frequency.WEEKLY:
            return day.weekday() == schedule.weekday
        case Frequency.MONTHLY:
            return day.day == schedule.day
        case _:
            return True


def _next_working_day(day: date, is_working_day: IsWorkingDay) -> date:
    while not is_working_day(day):
        day += _ONE_DAY
    return day


def _moment(day: date, hour: int) -> datetime:
    """That hour on London's clocks: the first of two in autumn; in spring, where it is left out, an hour later."""
    return datetime.combine(day, time(hour), tzinfo=LONDON).astimezone(UTC)
