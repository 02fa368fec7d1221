"""Follows what somebody asked for, and nothing else: what is called otherwise gets the nearest, as buttons."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial

from bot.errors import NotUnderstood
from bot.orders.chapters import insist_on_chapters
from bot.orders.requests import Subscribe
from bot.shelf import ManualAtHand
from bot.slack.asking import manual_meant
from bot.slack.desk import Desk, Place
from bot.slack.elements import Message
from bot.slack.messages import questions
from bot.slack.messages import subscriptions as messages
from bot.slack.messages.subscriptions import Granted
from bot.slack.subscribed import Outcome, log_of, moment_of, outcome_of, running_of, subscriber_of
from bot.slack.wishing import exceptions_of, interest_of, wish_of
from digests.slack_limits import BUTTON_VALUE
from digests.suspending import resume_sending
from digests.wording import capitalised
from manual.reading import Amendment
from manual.store.history import told_amendments
from subscriptions.errors import NotInTheManual, UnknownTopic
from subscriptions.matching import Match, keys_of, wanted
from subscriptions.store import SubscriptionOf, grant_wish
from subscriptions.subscribers import Frequency, Subscriber, Subscription

A_YEAR = timedelta(days=365)


async def subscribe(desk: Desk, place: Place, asked: Subscribe, *, name: str | None) -> Outcome:
    """Follow exactly what was asked for. ``name``: the channel's, where it is known. Raises SubscriptionError."""
    now = desk.clock()
    async with desk.database.reading() as connection:
        manual = await manual_meant(desk, connection, place, asked.manual)
        at_hand = await desk.shelf.manuals(connection, manual)
        insist = partial(insist_on_chapters, connection, desk.shelf, manual=manual, topics=desk.topics)
        try:
            await insist([interest_of(asked.follows, at_hand, desk.topics)])
        except UnknownTopic as error:
            return Outcome(message=_which_topic(desk, asked, error, at_hand))
        except NotInTheManual as error:
            return Outcome(message=_which_chapter(desk, asked, error))
        await insist(exceptions_of(asked.left_out, at_hand, desk.topics))
    async with desk.database.writing() as connection:
        known = await subscriber_of(connection, place.subscriber(for_me=asked.for_me), name)
        wish = wish_of(asked, known, manual=manual, at_hand=at_hand, topics=desk.topics, manuals=desk.manuals)
        before = await running_of(connection, known)
        made = await grant_wish(connection, wish, by=place.who, now=now)
        present = any(each.subscription.id == made.subscription.id for each in before)
        did = f"subscribed this channel to {desk.wording.follows(made)}, {desk.wording.schedule(made)}"
        if made.subscriber.id is not None and made.subscriber.suspended_at is not None:
            await resume_sending(connection, made.subscriber.id, now)
        if not present:
            await log_of(connection, place, made, did, now)
    said = Granted(
        each=made,
        next_at=moment_of(desk, made, now),
        matched=await would_have_told(desk, made.subscription),
        present=present,
        notes=(*moved_with(desk, known, made, before), *runs_beside(desk, made, before)),
    )
    return outcome_of(messages.granted(said, desk.wording), None if present else did, made)


async def would_have_told(desk: Desk, wish: Subscription) -> tuple[Amendment, ...]:
    """The last year's amendments that a subscription would have told, the newest month first."""
    since = f"{desk.clock() - A_YEAR:%Y-%m}"
    found = []
    async with desk.database.reading() as connection:
        for manual in [wish.manual] if wish.manual else desk.manuals:
            at_hand = await desk.shelf.manual(connection, manual)
            contents = at_hand.contents if at_hand else None
            for each in await told_amendments(connection, manual, since=since):
                keys = keys_of(each.amendment, topics=desk.topics, contents=contents)
                least, exclusions = wish.least, wish.exclusions
                answer = wanted(keys, wish.interest, exclusions=exclusions, least=least, topics=desk.topics)
                if isinstance(answer, Match):
                    found.append(each.amendment)
    return tuple(sorted(found, key=lambda each: each.month or "", reverse=True))


