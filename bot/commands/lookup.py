"""The command that answers a practitioner's question with a chapter: `chapterwatch lookup`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from bot.assembly import Parts, assemble, utc_now
from bot.commands.misses import show_misses
from bot.commands.pages import AsJson, read_or_refuse
from bot.errors import BadInput
from bot.findings import Findings, findings_of
from bot.misses import Misses
from bot.printing import print_json, remark, show
from bot.sample.site import PAGES
from manual.lookup.answers import Answer
from manual.lookup.lookup import Lookup
from manual.reading import ContentsReading

SAMPLE = "westmere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked on the command line, and how it is to be answered. ``query`` is empty in a batch."""

    query: str
    manual: str | None
    explain: bool
    as_json: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Manuals:
    """Where to look: ``contents`` are each manual's name and the address of its contents, by id."""

    lookup: Lookup
    contents: Mapping[str, tuple[str, str]]


def look_up(
    query: Annotated[list[str] | None, typer.Argument(help="Words, an acronym or a number.")] = None,
    contents: Annotated[str | None, typer.Option(help="A contents page to look in: a file or an address.")] = None,
    manual: Annotated[str | None, typer.Option(help="A manual's id; all that are watched if not given.")] = None,
    batch: Annotated[bool, typer.Option(help="Read a query a line on stdin, print JSON a line.")] = False,
    explain: Annotated[bool, typer.Option(help="Say why each chapter is an answer.")] = False,
    misses: Annotated[bool, typer.Option(help="List what people looked up in vain in the last month.")] = False,
    as_json: AsJson = False,
) -> None:
    """Find the chapter for a question; say so honestly when there is none."""
    parts = assemble()
    if misses:
        show_misses(parts, as_json=as_json)
        return
    if not batch and not " ".join(query or ()).strip():
        raise BadInput('say what to look up: chapterwatch lookup "running away", or --batch with a query a line')
    asked = Asked(
        query="" if batch else " ".join(query or ()), manual=manual, explain=explain, as_json=as_json or batch
    )
    if contents:
        _answer(parts, _of_page(contents, Path(contents).stem, parts), asked)
    else:
        asyncio.run(_answer_from_watched(parts, asked))


async def _answer_from_watched(parts: Parts, asked: Asked) -> None:
    """From what is kept of every watched manual; from the sample manual where nothing was read yet."""
    if parts.manuals.manuals:
        async with parts.database() as database:
            async with database.reading() as connection:
                at_hand = await parts.shelf.manuals(connection)
            if at_hand:
                known = {each.id: (each.name, each.url) for each in at_hand}
                found = _answer(parts, Manuals(lookup=parts.shelf.lookup, contents=known), asked)
                if found is not None and not asked.explain:  # whoever asks why is at work on the glossary
                    misses = Misses(database=database, lookup=parts.shelf.lookup, signer=parts.signer)
                    await misses.note(found, utc_now())
                return
    remark("No manual's contents have been read yet; looking in the sample manual.")
    _answer(parts, _of_page(str(PAGES / "after" / "contents.html"), SAMPLE, parts), asked)


def _of_page(place: str, manual: str, parts: Parts) -> Manuals:
    reading = read_or_refuse(place, parts, ContentsReading.kind)
    assert isinstance(reading, ContentsReading), "that kind was asked for"
    lookup = Lookup(parts.glossary)
    lookup.put(manual, reading)
    return Manuals(lookup=lookup, contents={manual: (manual, place)})


def _answer(parts: Parts, manuals: Manuals, asked: Asked) -> Findings | None:
    """Print the answer, or in a batch the answers to each line. Returns what was found for a single query."""
    if asked.manual is not None and asked.manual not in manuals.contents:
        raise BadInput(f"--manual {asked.manual}: known are {', '.join(manuals.contents)}")
    if not asked.query:
        for line in filter(None, map(str.strip, sys.stdin)):
            print_json(manuals.lookup.look_up(line, asked.manual).to_json(explain=asked.explain))
        return None
    answers = manuals.lookup.look_up(asked.query, asked.manual)
    looked_in = [asked.manual] if asked.manual else list(manuals.contents)
    found = findings_of(answers, parts.topics, tuple(manuals.contents[each] for each in looked_in))
    if asked.as_json:
        print_json(answers.to_json(explain=asked.explain))
    else:
        _show(found, explain=asked.explain, several=len(looked_in) > 1)
    return found


def _show(found: Findings, *, explain: bool, several: bool) -> None:
    if not found.answers:
        show("Nothing in the manual answers that. Try other words, or a chapter's number.")
        if found.topics:
            show(f"[dim]Nearest topics:[/] {escape(', '.join(topic.name for topic in found.topics))}")
        for _, url in found.contents:
            show(f"[dim]The contents:[/] {escape(url)}")
        return
    if not found.sure:
        show("[dim]Not sure; the nearest:[/]")
    for answer in found.answers:
        _show_answer(answer, explain=explain, several=several)


def _show_answer(answer: Answer, *, explain: bool, several: bool) -> None:
    number = f"[bold]{escape(answer.number)}[/]  " if answer.number else ""
    manual = f"  [dim]{escape(answer.manual)}[/]" if several else ""
    show(f"{number}{escape(answer.title)}{manual}")
    if answer.url:
        show(f"    {escape(answer.url)}")
    if explain:
        for reason in answer.reasons:
            show(f"    [dim]· {escape(reason)}[/]")
        show(f"    [dim]· it fits {answer.score:.0%}[/]")
