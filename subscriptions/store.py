"""What is kept of subscribers, subscriptions and matches: every query on these tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    RowMapping,
    and_,
    case,
    delete,
    exists,
    insert,
    literal,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import UtcDateTime, bounces, exclusions, matches, subscribers, subscriptions
from manual.reading import ContentsReading
from manual.store import RecordedAmendment
from subscriptions.interests import Follows, Interest, Significance
from subscriptions.matching import (
    ANYBODYS,
    LEFT_OUT,
    NARROW,
    TOO_SLIGHT,
    keys_of,
    phrase_in,
    reason_words,
    significance_of,
)
from subscriptions.subscribers import Frequency, Subscriber, SubscriberKind, Subscription
from subscriptions.topics import Topics
from subscriptions.wishes import Wish

DUE = "due"
IN_DIGEST = "in digest"
NOT_TOLD = "not told"


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionOf:
    """A subscription with whoever made it."""

    subscriber: Subscriber
    subscription: Subscription


async def save_subscriber(
    connection: AsyncConnection, subscriber: Subscriber, now: datetime, *, replace_schedule: bool
) -> Subscriber:
    """The stored subscriber of this kind, workspace and address; added if there is none.

    ``replace_schedule``: one that is there takes over the given name and hours.
    """
    schedule: dict[str, int | str] = {
        "hour": subscriber.hour,
        "weekday": subscriber.weekday,
        "day": subscriber.day,
    }
    if subscriber.name:
        schedule["name"] = subscriber.name
    found = await find_subscriber(connection, subscriber.kind, subscriber.address, workspace=subscriber.workspace)
    if found is not None and not replace_schedule:
        return found
    if found is not None:
        changed = await connection.execute(
            update(subscribers).where(subscribers.c.id == found.id).values(**schedule).returning(subscribers)
        )
    else:
        changed = await connection.execute(
            insert(subscribers)
            .values(
                kind=str(subscriber.kind),
                workspace=subscriber.workspace,
                address=subscriber.address,
                created_at=now,
                **schedule,
            )
            .returning(subscribers)
        )
    return _subscriber(changed.mappings().one())


async def find_subscriber(
    connection: AsyncConnection, kind: SubscriberKind, address: str, *, workspace: str = ""
) -> Subscriber | None:
    """The subscriber of that kind and address, None where there is none."""
    found = await connection.execute(
        select(subscribers).where(
            subscribers.c.kind == str(kind),
            subscribers.c.workspace == workspace,
            subscribers.c.address == address,
        )
    )
    row = found.mappings().one_or_none()
    return None if row is None else _subscriber(row)


async def suspend_subscriber(connection: AsyncConnection, subscriber_id: int, reason: str, now: datetime) -> bool:
    """Stop sending to a subscriber that can't be reached any more. False where it was suspended already."""
    changed = await connection.execute(
        update(subscribers)
        .where(subscribers.c.id == subscriber_id, subscribers.c.suspended_at.is_(None))
        .values(suspended_at=now, suspended_reason=reason)
    )
    return changed.rowcount == 1


async def resume_subscriber(connection: AsyncConnection, subscriber_id: int) -> datetime | None:
    """Send to a suspended subscriber again; the mails that came back before count no more. Returns since when it
    was suspended, None where it was not."""
    its = subscribers.c.id == subscriber_id
    found = await connection.execute(select(subscribers.c.suspended_at).where(its).with_for_update())
    since: datetime | None = found.scalar_one_or_none()
    if since is not None:
        await connection.execute(update(subscribers).where(its).values(suspended_at=None, suspended_reason=None))
        await connection.execute(delete(bounces).where(bounces.c.subscriber_id == subscriber_id))
    return since


async def grant_wish(connection: AsyncConnection, wish: Wish, *, by: str, now: datetime) -> SubscriptionOf:
    """Store what somebody asked for. ``by`` says who asked, for the log of who changed what."""
    subscriber = await save_subscriber(connection, wish.subscriber, now, replace_schedule=wish.sets_schedule)
    subscription = await add_subscription(connection, wish.for_subscriber(subscriber, by=by, now=now))
    return SubscriptionOf(subscriber=subscriber, subscription=subscription)


