"""Moving to another address: both addresses confirm, in whichever order, and only then it is done."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import NotAllowed
from bot.registry.correspondence import Correspondence
from database.connection import Database
from digests.store.withholding import tell_elsewhere
from digests.suspending import resume_sending
from subscriptions import store_people, store_requests
from subscriptions.errors import BadWish, DeadLink
from subscriptions.links import Purpose
from subscriptions.makers import THE_SUBSCRIBER
from subscriptions.requests import Confirmed, Request, StoredRequest, may_subscribe
from subscriptions.store_changes import Change, log_change
from subscriptions.subscribers import Subscriber


@dataclass(frozen=True, kw_only=True)
class Moves:
    """Everything that is done for people who move. ``domains`` is the setting."""

    database: Database
    post: Correspondence
    domains: str

    async def ask(self, subscriber: Subscriber, address: str, *, client: str | None, now: datetime) -> None:
        """Ask the old address and the new one whether digests shall go to the new one.

        Raises NotAllowed for an address of another domain, TooMany for a client that asks too often.
        """
        if not may_subscribe(address, self.domains):
            raise NotAllowed
        async with self.database.writing() as connection:
            if not await self.post.may_send(connection, subscriber.address, client, now):
                return
            if not await self.post.may_send(connection, address, None, now):
                return
            stored = await store_requests.add_request(
                connection, Request(), address=address, now=now, kind="move", subscriber_id=subscriber.id
            )
            urls = {
                subscriber.address: self.post.addresses.release(stored.id, subscriber.address, now),
                address: self.post.addresses.confirm(stored.id, address, now),
            }
            for to, url in urls.items():
                words = {
                    "manuals": self.post.every_manual,
                    "confirm_url": url,
                    "to_old": to == subscriber.address,
                }
                await self.post.send(connection, "release", words, to=to, now=now)

    async def asked(self, token: str, now: datetime) -> StoredRequest:
        """The move that the old address's link would let go; changes nothing. Raises LinkError."""
        async with self.database.reading() as connection:
            return await self._released_by(connection, token, now)

    async def release(self, token: str, now: datetime) -> Confirmed:
        """The old address lets go. Raises LinkError, BadWish where the new one has subscriptions of its own."""
        async with self.database.writing() as connection:
            found = await self._released_by(connection, token, now)
            await store_requests.mark_released(connection, found.id, now)
            return await self._move(connection, replace(found, released_at=now), now)

    async def confirm(self, connection: AsyncConnection, found: StoredRequest, now: datetime) -> Confirmed:
        """The new address agrees. Raises BadWish."""
        await store_requests.mark_confirmed(connection, found.id, now)
        return await self._move(connection, replace(found, confirmed_at=now), now)

    async def _released_by(self, connection: AsyncConnection, token: str, now: datetime) -> StoredRequest:
        signer = self.post.addresses.signer
        named = signer.read(Purpose.RELEASE, token, now)
        found = await store_requests.find_request(connection, named.id)
        if found is None or found.subscriber_id is None:
            raise DeadLink
        subscriber = await store_people.subscriber_by_id(connection, found.subscriber_id)
        if subscriber is None or not signer.names(named, subscriber.address):
            raise DeadLink
        return found

    async def _move(self, connection: AsyncConnection, found: StoredRequest, now: datetime) -> Confirmed:
        if found.confirmed_at is None or found.released_at is None or found.subscriber_id is None:
            return Confirmed(subscriber=None, waits_for_other=True)
        before = await store_people.subscriber_by_id(connection, found.subscriber_id)
        if before is None or before.address == found.address:
            return Confirmed(subscriber=before, before=True)
        if not await store_people.move_subscriber(connection, found.subscriber_id, found.address):
            raise BadWish("That address has subscriptions of its own. Unsubscribe it first, then move again.")
        await resume_sending(connection, found.subscriber_id, now)
        await tell_elsewhere(connection, found.subscriber_id, now)
        moved = replace(before, address=found.address)
        who = f"{THE_SUBSCRIBER}, on the page"
        what = "moved to another address"
        await log_change(
            connection,
            Change(subscriber_id=found.subscriber_id, subscription_id=None, changed_at=now, who=who, what=what),
        )
        await self.post.welcome(connection, moved, now)
        return Confirmed(subscriber=moved)
