"""What follows from a digest's menus and buttons: a history, something left out, operators told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.shelf import chapter_key
from bot.slack.desk import Desk, Place
from bot.slack.elements import Message
from bot.slack.errors import NotFound
from bot.slack.forms.context import FormContext
from bot.slack.forms.not_for_us import not_for_us_form
from bot.slack.messages import past
from bot.slack.messages import subscriptions as messages
from bot.slack.subscribed import Outcome
from config.files import ConfigError
from digests.notices import enqueue_notice, operators_of
from digests.wording import title_words
from manual.past import past_of
from manual.store import RecordedAmendment, amendments_by_id
from manual.store.history import told_amendments
from subscriptions.interests import Follows, Interest
from subscriptions.matching import AmendmentKeys, Match, keys_of, wanted
from subscriptions.store import SubscriptionOf, find_subscriber, running_subscriptions
from subscriptions.store_changes import Change, leave_out, log_change

_NARROWEST = (Follows.CHAPTER, Follows.SECTION, Follows.TOPIC)


async def history_of_amendment(desk: Desk, number: int) -> Message:
    """The history of the chapter that an amendment is about. Raises NotFound."""
    async with desk.database.reading() as connection:
        recorded = await _amendment(desk, number)
        amendment = recorded.amendment
        if not amendment.title:
            raise NotFound("The manual’s list lost this chapter’s title, so its history can’t be found.")
        mine = past_of(amendment.title, amendment.url, await told_amendments(connection, recorded.manual))
        at_hand = await desk.shelf.manual(connection, recorded.manual)
    chapter = at_hand.chapter_of(amendment.title) if at_hand else None
    key = chapter_key(recorded.manual, chapter.title) if chapter else None
    number_of = chapter.number if chapter else None
    return past.history(amendment.title, key, [each.amendment for each in mine], number=number_of)


async def form_for(desk: Desk, place: Place, number: int, context: FormContext) -> dict[str, Any]:
    """The form that asks what to leave out of what brought an amendment here. Raises NotFound."""
    recorded = await _amendment(desk, number)
    keys = await _keys(desk, recorded)
    brought = await _brought(desk, place, recorded, keys)
    if not brought:
        raise NotFound("Nothing that is followed here brings this any more.")
    candidates = _candidates(keys, brought)
    return not_for_us_form(title_words(recorded.amendment), brought, candidates, desk.wording, context)


async def leave_out_of_all(desk: Desk, place: Place, number: int, what: Interest) -> Outcome:
    """Leave something out of every subscription here that brought an amendment. Raises NotFound."""
    now = desk.clock()
    recorded = await _amendment(desk, number)
    brought = await _brought(desk, place, recorded, await _keys(desk, recorded))
    if not brought:
        raise NotFound("Nothing that is followed here brings this any more.")
    did = f"left {desk.wording.interest(what)} out of what is told here"
    async with desk.database.writing() as connection:
        for each in brought:
            await leave_out(connection, each.subscription.id or 0, what)
            await log_change(
                connection,
                Change(
                    subscriber_id=each.subscriber.id or 0,
                    subscription_id=each.subscription.id,
                    changed_at=now,
                    who=place.who,
                    what=did,
                ),
            )
    channel = None if place.is_direct else place.channel
    return Outcome(
        message=messages.left_out(desk.wording.interest(what)),
        did=did if channel else None,
        channel=channel,
    )


async def tell_operators(desk: Desk, text: str) -> Message:
    """Pass on what somebody wrote, with who they are. Raises NotFound where nobody is set up to hear it."""
    nobody = "Nobody is set up to hear this. Please tell whoever runs Chapterwatch yourself."
    if desk.settings is None:
        raise NotFound(nobody)
    try:
        operators = operators_of(desk.settings)
    except ConfigError:
        raise NotFound(nobody) from None
    async with desk.database.writing() as connection:
        told = await enqueue_notice(
            connection, operators, summary="Somebody says that something is wrong", text=text, now=desk.clock()
        )
    if not told:
        raise NotFound(nobody)
    return messages.passed_on()


async def _amendment(desk: Desk, number: int) -> RecordedAmendment:
    async with desk.database.reading() as connection:
        found = await amendments_by_id(connection, [number])
    if not found:
        raise NotFound("This amendment is not on record any more.")
    return found[0]


async def _keys(desk: Desk, recorded: RecordedAmendment) -> AmendmentKeys:
    async with desk.database.reading() as connection:
        at_hand = await desk.shelf.manual(connection, recorded.manual)
    return keys_of(recorded.amendment, topics=desk.topics, contents=at_hand.contents if at_hand else None)


async def _brought(
    desk: Desk, place: Place, recorded: RecordedAmendment, keys: AmendmentKeys
) -> list[SubscriptionOf]:
    """The running subscriptions here that still want the amendment."""
    here = place.subscriber()
    async with desk.database.reading() as connection:
        known = await find_subscriber(connection, here.kind, here.address, workspace=here.workspace)
        if known is None:
            return []
        running = await running_subscriptions(connection, subscriber_id=known.id)
    return [
        each
        for each in running
        if each.subscription.manual in (None, recorded.manual)
        and isinstance(
            wanted(
                keys,
                each.subscription.interest,
                exclusions=each.subscription.exclusions,
                least=each.subscription.least,
                topics=desk.topics,
            ),
            Match,
        )
    ]


def _candidates(keys: AmendmentKeys, brought: Sequence[SubscriptionOf]) -> list[Interest]:
    """What could be left out: the chapter first, then sections and topics, but none that is itself followed."""
    followed = {each.subscription.interest for each in brought}
    numbered = any(each.follows is Follows.SECTION and each.value[:1].isdigit() for each in keys.interests)
    open_to = [
        each
        for each in keys.interests
        if each.follows in _NARROWEST
        and each not in followed
        and not (numbered and each.follows is Follows.SECTION and not each.value[:1].isdigit())
    ]
    return sorted(open_to, key=lambda each: (_NARROWEST.index(each.follows), -len(each.value), each.value))
