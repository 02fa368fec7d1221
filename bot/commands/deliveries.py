"""Commands about who got what: amendments, deliveries, resend, reach, settle."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated, Any

import typer
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.assembly import Parts, assemble, insist_on_manual, utc_now
from bot.commands.pages import AsJson
from bot.errors import BadInput
from bot.printing import print_json, show, table
from digests.store.reports import Delivery, Reach, is_delivery, list_deliveries
from digests.store.reports import reach as read_reach
from digests.store.resending import Resent, settle_unknown
from digests.store.resending import resend as resend_chosen
from digests.wording import count_words
from manual.store import RecordedAmendment
from manual.store.amendments import amendments_by_id
from manual.store.history import told_amendments
from subscriptions.keeping import CONTENT
from subscriptions.store import find_subscriber
from subscriptions.wishes import parse_subscriber

AmendmentId = Annotated[int | None, typer.Option("--amendment", help="An amendment's number.")]
Who = Annotated[str | None, typer.Option("--subscriber", help="slack:C0123456 or email:name@example.gov.uk")]

_LOST = ("failed", "unknown", "withheld")


def amendments(
    manual: Annotated[str | None, typer.Option(help="A manual's id; all if not given.")] = None,
    since: Annotated[str | None, typer.Option(help='A month, "2026-04".')] = None,
    as_json: AsJson = False,
) -> None:
    """List the amendments that are known, with their numbers, the newest month first."""
    parts = assemble()
    if since is not None and not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", since):
        raise BadInput(f"--since {since}: write a month like 2026-04")
    if manual is not None:
        insist_on_manual(parts, manual)
    found = asyncio.run(_amendments(parts, [manual] if manual else list(parts.manuals.names), since))
    rows = table("", "no.", "manual", "month", "kind", "chapter", "found")
    for each in found:
        if as_json:
            print_json(
                {"id": each.id, "manual": each.manual, **each.amendment.to_json(), "told": not each.baseline}
            )
        rows.add_row(
            str(each.id),
            each.manual,
            each.amendment.month or "",
            str(each.amendment.kind),
            each.amendment.title or "(title not given)",
            "stood there at first sight" if each.baseline else f"{each.recorded_at:%d.%m.%Y}",
        )
    if not as_json:
        show(rows if found else f"No amendments are known {f'since {since}' if since else 'yet'}.")


def deliveries(
    amendment: AmendmentId = None,
    subscriber: Who = None,
    failed: Annotated[bool, typer.Option("--failed", help="Only what failed, was held or is lost.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="So many at most, the newest first.")] = 100,
    as_json: AsJson = False,
) -> None:
    """List deliveries: what was sent to whom, and what was not and why."""
    found = asyncio.run(_list(assemble(), amendment, subscriber, failed, limit))
    if as_json:
        for each in found:
            print_json(_document(each))
        return
    rows = table("", "no.", "to", "what", "state", "tries", "when", "why not")
    for each in found:
        rows.add_row(
            str(each.id),
            each.name or each.destination,
            each.summary,
            each.state,
            str(each.attempts),
            f"{each.finished_at or each.due_at:%d.%m. %H:%M}",
            each.error or "",
        )
    show(rows if found else "There are no such deliveries.")


def resend(
    numbers: Annotated[list[int] | None, typer.Argument(help="Deliveries' numbers.")] = None,
    amendment: AmendmentId = None,
    subscriber: Who = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count; change nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Send again what failed or was withheld; never what was sent."""
    if not numbers and amendment is None and subscriber is None:
        raise BadInput("say which: delivery numbers, --amendment NUMBER or --subscriber slack:C0123456")
    found = asyncio.run(_resend(assemble(), numbers or [], amendment, subscriber, dry_run))
    if as_json:
        print_json({**asdict(found), "dry_run": dry_run})
        return
    was = ", ".join(f"{count} {state}" for state, count in found.again.items())
    again = count_words(sum(found.again.values()), "message") + (f" ({was})" if was else "")
    show(f"{'Would send' if dry_run else 'Sending'} {again} again; {found.already_sent} sent already.")
    if found.forgotten:
        show(f"{found.forgotten} can't be sent again: the words of a message are kept for {CONTENT.days} days.")
    if found.unknown:
        show(f"{found.unknown} may have arrived: look, then `chapterwatch settle NUMBER --arrived` or `--lost`.")


def reach(
    amendment: Annotated[int, typer.Argument(help="The amendment's number.")], as_json: AsJson = False
) -> None:
    """Say how far an amendment has reached: how many subscriptions have it, and how quickly."""
    found = asyncio.run(_reach(assemble(), amendment))
    if found is None:
        raise BadInput(f"there is no amendment number {amendment}")
    if as_json:
        print_json(_plain(asdict(found)))
        return
    for line in _reach_lines(found):
        show(line)


