"""What people looked up in vain, on the command line: `chapterwatch lookup --misses`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from rich.markup import escape

from bot.assembly import Parts
from bot.misses import day_words
from bot.printing import counted, print_json, show, table
from manual.store.misses import Miss, list_misses


def show_misses(parts: Parts, *, as_json: bool) -> None:
    """The last month's questions that found nothing, or nothing surely; those that were missed most first."""
    missed, hidden = asyncio.run(_kept(parts))
    if as_json:
        for each in missed:
            print_json(each.to_json())
        return
    if missed:
        _show(missed)
    else:
        show("Nobody has looked anything up in vain in the last month, as far as may be shown.")
    if hidden:
        many = counted(hidden, "question is", "questions are")
        show(f"[dim]{many} not shown: the words may be names (docs/data-we-keep.md).[/]")


async def _kept(parts: Parts) -> tuple[list[Miss], int]:
    async with parts.database() as database, database.reading() as connection:
        return await list_misses(connection)


def _show(missed: Sequence[Miss]) -> None:
    title = "Looked up in the last month without a sure answer"
    shown = table(title, "asked", "times", "nothing found", "not what was meant", "several could be", "last")
    for each in missed:
        numbers = (each.times, each.nothing, each.none_of_these, each.unsure)
        shown.add_row(
            escape(each.words), *(str(number) if number else "–" for number in numbers), day_words(each.last)
        )
    show(shown)
    show("[dim]Add what they mean to your own glossary (CHAPTERWATCH_GLOSSARY_FILE).[/]")
