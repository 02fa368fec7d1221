"""What is said about subscriptions: made, listed, paused, ended; and the line that tells the channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.orders.phrases import WEEKDAYS, Wording, day_says, verb, whose
from bot.slack import actions
from bot.slack.elements import (
    Message,
    Piece,
    button,
    heading,
    line,
    many,
    message,
    page_of,
    row,
    rule,
    said,
    sentence,
    small,
    small_markup,
)
from digests.wording import capitalised, count_words, list_words, moment_words, month_words, title_words
from manual.reading import Amendment
from subscriptions.store import SubscriptionOf
from subscriptions.subscribers import Frequency, Subscriber

LIST_SIZE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """A subscription that was made. ``matched`` is what it would have told in the last year, the newest first.

    ``present``: it was there already, and nothing changed.
    """

    each: SubscriptionOf
    next_at: datetime
    matched: tuple[Amendment, ...]
    present: bool = False
    notes: tuple[str, ...] = ()


def granted(made: Granted, wording: Wording) -> Message:
    """Said back to the person: exactly what is followed, when it comes next, and what it would have told."""
    who = whose(made.each.subscriber)
    since = "already" if made.present else "now"
    follows = f"{who} {since} {verb(made.each.subscriber, 'follow', 'follows')} {wording.follows(made.each)}."
    number = str(made.each.subscription.id)
    about = wording.follows(made.each)
    return message(
        sentence(follows),
        small(
            f"{capitalised(wording.schedule(made.each))}. Next: {moment_words(made.next_at)}, "
            "if anything has changed by then."
        ),
        small(_example(made.matched)),
        *(sentence(note) for note in made.notes),
        row(
            None if made.present else button("Undo", actions.END, number, about=about),
            button("Pause", actions.PAUSE, number, about=about),
            button("Change…", actions.CHANGE, number, about=about),
        ),
    )


def changed(made: Granted, wording: Wording) -> Message:
    """Said back to the person when a subscription was changed."""
    who = made.each.subscriber
    return message(
        sentence(f"Changed. {whose(who)} now {verb(who, 'follow', 'follows')} {wording.follows(made.each)}."),
        small(
            f"{capitalised(wording.schedule(made.each))}. Next: {moment_words(made.next_at)}, "
            "if anything has changed by then."
        ),
        small(f"This counts for what changes from now on. {_example(made.matched)}"),
        *(sentence(note) for note in made.notes),
    )


def unchanged(each: SubscriptionOf, wording: Wording) -> Message:
    """Said back when a form was saved as it was."""
    return message(sentence(f"Nothing changed: {wording.follows(each)}, {wording.schedule(each)}."))


def changed_words(before: SubscriptionOf, after: SubscriptionOf, wording: Wording) -> str:
    """What was changed, as a phrase behind somebody's name."""
    follows, followed = wording.follows(after), wording.follows(before)
    how, was = wording.schedule(after), wording.schedule(before)
    if follows == followed:
        return f"changed when {follows} is told here: {how}, instead of {was}"
    return f"changed what is followed here to {follows}, {how}, instead of {followed}, {was}"


def listed(
    mine: Sequence[SubscriptionOf],
    wording: Wording,
    *,
    where: str,
    command: str,
    next_moments: Mapping[int, datetime],
    page: int = 0,
) -> Message:
    """The subscriptions of a channel or a person, with what can be done about each.

    ``where`` is "This channel" or "You"; ``next_moments`` are by the subscription's id.
    """
    shown, page, pages = page_of(mine, page, LIST_SIZE)
    if not shown:
        return message(
            sentence(f"{where} {'follow' if where == 'You' else 'follows'} nothing yet."),
            small(f"Try {command} subscribe fostering weekly, or press the button."),
            row(button("Subscribe…", actions.OPEN_SUBSCRIBE, style="primary")),
        )
    number = f" Page {page + 1} of {pages}." if pages > 1 else ""
    return message(
        heading(f"What {'you follow' if where == 'You' else 'this channel follows'}"),
        small(f"{count_words(len(mine), 'subscription')}.{number}"),
        *(entry(each, wording, next_at=next_moments.get(each.subscription.id or 0)) for each in shown),
        rule(),
        row(
            button("Subscribe…", actions.OPEN_SUBSCRIBE, style="primary"),
            button("Settings…", actions.OPEN_SETTINGS),
            button("← Back", f"{actions.LIST_PAGE}:back", str(page - 1)) if page else None,
            button("More →", f"{actions.LIST_PAGE}:more", str(page + 1)) if page < pages - 1 else None,
        ),
    )


