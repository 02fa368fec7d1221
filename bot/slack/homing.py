"""Gathers what the Home tab shows a person, and publishes it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.slack.asking import news_of
from bot.slack.desk import Desk, Place
from bot.slack.elements import Message
from bot.slack.forms.home import Home, home_view
from bot.slack.messages.past import News
from bot.slack.people import channels_of
from bot.slack.store import note_look
from bot.slack.subscribed import moments_of
from bot.slack.subscribing import A_YEAR
from manual.reading import ContentsReading
from manual.store import RecordedAmendment
from manual.store.history import recorded_after, told_amendments
from subscriptions.interests import Significance
from subscriptions.matching import Match, keys_of, wanted
from subscriptions.store import SubscriptionOf, running_subscriptions
from subscriptions.subscribers import SubscriberKind


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pages:
    new: Sequence[News]
    reread: Sequence[News]


async def publish_home(
    desk: Desk, client: AsyncWebClient, place: Place, *, page: int = 0, notice: Message | None = None
) -> None:
    """Show the person their Home tab as things stand now."""
    channels = frozenset(await channels_of(client, place.user))
    now = desk.clock()
    async with desk.database.writing() as connection:
        new_since = await note_look(connection, place.workspace, place.user, now)
    async with desk.database.reading() as connection:
        followed = await followed_by(connection, place, channels)
        pages = await _news(desk, connection, followed, new_since)
    home = Home(
        new=pages.new,
        new_since=new_since,
        reread=pages.reread,
        followed=followed,
        next_moments=moments_of(desk, followed),
        page=page,
        notice=notice,
    )
    await client.views_publish(user_id=place.user, view=home_view(home, desk.wording, command=desk.command))


async def followed_by(
    connection: AsyncConnection, place: Place, channels: Collection[str]
) -> list[SubscriptionOf]:
    """The person's own subscriptions, then those of the given channels, by channel."""
    running = [
        each for each in await running_subscriptions(connection) if each.subscriber.workspace == place.workspace
    ]
    mine = [
        each
        for each in running
        if each.subscriber.kind is SubscriberKind.SLACK_USER and each.subscriber.address == place.user
    ]
    theirs = [
        each
        for each in running
        if each.subscriber.kind is SubscriberKind.SLACK_CHANNEL and each.subscriber.address in channels
    ]
    return [*mine, *sorted(theirs, key=lambda each: (each.subscriber.words, each.subscriber.address))]


async def _news(
    desk: Desk, connection: AsyncConnection, followed: Sequence[SubscriptionOf], new_since: datetime | None
) -> _Pages:
    new: list[News] = []
    reread: list[News] = []
    recorded = await recorded_after(connection, new_since) if new_since else []
    since = f"{desk.clock() - A_YEAR:%Y-%m}"
    for manual in desk.manuals:
        at_hand = await desk.shelf.manual(connection, manual)
        contents = at_hand.contents if at_hand else None
        new += [news_of(desk, at_hand, each) for each in recorded if each.manual == manual]
        for each in await told_amendments(connection, manual, since=since):
            if each.amendment.reread and _is_followed(desk, each, followed, contents):
                reread.append(news_of(desk, at_hand, each))
    return _Pages(new=new, reread=reread)


def _is_followed(
    desk: Desk, recorded: RecordedAmendment, followed: Sequence[SubscriptionOf], contents: ContentsReading | None
) -> bool:
    keys = keys_of(recorded.amendment, topics=desk.topics, contents=contents)
    return any(
        each.subscription.manual in (None, recorded.manual)
        and isinstance(
            wanted(
                keys,
                each.subscription.interest,
                exclusions=each.subscription.exclusions,
                least=Significance.MINOR,
                topics=desk.topics,
            ),
            Match,
        )
        for each in followed
    )
