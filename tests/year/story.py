"""What happens in a simulated year, made up beforehand from a seed: plain values, shared by the player and the
checker. Nothing here, and nothing in the checker, knows any code of the product."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")

MANUALS = ("westmere", "eastmere", "northmere", "southmere")
CHAPTERS = 40
HOURS = (8, 16)
FREQUENCIES = ("as it happens", "daily", "weekly", "monthly")

HOLIDAYS = {
    date(2026, 1, 1),
    date(2026, 4, 3),
    date(2026, 4, 6),
    date(2026, 5, 4),
    date(2026, 5, 25),
    date(2026, 8, 31),
    date(2026, 12, 25),
    date(2026, 12, 28),
    date(2027, 1, 1),
}
"""England's in 2026, as they were announced."""


@dataclass(frozen=True)
class Entry:
    """An amendment. ``marker`` stands in its details, and nowhere else."""

    marker: str
    manual: str
    title: str
    at: datetime


@dataclass
class Wish:
    """A subscription. ``title`` None follows everything; ``manual`` None every manual."""

    number: int
    team: int
    manual: str | None
    title: str | None
    frequency: str
    start: datetime


@dataclass(frozen=True)
class Change:
    """Something that a team does: "pause" (until ``until``), "turn" (to ``frequency``), "end"."""

    at: datetime
    wish: int
    what: str
    until: datetime | None = None
    frequency: str = ""


@dataclass(frozen=True)
class Team:
    """Who is told, and when: ``destination`` is a mail address or a channel."""

    number: int
    destination: str
    hour: int
    weekday: int
    day: int


@dataclass
class Story:
    """The whole of it. ``steps`` are the moments at which the service looks, in order; it is down at ``down``."""

    start: datetime
    days: int
    teams: list[Team] = field(default_factory=list)
    wishes: list[Wish] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    outages: list[tuple[datetime, datetime]] = field(default_factory=list)

    @property
    def steps(self) -> list[datetime]:
        """Ten past each hour that some team has; the clocks of London decide which hours those are."""
        hours = (self.start + timedelta(hours=hour) for hour in range(self.days * 24))
        return [each + timedelta(minutes=10) for each in hours if each.astimezone(LONDON).hour in HOURS]

    def is_down(self, moment: datetime) -> bool:
        return any(start <= moment < end for start, end in self.outages)


def make_up(seed: int, *, start: date, days: int, updates: int, teams: int, wishes: int) -> Story:
    """A story that is always the same for a seed."""
    chance = random.Random(seed)
    story = Story(start=datetime(start.year, start.month, start.day, tzinfo=UTC), days=days)
    story.teams = [_team(number, chance) for number in range(teams)]
    story.wishes = [_wish(number, chance, story) for number in range(wishes)]
    for number in range(updates):
        _update(number, chance, story)
    story.changes = sorted(
        (_change(wish, chance, story) for wish in chance.sample(story.wishes, wishes // 2)),
        key=lambda each: each.at,
    )
    for _ in range(days // 10):
        begins = _sometime(chance, story)
        story.outages.append((begins, begins + timedelta(hours=chance.choice((3, 30, 170)))))
    return story


def _team(number: int, chance: random.Random) -> Team:
    destination = f"team-{number}@westmere.example" if number % 3 == 0 else f"C{number:05}"
    return Team(number, destination, chance.choice(HOURS), chance.randrange(7), chance.randint(1, 28))


def _wish(number: int, chance: random.Random, story: Story) -> Wish:
    follows_all = chance.random() < 0.02
    return Wish(
        number=number,
        team=chance.randrange(len(story.teams)),
        manual=chance.choice((None, *MANUALS)),
        title=None if follows_all else f"Chapter {chance.randrange(CHAPTERS)}",
        frequency=chance.choice(FREQUENCIES),
        start=story.start if chance.random() < 0.7 else _sometime(chance, story),
    )


def _update(number: int, chance: random.Random, story: Story) -> None:
    at, manual = _sometime(chance, story), chance.choice(MANUALS)
    for chapter in chance.sample(range(CHAPTERS), chance.randint(1, 12)):
        marker = f"Marker{number:03}x{chapter:03}"
        story.entries.append(Entry(marker, manual, f"Chapter {chapter}", at))
    story.entries.sort(key=lambda entry: entry.at)


def _change(wish: Wish, chance: random.Random, story: Story) -> Change:
    at = max(_sometime(chance, story), wish.start + timedelta(hours=1))
    what = chance.choice(("pause", "turn", "end"))
    return Change(
        at=at,
        wish=wish.number,
        what=what,
        until=at + timedelta(hours=chance.choice((20, 100, 400))) if what == "pause" else None,
        frequency=chance.choice([each for each in FREQUENCIES if each != wish.frequency]),
    )


def _sometime(chance: random.Random, story: Story) -> datetime:
    """Any full minute of the first nine tenths of the time, so that what comes of it can be seen."""
    return story.start + timedelta(minutes=chance.randrange(story.days * 24 * 60 * 9 // 10))
