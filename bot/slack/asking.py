"""Answers questions: looks chapters up, and tells what was amended. Changes nothing; notes what was missed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import NotUnderstood
from bot.findings import Findings, find
from bot.orders.requests import History, LookUp, WhatsNew
from bot.shelf import ManualAtHand, chapter_key
from bot.slack.desk import Desk, Place
from bot.slack.elements import Message
from bot.slack.errors import NotFound
from bot.slack.messages import cards, past
from bot.slack.messages.cards import Card, Found
from bot.slack.messages.past import News
from bot.slack.store import choices_of
from digests.wording import month_words
from manual.identity import fold
from manual.lookup.answers import Answer
from manual.past import past_of
from manual.reading import Amendment, Chapter
from manual.store import RecordedAmendment
from manual.store.history import told_amendments
from subscriptions.interests import Interest
from subscriptions.matching import keys_of


async def look_up(desk: Desk, place: Place, asked: LookUp, tell: Callable[[Message], Awaitable[None]]) -> None:
    """Tell which chapter is meant, then note what was not found. Raises NotFound before anything was read."""
    message, findings = await answered(desk, place, asked)
    await tell(message)
    await desk.misses.note(findings, desk.clock())


async def answered(
    desk: Desk, place: Place, asked: LookUp, *, may_be_kept: bool = True
) -> tuple[Message, Findings]:
    """Which chapter is meant: a card, a choice, or what is nearest, with what was found. Raises NotFound.

    ``may_be_kept``: whether the words are those of whoever asks, and not somebody else's.
    """
    async with desk.database.reading() as connection:
        findings, found = await _found_for(desk, connection, place, asked.words, asked.manual)
    return cards.answer(replace(found, may_be_kept=may_be_kept)), findings


async def _found_for(
    desk: Desk, connection: AsyncConnection, place: Place, words: str, manual: str | None
) -> tuple[Findings, Found]:
    """What looking words up gives, in the manual that is meant here, or in all of them."""
    manuals = {each.id: each for each in await _manuals(desk, connection, place, manual)}
    findings = find(desk.shelf, list(manuals.values()), words, desk.topics)
    found = [
        await _card(desk, connection, manuals[answer.manual], answer, whole=findings.sure and number == 0)
        for number, answer in enumerate(findings.answers)
    ]
    return findings, Found(
        query=words,
        cards=tuple(found),
        sure=findings.sure,
        contents=findings.contents,
        topics=tuple(topic.name for topic in findings.topics),
    )


async def refused(desk: Desk, place: Place, query: str) -> Message:
    """For who meant none of the chapters: the contents. It is noted."""
    async with desk.database.reading() as connection:
        manuals = await _manuals(desk, connection, place, None)
    await desk.misses.refuse(query, desk.clock())
    return cards.refused(query, [(each.name, each.url) for each in manuals])


async def card(desk: Desk, key: str) -> Card:
    """The card of a chapter by its mark. Raises NotFound where the contents have it no more."""
    async with desk.database.reading() as connection:
        at_hand, chapter = await _chapter(desk, connection, key)
        return await _chapter_card(desk, connection, at_hand, chapter)


async def history(desk: Desk, place: Place, asked: History) -> Message:
    """A chapter's amendments. A chapter that is in no contents any more is looked for among the amendments."""
    async with desk.database.reading() as connection:
        _, found = await _found_for(desk, connection, place, asked.words, asked.manual)
        best = next((each for each in found.cards if each.key), None)
        if best is not None and best.key and (found.sure or len(found.cards) == 1):
            return await _history(desk, connection, best.key, 0)
        gone = await _gone_chapter(desk, connection, place, asked)
        if gone is not None:
            return gone
    return cards.answer(found)


async def history_page(desk: Desk, key: str, page: int) -> Message:
    """A page of a chapter's history, counted from 0. Raises NotFound."""
    async with desk.database.reading() as connection:
        return await _history(desk, connection, key, page)


async def whats_new(desk: Desk, place: Place, asked: WhatsNew, page: int = 0) -> Message:
    """What changed since a month, or in the last month that has amendments; of one topic, or of all."""
    async with desk.database.reading() as connection:
        only = await manual_meant(desk, connection, place, asked.manual)
        manuals = [only] if only else list(desk.manuals)
        news = [one for id_ in manuals for one in await _news(desk, connection, id_, asked)]
    since = asked.since or max((one.amendment.month or "" for one in news), default="")
    shown = [one for one in news if (one.amendment.month or "") >= since]
    shown.sort(key=lambda one: one.amendment.month or "", reverse=True)
    scope = f"since {month_words(asked.since)}" if asked.since else f"in {month_words(since)}" if since else "yet"
    if asked.topic:
        scope = f"about {desk.topics.called(asked.topic).name} {scope}"
    ask = {"t": asked.topic, "s": asked.since, "m": asked.manual}
    return past.whats_new(shown, scope, ask=ask, page=page)


