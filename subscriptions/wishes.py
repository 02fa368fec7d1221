"""What somebody asks for in words, from a command or a row of a CSV file, turned into a subscription to be.

One parser for every door, so that the same words mean the same thing everywhere.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from email_validator import EmailNotValidError, validate_email

from subscriptions.errors import BadWish, SubscriptionError
from subscriptions.interests import Interest, Significance, parse_interest
from subscriptions.subscribers import Frequency, Subscriber, SubscriberKind, Subscription
from subscriptions.topics import Topics

COLUMNS = ("to", "name", "follows", "manual", "except", "frequency", "least", "hour", "weekday", "day")

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

LEAST = {each.words: each for each in Significance}

Choice = TypeVar("Choice")

_SLACK_ID = {
    "slack": re.compile(r"(?:(T\w+)/)?([CG][A-Z0-9]{2,})"),
    "slack-user": re.compile(r"(?:(T\w+)/)?([UW][A-Z0-9]{2,})"),
}
_SLACK_KIND = {"slack": SubscriberKind.SLACK_CHANNEL, "slack-user": SubscriberKind.SLACK_USER}
_SLACK_HINT = {"slack": "slack:C0123456 or slack:T0123456/C0123456", "slack-user": "slack-user:U0123456"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A subscription that somebody wants, understood but not stored."""

    subscriber: Subscriber
    sets_schedule: bool = False
    """Whether the subscriber's name or hours were said, and so replace those it has."""
    interest: Interest
    manual: str | None
    exclusions: tuple[Interest, ...]
    frequency: Frequency
    least: Significance

    def for_subscriber(self, subscriber: Subscriber, *, by: str, now: datetime) -> Subscription:
        """The subscription to store once the subscriber has an id."""
        assert subscriber.id is not None, "a subscriber is stored before its subscriptions"
        return Subscription(
            subscriber_id=subscriber.id,
            interest=self.interest,
            manual=self.manual,
            exclusions=self.exclusions,
            frequency=self.frequency,
            least=self.least,
            created_at=now,
            created_by=by,
        )


def parse_wish(words: Mapping[str, str], *, topics: Topics, manuals: Collection[str]) -> Wish:
    """A wish from the words under COLUMNS; empty and missing ones take their defaults.

    ``manuals`` are the known manuals' ids. Raises SubscriptionError naming the word at fault and what would do.
    """
    left_out = tuple(
        parse_interest(each.strip(), topics) for each in _given(words, "except").split(";") if each.strip()
    )
    interest = parse_interest(_given(words, "follows"), topics)
    if interest in left_out:
        raise BadWish(
            "except: that would leave out all that is followed, so nothing would ever come; "
            "to leave out one chapter, write chapter:… before its title"
        )
    return Wish(
        subscriber=parse_subscriber(
            _given(words, "to"),
            name=_given(words, "name") or None,
            hour=_number(words, "hour", 0, 23, 9),
            weekday=_choice(words, "weekday", {name: day for day, name in enumerate(WEEKDAYS)}, 0),
            day=_number(words, "day", 1, 28, 1),
        ),
        sets_schedule=any(_given(words, column) for column in ("name", "hour", "weekday", "day")),
        interest=interest,
        manual=_manual(_given(words, "manual"), manuals),
        exclusions=left_out,
        frequency=_choice(words, "frequency", {str(each): each for each in Frequency}, Frequency.WEEKLY),
        least=_choice(words, "least", LEAST, Significance.MINOR),
    )


def parse_subscriber(
    to: str, *, name: str | None = None, hour: int = 9, weekday: int = 0, day: int = 1
) -> Subscriber:
    """ "slack:C0123456", "slack-user:U0123456" or "email:name@example.gov.uk" as a subscriber. Raises BadWish."""
    scheme, _, rest = to.strip().partition(":")
    if scheme in _SLACK_ID:
        found = _SLACK_ID[scheme].fullmatch(rest)
        if not found:
            raise BadWish(f"to: {to!r} is no Slack id; write {_SLACK_HINT[scheme]}")
        kind, workspace, address = _SLACK_KIND[scheme], found[1] or "", found[2]
    elif scheme == "email":
        kind, workspace, address = SubscriberKind.EMAIL, "", normalise_address(rest)
    else:
        raise BadWish(f"to: {to!r}; write slack:C0123456, slack-user:U0123456 or email:name@example.gov.uk")
    return Subscriber(
        kind=kind, address=address, workspace=workspace, name=name, hour=hour, weekday=weekday, day=day
    )


