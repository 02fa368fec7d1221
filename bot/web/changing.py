"""What is read from the forms of one's own page, and changed by them. Every field may be missing or made up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.datastructures import FormData

from bot.orders.phrases import Wording, subscription_says
from digests.wording import LONDON
from subscriptions import store, store_people
from subscriptions.errors import BadWish
from subscriptions.makers import THE_SUBSCRIBER
from subscriptions.store import SubscriptionOf
from subscriptions.store_changes import Change, insist_on_no_twin, log_change, set_terms
from subscriptions.subscribers import Frequency, Subscriber
from subscriptions.wishes import LEAST

LONGEST_PAUSE = timedelta(days=366)

BY = f"{THE_SUBSCRIBER}, on the page"


async def change_everything(
    connection: AsyncConnection, subscriber: Subscriber, form: FormData, *, wording: Wording, now: datetime
) -> None:
    """Change when mails come, and every subscription as its fields say. Raises BadWish."""
    assert subscriber.id is not None, "it is stored"
    await store_people.set_schedule(
        connection,
        subscriber.id,
        hour=_number(form, "hour", 0, 23, subscriber.hour),
        weekday=_number(form, "weekday", 0, 6, subscriber.weekday),
        day=_number(form, "day", 1, 28, subscriber.day),
    )
    before = await store.running_subscriptions(connection, subscriber_id=subscriber.id)
    for each in before:
        for what in await _change(connection, each, form, wording, now):
            await log(connection, subscriber, what, now, number=each.subscription.id)
    for each in await store.running_subscriptions(connection, subscriber_id=subscriber.id):
        if each.subscription not in [it.subscription for it in before]:
            await insist_on_no_twin(connection, each.subscription)


async def log(
    connection: AsyncConnection, subscriber: Subscriber, what: str, now: datetime, *, number: int | None = None
) -> None:
    """Note what the subscriber changed; ``number``: of which subscription, None for all."""
    assert subscriber.id is not None, "it is stored"
    await log_change(
        connection,
        Change(subscriber_id=subscriber.id, subscription_id=number, changed_at=now, who=BY, what=what),
    )


async def _change(
    connection: AsyncConnection, each: SubscriptionOf, form: FormData, wording: Wording, now: datetime
) -> list[str]:
    """Stop a subscription, or let it tell more or less often, of more or less. Says what was done."""
    wish = each.subscription
    assert wish.id is not None, "it is stored"
    says = subscription_says(wish, wording)
    if f"stop-{wish.id}" in form:
        await store.end_subscription(connection, wish.id, "ended on the page", now)
        return [f"stopped {says}"]
    done, terms = [], wish
    frequency = str(form.get(f"frequency-{wish.id}", wish.frequency))
    if frequency != wish.frequency:
        if frequency not in tuple(map(str, Frequency)):
            raise BadWish("Choose how often you want a mail.")
        terms = replace(terms, frequency=Frequency(frequency))
        done.append(f"changed {says} to {frequency}")
    least = str(form.get(f"least-{wish.id}", wish.least.words))
    if least != wish.least.words:
        if least not in LEAST:
            raise BadWish("Choose which changes you want to hear of.")
        terms = replace(terms, least=LEAST[least])
        done.append(f"changed which changes of {wording.interest(wish.interest)} are told")
    if terms != wish:
        await set_terms(connection, terms)
    return done


def day_of_return(form: FormData, now: datetime) -> datetime:
    """The beginning of the day that mails come again. Raises BadWish."""
    try:
        until = date.fromisoformat(str(form.get("until", "")).strip())
    except ValueError:
        raise BadWish("Enter the day on which your mails come again, like 2026-09-02.") from None
    today = now.astimezone(LONDON).date()
    if not today < until <= today + LONGEST_PAUSE:
        raise BadWish("Choose a day after today, and within a year.")
    return datetime.combine(until, time(0), tzinfo=LONDON)


def _number(form: FormData, name: str, least: int, most: int, present: int) -> int:
    text = str(form.get(name, present))
    if not (text.isascii() and text.isdecimal()) or not least <= int(text[:4]) <= most:
        raise BadWish(f"Choose a number from {least} to {most} for the {name}.")
    return int(text[:4])
