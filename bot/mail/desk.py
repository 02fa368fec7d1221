"""Does what people order by mail, and answers by mail; and draws the conclusions from mails that came back.

Whoever can write a From line could order in anybody's name. So subscribing is confirmed like any other; and what
would take something away is only done where the relay vouches for the sender, or the subject holds the token of a
mail of ours. Otherwise the answer brings the link to do it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import NotAllowed, NotUnderstood, TooMany
from bot.findings import Findings, find
from bot.mail.incoming import Incoming
from bot.mail.returned import Returned
from bot.orders import requests as orders
from bot.orders.phrases import day_says, subscription_says
from bot.orders.words import understand
from bot.registry.registrar import Registrar
from bot.shelf import ManualAtHand
from digests.letters import letter
from digests.store.outbox import enqueue
from digests.wording import LONDON, list_words
from subscriptions import store, store_bounces, store_people
from subscriptions.errors import BadInterest, LinkError, SubscriptionError, UnknownTopic
from subscriptions.interests import Interest, parse_interest
from subscriptions.makers import THE_SUBSCRIBER
from subscriptions.requests import Request, may_subscribe
from subscriptions.store import SubscriptionOf
from subscriptions.store_changes import log_what, pause_subscription
from subscriptions.subscribers import Subscriber, SubscriberKind

log = structlog.get_logger(__name__)

SOFT_BOUNCES = 5
SOFT_WITHIN = timedelta(days=30)

_BY = f"{THE_SUBSCRIBER}, by mail"
_AND = re.compile(r"\s*(?:[,;&+]|\band\b)\s*", re.I)
_ALL = frozenset({"all", "everything", "from all", "from everything", "my mails", "all mails"})
_UNKNOWN = "We know no topic and no chapter by the words that you wrote."

_HELP = """Write one of these in the subject, or in the first line:
look up running away
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
            if not await self.registrar.post.may_answer(connection, mail.sender, now, proven=bool(mail.genuine)):
                log.info("a mail was not answered: too many from this address")
                return
            words = {"heading": answer.heading, "paragraphs": answer.paragraphs, "links": answer.links}
            new = letter(
                "answer",
                words,
                to=mail.sender,
                mailing=self.registrar.post.mailing,
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
        if word == "lookup" and rest.strip():
            return await self._look_up(rest.strip())
        today = self.clock().astimezone(LONDON).date()
        try:
            asked = understand(order or "help", is_topic=self._is_topic, today=today, command="")
        except NotUnderstood as error:
            return _help("That was not understood", *([str(error)] if mail.genuine else []))
        match asked:
            case orders.Subscribe():
                return await self._subscribe(sender, asked, proven=bool(mail.genuine))
            case orders.Unsubscribe() | orders.Pause() | orders.Resume() if not mail.genuine:
                return await self._with_links(sender)
            case orders.Unsubscribe():
                return await self._unsubscribe(sender, asked.follows)
            case orders.Pause(until=None):
                return Answer(heading="Until when?", paragraphs=["Write, for example: pause until 2 September"])
            case orders.Pause(until=until):
                at = datetime.combine(until, time(0), tzinfo=LONDON) if until else None
                return await self._pause(sender, asked.follows, at)
            case orders.Resume():
                return await self._pause(sender, asked.follows, None)
            case orders.ShowList():
                return await self._list(sender)
            case _:
                return _help("What you can write to us")

    async def _look_up(self, words: str) -> Answer:
        """What the pages and Slack answer. The words aren't said back: the answer may be read by others."""
        registrar = self.registrar
        async with registrar.database.reading() as connection:
            manuals = await registrar.post.shelf.manuals(connection)
        if not manuals:
            return Answer(heading="The manual’s contents have not been read yet", paragraphs=["Try again soon."])
        found = find(registrar.post.shelf, manuals, words, registrar.post.topics)
        await registrar.misses.note(found, self.clock())
        return answer_to(found, {each.id: each for each in manuals})

    async def _subscribe(self, sender: str, asked: orders.Subscribe, *, proven: bool) -> Answer | None:
        """``proven``: the sender is who the From line says. Only then their own words are told back: they would
        be a stranger's words in our name."""
        row = {
            "frequency": asked.frequency,
            "manual": asked.manual or "",
            "except": "; ".join(asked.left_out),
            "least": asked.least,
            "weekday": asked.weekday,
            "hour": "" if asked.hour is None else str(asked.hour),
        }
        meant = await self._meant(asked.follows, asked.manual)
        rows = tuple({**row, "follows": each} for each in meant)
        try:
            for each in rows if len(rows) > 1 else ():  # all of them or none: what isn't understood isn't left out
                parse_interest(each["follows"], self.registrar.post.topics)
            await self.registrar.ask(sender, Request(rows=rows, via="mail"), client=None, now=self.clock())
        except UnknownTopic as error:
            known = str(error) if error.nearest else f"There is no topic and no chapter called “{error.word}”."
            why = known if proven else _UNKNOWN
            return Answer(heading="That can’t be followed", paragraphs=[why, self._topics(), _HELP])
        except SubscriptionError as error:
            why = str(error) if proven else _UNKNOWN
            return Answer(heading="That can’t be followed", paragraphs=[why, self._topics(), _HELP])
        except (NotAllowed, TooMany):
            return None
        return None

    async def _meant(self, words: str, manual: str | None) -> list[str]:
        """What words name, as ``parse_interest`` reads it: one thing, or several where topics are listed.

        Words that name nothing stay as they are.
        """
        listed = [each for each in _AND.split(words) if each]
        if not self._is_topic(words) and len(listed) > 1 and any(map(self._is_topic, listed)):
            return [await self._thing(each, manual) for each in listed]
        return [await self._thing(words, manual)]

    async def _thing(self, words: str, manual: str | None) -> str:
        """A topic by its own name, the chapter of just that title, what people also call a topic, or the one
        chapter that is surely meant."""
        named = any(words.casefold() == topic.name.casefold() for topic in self.registrar.post.topics)
        if not named and (title := await self._titled(words, manual)):
            return f"chapter:{title}"
        try:
            parse_interest(words, self.registrar.post.topics)
        except (UnknownTopic, BadInterest):
            title = await self._chapter(words, manual)
            return f"chapter:{title}" if title else words
        return words

    async def _titled(self, words: str, manual: str | None) -> str | None:
        async with self.registrar.database.reading() as connection:
            for at_hand in await self.registrar.post.shelf.manuals(connection, manual):
                if chapter := at_hand.chapter_of(words):
                    return chapter.title
        return None

    async def _chapter(self, words: str, manual: str | None) -> str | None:
        """The one chapter that is surely meant, in one manual or (None) in any."""
        async with self.registrar.database.reading() as connection:
            for at_hand in await self.registrar.post.shelf.manuals(connection, manual):
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
        now, named = self.clock(), await self._named(follows)
        async with self.registrar.database.writing() as connection:
            known, running = await self._of(connection, sender)
            if known is None or not running:
                return _nothing()
            ended = _chosen(running, named)
            if len(ended) == len(running):
                await self.registrar.end(connection, known, by=_BY, now=now)
                return None
            for each in ended:
                await store.end_subscription(connection, each.subscription.id or 0, "ended by mail", now)
                await self._log(connection, each, "stopped", now)
        left = "\n".join(self._says(each) for each in running if each not in ended)
        heading = "That has ended" if ended else "That is not followed"
        return Answer(heading=heading, paragraphs=["You get:", left])

    async def _pause(self, sender: str, follows: str, until: datetime | None) -> Answer:
        """Pause what follows this, or everything; until None lets it run again."""
        now, named = self.clock(), await self._named(follows)
        async with self.registrar.database.writing() as connection:
            _, running = await self._of(connection, sender)
            chosen = _chosen(running, named)
            for each in chosen:
                await pause_subscription(connection, each.subscription.id or 0, until)
                await self._log(connection, each, f"paused until {day_says(until)}" if until else "resumed", now)
            _, running = await self._of(connection, sender)
        if not running:
            return _nothing()
        gets = ["You get:", "\n".join(map(self._says, running))]
        if not chosen:
            return Answer(heading="That is not followed", paragraphs=gets)
        if len(chosen) < len(running):
            heading = f"That is paused until {day_says(until)}" if until else "That comes again"
            return Answer(heading=heading, paragraphs=gets)
        if until is None:
            return Answer(heading="Your mails come again")
        return Answer(
            heading=f"Your mails are paused until {day_says(until)}",
            paragraphs=["What changes meanwhile comes afterwards. To end the pause, write: resume"],
        )

    async def _named(self, follows: str) -> set[Interest] | None:
        """What the words name; None where they name nothing in particular, but all."""
        if not follows or follows.lower() in _ALL:
            return None
        named: set[Interest] = set()
        for each in await self._meant(follows, None):
            with suppress(SubscriptionError):
                named.add(parse_interest(each, self.registrar.post.topics))
        return named

    async def _log(self, connection: AsyncConnection, each: SubscriptionOf, done: str, now: datetime) -> None:
        what = f"{done} {subscription_says(each.subscription, self.registrar.post.wording)}"
        await log_what(connection, each, who=_BY, what=what, now=now)

    def _says(self, each: SubscriptionOf) -> str:
        """A subscription in words, and whether it rests."""
        says, until = self.registrar.post.says(each), each.subscription.paused_until
        return f"{says}; paused until {day_says(until)}" if until and until > self.clock() else says

    async def _list(self, sender: str) -> Answer:
        async with self.registrar.database.reading() as connection:
            known, running = await self._of(connection, sender)
        if known is None or not running:
            return _nothing()
        return Answer(
            heading="What you get",
            paragraphs=["\n".join(map(self._says, running))],
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
        now, addresses = self.clock(), self.registrar.post.addresses
        return [
            ("See, change or pause what you get", addresses.manage(known, now)),
            ("Unsubscribe from everything", addresses.unsubscribe(known, now)),
        ]

    def _is_topic(self, words: str) -> bool:
        try:
            self.registrar.post.topics.called(words)
        except UnknownTopic:
            return False
        return True

    def _topics(self) -> str:
        return f"The topics are {list_words([topic.name for topic in self.registrar.post.topics])}."

    # --- What came back ------------------------------------------------------------------------------------

    async def take_back(self, key: str, returned: Returned | None) -> None:
        """A mail with this key came back: suspend its reader at once, or after so many softer failures."""
        if returned is None:
            return
        now = self.clock()
        async with self.registrar.database.writing() as connection:
            message_id = f"<{key}@{self.registrar.post.mailing.domain}>"
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
            await self.registrar.suspensions.begin(connection, subscriber, returned.reason, now)


def answer_to(found: Findings, manuals: Mapping[str, ManualAtHand]) -> Answer:
    """What was found, as a mail says it."""
    contents = [(f"The contents of {name}", url) for name, url in found.contents]
    chapters = [
        (
            " ".join(filter(None, (each.number, each.title)))
            + (f" ({manuals[each.manual].name})" if len(manuals) > 1 else ""),
            each.url or manuals[each.manual].url,
        )
        for each in found.answers
    ]
    if not found.answers:
        near = f"The nearest topics: {list_words([topic.name for topic in found.topics])}." if found.topics else ""
        advice = "Try other words, a chapter’s number, or look through the contents."
        return Answer(
            heading="Nothing in the manual answers that",
            paragraphs=[*filter(None, [near]), advice],
            links=contents,
        )
    if found.sure:
        others = ["It could also be one of the others below."] if len(chapters) > 1 else []
        return Answer(heading=chapters[0][0], paragraphs=others, links=chapters)
    heading = (
        "Several chapters could be meant" if len(chapters) > 1 else "No chapter surely answers that; the nearest"
    )
    return Answer(heading=heading, links=[*chapters, *contents])


def _chosen(running: Sequence[SubscriptionOf], named: Collection[Interest] | None) -> list[SubscriptionOf]:
    """Those that follow what is named, None: all."""
    return [each for each in running if named is None or each.subscription.interest in named]


def _help(heading: str, *why: str) -> Answer:
    return Answer(heading=heading, paragraphs=[*why, _HELP])


def _nothing() -> Answer:
    return Answer(heading="You get nothing at the moment", paragraphs=["To begin:", _HELP])
