"""Does what people order by mail, and answers by mail; and draws the conclusions from mails that came back.

Whoever can write a From line could order in anybody's name. So subscribing is confirmed like any other; and what
would take something away is only done where the relay vouches for the sender, or the subject holds the token of a
mail of ours. Otherwise the answer brings the link to do it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import NotAllowed, NotUnderstood, TooMany
from bot.mail.incoming import Incoming
from bot.mail.returned import Returned
from bot.orders import requests as orders
from bot.orders.phrases import day_says
from bot.orders.words import understand
from bot.registrar import Registrar
from digests.letters import letter
from digests.notices import NOBODY, Operators
from digests.store.outbox import enqueue
from digests.suspending import Unreachable, suspend
from digests.wording import LONDON, list_words
from subscriptions import store, store_bounces, store_people, store_requests
from subscriptions.errors import BadInterest, LinkError, SubscriptionError, UnknownTopic
from subscriptions.interests import parse_interest
from subscriptions.makers import THE_SUBSCRIBER
from subscriptions.requests import PER_ADDRESS, Request, may_subscribe
from subscriptions.store import SubscriptionOf
from subscriptions.store_changes import pause_subscription
from subscriptions.subscribers import Subscriber, SubscriberKind

log = structlog.get_logger(__name__)

SOFT_BOUNCES = 5
SOFT_WITHIN = timedelta(days=30)

_BY = f"{THE_SUBSCRIBER}, by mail"

_HELP = """Write one of these in the subject, or in the first line:
subscribe fostering weekly
subscribe everything as it happens
list
pause until 2 September
resume
unsubscribe"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is written back."""

    heading: str
    paragraphs: Sequence[str] = ()
    links: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, kw_only=True)