def _reach_lines(found: Reach) -> list[str]:
    """The report in words, without what is nothing."""
    counted = {
        "sent": found.sent,
        "waiting for their digest": found.waiting,
        "being sent": found.pending,
        "failed": found.failed,
        "unknown, the answer was lost": found.unknown,
        "withheld": found.withheld,
    }
    lines = [
        f"[bold]{found.matched}[/] subscriptions matched",
        *(f"  {n} {words}" for words, n in counted.items() if n),
    ]
    lines += [f"  {number} not told: {why}" for why, number in found.not_told.items()]
    if found.median is not None and found.slowest is not None:
        median, slowest = _span(found.median), _span(found.slowest)
        lines.append(f"From found to accepted: {median} in the middle, {slowest} at most")
    return lines


def _span(span: timedelta) -> str:
    """A time in people's words: seconds while there are few, then minutes, then hours."""
    seconds = round(span.total_seconds())
    if seconds < 100:
        return f"{seconds} s"
    return f"{round(seconds / 60)} min" if seconds < 6_000 else f"{seconds / 3_600:.1f} h"


def settle(
    number: Annotated[int, typer.Argument(help="The delivery's number.")],
    arrived: Annotated[bool, typer.Option("--arrived/--lost", help="Whether you saw that it arrived.")],
    as_json: AsJson = False,
) -> None:
    """Say what became of a message whose answer was lost: it arrived, or is to be sent again."""
    if not asyncio.run(_settle(assemble(), number, arrived)):
        raise BadInput(
            f"delivery {number} is not one whose answer was lost; `chapterwatch deliveries --failed` lists them"
        )
    if as_json:
        print_json({"delivery": number, "arrived": arrived})
        return
    show(f"Delivery {number} {'counts as sent' if arrived else 'is sent again'}.")


async def _amendments(parts: Parts, manuals: Sequence[str], since: str | None) -> list[RecordedAmendment]:
    async with parts.database() as database, database.reading() as connection:
        return [each for manual in manuals for each in await told_amendments(connection, manual, since=since)]


async def _list(
    parts: Parts, amendment: int | None, subscriber: str | None, failed: bool, limit: int
) -> list[Delivery]:
    async with parts.database() as database, database.reading() as connection:
        await _insist_on_amendment(connection, amendment)
        return await list_deliveries(
            connection,
            amendment_id=amendment,
            subscriber_id=await _subscriber_id(connection, subscriber),
            states=_LOST if failed else (),
            limit=limit,
        )


async def _resend(
    parts: Parts, numbers: Sequence[int], amendment: int | None, subscriber: str | None, dry_run: bool
) -> Resent:
    async with parts.database() as database, database.writing() as connection:
        await _insist_on_amendment(connection, amendment)
        for number in numbers:
            if not await is_delivery(connection, number):
                raise BadInput(f"there is no delivery number {number}; `chapterwatch deliveries` lists them")
        return await resend_chosen(
            connection,
            now=utc_now(),
            delivery_ids=numbers,
            amendment_id=amendment,
            subscriber_id=await _subscriber_id(connection, subscriber),
            dry_run=dry_run,
        )


async def _reach(parts: Parts, amendment: int) -> Reach | None:
    async with parts.database() as database, database.reading() as connection:
        return await read_reach(connection, amendment)


async def _settle(parts: Parts, number: int, arrived: bool) -> bool:
    async with parts.database() as database, database.writing() as connection:
        return await settle_unknown(connection, number, arrived=arrived, now=utc_now())


async def _insist_on_amendment(connection: AsyncConnection, number: int | None) -> None:
    """Raises BadInput for the number of no amendment."""
    if number is not None and not await amendments_by_id(connection, [number]):
        raise BadInput(f"there is no amendment number {number}")


async def _subscriber_id(connection: AsyncConnection, words: str | None) -> int | None:
    """Raises BadInput for somebody who is no subscriber."""
    if words is None:
        return None
    wanted = parse_subscriber(words)
    found = await find_subscriber(connection, wanted.kind, wanted.address, workspace=wanted.workspace)
    if found is None:
        raise BadInput(f"--subscriber {words}: nobody of that name has subscribed")
    return found.id


def _document(delivery: Delivery) -> dict[str, Any]:
    return _plain(asdict(delivery))


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Moments as ISO text, spans as seconds."""
    return {name: _one_plain(value) for name, value in values.items()}


def _one_plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value.total_seconds() if isinstance(value, timedelta) else value
