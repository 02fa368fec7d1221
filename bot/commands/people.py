"""Commands about who follows what: subscribe, unsubscribe, subscriptions, and a CSV file in and out."""

from __future__ import annotations

import asyncio
import getpass
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.assembly import Parts, assemble, utc_now
from bot.commands.pages import AsJson
from bot.errors import BadInput
from bot.orders.chapters import insist_on_chapters
from bot.orders.phrases import Wording, subscription_says
from bot.printing import print_json, print_text, remark, show, table
from bot.shelf import Shelf
from bot.withheld import why_withheld
from digests.suspending import resume_sending
from subscriptions import store
from subscriptions.errors import BadWish
from subscriptions.interests import Interest
from subscriptions.store import SubscriptionOf
from subscriptions.store_changes import log_what, running_subscription
from subscriptions.wishes import (
    COLUMNS,
    LEAST,
    WEEKDAYS,
    Wish,
    destination_words,
    interest_words,
    parse_wish,
    wishes_from_csv,
    wishes_to_csv,
)


def subscribe(
    follows: Annotated[
        str | None,
        typer.Argument(
            help='A topic ("fostering"), "chapter:Staying Put", "section:4.2", "phrase:…" or "everything".'
        ),
    ] = None,
    to: Annotated[str, typer.Option(help="slack:C0123456, slack-user:U0123456 or email:name@example.gov.uk")] = "",
    manual: Annotated[str, typer.Option(help="A manual's id; every manual if not given.")] = "",
    frequency: Annotated[str, typer.Option(help='"as it happens", daily, weekly or monthly.')] = "weekly",
    left_out: Annotated[
        list[str] | None, typer.Option("--except", help="What to leave out; may be repeated.")
    ] = None,
    least: Annotated[str, typer.Option(help=f"The least significance: {', '.join(LEAST)}.")] = "minor",
    name: Annotated[str, typer.Option(help='What people call the subscriber: "#fostering".')] = "",
    hour: Annotated[str, typer.Option(help="When its digests go out, 0 to 23, London time.")] = "",
    weekday: Annotated[str, typer.Option(help="The day of its weekly digests.")] = "",
    day: Annotated[str, typer.Option(help="The day of the month of its monthly digests, 1 to 28.")] = "",
    csv: Annotated[Path | None, typer.Option(help=f"A CSV file with the columns {', '.join(COLUMNS)}.")] = None,
    as_json: AsJson = False,
) -> None:
    """Let a channel, a person or an address follow a topic, a section, a chapter, a phrase or everything."""
    parts = assemble()
    if csv is not None:
        wishes = _wishes_of_file(csv, parts)
    else:
        if not follows or not to:
            raise BadInput("say what and who: chapterwatch subscribe fostering --to email:name@example.gov.uk")
        words = {
            "to": to,
            "name": name,
            "follows": follows,
            "manual": manual,
            "except": ";".join(left_out or ()),
            "frequency": frequency,
            "least": least,
            "hour": hour,
            "weekday": weekday,
            "day": day,
        }
        wishes = [parse_wish(words, topics=parts.topics, manuals=parts.manuals.names)]
    granted, others = asyncio.run(_grant(parts, wishes))
    for each in granted:
        if as_json:
            print_json(to_document(each))
        else:
            show(f"{in_words(each)}  [dim](number {each.subscription.id})[/]")
    for other in others:
        remark(
            f"{in_words(other)} That was asked for before and still runs; `chapterwatch unsubscribe "
            f"{other.subscription.id}` ends it."
        )
    for subscriber in dict.fromkeys(each.subscriber for each in granted):
        if why := why_withheld(parts.settings, subscriber):
            remark(f"{destination_words(subscriber)} can't be written to: {why}")


def unsubscribe(
    number: Annotated[int, typer.Argument(help="The subscription's number, as `subscriptions` shows it.")],
    reason: Annotated[str, typer.Option(help="Why, for the record.")] = "ended on the command line",
    as_json: AsJson = False,
) -> None:
    """End a subscription. What it was still due is not told."""
    parts = assemble()
    if not asyncio.run(_end(parts, number, reason)):
        raise BadInput(
            f"there is no running subscription number {number}; `chapterwatch subscriptions` lists them"
        )
    if as_json:
        print_json({"ended": number, "reason": reason})
    else:
        show(f"Subscription {number} has ended.")