class MailDesk:
    """Everything behind the door for mail."""

    registrar: Registrar
    clock: Callable[[], datetime]
    operators: Operators = NOBODY

    # --- Orders --------------------------------------------------------------------------------------------

    async def take(self, mail: Incoming) -> None:
        """Do what a mail orders, and answer it; nothing at all for what no person of an allowed domain wrote."""
        if mail.automatic or mail.sender is None or not may_subscribe(mail.sender, self.registrar.domains):
            log.info("a mail was passed over", automatic=mail.automatic)
            return
        answer = await self._done(mail, mail.sender)
        if answer is None:
            return
        now = self.clock()
        async with self.registrar.database.writing() as connection:
            key = self.registrar.signer.fingerprint(f"answers:{mail.sender}")
            if not await store_requests.may_ask(connection, key, PER_ADDRESS, now):
                return
            words = {"heading": answer.heading, "paragraphs": answer.paragraphs, "links": answer.links}
            new = letter(
                "answer",
                words,
                to=mail.sender,
                mailing=self.registrar.mailing,
                now=now,
                answers=mail.message_id,
            )
            await enqueue(connection, [new], now)

    async def _done(self, mail: Incoming, sender: str) -> Answer | None:
        """What is answered; None where the order's own letter is the answer."""
        order = mail.orders[0] if mail.orders else ""
        word, _, rest = order.partition(" ")
        if word == "unsubscribe" and await self._leave_by_token(rest):
            return None
        today = self.clock().astimezone(LONDON).date()
        try:
            asked = understand(order or "help", is_topic=self._is_topic, today=today, command="")
        except NotUnderstood:
            return _help("That was not understood")
        match asked:
            case orders.Subscribe():
                return await self._subscribe(sender, asked)
            case orders.Unsubscribe() | orders.Pause() | orders.Resume() if not mail.genuine:
                return await self._with_links(sender)
            case orders.Unsubscribe():
                return await self._unsubscribe(sender, asked.follows)
            case orders.Pause():
                return await self._pause(sender, asked)
            case orders.Resume():
                return await self._pause(sender, None)
            case orders.ShowList():
                return await self._list(sender)
            case _:
                return _help("How to subscribe by mail")

    async def _subscribe(self, sender: str, asked: orders.Subscribe) -> Answer | None:
        row = {
            "follows": asked.follows,
            "frequency": asked.frequency,
            "manual": asked.manual or "",
            "except": "; ".join(asked.left_out),
            "least": asked.least,
            "weekday": asked.weekday,
            "hour": "" if asked.hour is None else str(asked.hour),
        }
        try:
            parse_interest(asked.follows, self.registrar.topics)
        except (UnknownTopic, BadInterest):
            title = await self._chapter(asked.follows)
            row["follows"] = f"chapter:{title}" if title else asked.follows
        try:
            await self.registrar.ask(sender, Request(rows=(row,), via="mail"), client=None, now=self.clock())
        except SubscriptionError as error:
            return Answer(heading="That can’t be followed", paragraphs=[str(error), self._topics(), _HELP])
        except (NotAllowed, TooMany):
            return None
        return None

    async def _chapter(self, words: str) -> str | None:
        """The one chapter that is surely meant."""
        async with self.registrar.database.reading() as connection:
            for at_hand in await self.registrar.shelf.manuals(connection):
                found = at_hand.look_up(words)
                if found.confident and at_hand.chapter_of(found.answers[0].title):
                    return found.answers[0].title
        return None

    async def _leave_by_token(self, rest: str) -> bool:
        try:
            await self.registrar.leave(rest.strip(), self.clock())
        except LinkError:
            return False
        return True

    async def _unsubscribe(self, sender: str, follows: str) -> Answer | None:
        async with self.registrar.database.writing() as connection:
            known, running = await self._of(connection, sender)
            if known is None or not running:
                return _nothing()
            if not follows or follows.lower() in ("all", "everything", "from all"):
                await self.registrar.end(connection, known, by=_BY, now=self.clock())
                return None
            try:
                interest = parse_interest(follows, self.registrar.topics)
            except SubscriptionError as error:
                return Answer(heading="That is not followed", paragraphs=[str(error)])
            ended = [each for each in running if each.subscription.interest == interest]
            for each in ended:
                await store.end_subscription(connection, each.subscription.id or 0, "ended by mail", self.clock())
            if len(ended) == len(running):
                return Answer(heading="You follow nothing any more")
            left = [self.registrar.says(each) for each in running if each not in ended]
        heading = "That has ended" if ended else "That is not followed"
        return Answer(heading=heading, paragraphs=["You get:", "\n".join(left)])

    async def _pause(self, sender: str, asked: orders.Pause | None) -> Answer:
        """Pause everything; None lets it run again."""
        if asked is not None and asked.until is None:
            return Answer(heading="Until when?", paragraphs=["Write, for example: pause until 2 September"])
        until = datetime.combine(asked.until, time(0), tzinfo=LONDON) if asked and asked.until else None
        async with self.registrar.database.writing() as connection:
            _, running = await self._of(connection, sender)
            for each in running:
                await pause_subscription(connection, each.subscription.id or 0, until)
        if not running:
            return _nothing()
        if until is None:
            return Answer(heading="Your mails come again")
        return Answer(
            heading=f"Your mails are paused until {day_says(until)}",
            paragraphs=["What changes meanwhile comes afterwards. To end the pause, write: resume"],
        )

    async def _list(self, sender: str) -> Answer:
        async with self.registrar.database.reading() as connection:
            known, running = await self._of(connection, sender)
        if known is None or not running:
            return _nothing()
        return Answer(
            heading="What you get",
            paragraphs=["\n".join(self.registrar.says(each) for each in running)],
            links=self._links(known),
        )

    async def _with_links(self, sender: str) -> Answer:
        """For who may be somebody else: the owner of the address gets the links to do it."""
        async with self.registrar.database.reading() as connection:
            known, running = await self._of(connection, sender)
        if known is None or not running:
            return _nothing()
        why = "We can’t be sure that it was you who wrote to us. These links do what you want:"
        return Answer(heading="One more step", paragraphs=[why], links=self._links(known))

    async def _of(
        self, connection: AsyncConnection, sender: str
    ) -> tuple[Subscriber | None, list[SubscriptionOf]]:
        known = await store.find_subscriber(connection, SubscriberKind.EMAIL, sender)
        if known is None:
            return None, []
        return known, await store.running_subscriptions(connection, subscriber_id=known.id)

    def _links(self, known: Subscriber) -> list[tuple[str, str]]:
        now, addresses = self.clock(), self.registrar.addresses
        return [
            ("See, change or pause what you get", addresses.manage(known, now)),
            ("Unsubscribe from everything", addresses.unsubscribe(known, now)),
        ]

    def _is_topic(self, words: str) -> bool:
        try:
            self.registrar.topics.called(words)
        except UnknownTopic:
            return False
        return True

    def _topics(self) -> str:
        return f"The topics are {list_words([topic.name for topic in self.registrar.topics])}."

    # --- What came back ------------------------------------------------------------------------------------

    async def take_back(self, key: str, returned: Returned | None) -> None:
        """A mail with this key came back: suspend its reader at once, or after so many softer failures."""
        if returned is None:
            return
        now = self.clock()
        async with self.registrar.database.writing() as connection:
            message_id = f"<{key}@{self.registrar.mailing.domain}>"
            number = await store_bounces.subscriber_of_mail(connection, message_id)
            subscriber = await store_people.subscriber_by_id(connection, number) if number else None
            if subscriber is None or subscriber.id is None:
                return
            if returned.kind == "complaint":
                await self.registrar.end(connection, subscriber, by="a complaint about a mail", now=now)
                return
            await store_bounces.record_bounce(
                connection, subscriber.id, kind=returned.kind, reason=returned.reason, now=now
            )
            count = await store_bounces.bounces_since(connection, subscriber.id, now - SOFT_WITHIN)
            if returned.kind != "hard" and count < SOFT_BOUNCES:
                return
            gone = Unreachable(subscriber_id=subscriber.id, reason=returned.reason)
            if await suspend(connection, [gone], self.operators, now):
                await self._tell_of_suspension(connection, subscriber, returned, now)

    async def _tell_of_suspension(
        self, connection: AsyncConnection, subscriber: Subscriber, returned: Returned, now: datetime
    ) -> None:
        """One last letter, which may come through; it is nobody's, so that its own return suspends nobody."""
        words = {
            "reason": f"The reason that the mail server gave: {returned.reason}.",
            "confirm_url": await self.registrar.resume_link(connection, subscriber, now),
            "unsubscribe_url": self.registrar.addresses.unsubscribe(subscriber, now),
        }
        new = letter("suspension", words, to=subscriber.address, mailing=self.registrar.mailing, now=now)
        await enqueue(connection, [new], now)


def _help(heading: str) -> Answer:
    return Answer(heading=heading, paragraphs=[_HELP])


def _nothing() -> Answer:
    return Answer(heading="You get nothing at the moment", paragraphs=["To begin:", _HELP])