async def manual_meant(desk: Desk, connection: AsyncConnection, place: Place, named: str | None) -> str | None:
    """The manual that was named, or that the channel or the person chose; None is all. Raises NotUnderstood."""
    if named is not None:
        return _called(desk, named)
    for address in (place.channel, place.user):
        chosen = (await choices_of(connection, place.workspace, address)).manual if address else None
        if chosen in desk.manuals:
            return chosen
    return None


def _called(desk: Desk, named: str) -> str:
    """A manual by its id, or by a word of its name."""
    if named in desk.manuals:
        return named
    by_name = [id_ for id_, name in desk.manuals.items() if named in fold(name).split()]
    if len(by_name) == 1:
        return by_name[0]
    known = ", ".join(f"in:{id_}" for id_ in desk.manuals)
    raise NotUnderstood(f"There is no manual “{named}”. Write {known or 'nothing: no manual is set up yet'}.")


async def _manuals(
    desk: Desk, connection: AsyncConnection, place: Place, named: str | None
) -> Sequence[ManualAtHand]:
    only = await manual_meant(desk, connection, place, named)
    manuals = await desk.shelf.manuals(connection, only)
    if not manuals:
        raise NotFound("The manual's contents have not been read yet. Please try again in a few minutes.")
    return manuals


async def _card(
    desk: Desk, connection: AsyncConnection, at_hand: ManualAtHand, answer: Answer, *, whole: bool
) -> Card:
    chapter = at_hand.chapter_of(answer.title)
    if chapter is not None:
        if whole:
            return await _chapter_card(desk, connection, at_hand, chapter)
        return _bare_card(desk, at_hand, chapter, None)
    return Card(
        title=answer.title, number=answer.number, url=answer.url or at_hand.url, manual=_manual_name(desk, at_hand)
    )


async def _chapter_card(desk: Desk, connection: AsyncConnection, at_hand: ManualAtHand, chapter: Chapter) -> Card:
    recorded = past_of(chapter.title, chapter.url, await told_amendments(connection, at_hand.id))
    return _bare_card(desk, at_hand, chapter, recorded[0].amendment if recorded else None)


def _bare_card(desk: Desk, at_hand: ManualAtHand, chapter: Chapter, last: Amendment | None) -> Card:
    section = at_hand.section_of(chapter)
    return Card(
        title=chapter.title,
        number=chapter.number,
        url=chapter.url,
        where=" ".join(filter(None, (section.number, section.title))) if section else None,
        manual=_manual_name(desk, at_hand),
        key=chapter_key(at_hand.id, chapter.title),
        last=last,
    )


def _manual_name(desk: Desk, at_hand: ManualAtHand) -> str | None:
    return at_hand.name if len(desk.manuals) > 1 else None


async def _chapter(desk: Desk, connection: AsyncConnection, key: str) -> tuple[ManualAtHand, Chapter]:
    at_hand = await desk.shelf.manual(connection, key.partition(":")[0])
    for chapter in at_hand.contents.chapters if at_hand else ():
        if at_hand and chapter_key(at_hand.id, chapter.title) == key:
            return at_hand, chapter
    raise NotFound("This chapter is not in the manual's contents any more. Please look it up again.")


async def _history(desk: Desk, connection: AsyncConnection, key: str, page: int) -> Message:
    at_hand, chapter = await _chapter(desk, connection, key)
    recorded = past_of(chapter.title, chapter.url, await told_amendments(connection, at_hand.id))
    return past.history(chapter.title, key, [each.amendment for each in recorded], page, number=chapter.number)


async def _gone_chapter(desk: Desk, connection: AsyncConnection, place: Place, asked: History) -> Message | None:
    """The history of a title that only the amendments know: of a chapter that was removed or renamed."""
    only = await manual_meant(desk, connection, place, asked.manual)
    for id_ in [only] if only else desk.manuals:
        mine = past_of(asked.words, None, await told_amendments(connection, id_))
        if mine:
            return past.history(mine[0].amendment.title or asked.words, None, [each.amendment for each in mine])
    return None


async def _news(desk: Desk, connection: AsyncConnection, manual: str, asked: WhatsNew) -> list[News]:
    at_hand = await desk.shelf.manual(connection, manual)
    recorded = await told_amendments(connection, manual, since=asked.since)
    if asked.topic:
        wanted = Interest.topic(desk.topics.called(asked.topic).id)
        contents = at_hand.contents if at_hand else None
        recorded = [
            each
            for each in recorded
            if keys_of(each.amendment, topics=desk.topics, contents=contents).satisfy(wanted)
        ]
    return [news_of(desk, at_hand, each) for each in recorded]


def news_of(desk: Desk, at_hand: ManualAtHand | None, recorded: RecordedAmendment) -> News:
    """An amendment with what the contents know of its chapter."""
    amendment = recorded.amendment
    chapter = at_hand.chapter_of(amendment.title) if at_hand and amendment.title else None
    name = desk.manuals.get(recorded.manual, recorded.manual)
    return News(
        amendment=amendment,
        number=chapter.number if chapter else None,
        url=chapter.url if chapter else None,
        key=chapter_key(recorded.manual, chapter.title) if chapter else None,
        manual=name if len(desk.manuals) > 1 else None,
    )