def _which_topic(desk: Desk, asked: Subscribe, error: UnknownTopic, at_hand: Sequence[ManualAtHand]) -> Message:
    nearest = [(topic.name, f"topic:{topic.id}") for topic in desk.topics.nearest(error.word)]
    for each in at_hand:
        answers = each.look_up(asked.follows)
        if answers.confident and answers.answers and each.chapter_of(answers.answers[0].title):
            title = answers.answers[0].title
            nearest.append((f"the chapter {title}", f"chapter:{title}"))
    topics = [topic.name for topic in desk.topics]
    return questions.no_such_topic(error.word, _offered(asked, nearest), topics, command=desk.command)


def _which_chapter(desk: Desk, asked: Subscribe, error: NotInTheManual) -> Message:
    nearest = [(f"the {error.kind} {title}", f"{error.kind}:{title}") for title in error.nearest]
    return questions.not_in_the_manual(error.kind, error.word, _offered(asked, nearest), command=desk.command)


def _offered(asked: Subscribe, nearest: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """What a few buttons say, and what each carries."""
    return [(says, carried) for says, words in nearest if (carried := _carried(asked, words))][:4]


def _carried(asked: Subscribe, follows: str) -> str | None:
    """What was asked for with other words for what is followed, as a button's value; None where it is too long."""
    value = json.dumps(to_document(replace(asked, follows=follows)), separators=(",", ":"))
    return value if len(value) <= BUTTON_VALUE else None


def to_document(asked: Subscribe) -> dict[str, object]:
    """A Subscribe as a button carries it; what wasn't said is left out."""
    document: dict[str, object] = {
        "f": asked.follows,
        "q": asked.frequency,
        "m": asked.manual,
        "x": list(asked.left_out),
        "l": asked.least,
        "h": asked.hour,
        "w": asked.weekday,
        "me": asked.for_me,
    }
    return {key: value for key, value in document.items() if value not in ("", None, [], False)}


def from_document(document: dict[str, object]) -> Subscribe:
    """The inverse of ``to_document``. Raises NotUnderstood for a button that isn't ours."""
    try:
        hour = document.get("h")
        left_out = document.get("x", [])
        assert isinstance(left_out, list)
        return Subscribe(
            follows=str(document["f"]),
            frequency=str(document.get("q", "")),
            manual=str(document["m"]) if document.get("m") else None,
            left_out=tuple(str(each) for each in left_out),
            least=str(document.get("l", "")),
            hour=int(str(hour)) if hour is not None else None,
            weekday=str(document.get("w", "")),
            for_me=bool(document.get("me")),
        )
    except (KeyError, ValueError, AssertionError):
        raise NotUnderstood("This button is from an older message; please type the command again.") from None


def moved_with(
    desk: Desk, before: Subscriber, made: SubscriptionOf, others: Sequence[SubscriptionOf]
) -> tuple[str, ...]:
    """What else changed with it: the hours count for everything that a channel follows."""
    now = made.subscriber
    moved = (before.hour, before.weekday, before.day) != (now.hour, now.weekday, now.day)
    scheduled = [each for each in others if each.subscription.frequency is not Frequency.AS_IT_HAPPENS]
    if not moved or not scheduled:
        return ()
    return (f"Its other digests move with it: {messages.names(scheduled, desk.wording)}.",)


def runs_beside(desk: Desk, made: SubscriptionOf, before: Sequence[SubscriptionOf]) -> tuple[str, ...]:
    """What follows the same as well, and was asked for before."""
    wish = made.subscription
    same = [
        each
        for each in before
        if each.subscription.id != wish.id
        and each.subscription.interest == wish.interest
        and each.subscription.manual in (wish.manual, None)
    ]
    return tuple(
        f"{capitalised(desk.wording.follows(each))}, {desk.wording.schedule(each)}, still runs beside it; "
        f"`{desk.command} list` has buttons to change or end either."
        for each in same
    )
