"""Who is told, how often, and of what: subscribers and their subscriptions, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from subscriptions.interests import Interest, Significance


class SubscriberKind(StrEnum):
    """Where a subscriber is reached."""

    SLACK_CHANNEL = "slack_channel"
    SLACK_USER = "slack_user"
    EMAIL = "email"


class Frequency(StrEnum):
    """How often a subscription's digests go out. All moments are Europe/London's."""

    AS_IT_HAPPENS = "as it happens"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """A Slack channel, a Slack user or an email address, and when its digests are due.

    ``hour`` is 0-23, ``weekday`` 0 (Monday) to 6, ``day`` 1-28: all in Europe/London.
    ``id`` is None until it is stored.
    """

    id: int | None = None
    kind: SubscriberKind
    address: str
    workspace: str = ""
    name: str | None = None
    hour: int = 9
    weekday: int = 0
    day: int = 1
    suspended_at: datetime | None = None
    suspended_reason: str | None = None

    @property
    def words(self) -> str:
        """How people call it: "#fostering", an address."""
        return self.name or self.address


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """What one subscriber asked for. ``manual`` None means every manual; ``id`` None until it is stored."""

    id: int | None = None
    subscriber_id: int
    interest: Interest
    manual: str | None = None
    exclusions: tuple[Interest, ...] = ()
    frequency: Frequency = Frequency.WEEKLY
    least: Significance = Significance.MINOR
    created_at: datetime
    created_by: str
    paused_until: datetime | None = None
    ended_at: datetime | None = None
    end_reason: str | None = None
