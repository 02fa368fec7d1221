"""Compares what arrived with what should have."""

from __future__ import annotations

from dataclasses import dataclass

from tests.year.checker import Told
from tests.year.player import Arrivals


@dataclass(frozen=True)
class Verdict:
    """Every fault in words, by its kind; none when everybody was told everything once, in time."""

    told: int
    missing: tuple[str, ...]
    twice: tuple[str, ...]
    invented: tuple[str, ...]
    at_another_time: tuple[str, ...]

    @property
    def faults(self) -> tuple[str, ...]:
        return self.missing + self.twice + self.invented + self.at_another_time


def judge(expected: Told, arrivals: Arrivals) -> Verdict:
    """Pure."""
    arrived = {key: times for key, times in arrivals.at.items() if times}
    return Verdict(
        told=len(expected),
        missing=tuple(f"team {team}: {marker}" for team, marker in sorted(expected.keys() - arrived.keys())),
        twice=tuple(f"team {key[0]}: {key[1]} at {times}" for key, times in arrived.items() if len(times) > 1),
        invented=tuple(f"team {team}: {marker}" for team, marker in sorted(arrived.keys() - expected.keys())),
        at_another_time=tuple(
            f"team {key[0]}: {key[1]} at {arrived[key][0]}, not {step}"
            for key, step in expected.items()
            if key in arrived
            and arrived[key][0] != step
            and not _is_excused(key[0], arrived[key][0] >= step, arrivals)
        ),
    )


def _is_excused(team: int, later: bool, arrivals: Arrivals) -> bool:
    """A team whose server failed may be told later than its moment, and never earlier."""
    return later and team in arrivals.delayed
