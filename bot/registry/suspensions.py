"""Addresses that mails came back from: written to no more until somebody there confirms again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.registry.correspondence import Correspondence
from database.connection import Database
from digests.notices import Operators
from digests.suspending import Unreachable, resume_sending, suspend
from subscriptions import store_people, store_requests
from subscriptions.requests import Request, StoredRequest
from subscriptions.subscribers import Subscriber


@dataclass(frozen=True, kw_only=True)
class Suspensions:
    """Begins and ends suspensions. The letters are nobody's, so that their own return suspends nobody."""

    database: Database
    post: Correspondence
    operators: Operators

    async def begin(self, connection: AsyncConnection, subscriber: Subscriber, reason: str, now: datetime) -> None:
        """Write to the subscriber no more, but one last letter, which may come through; nothing when repeated."""
        assert subscriber.id is not None, "it is stored"
        gone = Unreachable(subscriber_id=subscriber.id, reason=reason)
        if await suspend(connection, [gone], self.operators, now):
            await self._send(connection, subscriber, reason, now)

    async def ask_to_end(self, subscriber: Subscriber, now: datetime) -> None:
        """Send a suspended subscriber a mail: whoever gets it and confirms it is written to again."""
        async with self.database.writing() as connection:
            if await self.post.may_send(connection, subscriber.address, None, now):
                reason = subscriber.suspended_reason or "the address could not be reached"
                await self._send(connection, subscriber, reason, now)

    async def end(self, connection: AsyncConnection, found: StoredRequest, now: datetime) -> Subscriber | None:
        """Somebody has got the letter, and confirmed it."""
        if found.subscriber_id is None:
            return None
        await resume_sending(connection, found.subscriber_id, now)
        return await store_people.subscriber_by_id(connection, found.subscriber_id)

    async def _send(self, connection: AsyncConnection, subscriber: Subscriber, reason: str, now: datetime) -> None:
        stored = await store_requests.add_request(
            connection,
            Request(),
            address=subscriber.address,
            now=now,
            kind="resume",
            subscriber_id=subscriber.id,
        )
        words = {
            "reason": f"The reason that the mail server gave: {reason}.",
            "confirm_url": self.post.addresses.confirm(stored.id, subscriber.address, now),
            "unsubscribe_url": self.post.addresses.unsubscribe(subscriber, now),
        }
        await self.post.send(connection, "suspension", words, to=subscriber.address, now=now)
