"""Changes what channels and people follow: a transaction each, with an entry in the log of who changed what."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import NotUnderstood
from bot.orders.phrases import day_says
from bot.orders.requests import Pause, Resume, Subscribe, Unsubscribe
from bot.shelf import ManualAtHand
from bot.slack.asking import manual_meant
from bot.slack.desk import Desk, Place
from bot.slack.elements import Message, in_home
from bot.slack.errors import NotFound
from bot.slack.forms.settings import Chosen
from bot.slack.messages import past
from bot.slack.messages import subscriptions as messages
from bot.slack.messages.subscriptions import Granted
from bot.slack.store import choices_of, choose_manual
from bot.slack.wishing import interest_of, wish_of
from digests.periods import Schedule, next_moment
from digests.slack_limits import BUTTON_VALUE
from digests.suspending import resume_sending
from digests.wording import LONDON
from manual.reading import Amendment
from manual.store.history import list_states, told_amendments
from subscriptions.errors import UnknownTopic
from subscriptions.matching import Match, keys_of, wanted
from subscriptions.store import (
    SubscriptionOf,
    end_subscription,
    find_subscriber,
    grant_wish,
    running_subscriptions,
    save_subscriber,
)
from subscriptions.store_changes import Change, log_change, pause_subscription, running_subscription
from subscriptions.subscribers import Frequency, Subscriber, Subscription

A_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the person is told; ``did`` is what the channel is told of, behind their name, None for nothing."""

    message: Message
    did: str | None = None
    channel: str | None = None


async def subscribe(desk: Desk, place: Place, asked: Subscribe, *, name: str | None) -> Outcome:
    """Follow exactly what was asked for. ``name``: the channel's, where it is known. Raises SubscriptionError."""
    now = desk.clock()
    async with desk.database.reading() as connection:
        manual = await manual_meant(desk, connection, place, asked.manual)
        at_hand = await desk.shelf.manuals(connection, manual)
    try:
        interest_of(asked.follows, at_hand, desk.topics)
    except UnknownTopic as error:
        return Outcome(message=_did_you_mean(desk, asked, error, at_hand))
    async with desk.database.writing() as connection:
        known = await _subscriber(connection, place.subscriber(for_me=asked.for_me), name)
        wish = wish_of(asked, known, manual=manual, at_hand=at_hand, topics=desk.topics, manuals=desk.manuals)
        before = await _running(connection, known)
        made = await grant_wish(connection, wish, by=place.who, now=now)
        present = any(each.subscription.id == made.subscription.id for each in before)
        did = f"subscribed this channel to {desk.wording.follows(made)}, {desk.wording.schedule(made)}"
        if made.subscriber.id is not None and made.subscriber.suspended_at is not None:
            await resume_sending(connection, made.subscriber.id, now)
        if not present:
            await _log(connection, place, made, did, now)
    said = Granted(
        each=made,
        next_at=moment_of(desk, made, now),
        matched=await _would_have_told(desk, made.subscription),
        present=present,
        notes=_notes(desk, known, made, before),
    )
    return _outcome(messages.granted(said, desk.wording), None if present else did, made)


async def unsubscribe(desk: Desk, place: Place, asked: Unsubscribe) -> Outcome:
    """End what follows just this; without words, the list. Raises NotFound, SubscriptionError for no topic."""
    if not asked.follows:
        return Outcome(message=await listed(desk, place, for_me=asked.for_me))
    now = desk.clock()
    async with desk.database.writing() as connection:
        several = await _named(desk, connection, place, asked.follows, for_me=asked.for_me)
        for each in several:
            await _end(connection, place, each, desk, now)
    one = len(several) == 1
    said = messages.ended(several[0], desk.wording) if one else messages.ended_all(several, desk.wording)
    return _outcome(said, _ended_words(desk, several), several[0])


async def end(desk: Desk, place: Place, number: int) -> Outcome:
    """End one subscription by its number. Raises NotFound."""
    now = desk.clock()
    async with desk.database.writing() as connection:
        each = await _by_number(desk, connection, place, number)
        await _end(connection, place, each, desk, now)
    return _outcome(messages.ended(each, desk.wording), _ended_words(desk, [each]), each)


async def pause(desk: Desk, place: Place, asked: Pause) -> Outcome:
    """Hold back the digests of what is named, or of everything here; asks until when where no day was said."""
    async with desk.database.reading() as connection:
        several = await _named(desk, connection, place, asked.follows, for_me=asked.for_me)
    if asked.until is None:
        return Outcome(message=messages.ask_until(several, desk.wording, desk.command))
    until = datetime.combine(asked.until, time(0), tzinfo=LONDON)
    return await pause_these(desk, place, _numbers(several), until)


async def pause_these(desk: Desk, place: Place, numbers: Sequence[int], until: datetime) -> Outcome:
    """Hold back subscriptions by their numbers until a moment. Raises NotFound."""
    now = desk.clock()
    did = f"paused %s until {day_says(until)}"
    async with desk.database.writing() as connection:
        several = [await _by_number(desk, connection, place, number) for number in numbers]
        for each in several:
            await pause_subscription(connection, each.subscription.id or 0, until)
            await _log(connection, place, each, did % desk.wording.follows(each), now)
    return _outcome(
        messages.paused(several, until, desk.wording), did % messages.names(several, desk.wording), several[0]
    )


