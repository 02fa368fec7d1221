"""Plays a story to the real product between real servers, and writes down what arrives when."""

from __future__ import annotations

import random
import re
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from config.manuals import ManualConfig
from config.settings import Settings
from database.connection import Database
from database.schema import subscriptions
from digests.deliver import deliver_once
from digests.outlets import Outlets, close_outlets
from digests.run import compile_due
from manual.reading import Amendment, AmendmentKind
from manual.store import Source, add_sources, all_sources, record_amendments
from subscriptions import store
from subscriptions.interests import EVERYTHING, Interest
from subscriptions.subscribers import Frequency, Subscriber, SubscriberKind, Subscription
from subscriptions.topics import Topics
from tests.outbox_builders import FAST, UNHURRIED, outlets_to
from tests.servers.mail import MailServer, mail_server
from tests.servers.slack_api import SlackApi, Trick, slack_api
from tests.year.story import MANUALS, Change, Entry, Story, Team, Wish

SETTINGS = Settings(_env_file=None, mail_from="chapterwatch@westmere.example", gather_seconds=300)
_MARKER = re.compile(r"Marker\d+x\d+")
_FAULTS_OF_MAIL = ("450 greylisted", "452 no space", "421 closing", "close in data", "data 451 local error")
_FAULTS_OF_SLACK: tuple[Trick, ...] = ("keep it, say nothing", "500", "503", "keep it, 500")


@dataclass
class Arrivals:
    """What arrived: by team and marker the steps at which it did. ``delayed`` are the teams whose server failed
    at some step: for them only that it arrived, once, counts."""

    at: defaultdict[tuple[int, str], list[datetime]] = field(default_factory=lambda: defaultdict(list))
    delayed: set[int] = field(default_factory=set)


@dataclass
class Clock:
    """The step's time, going on with real time."""

    step: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    since: float = 0.0

    def set(self, step: datetime) -> None:
        self.step, self.since = step, time.monotonic()

    def __call__(self) -> datetime:
        return self.step + timedelta(seconds=time.monotonic() - self.since)


