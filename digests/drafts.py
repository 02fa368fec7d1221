"""Drafts what each subscriber is told at a due moment: which of its matches, as which digest and messages."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from digests.digest import Digest, DigestLinks, Item, compile_digest
from digests.items import Places, Told, item_of
from digests.mail_headers import UnfitHeader
from digests.rendering import Mailing, deliveries_of
from digests.store import ledger
from digests.store.ledger import DueMatch, Run
from digests.store.outbox import NewDelivery
from digests.suspending import Unreachable
from digests.wording import in_running_text
from manual.reading import AmendmentsReading
from manual.store import all_sources, latest_contents, latest_reading
from subscriptions.subscribers import Frequency, Subscriber, SubscriberKind

Links = Callable[[Subscriber, str], DigestLinks]
"""From a subscriber and a digest's key to the links that the digest has."""

EntryUrl = Callable[[int], str]
"""From an amendment's number to the page that shows the whole of it."""

_FASTEST_FIRST = tuple(Frequency)

_CALLED = {
    SubscriberKind.SLACK_CHANNEL: "this channel",
    SubscriberKind.SLACK_USER: "your account",
    SubscriberKind.EMAIL: "this address",
}


def no_links(_subscriber: Subscriber, _key: str) -> DigestLinks:
    return DigestLinks()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The matches of one subscriber that one run settles: those that are ``told``, and those whose amendment was
    told to it before and is ``repeated``."""

    run: Run
    subscriber: Subscriber
    told: tuple[DueMatch, ...]
    repeated: tuple[DueMatch, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A plan carried out. ``digest`` is None where everything had been told before: then nothing is sent."""

    run: Run
    subscriber_id: int
    told: tuple[int, ...]
    repeated: tuple[int, ...]
    digest: Digest | None
    deliveries: tuple[NewDelivery, ...]

    @property
    def match_ids(self) -> tuple[int, ...]:
        return self.told + self.repeated


def plan(
    matches: Sequence[DueMatch], runs: Iterable[Run], *, subscriber: Subscriber, told_before: Collection[int]
) -> list[Plan]:
    """Share a subscriber's due matches out over the runs that are due to it, the fastest first. Pure.

    A run takes every match of its frequency, and with each amendment all matches of it: who follows one chapter
    daily and everything weekly is told of it once, in the first digest that goes out.
    """
    plans = []
    rest = list(matches)
    for run in sorted(runs, key=lambda run: _FASTEST_FIRST.index(run[0])):
        frequency, moment = run
        mine = [each for each in rest if each.frequency is frequency]
        if not any(each.since < moment for each in mine):
            continue  # a faster digest took what was due; the others have time until the next moment
        amendments = {each.amendment_id for each in mine}
        taken = [each for each in rest if each.amendment_id in amendments]
        rest = [each for each in rest if each.amendment_id not in amendments]
        plans.append(
            Plan(
                run=run,
                subscriber=subscriber,
                told=tuple(each for each in taken if each.amendment_id not in told_before),
                repeated=tuple(each for each in taken if each.amendment_id in told_before),
            )
        )
    return plans


@dataclass(kw_only=True)
class Press:
    """Makes drafts. Keeps the amendments and contents that it has looked up, for one look at the ledger."""

    manuals: Mapping[str, str]
    topics: Mapping[str, str]
    mailing: Mailing
    links: Links
    now: datetime
    entry_url: EntryUrl | None = None
    _amendments: dict[int, Told] = field(default_factory=dict)
    _places: dict[str, Places] = field(default_factory=dict)
    _announced: dict[str, str | None] = field(default_factory=dict)

    async def plan(self, connection: AsyncConnection, runs: Mapping[int, tuple[Run, ...]]) -> list[Plan]:
        """What to tell these subscribers, and everything looked up that is needed to say it."""
        matches = await ledger.due_matches(connection, runs, self.now)
        subscribers = await ledger.subscribers_by_id(connection, runs)
        before = await ledger.told_already(connection, runs)
        taken = await ledger.digests_of(connection, {run for each in runs.values() for run in each})
        await self._look_up(connection, {match.amendment_id for each in matches.values() for match in each})
        return [
            each
            for subscriber_id, its_runs in runs.items()
            for each in plan(
                matches[subscriber_id],
                [run for run in its_runs if (run, subscriber_id) not in taken],
                subscriber=subscribers[subscriber_id],
                told_before=before[subscriber_id],
            )
        ]

    async def _look_up(self, connection: AsyncConnection, ids: set[int]) -> None:
        missing = ids - self._amendments.keys()
        if missing:
            self._amendments |= await ledger.told_by_id(connection, missing)
        for manual in {each.manual for each in self._amendments.values()} - self._places.keys():
            self._places[manual] = Places(await latest_contents(connection, manual))
            self._announced[self.manuals.get(manual, manual)] = await _announced(connection, manual)

    def draft(self, plans: Iterable[Plan]) -> tuple[list[Draft], list[Unreachable]]:
        """Compile and render; whom no mail can be addressed to, can't be reached.

        Takes its time, and touches no database: meant for a thread of its own.
        """
        drafts, unfit = [], []
        for each in plans:
            try:
                drafts.append(self._draft(each))
            except UnfitHeader as error:
                assert each.subscriber.id is not None, "it is stored"
                unfit.append(Unreachable(subscriber_id=each.subscriber.id, reason=str(error)))
        return drafts, unfit

    def _draft(self, plan: Plan) -> Draft:
        digest = self._digest(plan) if plan.told else None
        deliveries = deliveries_of(digest, plan.subscriber, mailing=self.mailing, now=self.now) if digest else ()
        assert plan.subscriber.id is not None, "it is stored"
        return Draft(
            run=plan.run,
            subscriber_id=plan.subscriber.id,
            told=tuple(each.id for each in plan.told),
            repeated=tuple(each.id for each in plan.repeated),
            digest=digest,
            deliveries=tuple(deliveries),
        )

    def _digest(self, plan: Plan) -> Digest:
        frequency, due_at = plan.run
        key = secrets.token_hex(8)
        return compile_digest(
            [self._item(each) for each in plan.told],
            key=key,
            subscriber=plan.subscriber.name or _CALLED[plan.subscriber.kind],
            frequency=str(frequency),
            due_at=due_at,
            next_updates=self._announced,
            about=self._about(plan),
            links=self.links(plan.subscriber, key),
        )

    def _about(self, plan: Plan) -> str | None:
        """The name of the one topic that everything is told for, None where there are several, or others."""
        topics = {each.topic for each in plan.told}
        topic = topics.pop() if len(topics) == 1 else None
        return in_running_text(self.topics[topic]) if topic and topic in self.topics else None

    def _item(self, match: DueMatch) -> Item:
        told = self._amendments[match.amendment_id]
        item = item_of(
            told,
            places=self._places[told.manual],
            manual_name=self.manuals.get(told.manual, told.manual),
            reasons=(match.reason,),
        )
        return replace(item, more_url=self.entry_url(item.amendment_id)) if self.entry_url else item


async def _announced(connection: AsyncConnection, manual: str) -> str | None:
    """The month that the manual's amendments page announces for its next update."""
    for source in await all_sources(connection):
        if source.manual == manual and source.kind == AmendmentsReading.kind:
            reading = await latest_reading(connection, source.id)
            if isinstance(reading, AmendmentsReading) and reading.next_update:
                return reading.next_update
    return None
