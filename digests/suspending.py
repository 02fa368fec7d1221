"""Stops sending to whoever can't be reached any more, and tells whoever made the subscription by another way.

Of a channel, the people who subscribed it hear in direct messages. Where there is nobody of the kind (an operator
subscribed it, or the whole workspace leads nowhere), the operators hear of it. An address that somebody subscribed
themselves has no other way: `status` shows it.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from digests.notices import Operators, enqueue_notice
from digests.slack import render_notice
from digests.store.outbox import NewDelivery, enqueue
from digests.store.resending import resend_failed
from subscriptions.makers import others, slack_users
from subscriptions.store import resume_subscriber, running_subscriptions, suspend_subscriber
from subscriptions.subscribers import Subscriber, SubscriberKind

log = structlog.get_logger(__name__)

_WHY = {
    "is_archived": "The channel is archived.",
    "not_in_channel": "I am not in the channel any more.",
    "channel_not_found": "The channel is gone, or it is private and I am not in it any more.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreachable:
    """A subscriber that nothing can be sent to, and why. ``whole``: its workspace leads nowhere, for everybody."""

    subscriber_id: int
    reason: str
    whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """One that was suspended just now, with the words for those who made its subscriptions."""

    subscriber: Subscriber
    makers: tuple[str, ...]
    reason: str
    whole: bool


async def suspend(
    connection: AsyncConnection, gone: Sequence[Unreachable], operators: Operators, now: datetime
) -> int:
    """Suspend them and write to whoever should know, in the caller's transaction. Returns how many were not
    suspended before: of the others nobody is told a second time."""
    now_gone = [
        each for each in gone if await suspend_subscriber(connection, each.subscriber_id, each.reason, now)
    ]
    ended = [each for one in now_gone for each in await _ended(connection, one)]
    direct = [message for each in ended for message in direct_messages(each, operators.mailing.domain)]
    await enqueue(connection, direct, now)
    if unheard := [each for each in ended if is_for_operators(each)]:
        summary, text = operators_words(unheard)
        await enqueue_notice(connection, operators, summary=summary, text=text, now=now)
    if now_gone:
        log.warning("can't be reached any more", subscribers=len(now_gone))
    return len(now_gone)


async def resume_sending(connection: AsyncConnection, subscriber_id: int, now: datetime) -> None:
    """Send to a subscriber again: what was due to it meanwhile, and what failed while it could not be reached."""
    since = await resume_subscriber(connection, subscriber_id)
    if since is not None:
        await resend_failed(connection, subscriber_id, since=since, now=now)


async def _ended(connection: AsyncConnection, gone: Unreachable) -> list[Ended]:
    """None where nothing of it runs any more: then nobody needs to know."""
    made = await running_subscriptions(connection, subscriber_id=gone.subscriber_id)
    makers = tuple(each.subscription.created_by for each in made)
    return (
        [Ended(subscriber=made[0].subscriber, makers=makers, reason=gone.reason, whole=gone.whole)] if made else []
    )


def direct_messages(ended: Ended, domain: str) -> list[NewDelivery]:
    """To the people who subscribed a channel, where its workspace is there. Pure, but for the Message-IDs."""
    who = ended.subscriber
    if who.kind is not SubscriberKind.SLACK_CHANNEL or ended.whole:
        return []
    summary = f"I can't tell {who.words} anything any more"
    code = ended.reason.rpartition(" ")[2]
    text = (
        f"{_WHY.get(code, ended.reason + '.')}\n"
        "What changes meanwhile is kept for it. Invite me there again, or subscribe it again, and I tell it all; "
        f"or subscribe another channel.\nYou get this because you subscribed {who.words}."
    )
    return [
        NewDelivery(
            channel="slack",
            workspace=who.workspace,
            destination=user,
            lane="notice",
            payload=render_notice(summary, text).to_json(),
            message_id=f"<{secrets.token_hex(8)}@{domain}>",
            summary=summary,
        )
        for user in slack_users(ended.makers)
    ]


def is_for_operators(ended: Ended) -> bool:
    """Whether somebody else than the subscriber made it, and nobody of them can be told. Pure."""
    told = ended.subscriber.kind is SubscriberKind.SLACK_CHANNEL and not ended.whole and slack_users(ended.makers)
    return bool(others(ended.makers, ended.subscriber.address)) and not told


def operators_words(ended: Sequence[Ended]) -> tuple[str, str]:
    """A headline, and paragraphs. Pure."""
    first = ended[0].subscriber.words
    summary = (
        f"{first} can't be reached any more" if len(ended) == 1 else f"{len(ended)} can't be reached any more"
    )
    lines = [f"{each.subscriber.words}: {each.reason}." for each in ended]
    advice = (
        "What changes meanwhile is kept for them. Subscribe them again once they can be reached, or end what they "
        "follow: `chapterwatch subscriptions` lists it."
    )
    return summary, "\n".join([*lines, advice])
