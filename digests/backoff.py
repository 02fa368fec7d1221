"""Decides what to do after a message was not sent. Pure: the clock and chance arrive as arguments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from digests.errors import Permanent, SendError, TryAgain, Unknown

GIVE_UP_AFTER = timedelta(days=2)
FIRST_WAIT = 30.0
LONGEST_WAIT = 3_600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What becomes of the delivery. ``due_at``: when to try again, or to look for an unknown one; else None."""

    state: Literal["pending", "failed", "unknown"]
    outcome: Literal["try again", "failed", "unknown"]
    due_at: datetime | None = None


def after_failure(
    error: SendError,
    *,
    attempts: int,
    give_up_at: datetime,
    now: datetime,
    chance: float,
    look_after: timedelta | None,
) -> Verdict:
    """The verdict on a failed attempt.

    ``attempts`` counts from 1; ``chance`` is a random number from 0 to 1 (the jitter of the wait).
    ``look_after``: how long to wait before looking for a message whose answer was lost; None where the channel
    lets a message be sent again harmlessly (mail, by its Message-ID).
    """
    if isinstance(error, Permanent):
        return Verdict(state="failed", outcome="failed")
    if isinstance(error, Unknown) and look_after is not None:
        return Verdict(state="unknown", outcome="unknown", due_at=now + look_after)
    outcome: Literal["try again", "unknown"] = "unknown" if isinstance(error, Unknown) else "try again"
    if now >= give_up_at:
        return Verdict(state="failed", outcome=outcome)
    wait = wait_before(attempts, chance)
    if isinstance(error, TryAgain) and error.retry_after is not None:
        wait = error.retry_after
    return Verdict(state="pending", outcome=outcome, due_at=now + timedelta(seconds=wait))


def wait_before(attempts: int, chance: float) -> float:
    """Seconds to wait after so many attempts: half or more of a bound that doubles each time. Never at once: who
    puts mails off (greylisting) wants them later."""
    bound = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(attempts - 1, 20))
    return bound * (0.5 + chance / 2)