async def add_subscription(connection: AsyncConnection, subscription: Subscription) -> Subscription:
    """Store a subscription. One that asks for just the same and still runs is returned instead of a second."""
    present = await running_subscriptions(connection, subscriber_id=subscription.subscriber_id)
    for each in present:
        if same_wish(each.subscription, subscription):
            return each.subscription
    added = await connection.execute(
        insert(subscriptions)
        .values(
            subscriber_id=subscription.subscriber_id,
            manual=subscription.manual,
            follows=str(subscription.interest.follows),
            value=subscription.interest.value,
            frequency=str(subscription.frequency),
            least=int(subscription.least),
            created_at=subscription.created_at,
            created_by=subscription.created_by,
            paused_until=subscription.paused_until,
        )
        .returning(subscriptions)
    )
    row = added.mappings().one()
    if subscription.exclusions:
        await connection.execute(
            insert(exclusions),
            [
                {"subscription_id": row["id"], "follows": str(each.follows), "value": each.value}
                for each in subscription.exclusions
            ],
        )
    return _subscription(row, subscription.exclusions)


async def end_subscription(connection: AsyncConnection, subscription_id: int, reason: str, now: datetime) -> bool:
    """End a subscription; what it was still due is not told, with the reason. False where it had ended already."""
    changed = await connection.execute(
        update(subscriptions)
        .where(subscriptions.c.id == subscription_id, subscriptions.c.ended_at.is_(None))
        .values(ended_at=now, end_reason=reason)
    )
    if changed.rowcount == 0:
        return False
    await connection.execute(
        update(matches)
        .where(matches.c.subscription_id == subscription_id, matches.c.state == DUE)
        .values(state=NOT_TOLD, not_told_reason=f"the subscription ended: {reason}")
    )
    return True


async def running_subscriptions(
    connection: AsyncConnection, *, subscriber_id: int | None = None
) -> list[SubscriptionOf]:
    """The subscriptions that have not ended, of one subscriber or of all, in the order they were made."""
    running: ColumnElement[bool] = subscriptions.c.ended_at.is_(None)
    if subscriber_id is not None:
        running = and_(running, subscriptions.c.subscriber_id == subscriber_id)
    rows = (await connection.execute(select(subscriptions).where(running).order_by(subscriptions.c.id))).mappings()
    left_out = await _exclusions_of(connection, running)
    who = await _subscribers_of(connection, running)
    return [
        SubscriptionOf(subscriber=who[row["subscriber_id"]], subscription=_subscription(row, left_out[row["id"]]))
        for row in rows
        if row["subscriber_id"] in who  # else it ended between the two queries
    ]


async def record_matches(
    connection: AsyncConnection,
    recorded: Sequence[RecordedAmendment],
    *,
    topics: Topics,
    contents: Mapping[str, ContentsReading],
    now: datetime,
) -> None:
    """Write amendment × subscription for every running subscription that follows what an amendment is about, and
    has no match with it yet.

    One statement an amendment and interest, none a subscription: the cost grows with the matches. What a
    subscription leaves out, or finds too slight, is recorded as not told, with the reason.
    """
    phrases = await _phrases(connection)
    for each in recorded:
        keys = keys_of(each.amendment, topics=topics, contents=contents.get(each.manual))
        said = {Interest(Follows.PHRASE, phrase) for phrase in phrases if phrase_in(phrase, each.amendment)}
        satisfied = set(keys.interests) | said
        for interest in sorted(satisfied, key=lambda interest: (interest.follows, interest.value)):
            follow_it = and_(
                subscriptions.c.follows == str(interest.follows), subscriptions.c.value == interest.value
            )
            await _insert_matches(connection, each, follow_it, satisfied, reason_words(interest, topics), now)
        if keys.anybodys:
            narrow = subscriptions.c.follows.in_([str(follows) for follows in NARROW])
            await _insert_matches(connection, each, narrow, satisfied, ANYBODYS, now)


