"""What is written to people who come by themselves: their subscriptions in words, and the letters about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.archive import Archive
from bot.errors import TooMany
from bot.orders.phrases import Wording, schedule_says, subscription_says
from bot.shelf import Shelf
from config.settings import Settings
from digests.letters import Letter, letter
from digests.rendering import Mailing
from digests.store.outbox import enqueue
from digests.wording import list_words
from subscriptions import store, store_requests
from subscriptions.links import Addresses, Signer
from subscriptions.requests import PER_ADDRESS, PER_CLIENT, PER_PROVEN
from subscriptions.store import SubscriptionOf
from subscriptions.subscribers import Subscriber
from subscriptions.topics import Topics
from subscriptions.wishes import Wish


@dataclass(frozen=True, kw_only=True)
class Correspondence:
    """Whom letters come from, where their links lead, and what things are called in them."""

    topics: Topics
    manuals: Mapping[str, str]
    shelf: Shelf
    archive: Archive
    addresses: Addresses
    mailing: Mailing

    @property
    def wording(self) -> Wording:
        return Wording(topics=self.topics, manuals=self.manuals, named=self.shelf.named)

    @property
    def every_manual(self) -> str:
        return list_words(list(self.manuals.values())) or "the manual"

    def says(self, each: SubscriptionOf) -> str:
        """ "The topic Fostering, weekly, on Mondays at 9:00"."""
        wish = each.subscription
        words = f"{subscription_says(wish, self.wording)}, {schedule_says(wish.frequency, each.subscriber)}"
        return words[:1].upper() + words[1:]

    def wish_says(self, wish: Wish) -> str:
        subscriber = replace(wish.subscriber, id=0)
        made = wish.for_subscriber(subscriber, by="", now=datetime.min.replace(tzinfo=UTC))
        return self.says(SubscriptionOf(subscriber=subscriber, subscription=made))

    def manuals_of(self, wishes: Sequence[Wish]) -> str:
        ids = dict.fromkeys(each.manual for each in wishes)
        if None in ids:
            return self.every_manual
        return list_words([self.manuals[each] for each in ids if each]) or "the manual"

    async def may_send(self, connection: AsyncConnection, address: str, client: str | None, now: datetime) -> bool:
        """Whether a mail may be sent for the asking. Raises TooMany for the client; the address is never told."""
        signer = self.addresses.signer
        if client is not None:
            key = signer.fingerprint(f"client:{client}")
            if not await store_requests.may_ask(connection, key, PER_CLIENT, now):
                raise TooMany
        return await store_requests.may_ask(connection, asking_keys(signer, address)[0], PER_ADDRESS, now)

    async def may_answer(self, connection: AsyncConnection, address: str, now: datetime, *, proven: bool) -> bool:
        """Whether a mail from this address may be answered by one more; ``proven``: it is surely from there."""
        key = asking_keys(self.addresses.signer, address)[1]
        return await store_requests.may_ask(connection, key, PER_PROVEN if proven else PER_ADDRESS, now)

    async def welcome(
        self, connection: AsyncConnection, subscriber: Subscriber, now: datetime, *, last: bool = False
    ) -> None:
        """``last``: with the latest changes that the subscriber would have been told."""
        assert subscriber.id is not None, "it is stored"
        running = await store.running_subscriptions(connection, subscriber_id=subscriber.id)
        words = {
            "manuals": self.every_manual,
            "follows": [self.says(each) for each in running],
            "promise": "We write only when something that you follow has changed.",
            "recent": await self.archive.latest_for(connection, running, now) if last else [],
            "manage_url": self.addresses.manage(subscriber, now),
            "unsubscribe_url": self.addresses.unsubscribe(subscriber, now),
        }
        await self.send(connection, "welcome", words, to=subscriber.address, subscriber=subscriber, now=now)

    async def send(
        self,
        connection: AsyncConnection,
        name: Letter,
        words: Mapping[str, object],
        *,
        to: str,
        now: datetime,
        subscriber: Subscriber | None = None,
    ) -> None:
        """``subscriber``: whose list the letter is part of, so that one click leaves it."""
        new = letter(
            name,
            words,
            to=to,
            mailing=self.mailing,
            now=now,
            subscriber_id=subscriber.id if subscriber else None,
            unsubscribe_url=str(words["unsubscribe_url"]) if subscriber else None,
        )
        await enqueue(connection, [new], now)


def asking_keys(signer: Signer, address: str) -> tuple[str, str]:
    """What is counted of an address is counted under these: mails asked for, and answers to its own mails."""
    return signer.fingerprint(f"address:{address}"), signer.fingerprint(f"answers:{address}")


def addresses_of(settings: Settings, signer: Signer, address: str | None = None) -> Addresses:
    """Where our pages are: the public address, or the one that they are served at (``address``)."""
    root = settings.web_url or address or f"http://{settings.web_host}:{settings.web_port}"
    return Addresses(root=root.rstrip("/"), signer=signer)
