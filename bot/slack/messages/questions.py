"""What is asked back: which topic or chapter was meant, and until when to pause."""

from __future__ import annotations

from collections.abc import Sequence

from bot.orders.phrases import Wording
from bot.slack import actions
from bot.slack.elements import Message, Piece, button, message, row, sentence, small
from bot.slack.messages.subscriptions import names
from digests.wording import list_words
from subscriptions.store import SubscriptionOf


def no_such_topic(word: str, nearest: Sequence[tuple[str, str]], names: Sequence[str], *, command: str) -> Message:
    """No topic is called that: the nearest, each with a button that subscribes to it, and the whole list.

    ``nearest`` are pairs of what a button says and the words that it subscribes with.
    """
    return message(
        *_did_you_mean(f"There is no topic called “{word[:100]}”.", nearest),
        small(f"The topics are {list_words(names)}."),
        small(f"A chapter or a section can be followed too: {command} subscribe chapter:Staying Put."),
    )


def not_in_the_manual(kind: str, word: str, nearest: Sequence[tuple[str, str]], *, command: str) -> Message:
    """No chapter or section (``kind``) is called that: the nearest, each with a button that subscribes to it."""
    return message(
        *_did_you_mean(f"There is no {kind} called “{word[:100]}” in the manual.", nearest),
        small(f"To find out what it is called, look it up: {command} and a few words of it."),
    )


def _did_you_mean(problem: str, nearest: Sequence[tuple[str, str]]) -> tuple[Piece | None, ...]:
    these = "this" if len(nearest) == 1 else "one of these"
    guess = f"Did you mean {these}?" if nearest else "Nothing was subscribed."
    return (
        sentence(f"{problem} {guess}"),
        row(
            *(
                button(f"Follow {says}", f"{actions.SUBSCRIBE_TO}:{number}", words)
                for number, (says, words) in enumerate(nearest)
            )
        ),
    )


def ask_until(several: Sequence[SubscriptionOf], wording: Wording, command: str) -> Message:
    """Until when to pause: a few usual answers, and how to say another."""
    value = ",".join(str(each.subscription.id) for each in several)
    return message(
        sentence(f"Until when shall {names(several, wording)} be paused?"),
        row(
            button("One week", f"{actions.PAUSE}:7", value),
            button("Two weeks", f"{actions.PAUSE}:14", value),
            button("Four weeks", f"{actions.PAUSE}:28", value),
        ),
        small(f"Or say a day: {command} pause until 2 September."),
    )
