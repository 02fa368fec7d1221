"""Changes a subscription where it stands: how often, how much, what is left out, and when digests come."""

from __future__ import annotations

from dataclasses import asdict, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.orders.chapters import insist_on_chapters
from bot.slack.desk import Desk, Place
from bot.slack.forms.change import Wished
from bot.slack.messages import subscriptions as messages
from bot.slack.messages.subscriptions import Granted
from bot.slack.subscribed import Outcome, by_number, log_of, moment_of, outcome_of, running_of
from bot.slack.subscribing import moved_with, would_have_told
from bot.slack.wishing import exceptions_of
from subscriptions.errors import BadWish
from subscriptions.interests import Interest
from subscriptions.store import SubscriptionOf, save_subscriber
from subscriptions.store_changes import insist_on_no_twin, set_terms


async def change(desk: Desk, place: Place, number: int, wished: Wished) -> Outcome:
    """Give a subscription new terms. What it follows stays: that would be another one.

    Raises NotFound where it has ended, SubscriptionError for what can't be left out, or is followed so already.
    """
    await desk.have_manuals_at_hand()
    now = desk.clock()
    async with desk.database.writing() as connection:
        before = await by_number(connection, place, number)
        subscription = replace(
            before.subscription,
            frequency=wished.frequency,
            least=wished.least,
            exclusions=await _left_out(desk, connection, before, wished),
        )
        others = [each for each in await running_of(connection, before.subscriber) if each != before]
        await insist_on_no_twin(connection, subscription)
        subscriber = await save_subscriber(
            connection, replace(before.subscriber, **asdict(wished.hours)), now, replace_schedule=True
        )
        after = SubscriptionOf(subscriber=subscriber, subscription=subscription)
        if after == before:
            return Outcome(message=messages.unchanged(before, desk.wording))
        await set_terms(connection, subscription)
        did = messages.changed_words(before, after, desk.wording)
        await log_of(connection, place, after, did, now)
    said = Granted(
        each=after,
        next_at=moment_of(desk, after, now),
        matched=await would_have_told(desk, subscription),
        notes=moved_with(desk, before.subscriber, after, others),
    )
    return outcome_of(messages.changed(said, desk.wording), did, after)


async def _left_out(
    desk: Desk, connection: AsyncConnection, before: SubscriptionOf, wished: Wished
) -> tuple[Interest, ...]:
    """What is left out from now on, in the order in which it is kept."""
    followed, kept = before.subscription, before.subscription.exclusions
    if wished.left_out is None:
        return kept
    at_hand = await desk.shelf.manuals(connection, followed.manual)
    left_out = exceptions_of(wished.left_out, at_hand, desk.topics)
    if followed.interest in left_out:
        raise BadWish("That would leave out all that is followed, so nothing would ever come.")
    added = [each for each in left_out if each not in kept]
    await insist_on_chapters(connection, desk.shelf, added, manual=followed.manual, topics=desk.topics)
    return tuple(sorted(left_out, key=lambda each: (each.follows, each.value)))
