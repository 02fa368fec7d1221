"""Lets people subscribe, change and leave by themselves, whatever door they come through: pages or mail.

    ask ─▶ a mail with a link ─▶ confirm ─▶ welcome        leave ─▶ goodbye        move ─▶ both addresses confirm

Nothing is sent to an address before it has confirmed, but the one mail that asks for it. Whether an address is
known is never told: the same is answered, and the same done, for every address of an allowed domain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.archive import Archive
from bot.errors import NotAllowed, TooMany
from bot.orders.phrases import Wording, schedule_says, subscription_says
from bot.shelf import Shelf
from config.settings import Settings
from database.connection import Database
from digests.letters import Letter, letter
from digests.rendering import Mailing
from digests.store.outbox import enqueue
from digests.store.withholding import LEFT, MOVED, withhold_waiting
from digests.suspending import resume_sending
from digests.wording import list_words
from subscriptions import store, store_people, store_requests
from subscriptions.errors import BadWish, DeadLink
from subscriptions.interests import Follows
from subscriptions.links import Addresses, Named, Purpose, Signer
from subscriptions.makers import THE_SUBSCRIBER
from subscriptions.requests import PER_ADDRESS, PER_CLIENT, Request, StoredRequest, may_subscribe
from subscriptions.store import SubscriptionOf
from subscriptions.store_changes import Change, log_change
from subscriptions.subscribers import Subscriber, SubscriberKind
from subscriptions.topics import Topics
from subscriptions.wishes import Wish

KEPT_AFTER_LEAVING = 28
"""Days until an address that has left is forgotten."""

_BY = {"page": f"{THE_SUBSCRIBER}, on the page", "mail": f"{THE_SUBSCRIBER}, by mail"}


@dataclass(frozen=True, kw_only=True)
class Confirmed:
    """What came of a confirmation. ``before``: it had been confirmed already, and nothing was done now.

    ``waits_for_other``: of a move, whose other address has not confirmed yet.
    """

    subscriber: Subscriber | None
    before: bool = False
    waits_for_other: bool = False


@dataclass(frozen=True, kw_only=True)
class Registrar:
    """Everything that is done for people who come by themselves. ``domains`` is the setting."""

    database: Database
    topics: Topics
    manuals: Mapping[str, str]
    shelf: Shelf
    archive: Archive
    addresses: Addresses
    mailing: Mailing
    domains: str

    @property
    def signer(self) -> Signer:
        return self.addresses.signer

    # --- Asking and confirming -----------------------------------------------------------------------------

    async def ask(self, address: str, request: Request, *, client: str | None, now: datetime) -> None:
        """Send the address a mail that asks it to confirm. The same happens whether the address is known or not.

        ``client`` is whoever asks, as far as the network tells. Raises NotAllowed for an address of another
        domain, TooMany for a client that asks too often, SubscriptionError for what can't be followed.
        """
        if not may_subscribe(address, self.domains):
            raise NotAllowed
        async with self.database.writing() as connection:
            wishes = request.wishes(address, topics=self.topics, manuals=self.manuals)
            await self._insist_on_our_names(connection, wishes)
            if not await self._may_send(connection, address, client, now):
                return
            stored = await store_requests.add_request(connection, request, address=address, now=now)
            words = {
                "manuals": self._manuals_of(wishes),
                "follows": [self._wish_says(each) for each in wishes],
                "confirm_url": self.addresses.confirm(stored.id, address, now),
            }
            await self._send(connection, "confirmation", words, to=address, now=now)

    async def asked(self, token: str, now: datetime) -> tuple[StoredRequest, list[str]]:
        """What a confirmation link would confirm, and that in words; changes nothing. Raises LinkError."""
        named = self.signer.read(Purpose.CONFIRM, token, now)
        async with self.database.reading() as connection:
            found = await self._request(connection, named)
        if not found.request.rows:
            return found, []
        wishes = found.request.wishes(found.address, topics=self.topics, manuals=self.manuals)
        return found, [self._wish_says(each) for each in wishes]

    async def confirm(self, token: str, now: datetime) -> Confirmed:
        """Do what was asked for, now that the address has confirmed it. Raises LinkError, BadWish."""
        named = self.signer.read(Purpose.CONFIRM, token, now)
        async with self.database.writing() as connection:
            found = await self._request(connection, named)
            if found.kind == "move":
                return await self._confirm_move(connection, found, now)
            if found.confirmed_at is not None:
                known = await store.find_subscriber(connection, SubscriberKind.EMAIL, found.address)
                return Confirmed(subscriber=known, before=True)
            await store_requests.mark_confirmed(connection, found.id, now)
            if found.kind == "resume":
                return Confirmed(subscriber=await self._resume(connection, found, now))
            return Confirmed(subscriber=await self._subscribe(connection, found, now))

    async def grant(self, subscriber: Subscriber, request: Request, now: datetime) -> None:
        """Follow more, for somebody who has come by a link of ours. Raises SubscriptionError."""
        wishes = request.wishes(subscriber.address, topics=self.topics, manuals=self.manuals)
        async with self.database.writing() as connection:
            await self._insist_on_our_names(connection, wishes)
            await self._grant(connection, wishes, _BY[request.via], now)

    async def _subscribe(self, connection: AsyncConnection, found: StoredRequest, now: datetime) -> Subscriber:
        wishes = found.request.wishes(found.address, topics=self.topics, manuals=self.manuals)
        granted = await self._grant(connection, wishes, _BY[found.request.via], now)
        subscriber = granted[-1].subscriber
        assert subscriber.id is not None, "it is stored"
        await resume_sending(connection, subscriber.id, now)
        await self._welcome(connection, subscriber, found.request.last, now)
        return subscriber

    async def _grant(
        self, connection: AsyncConnection, wishes: Sequence[Wish], by: str, now: datetime
    ) -> list[SubscriptionOf]:
        granted = []
        for wish in wishes:
            made = await store.grant_wish(connection, wish, by=by, now=now)
            if made.subscription.created_at == now:
                what = f"subscribed to {subscription_says(made.subscription, self.wording)}"
                await self._log(connection, made.subscriber, made.subscription.id, by, what, now)
            granted.append(made)
        return granted

    async def _welcome(
        self, connection: AsyncConnection, subscriber: Subscriber, last: bool, now: datetime
    ) -> None:
        assert subscriber.id is not None, "it is stored"
        running = await store.running_subscriptions(connection, subscriber_id=subscriber.id)
        words = {
            "manuals": list_words(list(self.manuals.values())) or "the manual",
            "follows": [self.says(each) for each in running],
            "promise": "We write only when something that you follow has changed.",
            "recent": await self.archive.latest_for(connection, running, now) if last else [],
            "manage_url": self.addresses.manage(subscriber, now),
            "unsubscribe_url": self.addresses.unsubscribe(subscriber, now),
        }
        await self._send(connection, "welcome", words, to=subscriber.address, subscriber=subscriber, now=now)

    # --- Coming by a link ----------------------------------------------------------------------------------

    async def holder(self, connection: AsyncConnection, purpose: Purpose, token: str, now: datetime) -> Subscriber:
        """The subscriber whose link this is. Raises LinkError, also where it has moved or was erased."""
        named = self.signer.read(purpose, token, now)
        subscriber = await store_people.subscriber_by_id(connection, named.id)
        if subscriber is None or not self.signer.names(named, subscriber.address):
            raise DeadLink
        return subscriber

    async def leave(self, token: str, now: datetime) -> int:
        """End everything that the holder of an unsubscribe link gets. Returns how many subscriptions ran."""
        async with self.database.writing() as connection:
            subscriber = await self.holder(connection, Purpose.UNSUBSCRIBE, token, now)
            return await self.end(connection, subscriber, by=_BY["page"], now=now)

    async def end(self, connection: AsyncConnection, subscriber: Subscriber, *, by: str, now: datetime) -> int:
        """End everything that a subscriber gets, and say goodbye; nothing where nothing ran."""
        assert subscriber.id is not None, "it is stored"
        ended = await store_people.end_all(connection, subscriber.id, reason="unsubscribed", who=by, now=now)
        await withhold_waiting(connection, subscriber.id, reason=LEFT, now=now)
        if ended:
            words = {
                "manuals": list_words(list(self.manuals.values())) or "the manual",
                "by_mistake_url": f"{self.addresses.root}/subscribe",
                "kept_days": KEPT_AFTER_LEAVING,
            }
            await self._send(connection, "goodbye", words, to=subscriber.address, now=now)
        return ended

    async def erase(self, address: str) -> bool:
        """Forget everything that is kept under an address. False where nothing was."""
        async with self.database.writing() as connection:
            keys = [self.signer.fingerprint(f"address:{address}")]
            return await store_people.erase_address(connection, address, keys)

    async def ask_to_resume(self, subscriber: Subscriber, now: datetime) -> None:
        """Send a suspended subscriber a mail: whoever gets it and confirms it is written to again."""
        async with self.database.writing() as connection:
            if not await self._may_send(connection, subscriber.address, None, now):
                return
            confirm_url = await self.resume_link(connection, subscriber, now)
            words = {
                "reason": f"{subscriber.suspended_reason or 'The address could not be reached'}.",
                "confirm_url": confirm_url,
                "unsubscribe_url": self.addresses.unsubscribe(subscriber, now),
            }
            await self._send(connection, "suspension", words, to=subscriber.address, now=now)

    async def resume_link(self, connection: AsyncConnection, subscriber: Subscriber, now: datetime) -> str:
        stored = await store_requests.add_request(
            connection,
            Request(),
            address=subscriber.address,
            now=now,
            kind="resume",
            subscriber_id=subscriber.id,
        )
        return self.addresses.confirm(stored.id, subscriber.address, now)

    async def _resume(self, connection: AsyncConnection, found: StoredRequest, now: datetime) -> Subscriber | None:
        if found.subscriber_id is None:
            return None
        await resume_sending(connection, found.subscriber_id, now)
        return await store_people.subscriber_by_id(connection, found.subscriber_id)

    # --- Moving --------------------------------------------------------------------------------------------

    async def ask_to_move(self, subscriber: Subscriber, address: str, now: datetime) -> None:
        """Ask the old address and the new one whether digests shall go to the new one. Raises NotAllowed."""
        if not may_subscribe(address, self.domains):
            raise NotAllowed
        async with self.database.writing() as connection:
            if not await self._may_send(connection, address, None, now):
                return
            stored = await store_requests.add_request(
                connection, Request(), address=address, now=now, kind="move", subscriber_id=subscriber.id
            )
            urls = {
                subscriber.address: self.addresses.release(stored.id, subscriber.address, now),
                address: self.addresses.confirm(stored.id, address, now),
            }
            for to, url in urls.items():
                words = {
                    "manuals": list_words(list(self.manuals.values())) or "the manual",
                    "confirm_url": url,
                    "to_old": to == subscriber.address,
                }
                await self._send(connection, "release", words, to=to, now=now)

    async def release(self, token: str, now: datetime) -> Confirmed:
        """The old address lets go. Raises LinkError, BadWish where the new one has subscriptions of its own."""
        named = self.signer.read(Purpose.RELEASE, token, now)
        async with self.database.writing() as connection:
            found = await store_requests.find_request(connection, named.id)
            if found is None or found.subscriber_id is None:
                raise DeadLink
            subscriber = await store_people.subscriber_by_id(connection, found.subscriber_id)
            if subscriber is None or not self.signer.names(named, subscriber.address):
                raise DeadLink
            await store_requests.mark_released(connection, found.id, now)
            return await self._move(connection, replace(found, released_at=now), now)

    async def _confirm_move(self, connection: AsyncConnection, found: StoredRequest, now: datetime) -> Confirmed:
        await store_requests.mark_confirmed(connection, found.id, now)
        return await self._move(connection, replace(found, confirmed_at=now), now)

    async def _move(self, connection: AsyncConnection, found: StoredRequest, now: datetime) -> Confirmed:
        if found.confirmed_at is None or found.released_at is None or found.subscriber_id is None:
            return Confirmed(subscriber=None, waits_for_other=True)
        before = await store_people.subscriber_by_id(connection, found.subscriber_id)
        if before is None or before.address == found.address:
            return Confirmed(subscriber=before, before=True)
        if not await store_people.move_subscriber(connection, found.subscriber_id, found.address):
            raise BadWish("That address has subscriptions of its own. Unsubscribe it first, then move again.")
        await withhold_waiting(connection, found.subscriber_id, reason=MOVED, now=now)
        moved = replace(before, address=found.address)
        await self._log(connection, moved, None, _BY["page"], "moved to another address", now)
        await self._welcome(connection, moved, False, now)
        return Confirmed(subscriber=moved)

    # --- Words and sending ---------------------------------------------------------------------------------

    @property
    def wording(self) -> Wording:
        return Wording(topics=self.topics, manuals=self.manuals, named=self.shelf.named)

    def says(self, each: SubscriptionOf) -> str:
        """ "The topic Fostering, weekly, on Mondays at 9:00"."""
        wish = each.subscription
        words = f"{subscription_says(wish, self.wording)}, {schedule_says(wish.frequency, each.subscriber)}"
        return words[:1].upper() + words[1:]

    def _wish_says(self, wish: Wish) -> str:
        subscriber = replace(wish.subscriber, id=0)
        made = wish.for_subscriber(subscriber, by="", now=datetime.min.replace(tzinfo=UTC))
        return self.says(SubscriptionOf(subscriber=subscriber, subscription=made))

    def _manuals_of(self, wishes: Sequence[Wish]) -> str:
        ids = dict.fromkeys(each.manual for each in wishes)
        chosen = [self.manuals[each] for each in ids if each] if None not in ids else list(self.manuals.values())
        return list_words(chosen) or "the manual"

    async def _insist_on_our_names(self, connection: AsyncConnection, wishes: Sequence[Wish]) -> None:
        """What is asked for is printed in a mail to whoever the address belongs to: so nothing but names of ours,
        no words of the asker's. Raises BadWish."""
        if any(each.interest.follows in (Follows.PHRASE, Follows.SECTION) for each in wishes):
            raise BadWish("Here you can follow topics, chapters, or everything.")
        titles = {each.interest.value for each in wishes if each.interest.follows is Follows.CHAPTER}
        if titles - await self.archive.chapter_keys(connection):
            raise BadWish("One of the chapters is not in the manual. Look it up again.")

    async def _may_send(
        self, connection: AsyncConnection, address: str, client: str | None, now: datetime
    ) -> bool:
        """Whether a mail may be sent for the asking. Raises TooMany for the client; the address is never told."""
        if client is not None:
            key = self.signer.fingerprint(f"client:{client}")
            if not await store_requests.may_ask(connection, key, PER_CLIENT, now):
                raise TooMany
        key = self.signer.fingerprint(f"address:{address}")
        return await store_requests.may_ask(connection, key, PER_ADDRESS, now)

    async def _request(self, connection: AsyncConnection, named: Named) -> StoredRequest:
        found = await store_requests.find_request(connection, named.id)
        if found is None or not self.signer.names(named, found.address):
            raise DeadLink
        return found

    async def _log(
        self, connection: AsyncConnection, who: Subscriber, number: int | None, by: str, what: str, now: datetime
    ) -> None:
        assert who.id is not None, "it is stored"
        change = Change(subscriber_id=who.id, subscription_id=number, changed_at=now, who=by, what=what)
        await log_change(connection, change)

    async def _send(
        self,
        connection: AsyncConnection,
        name: Letter,
        words: Mapping[str, object],
        *,
        to: str,
        now: datetime,
        subscriber: Subscriber | None = None,
    ) -> None:
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


def addresses_of(settings: Settings, signer: Signer, address: str | None = None) -> Addresses:
    """Where our pages are: the public address, or the one that they are served at (``address``)."""
    root = settings.web_url or address or f"http://{settings.web_host}:{settings.web_port}"
    return Addresses(root=root.rstrip("/"), signer=signer)