class Player:
    """Plays one story."""

    def __init__(self, database: Database, story: Story, *, seed: int) -> None:
        self._database = database
        self._story = story
        self._chance = random.Random(seed)
        self._topics = Topics.load()
        self._clock = Clock()
        self._mails_seen = self._posts_seen = 0
        self._arrivals = Arrivals()
        self._sources: dict[str, Source] = {}
        self._team_ids: dict[int, int] = {}
        self._wish_ids: dict[int, int] = {}
        self._teams = {team.destination: team for team in story.teams}
        self._wishes = sorted(story.wishes, key=lambda wish: wish.start)
        self._events: list[Entry | Change] = sorted([*story.entries, *story.changes], key=lambda event: event.at)

    async def play(self) -> Arrivals:
        """The whole story. What failed on the way has three more days to arrive."""
        async with mail_server() as mail, slack_api() as slack:
            outlets = outlets_to(mail, slack)
            await self._begin()
            for step in self._story.steps:
                self._clock.set(step)
                if self._story.is_down(step):
                    continue
                await self._happens(step)
                self._make_trouble(mail, slack, step)
                names = {manual: manual.capitalize() for manual in MANUALS}
                await compile_due(self._database, settings=SETTINGS, manuals=names, now=step)
                await self._deliver(outlets, mail, slack)
            for _ in range(12):
                self._clock.set(self._clock.step + timedelta(hours=6))
                await self._deliver(outlets, mail, slack)
            await close_outlets(outlets)
        return self._arrivals

    async def _begin(self) -> None:
        configs = {
            manual: ManualConfig.model_validate(
                {"name": manual, "sources": [{"kind": "amendments", "url": f"https://{manual}.example/a"}]}
            )
            for manual in MANUALS
        }
        async with self._database.writing() as connection:
            await add_sources(connection, configs, self._story.start)
            self._sources = {source.manual: source for source in await all_sources(connection)}
            for team in self._story.teams:
                self._team_ids[team.number] = await _add_team(connection, team, self._story.start)

    async def _happens(self, step: datetime) -> None:
        """Whatever has happened since the last step, in its order; what was published is found now."""
        async with self._database.writing() as connection:
            while self._wishes and self._wishes[0].start <= step:
                await self._grant(connection, self._wishes.pop(0))
            happened = [each for each in self._events if each.at <= step]
            del self._events[: len(happened)]
            for event in happened:
                if isinstance(event, Entry):
                    await self._record(connection, event, step)
                else:
                    await self._change(connection, event)

    async def _grant(self, connection: AsyncConnection, wish: Wish) -> None:
        wanted = Subscription(
            subscriber_id=self._team_ids[wish.team],
            interest=Interest.chapter(wish.title) if wish.title else EVERYTHING,
            manual=wish.manual,
            frequency=Frequency(wish.frequency),
            created_at=wish.start,
            created_by=f"wish {wish.number}",  # two that ask for the same are two here
        )
        added = await store.add_subscription(connection, wanted)
        assert added.id is not None
        self._wish_ids[wish.number] = added.id

    async def _record(self, connection: AsyncConnection, entry: Entry, step: datetime) -> None:
        amendment = Amendment(
            month=f"{entry.at:%Y-%m}",
            kind=AmendmentKind.UPDATED,
            title=entry.title,
            details=f"{entry.marker} says that this chapter has been rewritten.",
        )
        source = self._sources[entry.manual]
        recorded = await record_amendments(connection, source, [(amendment, None)], baseline=False, now=step)
        await store.record_matches(connection, recorded, topics=self._topics, contents={}, now=step)

    async def _change(self, connection: AsyncConnection, change: Change) -> None:
        number = self._wish_ids[change.wish]
        if change.what == "end":
            await store.end_subscription(connection, number, "no longer wanted", change.at)
            return
        values = {"paused_until": change.until} if change.what == "pause" else {"frequency": change.frequency}
        await connection.execute(update(subscriptions).where(subscriptions.c.id == number).values(**values))

    def _make_trouble(self, mail: MailServer, slack: SlackApi, step: datetime) -> None:
        """Now and then a server fails some team, once."""
        for team in self._chance.sample(self._story.teams, max(1, len(self._story.teams) // 50)):
            self._arrivals.delayed.add(team.number)
            if "@" in team.destination:
                mail.tricks[team.destination] = [self._chance.choice(_FAULTS_OF_MAIL)]
            else:
                slack.tricks[team.destination] = [self._chance.choice(_FAULTS_OF_SLACK)]

    async def _deliver(self, outlets: Outlets, mail: MailServer, slack: SlackApi) -> None:
        await deliver_once(self._database, outlets, limits=UNHURRIED, timing=FAST, clock=self._clock)
        for received in mail.mails[self._mails_seen :]:
            text = received.message.get_body(("plain",))
            assert text is not None, "every mail of ours has a text"
            self._write_down(received.to, text.get_content())
        for post in slack.posts[self._posts_seen :]:
            self._write_down(post.channel, post.text)
        self._mails_seen, self._posts_seen = len(mail.mails), len(slack.posts)

    def _write_down(self, destination: str, text: str) -> None:
        for marker, times in Counter(_MARKER.findall(text)).items():
            self._arrivals.at[self._teams[destination].number, marker] += [self._clock.step] * times


async def _add_team(connection: AsyncConnection, team: Team, now: datetime) -> int:
    subscriber = Subscriber(
        kind=SubscriberKind.EMAIL if "@" in team.destination else SubscriberKind.SLACK_CHANNEL,
        address=team.destination,
        hour=team.hour,
        weekday=team.weekday,
        day=team.day,
    )
    added = await store.save_subscriber(connection, subscriber, now, replace_schedule=True)
    assert added.id is not None
    return added.id
