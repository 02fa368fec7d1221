"""The form that changes a subscription that runs: how often, how much, what is left out, and when digests come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.orders.phrases import Wording, verb, whose
from bot.slack import actions
from bot.slack.forms.context import FormContext, chosen, modal
from bot.slack.forms.settings import Hours, hours_fields, hours_in
from bot.slack.forms.subscribe import (
    FREQUENCY,
    LEAST,
    LEFT_OUT,
    frequency_field,
    least_field,
    left_out_errors,
    left_out_field,
    left_out_in,
)
from digests.slack_blocks import plain
from subscriptions.interests import Follows, Interest, Significance
from subscriptions.store import SubscriptionOf
from subscriptions.subscribers import Frequency
from subscriptions.topics import Topics
from subscriptions.wishes import LEAST as SIGNIFICANCES
from subscriptions.wishes import interest_words

LONGEST = 1_500
"""Characters of what is left out; more than that stays as it is, and the form doesn't ask."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wished:
    """What a submitted form wishes for. ``left_out`` in the person's own words; None: as it is."""

    frequency: Frequency
    least: Significance
    left_out: tuple[str, ...] | None
    hours: Hours


def change_form(each: SubscriptionOf, wording: Wording, context: FormContext) -> dict[str, Any]:
    """The form, filled with what is set."""
    subscription, who = each.subscription, each.subscriber
    follows = verb(who, "follow", "follows")
    words = "\n".join(exclusion_words(exclusion, wording) for exclusion in subscription.exclusions)
    blocks = [
        plain(f"{whose(who)} {follows} {wording.subject(subscription)[:1_000]}."),
        frequency_field(subscription.frequency),
        least_field(subscription.least),
        *([left_out_field(words)] if len(words) <= LONGEST else []),
        *hours_fields(who, "you" if whose(who) == "You" else "this channel"),
        plain(f"These times count for everything that {verb(who, 'you follow', 'this channel follows')}."),
    ]
    return modal(actions.CHANGE_FORM, "Change", blocks, context, submit="Save")


def change_errors(state: Mapping[str, Any], topics: Topics) -> dict[str, str]:
    """What is wrong with a submitted form, by field."""
    return left_out_errors(state, topics)


def wished_in(state: Mapping[str, Any], each: SubscriptionOf) -> Wished:
    """What a submitted form wishes for; what it doesn't say stays as it is."""
    frequency, least = chosen(state, FREQUENCY), chosen(state, LEAST)
    return Wished(
        frequency=Frequency(frequency) if frequency else each.subscription.frequency,
        least=SIGNIFICANCES[least] if least else each.subscription.least,
        left_out=left_out_in(state) if LEFT_OUT in state.get("values", {}) else None,
        hours=hours_in(state, each.subscriber),
    )


def exclusion_words(interest: Interest, wording: Wording) -> str:
    """What is left out, as it is typed and understood: "Adoption", "chapter:Staying Put"."""
    if interest.follows is Follows.TOPIC and interest.value in wording.topics:
        return wording.topics.get(interest.value).name
    named = wording.named.get(interest, "")
    if interest.follows is Follows.CHAPTER and named:
        return f"chapter:{named.removeprefix('the chapter ')}"
    return interest_words(interest)
