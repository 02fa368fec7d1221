"""What somebody can ask of the command, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class LookUp:
    """Which chapter is meant? ``words`` may be a number."""

    words: str
    manual: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What was amended in a chapter?"""

    words: str
    manual: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatsNew:
    """What changed? ``since`` is a month, "YYYY-MM"; None is the last month with amendments."""

    topic: str | None = None
    since: str | None = None
    manual: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WhenNext:
    """When is the next update due?"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribe:
    """A subscription in the words that subscriptions.wishes understands; what wasn't said is empty."""

    follows: str
    frequency: str = ""
    manual: str | None = None
    left_out: tuple[str, ...] = ()
    least: str = ""
    hour: int | None = None
    weekday: str = ""
    for_me: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsubscribe:
    """End what follows this; empty words ask for the list."""

    follows: str = ""
    for_me: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Hold digests back. ``until`` None asks until when; ``follows`` empty means all of this channel's."""

    follows: str = ""
    until: date | None = None
    for_me: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume:
    """Let what was paused run again."""

    follows: str = ""
    for_me: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowList:
    """What is subscribed here?"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowSettings:
    """When do digests come, and which manual is meant?"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowHelp:
    """What can be asked?"""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenForm:
    """The command without words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSubscribe:
    """Subscribe, but to what?"""


Request = (
    LookUp
    | History
    | WhatsNew
    | WhenNext
    | Subscribe
    | Unsubscribe
    | Pause
    | Resume
    | ShowList
    | ShowSettings
    | ShowHelp
    | OpenForm
    | OpenSubscribe
)
