"""What is subscribed in a channel or by a person: found, timed, noted in the log of who changed what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.slack.desk import Desk, Place
from bot.slack.elements import Message, in_home
from bot.slack.errors import NotFound
from bot.slack.messages import subscriptions as messages
from bot.slack.wishing import interest_of
from digests.periods import Schedule, next_moment
from subscriptions.store import SubscriptionOf, find_subscriber, running_subscriptions
from subscriptions.store_changes import log_what, running_subscription
from subscriptions.subscribers import Subscriber, SubscriberKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the person is told; ``did`` is what the channel is told of, behind their name, None for nothing."""

    message: Message
    did: str | None = None
    channel: str | None = None


def outcome_of(message: Message, did: str | None, each: SubscriptionOf) -> Outcome:
    channel = each.subscriber.address if each.subscriber.kind is SubscriberKind.SLACK_CHANNEL else None
    return Outcome(message=message, did=did if channel else None, channel=channel)


def for_home(outcome: Outcome) -> Outcome:
    """The same for the Home tab: its buttons have names of their own."""
    blocks = tuple(in_home(block) for block in outcome.message.blocks)
    return replace(outcome, message=replace(outcome.message, blocks=blocks))


async def owner_of(desk: Desk, number: int) -> SubscriptionOf:
    """The running subscription of this number. Raises NotFound."""
    async with desk.database.reading() as connection:
        found = await running_subscription(connection, number)
    if found is None:
        raise NotFound("This subscription has ended already.")
    return found


async def place_of_owner(desk: Desk, place: Place, number: int) -> Place:
    """The channel whose subscription it is; the person's own place where it is theirs. Raises NotFound."""
    owner = (await owner_of(desk, number)).subscriber
    return replace(place, channel=owner.address if owner.kind is SubscriberKind.SLACK_CHANNEL else "")


def moments_of(desk: Desk, several: Sequence[SubscriptionOf]) -> dict[int, datetime]:
    """The next due moment of each, by the subscription's number."""
    now = desk.clock()
    return {each.subscription.id: moment_of(desk, each, now) for each in several if each.subscription.id}


def moment_of(desk: Desk, each: SubscriptionOf, now: datetime) -> datetime:
    """When a subscription's next digest is due, if there is anything to tell."""
    who = each.subscriber
    schedule = Schedule(frequency=each.subscription.frequency, hour=who.hour, weekday=who.weekday, day=who.day)
    return next_moment(max(now, each.subscription.paused_until or now), schedule, desk.calendar)


async def subscriber_of(connection: AsyncConnection, wanted_by: Subscriber, name: str | None) -> Subscriber:
    """The stored subscriber, or the new one; with the channel's present name where it is known."""
    found = await find_subscriber(connection, wanted_by.kind, wanted_by.address, workspace=wanted_by.workspace)
    found = found or wanted_by
    return replace(found, name=name) if name else found


async def running_of(connection: AsyncConnection, subscriber: Subscriber) -> list[SubscriptionOf]:
    if subscriber.id is None:
        return []
    return await running_subscriptions(connection, subscriber_id=subscriber.id)


async def named_here(
    desk: Desk, connection: AsyncConnection, place: Place, words: str, *, for_me: bool
) -> list[SubscriptionOf]:
    """The running subscriptions here that follow just what the words say; all where they say nothing."""
    mine = await running_of(connection, await subscriber_of(connection, place.subscriber(for_me=for_me), None))
    own = for_me or place.is_direct
    who = "You follow" if own else "This channel follows"
    if not words or not mine:
        if not mine:
            raise NotFound(f"{who} nothing yet.")
        return mine
    at_hand = await desk.shelf.manuals(connection)
    interest = interest_of(words, at_hand, desk.topics)
    found = [each for each in mine if each.subscription.interest == interest]
    if not found:
        follows = messages.names(mine, desk.wording)
        raise NotFound(f"{who} {follows}, and nothing that is called “{words}”.")
    return found


async def by_number(connection: AsyncConnection, place: Place, number: int) -> SubscriptionOf:
    """The running subscription, if it is this channel's or this person's. Raises NotFound."""
    found = await running_subscription(connection, number)
    mine = {_who(each) for each in (place.subscriber(), place.subscriber(for_me=True))}
    if found is None or _who(found.subscriber) not in mine:
        raise NotFound("This subscription has ended already.")
    return found


async def log_of(
    connection: AsyncConnection, place: Place, each: SubscriptionOf, what: str, now: datetime
) -> None:
    """Note who changed what."""
    await log_what(connection, each, who=place.who, what=what, now=now)


def _who(subscriber: Subscriber) -> tuple[SubscriberKind, str, str]:
    return subscriber.kind, subscriber.workspace, subscriber.address