async def _insert_matches(
    connection: AsyncConnection,
    recorded: RecordedAmendment,
    which: ColumnElement[bool],
    satisfied: Iterable[Interest],
    reason: str,
    now: datetime,
) -> None:
    """One row for each of those running subscriptions (``which``) that is not of another manual."""
    too_slight = subscriptions.c.least > int(significance_of(recorded.amendment))
    left_out = exists().where(
        exclusions.c.subscription_id == subscriptions.c.id,
        tuple_(exclusions.c.follows, exclusions.c.value).in_(
            [(str(each.follows), each.value) for each in satisfied]
        ),
    )
    why_not: ColumnElement[str | None] = case(
        (left_out, literal(LEFT_OUT)), (too_slight, literal(TOO_SLIGHT)), else_=None
    )
    wanted = select(
        literal(recorded.id),
        subscriptions.c.id,
        literal(now, UtcDateTime()),
        literal(reason),
        case((or_(left_out, too_slight), literal(NOT_TOLD)), else_=literal(DUE)),
        why_not,
    ).where(
        which,
        ~_matched_already(recorded),
        subscriptions.c.ended_at.is_(None),
        or_(subscriptions.c.manual.is_(None), subscriptions.c.manual == recorded.manual),
    )
    await connection.execute(
        insert(matches).from_select(
            ["amendment_id", "subscription_id", "matched_at", "reason", "state", "not_told_reason"], wanted
        )
    )


def _matched_already(recorded: RecordedAmendment) -> ColumnElement[bool]:
    return exists().where(matches.c.amendment_id == recorded.id, matches.c.subscription_id == subscriptions.c.id)


async def _phrases(connection: AsyncConnection) -> list[str]:
    """Every phrase that somebody follows or leaves out."""
    followed = select(subscriptions.c.value).where(
        subscriptions.c.follows == str(Follows.PHRASE), subscriptions.c.ended_at.is_(None)
    )
    left_out = select(exclusions.c.value).where(exclusions.c.follows == str(Follows.PHRASE))
    return list((await connection.execute(followed.union(left_out))).scalars())


async def _exclusions_of(
    connection: AsyncConnection, which: ColumnElement[bool]
) -> defaultdict[int, tuple[Interest, ...]]:
    found: defaultdict[int, tuple[Interest, ...]] = defaultdict(tuple)
    rows = await connection.execute(
        select(exclusions)
        .where(exclusions.c.subscription_id.in_(select(subscriptions.c.id).where(which)))
        .order_by(exclusions.c.follows, exclusions.c.value)
    )
    for row in rows:
        found[row.subscription_id] += (Interest(Follows(row.follows), row.value),)
    return found


async def _subscribers_of(connection: AsyncConnection, which: ColumnElement[bool]) -> dict[int, Subscriber]:
    rows = await connection.execute(
        select(subscribers).where(subscribers.c.id.in_(select(subscriptions.c.subscriber_id).where(which)))
    )
    return {row["id"]: _subscriber(row) for row in rows.mappings()}


def same_wish(one: Subscription, other: Subscription) -> bool:
    """Whether two subscriptions ask for just the same."""
    return (one.interest, one.manual, set(one.exclusions), one.frequency, one.least) == (
        other.interest,
        other.manual,
        set(other.exclusions),
        other.frequency,
        other.least,
    )


def _subscriber(row: RowMapping) -> Subscriber:
    return Subscriber(
        id=row["id"],
        kind=SubscriberKind(row["kind"]),
        address=row["address"],
        workspace=row["workspace"],
        name=row["name"],
        hour=row["hour"],
        weekday=row["weekday"],
        day=row["day"],
        suspended_at=row["suspended_at"],
        suspended_reason=row["suspended_reason"],
    )


def _subscription(row: RowMapping, left_out: tuple[Interest, ...]) -> Subscription:
    return Subscription(
        id=row["id"],
        subscriber_id=row["subscriber_id"],
        interest=Interest(Follows(row["follows"]), row["value"]),
        manual=row["manual"],
        exclusions=left_out,
        frequency=Frequency(row["frequency"]),
        least=Significance(row["least"]),
        created_at=row["created_at"],
        created_by=row["created_by"],
        paused_until=row["paused_until"],
        ended_at=row["ended_at"],
        end_reason=row["end_reason"],
    )
