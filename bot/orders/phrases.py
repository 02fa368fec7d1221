"""Subscriptions in plain English: what is followed, how often, and what is left out. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from digests.wording import LONDON, list_words
from subscriptions.interests import Interest, Significance
from subscriptions.matching import reason_words
from subscriptions.store import SubscriptionOf
from subscriptions.subscribers import Frequency, Subscriber, SubscriberKind, Subscription
from subscriptions.topics import Topics

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January February March April May June July August September October November December".split()
)  # not strftime's: those follow the machine's locale

_LEAST = {
    Significance.MINOR: "",
    Significance.CHANGED: "only where more than links and details changed",
    Significance.REREAD: "only what must be re-read",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What subscriptions are put into words with: topics, the manuals' names, and names of what is followed."""

    topics: Topics
    manuals: Mapping[str, str]
    named: Mapping[Interest, str] = field(default_factory=dict)

    def interest(self, interest: Interest) -> str:
        """ "the topic Fostering", "section 4.2 Leaving Care", "everything"."""
        return self.named.get(interest) or reason_words(interest, self.topics).removeprefix("follows ")

    def follows(self, each: SubscriptionOf) -> str:
        """What is followed and what is not, without how often: "the topic Fostering, but not …"."""
        return subscription_says(each.subscription, self)

    def subject(self, subscription: Subscription) -> str:
        """What is followed, whatever is left out of it: "the topic Fostering in Westmere"."""
        words = self.interest(subscription.interest)
        if len(self.manuals) <= 1:
            return words
        manual = subscription.manual
        return f"{words} in {self.manuals.get(manual, manual)}" if manual else f"{words} in every manual"

    def schedule(self, each: SubscriptionOf) -> str:
        return schedule_says(each.subscription.frequency, each.subscriber)


def subscription_says(subscription: Subscription, wording: Wording) -> str:
    words = wording.subject(subscription)
    if subscription.exclusions:
        words += f", but not {list_words([wording.interest(each) for each in subscription.exclusions], 'or')}"
    least = _LEAST[subscription.least]
    return f"{words}, {least}" if least else words


def schedule_says(frequency: Frequency, subscriber: Subscriber) -> str:
    """ "weekly, on Mondays at 9:00", by London's clock."""
    match frequency:
        case Frequency.AS_IT_HAPPENS:
            return "as it happens"
        case Frequency.DAILY:
            return f"daily at {subscriber.hour}:00"
        case Frequency.WEEKLY:
            return f"weekly, on {WEEKDAYS[subscriber.weekday]}s at {subscriber.hour}:00"
        case Frequency.MONTHLY:
            return f"monthly, on the {_ordinal(subscriber.day)} at {subscriber.hour}:00"


def day_says(moment: datetime) -> str:
    """ "2 September 2026", on London's calendar."""
    local = moment.astimezone(LONDON)
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year}"


def whose(subscriber: Subscriber) -> str:
    """ "This channel", "You": the subject of what is said to the person."""
    return "You" if subscriber.kind is SubscriberKind.SLACK_USER else "This channel"


def verb(subscriber: Subscriber, plural: str, singular: str) -> str:
    """The verb's form behind ``whose``."""
    return plural if subscriber.kind is SubscriberKind.SLACK_USER else singular


def _ordinal(day: int) -> str:
    if day in (11, 12, 13):
        return f"{day}th"
    return f"{day}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(day % 10, 'th') }"
