"""When to look at a source again, and when its publisher is late: pure decisions from what the page said."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, datetime, timedelta

# In the month that the page itself announces, somebody is waiting for the update.
IN_THE_ANNOUNCED_MONTH = timedelta(hours=1)

FIRST_RETRY = timedelta(minutes=15)

OVERDUE_AFTER = timedelta(weeks=6)

# Operators hear of a failing source after this many failures in a row, then daily.
FAILURES_BEFORE_TELLING = 3
TELL_AGAIN_AFTER = timedelta(days=1)


def next_visit(now: datetime, *, every: timedelta, next_update: str | None) -> datetime:
    """When to look again after a good visit: hourly in the announced month, else at the source's own interval.

    ``next_update`` is the page's own announcement, "YYYY-MM", or None.
    """
    announced = next_update == f"{now:%Y-%m}"
    return now + (min(every, IN_THE_ANNOUNCED_MONTH) if announced else every)


def next_try(now: datetime, *, every: timedelta, failures: int, retry_after: float | None) -> datetime:
    """When to try again after the ``failures``-th failure in a row: doubling, never beyond the interval.

    ``retry_after`` is the server's own wish in seconds; it is always granted.
    """
    doubled = FIRST_RETRY * (1 << min(failures - 1, 16))
    wait = min(every, doubled)
    if retry_after is not None:
        wait = max(wait, timedelta(seconds=retry_after))
    return now + wait


def should_tell_operators(now: datetime, *, failures: int, told_at: datetime | None) -> bool:
    """Whether the ``failures``-th failure in a row is worth a note: from the third on, once a day."""
    if failures < FAILURES_BEFORE_TELLING:
        return False
    return told_at is None or now - told_at >= TELL_AGAIN_AFTER


def is_overdue(now: datetime, next_update: str | None) -> bool:
    """Whether an announced month ended six weeks ago or more. False for what is no month."""
    if next_update is None:
        return False
    year, month = (int(part) for part in next_update.split("-"))
    end = datetime(year, month, monthrange(year, month)[1], 23, 59, 59, tzinfo=UTC)
    return now - end >= OVERDUE_AFTER
