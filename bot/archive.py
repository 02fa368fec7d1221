"""The manuals' past as pages and letters show it: every amendment with its topics and its place, newest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.shelf import Shelf
from digests.digest import Item
from digests.items import Places, item_of
from digests.store.ledger import told_by_id
from digests.wording import title_words
from manual.identity import fold, title_key
from manual.reading import ContentsReading
from manual.store.history import told_amendments
from subscriptions.interests import Follows
from subscriptions.matching import AmendmentKeys, Match, keys_of, wanted
from subscriptions.store import SubscriptionOf
from subscriptions.topics import Topics

FRESH = timedelta(minutes=1)
"""How long what was read is shown before it is read again."""

MOST_IN_WELCOME = 30

_A_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One amendment. ``item`` is it as everybody may see it; ``keys`` are what it is found under."""

    item: Item
    keys: AmendmentKeys
    recorded_at: datetime
    topics: frozenset[str]
    text: str
    """Folded, for searching."""

    @property
    def id(self) -> int:
        return self.item.amendment_id

    @property
    def title(self) -> str:
        return title_words(self.item.amendment)

    @property
    def chapter(self) -> str | None:
        """The key of its chapter's title; None where the page lost it."""
        return title_key(self.item.amendment.title) if self.item.amendment.title else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What somebody looks for in the archive; empty ones let everything through. ``month`` is "YYYY-MM"."""

    words: str = ""
    manual: str = ""
    topic: str = ""
    month: str = ""
    kind: str = ""
    reread: bool = False

    def let_through(self, entry: Entry) -> bool:
        amendment = entry.item.amendment
        return (
            (not self.manual or entry.item.manual == self.manual)
            and (not self.topic or self.topic in entry.topics)
            and (not self.month or amendment.month == self.month)
            and (not self.kind or amendment.kind == self.kind)
            and (not self.reread or amendment.reread)
            and all(word in entry.text for word in fold(self.words).split())
        )


@dataclass(kw_only=True)
class Archive:
    """Reads the manuals' amendments, and keeps them for a minute."""

    manuals: Mapping[str, str]
    topics: Topics
    shelf: Shelf
    _entries: tuple[Entry, ...] = ()
    _read_at: datetime | None = None
    _contents: dict[str, ContentsReading] = field(default_factory=dict)

    async def entries(self, connection: AsyncConnection, now: datetime) -> tuple[Entry, ...]:
        """Every amendment in its last wording, the newest month first."""
        if self._read_at is None or not self._read_at <= now < self._read_at + FRESH:
            entries = [each for manual in self.manuals for each in await self._of(connection, manual)]
            self._entries = tuple(sorted(entries, key=lambda each: each.item.amendment.month or "", reverse=True))
            self._read_at = now
        return self._entries

    def forget(self) -> None:
        """Read anew next time."""
        self._read_at = None

    async def _of(self, connection: AsyncConnection, manual: str) -> list[Entry]:
        at_hand = await self.shelf.manual(connection, manual)
        contents = at_hand.contents if at_hand else None
        places = Places(contents)
        recorded = await told_amendments(connection, manual)
        told = await told_by_id(connection, [each.id for each in recorded])
        entries = []
        for each in recorded:
            name = self.manuals.get(manual, manual)
            item = item_of(told[each.id], places=places, manual_name=name, reasons=())
            keys = keys_of(each.amendment, topics=self.topics, contents=contents)
            entries.append(
                Entry(
                    item=item,
                    keys=keys,
                    recorded_at=each.recorded_at,
                    topics=frozenset(it.value for it in keys.interests if it.follows is Follows.TOPIC),
                    text=fold(" ".join((title_words(each.amendment), each.amendment.details))),
                )
            )
        return entries

    async def last_year(self, connection: AsyncConnection, now: datetime) -> Counter[str]:
        """By topic, how many amendments of the last twelve months belong to it."""
        since = f"{now - _A_YEAR:%Y-%m}"
        return Counter(
            topic
            for each in await self.entries(connection, now)
            if (each.item.amendment.month or "") > since
            for topic in each.topics
        )

    async def latest_for(
        self, connection: AsyncConnection, running: Sequence[SubscriptionOf], now: datetime
    ) -> list[dict[str, str | None]]:
        """Of the last month with something for these subscriptions, what they would have been told."""
        found = [each for each in await self.entries(connection, now) if self._wanted(each, running)]
        month = found[0].item.amendment.month if found else None
        return [
            {"title": each.title, "facts": " · ".join(each.item.facts), "url": each.item.chapter_url}
            for each in found[:MOST_IN_WELCOME]
            if each.item.amendment.month == month
        ]

    def _wanted(self, entry: Entry, running: Iterable[SubscriptionOf]) -> bool:
        return any(
            each.subscription.manual in (None, entry.item.manual)
            and isinstance(
                wanted(
                    entry.keys,
                    each.subscription.interest,
                    exclusions=each.subscription.exclusions,
                    least=each.subscription.least,
                    topics=self.topics,
                ),
                Match,
            )
            for each in running
        )