async def pause_for(desk: Desk, place: Place, numbers: Sequence[int], span: timedelta) -> Outcome:
    """Hold back subscriptions for some days, until the day begins on which they are over. Raises NotFound."""
    return await pause_these(desk, place, numbers, datetime.combine(desk.today + span, time(0), tzinfo=LONDON))


async def ask_until(desk: Desk, numbers: Sequence[int]) -> Outcome:
    """Ask until when to pause. Raises NotFound."""
    several = [await owner_of(desk, number) for number in numbers]
    return Outcome(message=messages.ask_until(several, desk.wording, desk.command))


def for_home(outcome: Outcome) -> Outcome:
    """The same for the Home tab: its buttons have names of their own."""
    blocks = tuple(in_home(block) for block in outcome.message.blocks)
    return replace(outcome, message=replace(outcome.message, blocks=blocks))


async def resume(desk: Desk, place: Place, asked: Resume) -> Outcome:
    """Let what is paused run again. Raises NotFound where nothing is."""
    async with desk.database.reading() as connection:
        several = await _named(desk, connection, place, asked.follows, for_me=asked.for_me)
    held = [each for each in several if each.subscription.paused_until is not None]
    if not held:
        raise NotFound("Nothing is paused here.")
    return await resume_these(desk, place, _numbers(held))


async def resume_these(desk: Desk, place: Place, numbers: Sequence[int]) -> Outcome:
    """Let subscriptions run again, by their numbers. Raises NotFound."""
    now = desk.clock()
    async with desk.database.writing() as connection:
        several = [await _by_number(desk, connection, place, number) for number in numbers]
        for each in several:
            await pause_subscription(connection, each.subscription.id or 0, None)
            await _log(connection, place, each, f"resumed {desk.wording.follows(each)}", now)
    return _outcome(
        messages.resumed(several, desk.wording), f"resumed {messages.names(several, desk.wording)}", several[0]
    )


async def listed(desk: Desk, place: Place, page: int = 0, *, for_me: bool = False) -> Message:
    """What is followed here."""
    async with desk.database.reading() as connection:
        mine = await _running(connection, await _subscriber(connection, place.subscriber(for_me=for_me), None))
    return messages.listed(
        mine,
        desk.wording,
        where="You" if place.is_direct or for_me else "This channel",
        command=desk.command,
        next_moments=moments_of(desk, mine),
        page=page,
    )


async def when_next(desk: Desk, place: Place) -> Message:
    """What the manuals announce, and when the next digests of this channel or person are due."""
    now = desk.clock()
    async with desk.database.reading() as connection:
        states = await list_states(connection)
        mine = await _running(connection, await _subscriber(connection, place.subscriber(), None))
    moments = sorted({(str(each.subscription.frequency), moment_of(desk, each, now)) for each in mine})
    named = [(name, each) for id_, name in desk.manuals.items() for each in states if each.manual == id_]
    return past.when_next(named, moments, now)


async def settings_of(desk: Desk, place: Place) -> tuple[Subscriber, str | None]:
    """When digests come here, and the manual that is meant where none is named."""
    async with desk.database.reading() as connection:
        subscriber = await _subscriber(connection, place.subscriber(), None)
        chosen = await choices_of(connection, place.workspace, subscriber.address)
    return subscriber, chosen.manual


async def save_settings(desk: Desk, place: Place, chosen: Chosen, *, name: str | None) -> Outcome:
    """Keep when digests come and which manual is meant."""
    now = desk.clock()
    async with desk.database.writing() as connection:
        known = await _subscriber(connection, place.subscriber(), name)
        wished = replace(known, hour=chosen.hour, weekday=chosen.weekday, day=chosen.day)
        saved = await save_subscriber(connection, wished, now, replace_schedule=True)
        await choose_manual(connection, place.workspace, saved.address, chosen.manual)
        did = messages.settings_words(saved, desk.manuals.get(chosen.manual or ""))
        assert saved.id is not None, "it was just stored"
        change = Change(
            subscriber_id=saved.id, subscription_id=None, changed_at=now, who=place.who, what=f"set {did}"
        )
        await log_change(connection, change)
    channel = None if place.is_direct else place.channel
    return Outcome(
        message=messages.settings_saved(saved, did), did=f"set {did}" if channel else None, channel=channel
    )


async def owner_of(desk: Desk, number: int) -> SubscriptionOf:
    """The running subscription of this number. Raises NotFound."""
    async with desk.database.reading() as connection:
        found = await running_subscription(connection, number)
    if found is None:
        raise NotFound("This subscription has ended already.")
    return found


def moments_of(desk: Desk, several: Sequence[SubscriptionOf]) -> dict[int, datetime]:
    """The next due moment of each, by the subscription's number."""
    now = desk.clock()
    return {each.subscription.id: moment_of(desk, each, now) for each in several if each.subscription.id}


