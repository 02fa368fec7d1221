"""Lets people subscribe, change and leave by themselves, whatever door they come through: pages or mail.

    ask ─▶ a mail with a link ─▶ confirm ─▶ welcome        leave ─▶ goodbye        move ─▶ both addresses confirm

Nothing is sent to an address before it has confirmed, but the one mail that asks for it. Whether an address is
known is never told: the same is answered, and the same done, for every address of an allowed domain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import NotAllowed
from bot.misses import Misses
from bot.orders.chapters import insist_on_chapters
from bot.orders.phrases import subscription_says
from bot.registry.correspondence import Correspondence, asking_keys
from bot.registry.moves import Moves
from bot.registry.suspensions import Suspensions
from database.connection import Database
from digests.notices import NOBODY, Operators
from digests.store.withholding import LEFT, withhold_waiting
from digests.suspending import resume_sending
from subscriptions import store, store_people, store_requests
from subscriptions.errors import BadWish, DeadLink
from subscriptions.interests import Follows
from subscriptions.keeping import ENDED
from subscriptions.links import Named, Purpose, Signer
from subscriptions.makers import THE_SUBSCRIBER
from subscriptions.requests import Confirmed, Request, StoredRequest, may_subscribe
from subscriptions.store import SubscriptionOf
from subscriptions.store_changes import log_what, pause_subscription, set_terms
from subscriptions.subscribers import Subscriber, SubscriberKind
from subscriptions.wishes import Wish

_BY = {"page": f"{THE_SUBSCRIBER}, on the page", "mail": f"{THE_SUBSCRIBER}, by mail"}


@dataclass(frozen=True, kw_only=True)
class Registrar:
    """Everything that is done for people who come by themselves. ``domains`` is the setting; ``operators`` hear of
    those who can't be reached any more."""

    database: Database
    post: Correspondence
    domains: str
    operators: Operators = NOBODY

    @property
    def signer(self) -> Signer:
        return self.post.addresses.signer

    @property
    def misses(self) -> Misses:
        return Misses(database=self.database, lookup=self.post.shelf.lookup, signer=self.signer)

    @property
    def moves(self) -> Moves:
        return Moves(database=self.database, post=self.post, domains=self.domains)

    @property
    def suspensions(self) -> Suspensions:
        return Suspensions(database=self.database, post=self.post, operators=self.operators)

    # --- Asking and confirming -----------------------------------------------------------------------------

    async def ask(self, address: str, request: Request, *, client: str | None, now: datetime) -> None:
        """Send the address a mail that asks it to confirm. The same happens whether the address is known or not.

        ``client`` is whoever asks, as far as the network tells. Raises NotAllowed for an address of another
        domain, TooMany for a client that asks too often, SubscriptionError for what can't be followed.
        """
        if not may_subscribe(address, self.domains):
            raise NotAllowed
        async with self.database.writing() as connection:
            wishes = request.wishes(address, topics=self.post.topics, manuals=self.post.manuals)
            await self._insist_on_our_names(connection, wishes)
            if not await self.post.may_send(connection, address, client, now):
                return
            stored = await store_requests.add_request(connection, request, address=address, now=now)
            words = {
                "manuals": self.post.manuals_of(wishes),
                "follows": [self.post.wish_says(each) for each in wishes],
                "confirm_url": self.post.addresses.confirm(stored.id, address, now),
            }
            await self.post.send(connection, "confirmation", words, to=address, now=now)

    async def asked(self, token: str, now: datetime) -> tuple[StoredRequest, list[str]]:
        """What a confirmation link would confirm, and that in words; changes nothing. Raises LinkError."""
        named = self.signer.read(Purpose.CONFIRM, token, now)
        async with self.database.reading() as connection:
            found = await self._request(connection, named)
        if not found.request.rows:
            return found, []
        wishes = found.request.wishes(found.address, topics=self.post.topics, manuals=self.post.manuals)
        return found, [self.post.wish_says(each) for each in wishes]

    async def confirm(self, token: str, now: datetime) -> Confirmed:
        """Do what was asked for, now that the address has confirmed it. Raises LinkError, BadWish."""
        named = self.signer.read(Purpose.CONFIRM, token, now)
        async with self.database.writing() as connection:
            found = await self._request(connection, named)
            if found.kind == "move":
                return await self.moves.confirm(connection, found, now)
            if found.confirmed_at is not None:
                known = await store.find_subscriber(connection, SubscriberKind.EMAIL, found.address)
                return Confirmed(subscriber=known, before=True)
            await store_requests.mark_confirmed(connection, found.id, now)
            if found.kind == "resume":
                return Confirmed(subscriber=await self.suspensions.end(connection, found, now), resumed=True)
            return Confirmed(subscriber=await self._subscribe(connection, found, now))

    async def grant(self, subscriber: Subscriber, request: Request, now: datetime) -> None:
        """Follow more, for somebody who has come by a link of ours. Raises SubscriptionError."""
        wishes = request.wishes(subscriber.address, topics=self.post.topics, manuals=self.post.manuals)
        async with self.database.writing() as connection:
            await self._insist_on_our_names(connection, wishes)
            await self._grant(connection, wishes, _BY[request.via], now)

    async def _subscribe(self, connection: AsyncConnection, found: StoredRequest, now: datetime) -> Subscriber:
        wishes = found.request.wishes(found.address, topics=self.post.topics, manuals=self.post.manuals)
        granted = await self._grant(connection, wishes, _BY[found.request.via], now)
        subscriber = granted[-1].subscriber
        assert subscriber.id is not None, "it is stored"
        await resume_sending(connection, subscriber.id, now)
        await self.post.welcome(connection, subscriber, now, last=found.request.last)
        return subscriber

    async def _grant(
        self, connection: AsyncConnection, wishes: Sequence[Wish], by: str, now: datetime
    ) -> list[SubscriptionOf]:
        granted = []
        for wish in wishes:
            running = await self._running(connection, wish.subscriber)
            if twin := twin_of(wish, running):
                granted.append(await self._change(connection, twin, wish, by, now))
                continue
            made = await store.grant_wish(connection, wish, by=by, now=now)
            assert made.subscription.id is not None, "it is stored"
            what = f"subscribed to {subscription_says(made.subscription, self.post.wording)}"
            await log_what(connection, made, who=by, what=what, now=now)
            if until := rests_until(running, now):
                await pause_subscription(connection, made.subscription.id, until)
            granted.append(made)
        return granted

    async def _running(self, connection: AsyncConnection, wanted_by: Subscriber) -> list[SubscriptionOf]:
        known = await store.find_subscriber(connection, wanted_by.kind, wanted_by.address)
        return await store.running_subscriptions(connection, subscriber_id=known.id) if known else []

    async def _change(
        self, connection: AsyncConnection, twin: SubscriptionOf, wish: Wish, by: str, now: datetime
    ) -> SubscriptionOf:
        """What is followed already is told as is wished now, not twice."""
        subscriber = await store.save_subscriber(
            connection, wish.subscriber, now, replace_schedule=wish.sets_schedule
        )
        changed = replace(twin.subscription, frequency=wish.frequency, least=wish.least)
        if changed != twin.subscription:
            await set_terms(connection, changed)
            what = f"changed how often {subscription_says(changed, self.post.wording)} is told: {wish.frequency}"
            await log_what(connection, twin, who=by, what=what, now=now)
        return replace(twin, subscriber=subscriber, subscription=changed)

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
                "manuals": self.post.every_manual,
                "by_mistake_url": f"{self.post.addresses.root}/subscribe",
                "kept_days": ENDED.days,
            }
            await self.post.send(connection, "goodbye", words, to=subscriber.address, now=now)
        return ended

    async def erase(self, address: str) -> bool:
        """Forget everything that is kept under an address. False where nothing was."""
        async with self.database.writing() as connection:
            return await store_people.erase_address(connection, address, asking_keys(self.signer, address))

    # --- What stands behind it -----------------------------------------------------------------------------

    async def _insist_on_our_names(self, connection: AsyncConnection, wishes: Sequence[Wish]) -> None:
        """What is asked for is printed in a mail to whoever the address belongs to: so nothing but names of ours,
        no words of the asker's. Raises BadWish, NotInTheManual."""
        shelf = self.post.shelf
        for wish in wishes:
            named = (wish.interest, *wish.exclusions)
            if any(each.follows in (Follows.PHRASE, Follows.SECTION) for each in named):
                raise BadWish("Here you can follow topics, chapters, or everything, and leave out the like.")
            has_chapters = any(each.follows is Follows.CHAPTER for each in named)
            if has_chapters and not await shelf.manuals(connection, wish.manual):
                raise BadWish("The manual’s contents have not been read yet. Try again soon.")
            await insist_on_chapters(connection, shelf, named, manual=wish.manual, topics=self.post.topics)

    async def _request(self, connection: AsyncConnection, named: Named) -> StoredRequest:
        found = await store_requests.find_request(connection, named.id)
        if found is None or not self.signer.names(named, found.address):
            raise DeadLink
        return found


def twin_of(wish: Wish, running: Sequence[SubscriptionOf]) -> SubscriptionOf | None:
    """The running subscription that follows just what is wished, however often it tells. Pure."""
    followed = wish.interest, wish.manual, set(wish.exclusions)
    for each in running:
        own = each.subscription
        if (own.interest, own.manual, set(own.exclusions)) == followed:
            return each
    return None


def rests_until(running: Sequence[SubscriptionOf], now: datetime) -> datetime | None:
    """When mails come again where everything rests now; None where something runs, or nothing does. Pure."""
    pauses = [each.subscription.paused_until for each in running]
    resting = [each for each in pauses if each is not None and each > now]
    return max(resting) if resting and len(resting) == len(pauses) else None
