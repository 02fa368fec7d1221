"""What is kept of questions that did not find their chapter: words and the day, for a month, and nobody's name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from database.schema import miss_reports, misses
from manual.lookup.misses import LEFT_OUT, Outcome, Word
from manual.lookup.words import EMPTY

DAYS_UNTIL_SHOWN = 3
"""A word that may be a name is kept as it is once it was asked for on so many days."""
MOST_A_DAY = 2_000
"""No more are kept of one day, whoever floods the pages."""

_MARK = re.compile(r"#[0-9a-f]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """A question, how often it was asked with which outcome, and when last."""

    words: str
    times: int
    nothing: int
    unsure: int
    none_of_these: int
    last: date

    @property
    def missed(self) -> int:
        """How often nothing was found, or not what was meant; the rest had several chapters to choose from."""
        return self.nothing + self.none_of_these

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "last": self.last.isoformat()}


async def note_miss(connection: AsyncConnection, words: Sequence[Word], outcome: Outcome, today: date) -> None:
    """Keep a question. Of a choice that was refused, the same question is not counted again."""
    of_today = select(func.count()).select_from(misses).where(misses.c.asked_on == today)
    if (await connection.execute(of_today)).scalar_one() >= MOST_A_DAY:
        return
    kept = " ".join([await _as_kept(connection, word, today) for word in words])
    if outcome is Outcome.NONE_OF_THESE and await _is_refused(connection, kept, today):
        return
    await connection.execute(insert(misses).values(asked_on=today, words=kept, outcome=outcome))


async def list_misses(connection: AsyncConnection) -> tuple[list[Miss], int]:
    """What was asked, that which found nothing and was asked most first; and how many questions can't be shown.

    Those are of words that may be names.
    """
    grouped: defaultdict[str, list[tuple[date, str]]] = defaultdict(list)
    hidden = 0
    for asked_on, words, outcome in await connection.execute(
        select(misses.c.asked_on, misses.c.words, misses.c.outcome)
    ):
        shown = _MARK.sub(LEFT_OUT, words)
        if all(word in EMPTY or word == LEFT_OUT for word in shown.split()):
            hidden += 1
        else:
            grouped[shown].append((asked_on, outcome))
    found = [_miss(words, askings) for words, askings in grouped.items()]
    return sorted(found, key=lambda each: (-each.missed, -each.times, -each.last.toordinal(), each.words)), hidden


async def claim_report(connection: AsyncConnection, month: str) -> bool:
    """Whether it is ours to tell the operators in this month: whoever comes first does, once."""
    added = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    claimed = await connection.execute(
        added(miss_reports).values(month=month).on_conflict_do_nothing().returning(miss_reports.c.month)
    )
    return claimed.first() is not None


async def forget_misses(connection: AsyncConnection, before: date) -> int:
    """Forget what was asked before a day. Returns how many questions that were."""
    return (await connection.execute(delete(misses).where(misses.c.asked_on < before))).rowcount


def _miss(words: str, askings: Sequence[tuple[date, str]]) -> Miss:
    outcomes = [outcome for _, outcome in askings]
    return Miss(
        words=words,
        times=len(askings),
        nothing=outcomes.count(Outcome.NOTHING),
        unsure=outcomes.count(Outcome.UNSURE),
        none_of_these=outcomes.count(Outcome.NONE_OF_THESE),
        last=max(asked_on for asked_on, _ in askings),
    )


async def _as_kept(connection: AsyncConnection, word: Word, today: date) -> str:
    """The word, or its mark. Where it was asked for on enough days by now, earlier questions show it too."""
    if word.mark is None:
        return word.said
    has_mark = misses.c.words.contains(word.mark, autoescape=True)
    earlier = select(func.count(misses.c.asked_on.distinct())).where(has_mark, misses.c.asked_on != today)
    if (await connection.execute(earlier)).scalar_one() < DAYS_UNTIL_SHOWN - 1:
        return word.mark
    told = func.replace(misses.c.words, word.mark, word.said)
    await connection.execute(update(misses).where(has_mark).values(words=told))
    return word.said


async def _is_refused(connection: AsyncConnection, words: str, today: date) -> bool:
    """Turn one of today's same questions from unsure to refused. False where there is none."""
    one = select(func.min(misses.c.id)).where(
        misses.c.words == words, misses.c.asked_on == today, misses.c.outcome == Outcome.UNSURE
    )
    changed = await connection.execute(
        update(misses).where(misses.c.id == one.scalar_subquery()).values(outcome=Outcome.NONE_OF_THESE)
    )
    return changed.rowcount == 1
