"""Works out, step by step and by brute force, what every team should have been told and when. Shares no code with
the product: it is written from what the product promises."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from tests.year.story import HOLIDAYS, LONDON, Change, Entry, Story, Team, Wish

FASTEST_FIRST = ("as it happens", "daily", "weekly", "monthly")

Told = dict[tuple[int, str], datetime]
"""By team and marker: the step at which it should have been told."""


@dataclass
class Ledger:
    """What waits: for each wish its entries, with the moment from which each counts."""

    waiting: defaultdict[int, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    paused: dict[int, datetime] = field(default_factory=dict)
    ended: set[int] = field(default_factory=set)
    had: set[tuple[int, str, datetime]] = field(default_factory=set)
    """By team, frequency and moment: the digests there have been."""


def expected(story: Story) -> Told:
    """What every team should have been told, and at which step."""
    ledger, told = Ledger(), Told()
    wishes = {wish.number: wish for wish in story.wishes}
    of_team: defaultdict[int, list[Wish]] = defaultdict(list)
    for wish in story.wishes:
        of_team[wish.team].append(wish)
    frequency = {wish.number: wish.frequency for wish in story.wishes}
    entries, changes = list(story.entries), list(story.changes)
    for now in story.steps:
        if story.is_down(now):
            continue
        while (entries and entries[0].at <= now) or (changes and changes[0].at <= now):
            if not changes or (entries and entries[0].at <= changes[0].at):
                _match(entries.pop(0), now, wishes.values(), ledger)
            else:
                _do(changes.pop(0), frequency, ledger)
        for team in story.teams:
            _tell(team, of_team[team.number], frequency, now, ledger, told)
    return told


def _match(entry: Entry, now: datetime, wishes: Iterable[Wish], ledger: Ledger) -> None:
    """The page is read at this step, or at the first after it when the service was down."""
    found = Entry(entry.marker, entry.manual, entry.title, now)
    for wish in wishes:
        wanted = wish.manual in (None, entry.manual) and wish.title in (None, entry.title)
        if wanted and wish.start <= now and wish.number not in ledger.ended:
            ledger.waiting[wish.number].append(found)


def _do(change: Change, frequency: dict[int, str], ledger: Ledger) -> None:
    if change.what == "end":
        ledger.ended.add(change.wish)
        ledger.waiting.pop(change.wish, None)
    elif change.what == "turn":
        frequency[change.wish] = change.frequency
    elif change.until is not None:
        ledger.paused[change.wish] = change.until


def _tell(
    team: Team, wishes: list[Wish], frequency: dict[int, str], now: datetime, ledger: Ledger, told: Told
) -> None:
    awake = [
        wish for wish in wishes if ledger.waiting.get(wish.number) and ledger.paused.get(wish.number, now) <= now
    ]
    for pace in FASTEST_FIRST:
        mine = [wish for wish in awake if frequency[wish.number] == pace]
        moment = _latest_moment(team, pace, now)
        due = any(
            max(entry.at, ledger.paused.get(wish.number, entry.at)) < moment
            for wish in mine
            for entry in ledger.waiting[wish.number]
        )
        if not due or (team.number, pace, moment) in ledger.had:
            continue
        markers = {entry.marker for wish in mine for entry in ledger.waiting[wish.number]}
        fresh = {marker for marker in markers if (team.number, marker) not in told}
        for marker in fresh:
            told[team.number, marker] = now
        if fresh:
            ledger.had.add((team.number, pace, moment))
        for wish in awake:
            ledger.waiting[wish.number] = [
                entry for entry in ledger.waiting[wish.number] if entry.marker not in markers
            ]


def _latest_moment(team: Team, pace: str, now: datetime) -> datetime:
    """The last moment at which a digest of this pace was due, found by going back day by day."""
    if pace == "as it happens":
        return now.replace(minute=now.minute // 5 * 5, second=0, microsecond=0)
    day = now.astimezone(LONDON).date()
    while True:
        if (
            pace == "daily"
            or (pace == "weekly" and day.weekday() == team.weekday)
            or (pace == "monthly" and day.day == team.day)
        ):
            moment = datetime.combine(_working(day), time(team.hour), tzinfo=LONDON).astimezone(UTC)
            if moment <= now:
                return moment
        day -= timedelta(days=1)


def _working(day: date) -> date:
    while day.weekday() >= 5 or day in HOLIDAYS:
        day += timedelta(days=1)
    return day
