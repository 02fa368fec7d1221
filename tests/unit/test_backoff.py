"""What becomes of a message that was not sent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.backoff import FIRST_WAIT, LONGEST_WAIT, Verdict, after_failure, wait_before
from digests.errors import Permanent, SendError, TryAgain, Unknown

NOW = datetime(2026, 2, 2, 9, tzinfo=UTC)
LOOK_AFTER = timedelta(seconds=10)


def verdict(
    error: SendError, *, attempts: int = 1, give_up_in: float = 48, look_after: timedelta | None = None
) -> Verdict:
    give_up_at = NOW + timedelta(hours=give_up_in)
    return after_failure(
        error, attempts=attempts, give_up_at=give_up_at, now=NOW, chance=1.0, look_after=look_after
    )


def test_what_is_permanent_is_failed() -> None:
    assert verdict(Permanent("no such user")) == Verdict(state="failed", outcome="failed")


def test_what_is_temporary_is_tried_again_later_and_later() -> None:
    waits = [verdict(TryAgain("busy"), attempts=attempts).due_at for attempts in (1, 2, 3)]

    assert waits == [NOW + timedelta(seconds=FIRST_WAIT * factor) for factor in (1, 2, 4)]


def test_the_servers_own_wish_goes_before_ours() -> None:
    assert verdict(TryAgain("slow down", retry_after=7)).due_at == NOW + timedelta(seconds=7)


def test_after_two_days_it_is_failed() -> None:
    assert verdict(TryAgain("busy"), give_up_in=0).state == "failed"


def test_an_unknown_post_is_looked_for_and_an_unknown_mail_is_sent_again() -> None:
    post = verdict(Unknown("lost"), look_after=LOOK_AFTER)
    mail = verdict(Unknown("lost"))

    assert (post.state, post.due_at) == ("unknown", NOW + LOOK_AFTER)
    assert (mail.state, mail.outcome) == ("pending", "unknown")


def test_an_unknown_post_is_looked_for_even_after_two_days() -> None:
    assert verdict(Unknown("lost"), give_up_in=0, look_after=LOOK_AFTER).state == "unknown"


@pytest.mark.parametrize("attempts", [1, 5, 1_000])
def test_no_wait_is_longer_than_the_longest(attempts: int) -> None:
    assert wait_before(attempts, 1.0) <= LONGEST_WAIT


@given(st.integers(1, 100), st.floats(0, 1))
def test_waits_are_spread_from_the_shortest_on(attempts: int, chance: float) -> None:
    assert FIRST_WAIT / 2 <= wait_before(attempts, chance) <= LONGEST_WAIT
