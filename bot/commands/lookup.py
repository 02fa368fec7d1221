"""The command that answers a practitioner's question with a chapter: `chapterwatch lookup`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.assembly import Parts, assemble
from bot.commands.pages import AsJson, read_or_refuse
from bot.errors import BadInput
from bot.printing import print_json, remark, show
from bot.sample.site import PAGES
from manual.lookup.answers import Answers
from manual.lookup.lookup import Lookup
from manual.reading import ContentsReading
from manual.store import latest_contents


def look_up(
    query: Annotated[list[str] | None, typer.Argument(help="Words, an acronym or a number.")] = None,
    contents: Annotated[str | None, typer.Option(help="A contents page to look in: a file or an address.")] = None,
    manual: Annotated[str | None, typer.Option(help="A manual's id; all that are watched if not given.")] = None,
    batch: Annotated[bool, typer.Option(help="Read a query a line on stdin, print JSON a line.")] = False,
    explain: Annotated[bool, typer.Option(help="Say why each chapter is an answer.")] = False,
    as_json: AsJson = False,
) -> None:
    """Find the chapter for a question; say so honestly when there is none."""
    parts = assemble()
    if not batch and not query:
        raise BadInput('say what to look up: chapterwatch lookup "running away", or --batch with a query a line')
    lookup = _of_page(contents, parts) if contents else asyncio.run(_of_watched(parts))
    if manual is not None and manual not in lookup.manuals:
        raise BadInput(f"--manual {manual}: known are {', '.join(lookup.manuals)}")
    if batch:
        for line in sys.stdin:
            if line.strip():
                print_json(lookup.look_up(line.strip(), manual).to_json(explain=explain))
        return
    answers = lookup.look_up(" ".join(query or ()), manual)
    if as_json:
        print_json(answers.to_json(explain=explain))
    else:
        _show(answers, explain=explain)


def _of_page(place: str, parts: Parts) -> Lookup:
    return _indexed(parts, {Path(place).stem: _contents(place, parts)})


def _contents(place: str, parts: Parts) -> ContentsReading:
    reading = read_or_refuse(place, parts, ContentsReading.kind)
    assert isinstance(reading, ContentsReading), "that kind was asked for"
    return reading


async def _of_watched(parts: Parts) -> Lookup:
    """The contents of every watched manual; those of the sample manual where none was read yet."""
    found: dict[str, ContentsReading] = {}
    if parts.manuals.manuals:
        async with parts.database() as database, database.reading() as connection:
            for manual in parts.manuals.names:
                if reading := await latest_contents(connection, manual):
                    found[manual] = reading
    if not found:
        remark("No manual's contents have been read yet; looking in the sample manual.")
        found["westmere"] = _contents(str(PAGES / "after" / "contents.html"), parts)
    return _indexed(parts, found)


def _indexed(parts: Parts, contents: dict[str, ContentsReading]) -> Lookup:
    lookup = Lookup(parts.glossary)
    for manual, reading in contents.items():
        lookup.put(manual, reading)
    return lookup


def _show(answers: Answers, *, explain: bool) -> None:
    if not answers.answers:
        show("Nothing in the manual's contents answers that. Try other words, or a chapter's number.")
        return
    if not answers.confident:
        show("[dim]Not sure; the nearest:[/]")
    for answer in answers.answers:
        number = f"[bold]{answer.number}[/]  " if answer.number else ""
        show(f"{number}{answer.title}")
        if answer.url:
            show(f"    {answer.url}")
        if explain:
            for reason in answer.reasons:
                show(f"    [dim]{reason}[/]")
