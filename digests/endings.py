"""Turns how an attempt went into what is recorded of it. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from digests.backoff import after_failure
from digests.errors import Permanent, SendError, TryAgain, Unknown
from digests.store.outbox import Claim, Ending


def sent(claim: Claim, receipt: str, *, started_at: datetime, ended_at: datetime) -> Ending:
    return Ending(
        claim=claim, started_at=started_at, ended_at=ended_at, state="sent", outcome="sent", receipt=receipt
    )


def withheld(claim: Claim, reason: str, *, now: datetime) -> Ending:
    return Ending(claim=claim, started_at=now, ended_at=now, state="withheld", outcome="withheld", error=reason)


def failed(
    claim: Claim,
    error: SendError,
    *,
    started_at: datetime,
    ended_at: datetime,
    chance: float,
    look_after: timedelta,
) -> Ending:
    """The ending of an attempt that raised ``error``. ``chance`` is a random number from 0 to 1."""
    verdict = after_failure(
        error,
        attempts=claim.attempt,
        give_up_at=claim.give_up_at,
        now=ended_at,
        chance=chance,
        look_after=look_after if claim.channel == "slack" else None,
    )
    whole = isinstance(error, Unknown) or (isinstance(error, TryAgain) and error.whole)
    return Ending(
        claim=claim,
        started_at=started_at,
        ended_at=ended_at,
        state=verdict.state,
        outcome=verdict.outcome,
        due_at=verdict.due_at,
        error=error.reason,
        trouble=error.reason if whole else None,
        retry_after=error.retry_after if isinstance(error, TryAgain) and error.whole else None,
        unreachable=isinstance(error, Permanent) and error.unreachable,
        whole=isinstance(error, Permanent) and error.whole,
    )
