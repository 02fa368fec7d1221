"""Commands about pages: read, compare, match. They need no database."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from bot.assembly import Parts, assemble
from bot.errors import BadInput
from bot.printing import complain, counted, print_json, show, table, with_progress
from manual.amendments.compare import compare_amendments
from manual.chapters.compare import compare_chapters
from manual.contents.compare import compare_contents
from manual.entries import entries_of
from manual.errors import FetchFailed, Unreadable
from manual.fetch import Page
from manual.read import read_carefully
from manual.reading import (
    READING_TYPES,
    Amendment,
    AmendmentKind,
    AmendmentsReading,
    ChapterReading,
    ContentsReading,
    FeedReading,
    NoticesReading,
    Reading,
)
from subscriptions.topics import Topics

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, one document a line.")]
Kind = Annotated[
    str | None, typer.Option(help=f"What the page is: {', '.join(READING_TYPES)}. Found out if not given.")
]


def read_pages(
    pages: Annotated[
        list[str], typer.Argument(metavar="FILE_OR_URL...", help="Files (.html, .txt, .xml) or addresses.")
    ],
    kind: Kind = None,
    as_json: AsJson = False,
) -> None:
    """Read pages, and print what they say."""
    _check_kind(kind)
    parts = assemble()
    summary = table("", "page", "kind", "what it says")
    bad = 0
    for place in with_progress(pages, "Reading"):
        try:
            reading = _read(place, parts, kind)
        except Unreadable as error:
            bad += 1
            complain(f"{place}: {error.reason}")
            if as_json:
                print_json({"kind": "unreadable", "path": place, "reason": error.reason})
            summary.add_row(place, "unreadable", error.reason)
            continue
        if as_json:
            print_json({**reading.to_json(), "path": place})
        elif len(pages) == 1:
            _show_reading(reading)
        summary.add_row(place, reading.kind, in_short(reading))
    if not as_json and len(pages) > 1:
        show(summary)
    if bad:
        raise typer.Exit(2)


def compare_pages(before: str, after: str, kind: Kind = None, as_json: AsJson = False) -> None:
    """Say what changed between two visits to one page."""
    _check_kind(kind)
    parts = assemble()
    try:
        first = _read(before, parts, kind)
        comparison = _compare(first, _read(after, parts, kind or first.kind))
    except Unreadable as error:
        comparison = {"understood": False, "reason": error.reason, "new": [], "revised": [], "removed": []}
    if as_json:
        print_json(comparison)
        return
    if not comparison["understood"]:
        complain(f"not understood, so nothing is concluded: {comparison.get('reason', '')}")
        return
    _show_comparison(comparison)


def match_entries(
    page: Annotated[str, typer.Argument(metavar="FILE", help="An amendments page, or - for JSON lines on stdin.")],
    as_json: AsJson = False,
) -> None:
    """Say which topics each amendment belongs to."""
    parts = assemble()
    if page == "-":
        for line_number, line in enumerate(sys.stdin, 1):
            if line.strip():
                entry = _entry_from_line(line, line_number)
                print_json({**entry, "topics": list(_topics(_as_amendment(entry, line_number), parts.topics))})
        return
    reading = entries_of(read_or_refuse(page, parts))
    if reading is None:
        raise BadInput(f"{page}: this page lists no amendments")
    matched = [(each, _topics(each, parts.topics)) for each in reading.entries]
    if as_json:
        for each, topics in matched:
            print_json({**each.to_json(), "topics": list(topics)})
        return
    shown = table("", "month", "chapter", "topics")
    for each, topics in matched:
        shown.add_row(each.month or "", _title(each), ", ".join(topics) or "–")
    show(shown)


def _read(place: str, parts: Parts, kind: str | None) -> Reading:
    page = _page(place, parts)
    return read_carefully(page.body, kind=kind, url=page.url, content_type=page.content_type)


def read_or_refuse(place: str, parts: Parts, kind: str | None = None) -> Reading:
    """A file or an address as a reading of that kind. Raises BadInput with the reason."""
    try:
        return _read(place, parts, kind)
    except Unreadable as error:
        raise BadInput(f"{place}: {error.reason}") from None


def _page(place: str, parts: Parts) -> Page:
    """A file's or an address's bytes. What can't be had is as unreadable as what can't be understood."""
    if place.startswith(("http://", "https://")):
        return asyncio.run(_fetched(place, parts))
    path = Path(place)
    try:
        size = path.stat().st_size
        if size > parts.settings.fetch_max_bytes:
            raise Unreadable(
                f"larger than {parts.settings.fetch_max_bytes:,} bytes (CHAPTERWATCH_FETCH_MAX_BYTES)"
            )
        return Page(url="", body=path.read_bytes())
    except FileNotFoundError:
        hint = "; an address begins with https://" if "." in place and not path.suffix[1:].islower() else ""
        raise Unreadable(f"there is no such file{hint}") from None
    except OSError as error:
        raise Unreadable(f"the file can't be opened: {error.strerror}") from None


async def _fetched(url: str, parts: Parts) -> Page:
    async with parts.fetcher() as fetcher:
        try:
            page = await fetcher.fetch(url)
        except FetchFailed as error:
            raise Unreadable(error.reason) from None
    assert isinstance(page, Page), "nothing is conditional in a first fetch"
    return page


def _check_kind(kind: str | None) -> None:
    if kind is not None and kind not in READING_TYPES:
        raise BadInput(f"--kind {kind}: write one of {', '.join(READING_TYPES)}")


def _compare(before: Reading, after: Reading) -> dict[str, Any]:
    match before, after:
        case ChapterReading(), ChapterReading():
            return compare_chapters(before, after).to_json()
        case ContentsReading(), ContentsReading():
            return compare_contents(before, after).to_json()
    first, second = entries_of(before), entries_of(after)
    if first is None or second is None:
        raise Unreadable(f"one page is {before.kind}, the other {after.kind}")
    return compare_amendments(first, second).to_json()


def _topics(entry: Amendment, topics: Topics) -> Sequence[str]:
    return topics.topics_of(
        entry.title, entry.details, former_titles=entry.former_titles, candidates=entry.candidates
    )


def _entry_from_line(line: str, number: int) -> dict[str, Any]:
    try:
        entry = json.loads(line)
    except json.JSONDecodeError as error:
        raise BadInput(f"line {number}: not JSON: {error}") from None
    if not isinstance(entry, dict) or not isinstance(entry.get("details", ""), str):
        raise BadInput(f'line {number}: write {{"title": …, "details": …, "kind": …}}')
    return entry


def _as_amendment(entry: dict[str, Any], number: int) -> Amendment:
    kind = entry.get("kind") or "updated"
    if kind not in list(AmendmentKind):
        raise BadInput(f"line {number}: kind {kind!r}; write one of {', '.join(AmendmentKind)}")
    return Amendment(
        month=entry.get("month"),
        kind=AmendmentKind(kind),
        title=entry.get("title") or None,
        details=entry.get("details") or "",
    )


def in_short(reading: Reading) -> str:
    """What a reading says, in a line: counts, months, oddities."""
    match reading:
        case AmendmentsReading():
            months = sorted({entry.month for entry in reading.entries if entry.month})
            span = f", {months[0]} to {months[-1]}" if len(months) > 1 else f", {months[0]}" if months else ""
            lost = sum(entry.title is None for entry in reading.entries)
            return "".join(
                [
                    f"{counted(len(reading.entries), 'amendment')}{span}",
                    f", {sum(entry.reread for entry in reading.entries)} to re-read",
                    f", {lost} without a title" if lost else "",
                    f", next update {reading.next_update}" if reading.next_update else "",
                ]
            )
        case ContentsReading():
            flagged = sum(bool(chapter.flags) for chapter in reading.chapters)
            return f"{len(reading.chapters)} chapters under {len(reading.sections)} headings, {flagged} flagged"
        case ChapterReading():
            return f"{reading.title}: {len(reading.sections)} sections"
        case NoticesReading():
            return f"{counted(len(reading.notices), 'notice')}, no amendments"
        case FeedReading():
            return counted(len(reading.entries), "entry", "entries")


def _show_reading(reading: Reading) -> None:
    show(f"[bold]{reading.kind}[/]: {in_short(reading)}")
    match reading:
        case AmendmentsReading():
            show(_amendments_table(reading.entries))
        case ContentsReading():
            rows = table("", "number", "chapter", "flags")
            for chapter in reading.chapters:
                rows.add_row(chapter.number or "", chapter.title, ", ".join(chapter.flags))
            show(rows)
        case ChapterReading():
            rows = table("", "number", "heading", "words")
            for section in reading.sections:
                rows.add_row(section.number or "", section.heading, str(len(section.text.split())))
            show(rows)
        case NoticesReading():
            rows = table("", "heading", "words")
            for notice in reading.notices:
                rows.add_row(notice.heading, str(len(notice.text.split())))
            show(rows)
        case FeedReading():
            rows = table("", "updated", "title")
            for entry in reading.entries:
                rows.add_row((entry.updated or entry.published or "")[:10], entry.title or "–")
            show(rows)


def _amendments_table(entries: Iterable[Amendment]) -> Table:
    rows = table("", "month", "kind", "chapter", "sections", "re-read")
    for entry in entries:
        rows.add_row(
            entry.month or "",
            entry.kind,
            _title(entry),
            ", ".join(entry.sections),
            "yes" if entry.reread else "",
        )
    return rows


def _title(entry: Amendment) -> str:
    if entry.title:
        return entry.title
    perhaps = f", perhaps {entry.candidates[0]}" if entry.candidates else ""
    return f"(title not given{perhaps})"


def _show_comparison(comparison: dict[str, Any]) -> None:
    """Lists of things under their names; "none" where there are none."""
    for name, found in comparison.items():
        if name in ("understood", "reason") or not isinstance(found, list):
            continue
        show(f"[bold]{name.replace('_', ' ')}[/]: {len(found) or 'none'}")
        for each in found:
            show(f"  {_named(each)}")


def _named(each: Any) -> str:
    if isinstance(each, dict) and "after" in each:
        return _named(each["after"])
    if isinstance(each, dict):
        return str(each.get("title") or each.get("heading") or each.get("details") or "(title not given)")
    return str(each)
