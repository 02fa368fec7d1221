"""Questions that did not find their chapter: noted at every door, and told to the operators once a month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import structlog

from bot.findings import Findings
from database.connection import Database
from digests.notices import Operators, enqueue_notice
from digests.wording import LONDON, count_words, month_words
from manual.lookup.lookup import Lookup
from manual.lookup.misses import Outcome, keepable
from manual.store.misses import Miss, claim_report, list_misses, note_miss
from subscriptions.links import Signer

log = structlog.get_logger(__name__)

TOLD = 25
TOLD_FROM_HOUR = 9


@dataclass(frozen=True, kw_only=True)
class Misses:
    """Keeps what may be kept. ``signer`` None: there is no key to mark unknown words with, they are left out."""

    database: Database
    lookup: Lookup
    signer: Signer | None

    async def note(self, found: Findings, now: datetime) -> None:
        """Keep a question that nothing answered, or nothing surely. What fails here is no trouble of who asked."""
        if found.outcome is not None:
            await self._note(found.query, found.outcome, now)

    async def refuse(self, query: str, now: datetime) -> None:
        """Keep a question whose answers were not what was meant."""
        await self._note(query, Outcome.NONE_OF_THESE, now)

    async def _note(self, query: str, outcome: Outcome, now: datetime) -> None:
        words = keepable(query, self.lookup.knows, self._mark if self.signer else None)
        if words is None:
            return
        try:
            async with self.database.writing() as connection:
                await note_miss(connection, words, outcome, now.astimezone(LONDON).date())
        except Exception:
            log.exception("miss_not_noted")

    def _mark(self, word: str) -> str:
        assert self.signer is not None, "asked for where there is a key"
        return f"#{self.signer.fingerprint(f'asked:{word}')[:10]}"


def report_month(now: datetime) -> str | None:
    """The month in which the operators are to be told by now; None in the first hours of one."""
    there = now.astimezone(LONDON)
    return None if there.day == 1 and there.hour < TOLD_FROM_HOUR else f"{there:%Y-%m}"


async def tell_operators(database: Database, operators: Operators, now: datetime) -> bool:
    """Tell the operators what was missed, where nobody has in this month. Whether they are told now."""
    month = report_month(now)
    if month is None:
        return False
    async with database.writing() as connection:
        if not await claim_report(connection, month):
            return False
        missed, _ = await list_misses(connection)
        missed = [each for each in missed if each.missed]
        if missed:
            await enqueue_notice(connection, operators, summary=SUMMARY, text=report_text(missed), now=now)
        return bool(missed)


SUMMARY = "What people looked up in the last month without finding it"


def report_text(missed: Sequence[Miss]) -> str:
    """What was missed most, a question a line, and what to do about it."""
    lines = [
        f"“{each.words}”: {count_words(each.missed, 'time')}, last on {day_words(each.last)}"
        for each in missed[:TOLD]
    ]
    more = f"{len(missed) - TOLD} more: chapterwatch lookup --misses lists all." if len(missed) > TOLD else ""
    todo = (
        "Is one of them another word for what a chapter is about? Add it to your own glossary "
        "(CHAPTERWATCH_GLOSSARY_FILE). Nobody knows who asked; “…” stands for what may have been a name."
    )
    return "\n".join(filter(None, (*lines, more, todo)))


def day_words(day: date) -> str:
    """ "12 May 2026"."""
    return f"{day.day} {month_words(f'{day:%Y-%m}')}"