def normalise_address(address: str) -> str:
    """A mail address as it is kept and compared: lower case, normal Unicode forms. Raises BadWish."""
    try:
        checked = validate_email(address.strip(), check_deliverability=False)
    except EmailNotValidError as error:
        raise BadWish(f"{address!r} is no mail address: {error}") from None
    return checked.normalized.lower()


def wishes_from_csv(text: str, *, topics: Topics, manuals: Collection[str]) -> list[Wish]:
    """Every row of a CSV file as a wish. Raises BadWish naming every bad row, so that all are mended at once."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
    unknown = set(reader.fieldnames or ()) - set(COLUMNS)
    missing = {"to", "follows"} - set(reader.fieldnames or ())
    if unknown or missing:
        problem = f"unknown column {min(map(str, unknown))!r}" if unknown else f"no column {min(missing)!r}"
        raise BadWish(
            f"row 1: {problem}; the columns are {', '.join(COLUMNS)}; only 'to' and 'follows' are needed"
        )
    wishes, problems = [], []
    try:
        for row in reader:
            try:
                if None in row:
                    raise BadWish(f"{len(row) - 1 + len(row[None])} fields where the heading has {len(row) - 1}")
                wishes.append(parse_wish(row, topics=topics, manuals=manuals))
            except SubscriptionError as error:
                problems.append(f"row {reader.line_num}: {error}")
    except csv.Error as error:
        problems.append(f"row {reader.line_num}: {error}")
    if problems:
        raise BadWish("\n".join(problems))
    return wishes


def wishes_to_csv(wishes: Iterable[Wish]) -> str:
    """The wishes as a CSV file that ``wishes_from_csv`` reads back to the same."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for wish in wishes:
        writer.writerow(
            {
                "to": destination_words(wish.subscriber),
                "name": wish.subscriber.name or "",
                "follows": interest_words(wish.interest),
                "manual": wish.manual or "",
                "except": "; ".join(interest_words(each) for each in wish.exclusions),
                "frequency": str(wish.frequency),
                "least": wish.least.words,
                "hour": wish.subscriber.hour,
                "weekday": WEEKDAYS[wish.subscriber.weekday],
                "day": wish.subscriber.day,
            }
        )
    return out.getvalue()


def destination_words(subscriber: Subscriber) -> str:
    """A subscriber as ``parse_subscriber`` reads it."""
    scheme = {
        SubscriberKind.SLACK_CHANNEL: "slack",
        SubscriberKind.SLACK_USER: "slack-user",
        SubscriberKind.EMAIL: "email",
    }[subscriber.kind]
    workspace = f"{subscriber.workspace}/" if subscriber.workspace else ""
    return f"{scheme}:{workspace}{subscriber.address}"


def interest_words(interest: Interest) -> str:
    """An interest as ``parse_interest`` reads it: "topic:fostering", "everything"."""
    return f"{interest.follows}:{interest.value}" if interest.value else str(interest.follows)


def _given(words: Mapping[str, str], column: str) -> str:
    return (words.get(column) or "").strip()


def _number(words: Mapping[str, str], column: str, least: int, most: int, default: int) -> int:
    text = _given(words, column)
    if not text:
        return default
    if not text.isdecimal() or not least <= int(text) <= most:
        raise BadWish(f"{column}: {text!r}; write a number from {least} to {most}")
    return int(text)


def _choice(words: Mapping[str, str], column: str, choices: Mapping[str, Choice], default: Choice) -> Choice:
    text = re.sub(r"[\s_-]+", " ", _given(words, column).lower())
    if not text:
        return default
    for each, value in choices.items():
        if re.sub(r"[\s_-]+", " ", each) == text:
            return value
    raise BadWish(f"{column}: {text!r}; write one of: {', '.join(choices)}")


def _manual(text: str, manuals: Collection[str]) -> str | None:
    if not text or text in manuals:
        return text or None
    known = ", ".join(sorted(manuals)) or "none are set up yet"
    raise BadWish(f"manual: there is no manual {text!r}; known: {known}")