def entry(each: SubscriptionOf, wording: Wording, *, next_at: datetime | None, prefix: str = "") -> Piece:
    """One subscription, with buttons to pause, resume, change and end it."""
    follows = capitalised(wording.follows(each))
    number = str(each.subscription.id)
    paused = each.subscription.paused_until
    state = ""
    if each.subscriber.suspended_at is not None:
        state = f" · stopped: {each.subscriber.suspended_reason}"
    elif paused is not None:
        state = f" · paused until {day_says(paused)}"
    elif next_at is not None and each.subscription.frequency is not Frequency.AS_IT_HAPPENS:
        state = f" · next {moment_words(next_at)}"
    facts = f"{capitalised(wording.schedule(each))}{state}"
    hold = (
        button("Resume", f"{prefix}{actions.RESUME}", number, about=follows)
        if paused is not None
        else button("Pause", f"{prefix}{actions.PAUSE}", number, about=follows)
    )
    end = button("End", f"{prefix}{actions.END}", number, about=follows, sure=f"End {wording.follows(each)}?")
    return many(
        (
            line(f"*{said(follows, 1_000)}*\n{said(facts)}", says=f"• {said(follows, 200)}. {said(facts, 150)}"),
            row(hold, button("Change…", f"{prefix}{actions.CHANGE}", number, about=follows), end),
        )
    )


def ended_all(several: Sequence[SubscriptionOf], wording: Wording) -> Message:
    """Said back when several subscriptions ended together."""
    return message(sentence(f"Ended: {names(several, wording)}."))


def ended(each: SubscriptionOf, wording: Wording) -> Message:
    """Said back when a subscription ended."""
    who = whose(each.subscriber)
    again = verb(each.subscriber, "follow", "follows")
    return message(sentence(f"{who} no longer {again} {wording.follows(each)}."))


def paused(several: Sequence[SubscriptionOf], until: datetime, wording: Wording) -> Message:
    """Said back when digests are held back. What changes meanwhile comes afterwards."""
    return message(
        sentence(f"Paused until {day_says(until)}: {names(several, wording)}."),
        small("What changes until then is told in the first digest after it. Nothing is lost."),
    )


def resumed(several: Sequence[SubscriptionOf], wording: Wording) -> Message:
    return message(sentence(f"Runs again: {names(several, wording)}."))


def left_out(what: str) -> Message:
    """Said back when something was left out of what is followed."""
    return message(
        sentence(f"From now on {what} is left out."),
        small("All else goes on as before. To undo it, press Change under “List”."),
        row(button("List", f"{actions.LIST_PAGE}:first", "0")),
    )


def passed_on() -> Message:
    """Said back when feedback went to the operators."""
    return message(sentence("Thank you. It went to whoever runs Chapterwatch here."))


def settings_words(subscriber: Subscriber, manual: str | None) -> str:
    """What the settings are now, as a phrase: "digests at 9:00, weekly ones on Mondays, …"."""
    words = (
        f"digests to come at {subscriber.hour}:00, weekly ones on {WEEKDAYS[subscriber.weekday]}s "
        f"and monthly ones on day {subscriber.day}"
    )
    return f"{words}; {manual} is meant where no manual is named" if manual else words


def settings_saved(subscriber: Subscriber, words: str) -> Message:
    """Said back when settings were saved."""
    who = "For you" if whose(subscriber) == "You" else "For this channel"
    return message(sentence(f"Saved. {who}: {words}."))


def announced(user: str, did: str) -> Message:
    """The line in the channel that tells everybody who changed what. ``user`` is an id, ``did`` a phrase."""
    words = f"<@{user}> {said(did, 1_000)}."
    return message(small_markup(words, words))


def names(several: Sequence[SubscriptionOf], wording: Wording) -> str:
    """What several subscriptions follow, the first few by name."""
    shown = [wording.follows(each) for each in several[:5]]
    more = [f"{len(several) - 5} more"] if len(several) > 5 else []
    return list_words([*shown, *more])


def _example(matched: Sequence[Amendment]) -> str:
    if not matched:
        return "In the last year nothing in the manual would have matched: this is a quiet subject."
    latest = matched[0]
    times = {1: "once", 2: "twice"}.get(len(matched), f"{len(matched)} times")
    return (
        f"In the last year this would have told you {times}, most lately of {title_words(latest)} "
        f"({month_words(latest.month)})."
    )
