"""Turns what somebody asked to follow into a wish: resolves numbers, names and exceptions. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.orders.requests import Subscribe
from bot.shelf import ManualAtHand
from manual.identity import fold
from subscriptions.errors import NotInTheManual, UnknownTopic
from subscriptions.interests import Interest, parse_interest
from subscriptions.subscribers import Subscriber, SubscriberKind
from subscriptions.topics import Topics
from subscriptions.wishes import WEEKDAYS, Wish, interest_words, parse_wish

_NUMBER = re.compile(r"\d+(?:\.\d+)*[a-z]?\.?", re.I)
_SCHEME = {SubscriberKind.SLACK_CHANNEL: "slack", SubscriberKind.SLACK_USER: "slack-user"}


def wish_of(
    asked: Subscribe,
    subscriber: Subscriber,
    *,
    manual: str | None,
    at_hand: Sequence[ManualAtHand],
    topics: Topics,
    manuals: Mapping[str, str],
) -> Wish:
    """The wish for ``subscriber``, whose hours count where none were typed. Raises SubscriptionError."""
    interest = interest_of(asked.follows, at_hand, topics)
    left_out = exceptions_of(asked.left_out, at_hand, topics)
    words = {
        "to": _address(subscriber),
        "name": subscriber.name or "",
        "follows": interest_words(interest),
        "manual": manual or "",
        "except": ";".join(interest_words(each) for each in left_out),
        "frequency": asked.frequency,
        "least": asked.least,
        "hour": str(subscriber.hour if asked.hour is None else asked.hour),
        "weekday": asked.weekday or WEEKDAYS[subscriber.weekday],
        "day": str(subscriber.day),
    }
    return parse_wish(words, topics=topics, manuals=manuals)


def interest_of(words: str, at_hand: Sequence[ManualAtHand], topics: Topics) -> Interest:
    """What is followed: "4.2" is the section or chapter of that number; else a topic by its own name, the chapter
    of just that title, or what people also call a topic. Raises SubscriptionError."""
    number = words.strip().rstrip(".")
    if _NUMBER.fullmatch(words.strip()):
        for each in at_hand:
            if any(section.number == number for section in each.contents.sections):
                return Interest.section(number)
            for chapter in each.contents.chapters:
                if chapter.number == number:
                    return Interest.chapter(chapter.title)
        if at_hand:
            raise NotInTheManual("chapter or section", number)
    named = any(fold(words) == fold(topic.name) for topic in topics)
    titled = next((found for each in at_hand if (found := each.chapter_of(words))), None)
    if titled is not None and not named:
        return Interest.chapter(titled.title)
    return parse_interest(words, topics)


def exceptions_of(
    left_out: Sequence[str], at_hand: Sequence[ManualAtHand], topics: Topics
) -> tuple[Interest, ...]:
    """What is left out; "a and b" is two things where it is no topic by itself. Raises SubscriptionError."""
    found: list[Interest] = []
    for words in left_out:
        try:
            found.append(interest_of(words, at_hand, topics))
        except UnknownTopic:
            parts = re.split(r"\s+(?:and|or)\s+", words)
            if len(parts) == 1:
                raise
            found += [interest_of(part, at_hand, topics) for part in parts]
    return tuple(dict.fromkeys(found))


def _address(subscriber: Subscriber) -> str:
    workspace = f"{subscriber.workspace}/" if subscriber.workspace else ""
    return f"{_SCHEME[subscriber.kind]}:{workspace}{subscriber.address}"