def moment_of(desk: Desk, each: SubscriptionOf, now: datetime) -> datetime:
    """When a subscription's next digest is due, if there is anything to tell."""
    who = each.subscriber
    schedule = Schedule(frequency=each.subscription.frequency, hour=who.hour, weekday=who.weekday, day=who.day)
    return next_moment(max(now, each.subscription.paused_until or now), schedule, desk.calendar)


async def _subscriber(connection: AsyncConnection, wanted_by: Subscriber, name: str | None) -> Subscriber:
    """The stored subscriber, or the new one; with the channel's present name where it is known."""
    found = await find_subscriber(connection, wanted_by.kind, wanted_by.address, workspace=wanted_by.workspace)
    found = found or wanted_by
    return replace(found, name=name) if name else found


async def _running(connection: AsyncConnection, subscriber: Subscriber) -> list[SubscriptionOf]:
    if subscriber.id is None:
        return []
    return await running_subscriptions(connection, subscriber_id=subscriber.id)


async def _named(
    desk: Desk, connection: AsyncConnection, place: Place, words: str, *, for_me: bool
) -> list[SubscriptionOf]:
    """The running subscriptions here that follow just what the words say; all where they say nothing."""
    mine = await _running(connection, await _subscriber(connection, place.subscriber(for_me=for_me), None))
    own = for_me or place.is_direct
    who = "You follow" if own else "This channel follows"
    if not words or not mine:
        if not mine:
            raise NotFound(f"{who} nothing yet.")
        return mine
    at_hand = await desk.shelf.manuals(connection)
    interest = interest_of(words, at_hand, desk.topics)
    found = [each for each in mine if each.subscription.interest == interest]
    if not found:
        follows = messages.names(mine, desk.wording)
        raise NotFound(f"{who} {follows}, and nothing that is called “{words}”.")
    return found


async def _by_number(desk: Desk, connection: AsyncConnection, place: Place, number: int) -> SubscriptionOf:
    """The running subscription, if it is this channel's or this person's. Raises NotFound."""
    found = await running_subscription(connection, number)
    mine = {(each.kind, each.address) for each in (place.subscriber(), place.subscriber(for_me=True))}
    if found is None or (found.subscriber.kind, found.subscriber.address) not in mine:
        raise NotFound("This subscription has ended already.")
    return found


async def _end(connection: AsyncConnection, place: Place, each: SubscriptionOf, desk: Desk, now: datetime) -> None:
    await end_subscription(connection, each.subscription.id or 0, f"ended by {place.who}", now)
    await _log(connection, place, each, f"ended {desk.wording.follows(each)}", now)


async def _log(connection: AsyncConnection, place: Place, each: SubscriptionOf, what: str, now: datetime) -> None:
    assert each.subscriber.id is not None, "what runs is stored"
    await log_change(
        connection,
        Change(
            subscriber_id=each.subscriber.id,
            subscription_id=each.subscription.id,
            changed_at=now,
            who=place.who,
            what=what,
        ),
    )


async def _would_have_told(desk: Desk, wish: Subscription) -> tuple[Amendment, ...]:
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


def _did_you_mean(desk: Desk, asked: Subscribe, error: UnknownTopic, at_hand: Sequence[ManualAtHand]) -> Message:
    nearest = [(topic.name, f"topic:{topic.id}") for topic in desk.topics.nearest(error.word)]
    for each in at_hand:
        answers = each.look_up(asked.follows)
        if answers.confident and answers.answers and each.chapter_of(answers.answers[0].title):
            title = answers.answers[0].title
            nearest.append((f"the chapter {title}", f"chapter:{title}"))
    offered = [(says, carried) for says, words in nearest if (carried := _carried(asked, words))]
    return messages.did_you_mean(
        error.word, offered[:4], [topic.name for topic in desk.topics], command=desk.command
    )


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


def _notes(
    desk: Desk, before: Subscriber, made: SubscriptionOf, others: Sequence[SubscriptionOf]
) -> tuple[str, ...]:
    """What else changed with it: the hours count for everything that a channel follows."""
    now = made.subscriber
    moved = (before.hour, before.weekday, before.day) != (now.hour, now.weekday, now.day)
    scheduled = [each for each in others if each.subscription.frequency is not Frequency.AS_IT_HAPPENS]
    if not moved or not scheduled:
        return ()
    return (f"Its other digests move with it: {messages.names(scheduled, desk.wording)}.",)


def _ended_words(desk: Desk, several: Sequence[SubscriptionOf]) -> str:
    return f"ended this channel’s subscription to {messages.names(several, desk.wording)}"


def _numbers(several: Sequence[SubscriptionOf]) -> list[int]:
    return [each.subscription.id for each in several if each.subscription.id is not None]


def _outcome(message: Message, did: str | None, each: SubscriptionOf) -> Outcome:
    channel = each.subscriber.address if each.subscriber.kind.value == "slack_channel" else None
    return Outcome(message=message, did=did if channel else None, channel=channel)
