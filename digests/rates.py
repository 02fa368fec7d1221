"""Decides when each message may be sent, so that no channel, workspace or relay gets more than it takes. Pure.

A rate is kept per destination as the moment from which the next message may go there. A message is given the
first moment that suits all its destinations; one that would have to wait longer than the horizon is not taken.
A destination that failed several times in a row is closed: its moment lies ahead, and then one message probes it.

Times are seconds since the epoch; intervals and waits are seconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

RELAY = "smtp"

HORIZON = 1.0
"""How far ahead messages are given their moments: what is claimed is not sent by anybody else meanwhile."""

OPEN_AFTER = 5
"""Failures in a row after which a relay or workspace is left alone, but for a probe now and then."""

FIRST_PROBE = 15.0
LAST_PROBE = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """When a destination may be sent to next, and how often it failed in a row."""

    next_at: float = 0.0
    failures: int = 0
    failure: str | None = None

    @property
    def is_closed(self) -> bool:
        return self.failures >= OPEN_AFTER

    def is_shut(self, now: float) -> bool:
        """Whether nothing may go there for longer than the moments that are given out ahead."""
        return self.next_at > now + (0.0 if self.is_closed else HORIZON)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What is taken at most: messages by a workspace in a minute and by a relay in a second; and the seconds that
    a channel has to itself after each post."""

    slack_per_minute: int = 200
    smtp_per_second: float = 10.0
    channel_seconds: float = 1.0

    def interval(self, key: str) -> float:
        """Seconds from one message to the next."""
        if key == RELAY:
            return 1.0 / self.smtp_per_second
        return self.channel_seconds if is_channel(key) else 60.0 / self.slack_per_minute


def whole_key(channel: str, workspace: str) -> str:
    """The relay or the workspace that a message goes through."""
    return RELAY if channel == "email" else f"slack:{workspace}"


def keys_of(channel: str, workspace: str, destination: str) -> tuple[str, ...]:
    """Every destination whose rate a message counts against."""
    whole = whole_key(channel, workspace)
    return (whole,) if channel == "email" else (whole, f"{whole}:{destination}")


def is_channel(key: str) -> bool:
    return key.count(":") == 2


def allot(
    wanted: Sequence[tuple[str, ...]], rates: Mapping[str, Rate], *, limits: Limits, now: float
) -> tuple[list[float | None], dict[str, Rate]]:
    """A moment for each of ``wanted`` (the keys of a message), None for those not to be taken now; and the rates
    that changed. A channel gets one message at a time, and only if it is free now."""
    changed: dict[str, Rate] = {}
    moments: list[float | None] = []
    for keys in wanted:
        present = {key: changed.get(key) or rates.get(key) or Rate() for key in keys}
        moment = max(now, *(rate.next_at for rate in present.values()))
        waits = any(rate.next_at > now for key, rate in present.items() if is_channel(key) or rate.is_closed)
        if waits or moment > now + HORIZON:
            moments.append(None)
            continue
        moments.append(moment)
        for key, rate in present.items():
            wait = probe_wait(rate.failures) if rate.is_closed else limits.interval(key)
            changed[key] = replace(rate, next_at=moment + wait)
    return moments, changed


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """What one attempt tells of the destinations it went to. ``trouble``: why the whole of the relay or workspace
    failed, None where it did not; ``answered``: it took the message, or refused that one alone."""

    keys: tuple[str, ...]
    ended_at: float
    answered: bool
    trouble: str | None = None
    retry_after: float | None = None


def settle(passages: Sequence[Passage], rates: Mapping[str, Rate], *, limits: Limits) -> dict[str, Rate]:
    """The rates that change after these attempts.

    A channel rests from the end of a post, so that two never arrive closer together. Retry-After holds for the
    whole of it. Failures are counted until something is answered; from OPEN_AFTER on, only probes go there.
    """
    changed: dict[str, Rate] = {}
    for passage in passages:
        whole, *channels = passage.keys
        for channel in channels:
            rested = passage.ended_at + limits.interval(channel)
            changed[channel] = _not_before(changed.get(channel) or rates[channel], rested)
        before = changed.get(whole) or rates[whole]
        after = _judged(before, passage)
        if after != before:
            changed[whole] = after
    return changed


def _judged(rate: Rate, passage: Passage) -> Rate:
    if passage.retry_after is not None:
        return _not_before(rate, passage.ended_at + passage.retry_after)
    if passage.trouble is not None:
        failed = replace(rate, failures=rate.failures + 1, failure=passage.trouble)
        return _not_before(failed, passage.ended_at + probe_wait(failed.failures)) if failed.is_closed else failed
    if passage.answered and rate.failures:
        return Rate(next_at=passage.ended_at if rate.is_closed else rate.next_at)
    return rate


def _not_before(rate: Rate, moment: float) -> Rate:
    return replace(rate, next_at=max(rate.next_at, moment))


def probe_wait(failures: int) -> float:
    """Seconds until a closed destination is probed again: twice as long each time, up to ten minutes."""
    return min(LAST_PROBE, FIRST_PROBE * 2.0 ** min(failures - OPEN_AFTER, 10))
