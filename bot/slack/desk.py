"""What every listener works with, built once by the entry point; and where in Slack somebody is asking."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.misses import Misses
from bot.orders.phrases import Wording
from bot.shelf import Shelf
from bot.slack.installs import Installs
from config.settings import Settings
from database.connection import Database
from digests.periods import Calendar
from digests.wording import LONDON
from subscriptions.errors import UnknownTopic
from subscriptions.links import Signer
from subscriptions.makers import slack_maker
from subscriptions.subscribers import Subscriber, SubscriberKind
from subscriptions.topics import Topics


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The database, the manuals and the topics, with the settings that matter here. ``clock`` tells the time.

    ``settings`` name the operators; None: there are none to be told.
    ``installs`` None: the app has one token, and workspaces are not told apart.
    ``signer`` None: there is no key to mark words with that may be names.
    """

    database: Database
    topics: Topics
    manuals: Mapping[str, str]
    shelf: Shelf
    clock: Callable[[], datetime]
    calendar: Calendar = field(default_factory=Calendar)
    command: str = "/procedure"
    admins_only: bool = False
    settings: Settings | None = None
    installs: Installs | None = None
    signer: Signer | None = None

    def workspace_of(self, team: str | None) -> str:
        """What a workspace's subscribers are kept under."""
        return "" if self.installs is None else team or ""

    @property
    def wording(self) -> Wording:
        return Wording(topics=self.topics, manuals=self.manuals, named=self.shelf.named)

    @property
    def misses(self) -> Misses:
        return Misses(database=self.database, lookup=self.shelf.lookup, signer=self.signer)

    @property
    def today(self) -> date:
        return self.clock().astimezone(LONDON).date()

    async def have_manuals_at_hand(self) -> None:
        """Index what was read since. To be done before a transaction that writes, which would hold others up."""
        async with self.database.reading() as connection:
            await self.shelf.bring_up_to_date(connection)

    def is_topic(self, words: str) -> bool:
        try:
            self.topics.called(words)
        except UnknownTopic:
            return False
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Somebody in a channel, or in direct messages. ``team`` is Slack's own id of the workspace.

    ``workspace`` is what subscribers are kept under: empty where the app has one token.
    """

    team: str
    workspace: str
    channel: str
    user: str

    @property
    def is_direct(self) -> bool:
        """Direct messages (D…) and the Home tab (no channel) are the person's own."""
        return not self.channel or self.channel.startswith("D")

    @property
    def who(self) -> str:
        """The person, for the log of who changed what."""
        return slack_maker(team=self.team, user=self.user)

    def subscriber(self, *, for_me: bool = False) -> Subscriber:
        """Whose subscriptions are meant here: the channel's, or the person's own."""
        if for_me or self.is_direct:
            kind, address = SubscriberKind.SLACK_USER, self.user
        else:
            kind, address = SubscriberKind.SLACK_CHANNEL, self.channel
        return Subscriber(kind=kind, address=address, workspace=self.workspace)


def place_of(desk: Desk, *, team: str | None, channel: str | None, user: str) -> Place:
    """Where a payload of Slack's comes from."""
    return Place(team=team or "", workspace=desk.workspace_of(team), channel=channel or "", user=user)