def subscriptions(
    csv: Annotated[bool, typer.Option("--csv", help="Print a CSV file that `subscribe --csv` reads.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the subscriptions that run."""
    running = asyncio.run(_running(assemble()))
    if csv:
        print_text(wishes_to_csv(_as_wish(each) for each in running))
        return
    if as_json:
        for each in running:
            print_json(to_document(each))
        return
    if not running:
        remark("Nobody has subscribed yet. Try: chapterwatch subscribe fostering --to email:name@example.gov.uk")
        return
    rows = table("", "no.", "who", "follows", "manual", "how often", "least", "from")
    for each in running:
        wish = each.subscription
        left_out = "".join(f", not {interest_words(out)}" for out in wish.exclusions)
        suspended = (
            " (suspended: " + each.subscriber.suspended_reason + ")" if each.subscriber.suspended_reason else ""
        )
        rows.add_row(
            str(wish.id),
            each.subscriber.words + suspended,
            interest_words(wish.interest) + left_out,
            wish.manual or "every manual",
            str(wish.frequency),
            wish.least.words,
            f"{wish.created_at:%d.%m.%Y}",
        )
    show(rows)


def in_words(each: SubscriptionOf) -> str:
    """A subscription said back: who gets what, how often."""
    wish = each.subscription
    left_out = "".join(f", but not {interest_words(out)}" for out in wish.exclusions)
    where = f" in {wish.manual}" if wish.manual else " in every manual"
    return f"{each.subscriber.words} follows {interest_words(wish.interest)}{where}{left_out}, {wish.frequency}."


def to_document(each: SubscriptionOf) -> dict[str, Any]:
    """A subscription for programs."""
    wish = each.subscription
    return {
        "id": wish.id,
        "to": destination_words(each.subscriber),
        "name": each.subscriber.name,
        "follows": interest_words(wish.interest),
        "manual": wish.manual,
        "except": [interest_words(out) for out in wish.exclusions],
        "frequency": str(wish.frequency),
        "least": wish.least.words,
        "hour": each.subscriber.hour,
        "weekday": WEEKDAYS[each.subscriber.weekday],
        "day": each.subscriber.day,
        "suspended": each.subscriber.suspended_reason,
    }


def _wishes_of_file(path: Path, parts: Parts) -> list[Wish]:
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        raise BadInput(f"{path}: there is no such file") from None
    except UnicodeDecodeError:
        raise BadInput(f"{path}: not UTF-8 text; save the file as CSV UTF-8") from None
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror}") from None
    try:
        return wishes_from_csv(text, topics=parts.topics, manuals=parts.manuals.names)
    except BadWish as error:
        raise BadInput(f"{path}: {error}") from None


async def _grant(parts: Parts, wishes: list[Wish]) -> tuple[list[SubscriptionOf], list[SubscriptionOf]]:
    """All of them or none, in one transaction; and what runs beside them that follows just the same."""
    now = utc_now()
    shelf = Shelf(parts.manuals.names, parts.glossary)
    async with parts.database() as database, database.writing() as connection:
        for wish in wishes:
            await insist_on_chapters(
                connection,
                shelf,
                (wish.interest, *wish.exclusions),
                manual=wish.manual,
                topics=parts.topics,
            )
        granted = [await store.grant_wish(connection, wish, by=_who(), now=now) for wish in wishes]
        wording = Wording(topics=parts.topics, manuals=parts.manuals.names, named=shelf.named)
        for each in granted:
            assert each.subscriber.id is not None, "it is stored"
            await resume_sending(connection, each.subscriber.id, now)
            if each.subscription.created_at == now:
                what = f"subscribed to {subscription_says(each.subscription, wording)}"
                await log_what(connection, each, who=_who(), what=what, now=now)
        return granted, beside(granted, await store.running_subscriptions(connection))


def beside(granted: Sequence[SubscriptionOf], running: Sequence[SubscriptionOf]) -> list[SubscriptionOf]:
    """The running subscriptions that follow the same for the same subscriber as one that was granted. Pure."""
    numbers = {each.subscription.id for each in granted}
    same = {_followed(each) for each in granted}
    return [each for each in running if each.subscription.id not in numbers and _followed(each) in same]


def _followed(each: SubscriptionOf) -> tuple[int | None, Interest, str | None]:
    return each.subscriber.id, each.subscription.interest, each.subscription.manual


async def _end(parts: Parts, number: int, reason: str) -> bool:
    now = utc_now()
    wording = Wording(
        topics=parts.topics, manuals=parts.manuals.names, named=Shelf(parts.manuals.names, parts.glossary).named
    )
    async with parts.database() as database, database.writing() as connection:
        ended = await running_subscription(connection, number)
        if ended is None or not await store.end_subscription(connection, number, reason, now):
            return False
        what = f"stopped {subscription_says(ended.subscription, wording)}"
        await log_what(connection, ended, who=_who(), what=what, now=now)
        return True


def _who() -> str:
    return f"{getpass.getuser()} on the command line"


async def _running(parts: Parts) -> list[SubscriptionOf]:
    async with parts.database() as database, database.reading() as connection:
        return await store.running_subscriptions(connection)


def _as_wish(each: SubscriptionOf) -> Wish:
    wish = each.subscription
    return Wish(
        subscriber=each.subscriber,
        interest=wish.interest,
        manual=wish.manual,
        exclusions=wish.exclusions,
        frequency=wish.frequency,
        least=wish.least,
    )
