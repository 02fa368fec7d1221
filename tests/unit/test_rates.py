"""Rates that are never exceeded, circuits that open for one destination alone."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from digests.rates import (
    FIRST_PROBE,
    HORIZON,
    LAST_PROBE,
    OPEN_AFTER,
    Limits,
    Passage,
    Rate,
    allot,
    keys_of,
    probe_wait,
    settle,
)

LIMITS = Limits(slack_per_minute=120, smtp_per_second=8.0)
NOW = 1_000.0

FOSTERING = keys_of("slack", "T1", "C1")
MASH = keys_of("slack", "T1", "C2")
MAIL = keys_of("email", "", "mash@westmere.example")


def passage(keys: tuple[str, ...] = MAIL, **changes: object) -> Passage:
    values = {"keys": keys, "ended_at": NOW, "answered": True, **changes}
    return Passage(**values)  # type: ignore[arg-type]


def test_mails_are_spaced_and_those_beyond_the_horizon_are_left() -> None:
    moments, changed = allot([MAIL] * 20, {}, limits=LIMITS, now=NOW)

    taken = [moment for moment in moments if moment is not None]
    assert len(taken) == 9
    assert taken[0] == NOW
    assert all(later - earlier == 0.125 for earlier, later in pairwise(taken))
    assert changed["smtp"].next_at == NOW + 1.125


def test_a_channel_gets_one_message_at_a_time_and_others_don_t_wait_for_it() -> None:
    moments, _ = allot([FOSTERING, FOSTERING, MASH], {}, limits=LIMITS, now=NOW)

    assert moments == [NOW, None, NOW + 0.5]


def test_a_channel_rests_from_the_end_of_a_post() -> None:
    changed = settle([passage(FOSTERING)], {key: Rate() for key in FOSTERING}, limits=LIMITS)

    assert changed == {"slack:T1:C1": Rate(next_at=NOW + 1.0)}


def test_retry_after_holds_for_that_workspace_alone() -> None:
    rates = {key: Rate() for key in (*FOSTERING, "smtp")}

    changed = settle([passage(FOSTERING, answered=False, retry_after=30)], rates, limits=LIMITS)

    assert changed["slack:T1"].next_at == NOW + 30
    assert changed["slack:T1"].failures == 0
    assert allot([MAIL, keys_of("slack", "T2", "C1")], changed, limits=LIMITS, now=NOW)[0] == [NOW, NOW]


def test_a_circuit_opens_after_failures_in_a_row_and_lets_one_probe_through() -> None:
    rates = {"smtp": Rate()}
    for _ in range(OPEN_AFTER):
        rates |= settle([passage(answered=False, trouble="refused")], rates, limits=LIMITS)

    assert rates["smtp"].is_closed
    assert rates["smtp"].failure == "refused"
    assert allot([MAIL], rates, limits=LIMITS, now=NOW)[0] == [None]
    later = NOW + FIRST_PROBE
    assert allot([MAIL, MAIL], rates, limits=LIMITS, now=later)[0] == [later, None]


def test_an_answer_closes_the_circuit_at_once() -> None:
    open_circuit = {"smtp": Rate(next_at=NOW + 500, failures=9, failure="refused")}

    assert settle([passage()], open_circuit, limits=LIMITS) == {"smtp": Rate(next_at=NOW)}


def test_probes_become_rarer() -> None:
    waits = [probe_wait(OPEN_AFTER + number) for number in range(20)]

    assert waits[0] == FIRST_PROBE
    assert waits == sorted(waits)
    assert waits[-1] == LAST_PROBE


@given(
    st.lists(st.tuples(st.sampled_from([FOSTERING, MASH, MAIL]), st.floats(0, 0.7)), max_size=60),
    st.integers(1, 300),
)
def test_whoever_claims_whenever_the_rates_hold(steps: list[tuple[tuple[str, ...], float]], minute: int) -> None:
    limits = Limits(slack_per_minute=minute, smtp_per_second=3.0)
    rates: dict[str, Rate] = {}
    now, given_out = NOW, dict[str, list[float]]()
    for keys, pause in steps:
        now += pause
        (moment,), changed = allot([keys], rates, limits=limits, now=now)
        rates |= changed
        if moment is not None:
            assert now <= moment <= now + HORIZON
            for key in keys:
                given_out.setdefault(key, []).append(moment)
    for key, moments in given_out.items():
        assert all(later - earlier >= limits.interval(key) - 1e-6 for earlier, later in pairwise(moments))
