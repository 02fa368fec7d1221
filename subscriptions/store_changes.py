"""Changes of subscriptions that run, and the log of who changed what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import changes, exclusions, subscribers, subscriptions
from subscriptions.errors import BadWish
from subscriptions.interests import Interest
from subscriptions.store import SubscriptionOf, end_subscription, running_subscriptions, same_wish
from subscriptions.subscribers import SubscriberKind, Subscription


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A line of the log. ``what`` is a phrase that stands behind ``who``."""

    subscriber_id: int
    subscription_id: int | None
    changed_at: datetime
    who: str
    what: str


async def log_change(connection: AsyncConnection, change: Change) -> None:
    """Note who changed what; in the transaction of the change."""
    await connection.execute(
        insert(changes).values(
            subscriber_id=change.subscriber_id,
            subscription_id=change.subscription_id,
            changed_at=change.changed_at,
            who=change.who,
            what=change.what,
        )
    )


async def log_what(
    connection: AsyncConnection, each: SubscriptionOf, *, who: str, what: str, now: datetime
) -> None:
    """Note what was done to one subscription."""
    assert each.subscriber.id is not None, "it is stored"
    change = Change(
        subscriber_id=each.subscriber.id, subscription_id=each.subscription.id, changed_at=now, who=who, what=what
    )
    await log_change(connection, change)


async def changes_of(connection: AsyncConnection, subscriber_id: int, *, most: int = 20) -> list[Change]:
    """The last changes of a subscriber's subscriptions, the newest first."""
    rows = await connection.execute(
        select(changes)
        .where(changes.c.subscriber_id == subscriber_id)
        .order_by(changes.c.changed_at.desc(), changes.c.id.desc())
        .limit(most)
    )
    return [
        Change(
            subscriber_id=row.subscriber_id,
            subscription_id=row.subscription_id,
            changed_at=row.changed_at,
            who=row.who,
            what=row.what,
        )
        for row in rows
    ]


async def running_subscription(connection: AsyncConnection, subscription_id: int) -> SubscriptionOf | None:
    """A subscription that has not ended, by its number; None where there is none."""
    found = await connection.execute(
        select(subscriptions.c.subscriber_id).where(subscriptions.c.id == subscription_id)
    )
    subscriber_id = found.scalar_one_or_none()
    if subscriber_id is None:
        return None
    running = await running_subscriptions(connection, subscriber_id=subscriber_id)
    return next((each for each in running if each.subscription.id == subscription_id), None)


async def pause_subscription(connection: AsyncConnection, subscription_id: int, until: datetime | None) -> None:
    """Hold back a subscription's digests until a moment; None lets it run again."""
    await connection.execute(
        update(subscriptions).where(subscriptions.c.id == subscription_id).values(paused_until=until)
    )


async def set_terms(connection: AsyncConnection, wished: Subscription) -> None:
    """Let a subscription tell as often, as much and as ``wished`` says, from now on; what it follows stays."""
    await connection.execute(
        update(subscriptions)
        .where(subscriptions.c.id == wished.id)
        .values(frequency=str(wished.frequency), least=int(wished.least))
    )
    await connection.execute(delete(exclusions).where(exclusions.c.subscription_id == wished.id))
    for each in wished.exclusions:
        await connection.execute(
            insert(exclusions).values(subscription_id=wished.id, follows=str(each.follows), value=each.value)
        )


async def insist_on_no_twin(connection: AsyncConnection, wish: Subscription) -> None:
    """Raises BadWish where the subscriber has another subscription that asks for just the same."""
    for each in await running_subscriptions(connection, subscriber_id=wish.subscriber_id):
        if each.subscription.id != wish.id and same_wish(each.subscription, wish):
            raise BadWish("Just that is followed here already. End one of the two instead.")


async def leave_out(connection: AsyncConnection, subscription_id: int, interest: Interest) -> bool:
    """Leave something out of a subscription from now on. False where it was left out already."""
    this_one = (
        exclusions.c.subscription_id == subscription_id,
        exclusions.c.follows == str(interest.follows),
        exclusions.c.value == interest.value,
    )
    if (await connection.execute(select(exclusions.c.value).where(*this_one))).first() is not None:
        return False
    await connection.execute(
        insert(exclusions).values(
            subscription_id=subscription_id, follows=str(interest.follows), value=interest.value
        )
    )
    return True


async def take_in_again(connection: AsyncConnection, subscription_id: int, interest: Interest) -> None:
    """Undo ``leave_out``."""
    await connection.execute(
        delete(exclusions).where(
            exclusions.c.subscription_id == subscription_id,
            exclusions.c.follows == str(interest.follows),
            exclusions.c.value == interest.value,
        )
    )


async def end_all_of_workspace(
    connection: AsyncConnection, workspace: str, *, reason: str, who: str, now: datetime
) -> int:
    """End every Slack subscription of a workspace, as when the app was removed from it. Returns how many."""
    kinds = (str(SubscriberKind.SLACK_CHANNEL), str(SubscriberKind.SLACK_USER))
    found = await connection.execute(
        select(subscriptions.c.id, subscriptions.c.subscriber_id)
        .join(subscribers, subscribers.c.id == subscriptions.c.subscriber_id)
        .where(
            subscribers.c.workspace == workspace,
            subscribers.c.kind.in_(kinds),
            subscriptions.c.ended_at.is_(None),
        )
    )
    rows = found.all()
    for row in rows:
        await end_subscription(connection, row.id, reason, now)
        await log_change(
            connection,
            Change(subscriber_id=row.subscriber_id, subscription_id=row.id, changed_at=now, who=who, what=reason),
        )
    return len(rows)
