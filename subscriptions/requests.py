"""What somebody asks for by themselves, kept until they confirm it; and who may ask, how often. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from subscriptions.errors import BadWish, SubscriptionError
from subscriptions.subscribers import Subscriber
from subscriptions.topics import Topics
from subscriptions.wishes import Wish, parse_wish

MOST_FOLLOWED = 60
"""Things that one request may name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Rows of words as ``parse_wish`` reads them, without the address. ``last``: the latest changes are wanted
    with the welcome. ``via``: "page" or "mail"."""

    rows: tuple[Mapping[str, str], ...] = ()
    last: bool = False
    via: str = "page"

    def wishes(self, address: str, *, topics: Topics, manuals: Collection[str]) -> list[Wish]:
        """What is still possible of it: a topic may have gone since. Raises SubscriptionError where nothing is."""
        wishes: list[Wish] = []
        problem: SubscriptionError = BadWish("nothing was chosen")
        for row in self.rows[:MOST_FOLLOWED]:
            try:
                wishes.append(parse_wish({**row, "to": f"email:{address}"}, topics=topics, manuals=manuals))
            except SubscriptionError as error:
                problem = error
        if not wishes:
            raise problem
        return wishes

    def to_json(self) -> dict[str, Any]:
        return {"rows": [dict(row) for row in self.rows], "last": self.last, "via": self.via}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Request:
        return cls(rows=tuple(document["rows"]), last=document["last"], via=document["via"])


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRequest:
    """A request in the database. ``kind`` is "subscribe", "resume" or "move"; of a move, ``address`` is
    the new one."""

    id: int
    kind: str
    address: str
    subscriber_id: int | None
    request: Request = field(default_factory=Request)
    asked_at: datetime
    confirmed_at: datetime | None = None
    released_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """What came of a confirmation. ``before``: it had been confirmed already, and nothing was done now.

    ``waits_for_other``: of a move, whose other address has not confirmed yet. ``resumed``: a suspension has ended.
    """

    subscriber: Subscriber | None
    before: bool = False
    resumed: bool = False
    waits_for_other: bool = False


def may_subscribe(address: str, domains: str) -> bool:
    """Whether an address is of an allowed domain; ``domains`` is the setting: "a.gov.uk b.gov.uk", or "*".

    Never one of letters with accents: no mail can be sent to it.
    """
    if not address.isascii():
        return False
    allowed = {each.removeprefix("@") for each in domains.replace(",", " ").lower().split()}
    return "*" in allowed or address.rpartition("@")[2].lower() in allowed


@dataclass(frozen=True, slots=True, kw_only=True)
class AskingLimit:
    """So many mails may be asked for within a time."""

    most: int
    within: timedelta


PER_ADDRESS = (
    AskingLimit(most=2, within=timedelta(minutes=1)),
    AskingLimit(most=5, within=timedelta(hours=1)),
    AskingLimit(most=10, within=timedelta(days=1)),
)
PER_PROVEN = (
    AskingLimit(most=10, within=timedelta(minutes=1)),
    AskingLimit(most=60, within=timedelta(hours=1)),
)
"""Answers to whom the relay vouches for: only they themselves could flood their mailbox."""
PER_CLIENT = (
    AskingLimit(most=10, within=timedelta(minutes=1)),
    AskingLimit(most=100, within=timedelta(hours=1)),
)
"""A whole council may sit behind one address of the network."""


def is_too_many(limits: Collection[AskingLimit], before: Collection[datetime], now: datetime) -> bool:
    """Whether one more is too many, after those that were asked for ``before``."""
    return any(sum(each > now - limit.within for each in before) >= limit.most for limit in limits)
