"""The form behind "Not for us": what should be left out from now on. Nothing is left out by one tap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.orders.phrases import Wording
from bot.slack import actions
from bot.slack.elements import option
from bot.slack.forms.context import FormContext, chosen, field, modal
from digests.slack_blocks import plain
from digests.wording import list_words
from subscriptions.interests import Interest, parse_interest
from subscriptions.store import SubscriptionOf
from subscriptions.topics import Topics
from subscriptions.wishes import interest_words

WHAT = "what"
MOST = 10


def not_for_us_form(
    title: str,
    followed: Sequence[SubscriptionOf],
    candidates: Sequence[Interest],
    wording: Wording,
    context: FormContext,
) -> dict[str, Any]:
    """Asks what to leave out: the chapter, or a whole topic or section that it belongs to.

    ``followed`` are the channel's subscriptions that brought it; ``candidates`` the narrowest first.
    """
    because = list_words([wording.follows(each) for each in followed])
    options = [
        option(wording.interest(each)[:1].upper() + wording.interest(each)[1:], interest_words(each))
        for each in candidates
        if len(interest_words(each)) <= 150
    ][:MOST]
    blocks = [plain(f"“{title[:300]}” came because this channel follows {because[:1_000]}.")]
    if not options:
        blocks.append(plain("It can’t be left out by itself; change or end the subscription instead."))
        return modal(actions.NOT_FOR_US_FORM, "Not for us", blocks, context)
    blocks.append(
        field(
            WHAT,
            "Leave out from now on",
            {"type": "radio_buttons", "options": options},
            hint="Everybody in the channel is told who left it out.",
        )
    )
    return modal(actions.NOT_FOR_US_FORM, "Not for us", blocks, context, submit="Leave out")


def left_out_in(state: Mapping[str, Any], topics: Topics) -> Interest | None:
    """What a submitted form leaves out; None where nothing was chosen."""
    words = chosen(state, WHAT)
    return parse_interest(words, topics) if words else None


def not_for_us_errors(state: Mapping[str, Any]) -> dict[str, str]:
    return {} if chosen(state, WHAT) else {WHAT: "Choose what to leave out, or cancel."}
