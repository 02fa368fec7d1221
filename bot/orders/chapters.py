"""Insists that a chapter or section that somebody wants to follow is one: a slip would follow nothing for ever."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rapidfuzz import fuzz, process
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.shelf import ManualAtHand, Shelf
from manual.identity import fold, title_key
from manual.reading import Chapter
from manual.store.history import told_amendments
from subscriptions.errors import NotInTheManual
from subscriptions.interests import Follows, Interest
from subscriptions.matching import can_match
from subscriptions.topics import Topics

NEAR = 60.0
"""How alike (0-100) a title must be to be offered."""
OFFERED = 3


async def insist_on_chapters(
    connection: AsyncConnection, shelf: Shelf, interests: Iterable[Interest], *, manual: str | None, topics: Topics
) -> None:
    """Raises NotInTheManual for what the manual (None: every manual) has neither in its contents nor among its
    amendments. Where no contents were read, nothing can be said, and everything goes."""
    meant = [manual] if manual else list(shelf.names)
    at_hand = await shelf.manuals(connection, manual)
    if not at_hand:
        return
    for interest in interests:
        if interest.follows not in (Follows.CHAPTER, Follows.SECTION):
            continue
        if any(can_match(interest, topics, each.contents) for each in at_hand):
            continue
        if interest.follows is Follows.CHAPTER and await _was_amended(connection, meant, interest.value):
            continue
        raise NotInTheManual(str(interest.follows), interest.value, nearest_titles(interest, at_hand))


def nearest_titles(interest: Interest, at_hand: Sequence[ManualAtHand]) -> tuple[str, ...]:
    """Titles of chapters or sections that may have been meant, the likeliest first."""
    if interest.follows is Follows.SECTION:
        titles = [section.title for each in at_hand for section in each.contents.sections]
        meant: list[str] = []
    else:
        titles = [chapter.title for each in at_hand for chapter in each.contents.chapters]
        meant = [chapter.title for each in at_hand for chapter in _looked_up(each, interest.value)]
    folded = {number: fold(title) for number, title in enumerate(titles)}
    alike = process.extract(interest.value, folded, scorer=fuzz.token_set_ratio, score_cutoff=NEAR, limit=OFFERED)
    found = [*(titles[number] for _, _, number in alike), *meant]
    return tuple(dict.fromkeys(found))[:OFFERED]


def _looked_up(at_hand: ManualAtHand, words: str) -> Iterator[Chapter]:
    for answer in at_hand.look_up(words).worth_telling[:OFFERED]:
        if chapter := at_hand.chapter_of(answer.title):
            yield chapter


async def _was_amended(connection: AsyncConnection, manuals: Sequence[str], key: str) -> bool:
    """Whether some amendment names the chapter: it went out of the contents, or is still to come into them."""
    for manual in manuals:
        for each in await told_amendments(connection, manual):
            if title_key(each.amendment.title or "") == key:
                return True
    return False
