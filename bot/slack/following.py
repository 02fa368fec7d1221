"""Changes what channels and people follow: a transaction each, with an entry in the log of who changed what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime, time, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.orders.phrases import day_says
from bot.orders.requests import Pause, Resume, Unsubscribe
from bot.slack.desk import Desk, Place
from bot.slack.elements import Message
from bot.slack.errors import NotFound
from bot.slack.forms.settings import Chosen
from bot.slack.messages import past, questions
from bot.slack.messages import subscriptions as messages
from bot.slack.store import choices_of, choose_manual
from bot.slack.subscribed import (
    Outcome,
    by_number,
    log_of,
    moment_of,
    moments_of,
    named_here,
    outcome_of,
    owner_of,
    running_of,
    subscriber_of,
)
from digests.wording import LONDON
from manual.identity import fold
from manual.store.history import list_states
from subscriptions.store import (
    SubscriptionOf,
    end_subscription,
    save_subscriber,
)
from subscriptions.store_changes import Change, log_change, pause_subscription
from subscriptions.subscribers import Subscriber

_ALL = ("all", "all of them", "from everything", "from all")
"""Too much to end by a word: the list has a button for each."""


async def unsubscribe(desk: Desk, place: Place, asked: Unsubscribe) -> Outcome:
    """End what follows just this; without words, and for all, the list. Raises NotFound, SubscriptionError."""
    if not asked.follows or fold(asked.follows) in _ALL:
        return Outcome(message=await listed(desk, place, for_me=asked.for_me))
    await desk.have_manuals_at_hand()
    now = desk.clock()
    async with desk.database.writing() as connection:
        several = await named_here(desk, connection, place, asked.follows, for_me=asked.for_me)
        for each in several:
            await _end(connection, place, each, desk, now)
    one = len(several) == 1
    said = messages.ended(several[0], desk.wording) if one else messages.ended_all(several, desk.wording)
    return outcome_of(said, _ended_words(desk, several), several[0])


async def end(desk: Desk, place: Place, number: int) -> Outcome:
    """End one subscription by its number. Raises NotFound."""
    now = desk.clock()
    async with desk.database.writing() as connection:
        each = await by_number(connection, place, number)
        await _end(connection, place, each, desk, now)
    return outcome_of(messages.ended(each, desk.wording), _ended_words(desk, [each]), each)


async def pause(desk: Desk, place: Place, asked: Pause) -> Outcome:
    """Hold back the digests of what is named, or of everything here; asks until when where no day was said."""
    async with desk.database.reading() as connection:
        several = await named_here(desk, connection, place, asked.follows, for_me=asked.for_me)
    if asked.until is None:
        return Outcome(message=questions.ask_until(several, desk.wording, desk.command))
    until = datetime.combine(asked.until, time(0), tzinfo=LONDON)
    return await pause_these(desk, place, _numbers(several), until)


async def pause_these(desk: Desk, place: Place, numbers: Sequence[int], until: datetime) -> Outcome:
    """Hold back subscriptions by their numbers until a moment. Raises NotFound."""
    now = desk.clock()
    did = f"paused %s until {day_says(until)}"
    async with desk.database.writing() as connection:
        several = [await by_number(connection, place, number) for number in numbers]
        for each in several:
            await pause_subscription(connection, each.subscription.id or 0, until)
            await log_of(connection, place, each, did % desk.wording.follows(each), now)
    return outcome_of(
        messages.paused(several, until, desk.wording), did % messages.names(several, desk.wording), several[0]
    )


async def pause_for(desk: Desk, place: Place, numbers: Sequence[int], span: timedelta) -> Outcome:
    """Hold back subscriptions for some days, until the day begins on which they are over. Raises NotFound."""
    return await pause_these(desk, place, numbers, datetime.combine(desk.today + span, time(0), tzinfo=LONDON))


async def ask_until(desk: Desk, numbers: Sequence[int]) -> Outcome:
    """Ask until when to pause. Raises NotFound."""
    several = [await owner_of(desk, number) for number in numbers]
    return Outcome(message=questions.ask_until(several, desk.wording, desk.command))


async def resume(desk: Desk, place: Place, asked: Resume) -> Outcome:
    """Let what is paused run again. Raises NotFound where nothing is."""
    async with desk.database.reading() as connection:
        several = await named_here(desk, connection, place, asked.follows, for_me=asked.for_me)
    held = [each for each in several if each.subscription.paused_until is not None]
    if not held:
        raise NotFound("Nothing is paused here.")
    return await resume_these(desk, place, _numbers(held))


async def resume_these(desk: Desk, place: Place, numbers: Sequence[int]) -> Outcome:
    """Let subscriptions run again, by their numbers. Raises NotFound."""
    now = desk.clock()
    async with desk.database.writing() as connection:
        several = [await by_number(connection, place, number) for number in numbers]
        held = [each for each in several if each.subscription.paused_until is not None]
        for each in held:
            await pause_subscription(connection, each.subscription.id or 0, None)
            await log_of(connection, place, each, f"resumed {desk.wording.follows(each)}", now)
    did = f"resumed {messages.names(held, desk.wording)}" if held else None
    return outcome_of(messages.resumed(several, desk.wording), did, several[0])


async def listed(desk: Desk, place: Place, page: int = 0, *, for_me: bool = False) -> Message:
    """What is followed here."""
    async with desk.database.reading() as connection:
        mine = await running_of(connection, await subscriber_of(connection, place.subscriber(for_me=for_me), None))
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
        mine = await running_of(connection, await subscriber_of(connection, place.subscriber(), None))
    moments = sorted({(str(each.subscription.frequency), moment_of(desk, each, now)) for each in mine})
    named = [(name, each) for id_, name in desk.manuals.items() for each in states if each.manual == id_]
    return past.when_next(named, moments, now)


async def settings_of(desk: Desk, place: Place) -> tuple[Subscriber, str | None]:
    """When digests come here, and the manual that is meant where none is named."""
    async with desk.database.reading() as connection:
        subscriber = await subscriber_of(connection, place.subscriber(), None)
        chosen = await choices_of(connection, place.workspace, subscriber.address)
    return subscriber, chosen.manual


async def save_settings(desk: Desk, place: Place, chosen: Chosen, *, name: str | None) -> Outcome:
    """Keep when digests come and which manual is meant."""
    now = desk.clock()
    async with desk.database.writing() as connection:
        known = await subscriber_of(connection, place.subscriber(), name)
        wished = replace(known, **asdict(chosen.hours))
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


async def _end(connection: AsyncConnection, place: Place, each: SubscriptionOf, desk: Desk, now: datetime) -> None:
    await end_subscription(connection, each.subscription.id or 0, f"ended by {place.who}", now)
    await log_of(connection, place, each, f"ended {desk.wording.follows(each)}", now)


def _ended_words(desk: Desk, several: Sequence[SubscriptionOf]) -> str:
    return f"ended this channel’s subscription to {messages.names(several, desk.wording)}"


def _numbers(several: Sequence[SubscriptionOf]) -> list[int]:
    return [each.subscription.id for each in several if each.subscription.id is not None]
