"""What a contents list's own changes say, as amendments: for what no amendments list tells of.

They are held for a while before they are told, since the list is often published hours after the contents; where
it tells of the same chapter, its entry is told and ours is dropped.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from manual import store
from manual.contents.compare import ContentsComparison, compare_contents
from manual.errors import Unreadable
from manual.identity import title_key
from manual.reading import Amendment, AmendmentKind, Chapter, ContentsReading, Flag
from manual.store import Source

# How long a change is held for a list that may tell of it better.
HELD_FOR = timedelta(days=2)

# A list that told of a chapter within this time told of this change.
LISTED_WITHIN = timedelta(days=62)

TOLD_BY_CONTENTS = "told by the contents, not by the amendments"

_FLAG_WORDS = {
    Flag.UPDATED: "The contents mark this chapter as updated.",
    Flag.UNDER_REVIEW: "The contents mark this chapter as under review.",
    Flag.TO_FOLLOW: "The contents say that this chapter is to follow.",
}


async def record_contents(
    connection: AsyncConnection, source: Source, before: ContentsReading, after: ContentsReading, now: datetime
) -> None:
    """Hold the changes of the contents that no list has told of. Raises Unreadable."""
    comparison = compare_contents(before, after)
    if not comparison.understood:
        raise Unreadable(comparison.reason or "the contents can't be compared with the last reading")
    listed = await store.listed_chapters(connection, source.manual, now - LISTED_WITHIN)
    found = amendments_of(comparison, after, f"{now:%Y-%m}")
    untold = [(each, None) for each in found if not listed & titles_of(each)]
    await store.record_amendments(connection, source, untold, baseline=False, held_until=now + HELD_FOR, now=now)


def titles_of(amendment: Amendment) -> set[str]:
    """The keys of every title that an amendment's chapter has or had."""
    return {title_key(title) for title in (amendment.title, *amendment.former_titles) if title}


def amendments_of(comparison: ContentsComparison, after: ContentsReading, month: str) -> tuple[Amendment, ...]:
    """Each change of the contents as an amendment of ``month`` ("YYYY-MM"). A flag taken off is no news."""
    return tuple(_amendments(comparison, {each.number: each.title for each in after.sections}, month))


def _amendments(
    comparison: ContentsComparison, sections: dict[str | None, str], month: str
) -> Iterator[Amendment]:
    for chapter in comparison.added:
        where = _place(chapter, sections)
        yield _told(AmendmentKind.NEW, chapter, f"This chapter is new in the contents{where}.", month)
    for chapter in comparison.removed:
        yield _told(AmendmentKind.REMOVED, chapter, "This chapter is no longer in the contents.", month)
    for pair in comparison.retitled:
        words = f"This chapter has another title now; it was called {pair.before.title}."
        yield _told(AmendmentKind.REPLACED, pair.after, words, month, former=(pair.before.title,))
    for pair in comparison.moved:
        words = f"This chapter has moved in the contents{_place(pair.after, sections)}."
        yield _told(AmendmentKind.UPDATED, pair.after, words, month)
    for pair in comparison.flagged:
        for flag in pair.after.flags:
            if flag not in pair.before.flags and flag in _FLAG_WORDS:
                yield _told(AmendmentKind.UPDATED, pair.after, _FLAG_WORDS[flag], month)


def _place(chapter: Chapter, sections: dict[str | None, str]) -> str:
    title = sections.get(chapter.section)
    return f", under {title}" if title else ""


def _told(
    kind: AmendmentKind, chapter: Chapter, words: str, month: str, former: tuple[str, ...] = ()
) -> Amendment:
    return Amendment(
        month=month,
        kind=kind,
        title=chapter.title,
        details=words,
        url=chapter.url,
        former_titles=former,
        oddity=TOLD_BY_CONTENTS,
    )
