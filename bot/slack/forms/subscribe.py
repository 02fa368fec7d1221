"""The form that subscribes a channel or a person, and what a submitted one asks for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.orders.requests import Subscribe
from bot.slack import actions
from bot.slack.elements import option
from bot.slack.forms.context import FormContext, chosen, field, modal, select
from digests.slack_blocks import Block
from digests.slack_limits import OPTIONS
from subscriptions.errors import UnknownTopic
from subscriptions.interests import Significance
from subscriptions.subscribers import Frequency
from subscriptions.topics import Topics

TOPIC = "topic"
OTHER = "other"
FREQUENCY = "frequency"
LEFT_OUT = "left_out"
LEAST = "least"
MANUAL = "manual"
FOR_WHOM = "for_whom"

EVERYTHING = "everything"
EVERY_MANUAL = "*"

_FREQUENCIES = (
    (Frequency.WEEKLY, "Weekly"),
    (Frequency.DAILY, "Daily"),
    (Frequency.MONTHLY, "Monthly"),
    (Frequency.AS_IT_HAPPENS, "As it happens"),
)
_LEAST = (
    (Significance.MINOR, "Everything, links and details as well"),
    (Significance.CHANGED, "Changes of substance"),
    (Significance.REREAD, "Only what must be re-read"),
)


def subscribe_form(
    topics: Topics, manuals: Mapping[str, str], context: FormContext, *, channel: str | None
) -> dict[str, Any]:
    """The form. ``channel`` is the channel's name, None where only the person can be meant."""
    blocks = [
        field(
            TOPIC,
            "Follow a topic",
            select([option("Everything", EVERYTHING), *_topics(topics)]),
            optional=True,
            placeholder="Choose a topic",
        ),
        field(
            OTHER,
            "Or one chapter or section",
            {"type": "external_select", "action_id": actions.FOLLOWS, "min_query_length": 1},
            optional=True,
            placeholder="Type a few letters or a number",
        ),
        frequency_field(Frequency.WEEKLY),
        left_out_field(),
        least_field(Significance.MINOR),
    ]
    if len(manuals) > 1:
        every = option("Every manual", EVERY_MANUAL)
        names = [option(name, id_) for id_, name in list(manuals.items())[: OPTIONS - 1]]
        blocks.append(field(MANUAL, "In which manual", select([every, *names], every), optional=True))
    if channel is not None:
        team, me = option(f"The channel {channel}", "channel"), option("Only me", "me")
        blocks.append(
            field(
                FOR_WHOM, "Who is told", {"type": "radio_buttons", "options": [team, me], "initial_option": team}
            )
        )
    return modal(actions.SUBSCRIBE_FORM, "Follow the manual", blocks, context, submit="Follow")


def errors_in(state: Mapping[str, Any], topics: Topics) -> dict[str, str]:
    """What is wrong with a submitted form, by field; empty where nothing is. What needs the manual comes later."""
    topic, other = chosen(state, TOPIC), chosen(state, OTHER)
    if not topic and not other:
        return {TOPIC: "Choose a topic here, or a chapter or section below."}
    if topic and other:
        return {OTHER: "Choose either a topic or this, not both. Subscribe twice to follow both."}
    return left_out_errors(state, topics)


def left_out_errors(state: Mapping[str, Any], topics: Topics) -> dict[str, str]:
    """What is wrong with what a submitted form leaves out."""
    for each in left_out_in(state):
        if not _is_known(each, topics):
            near = topics.nearest(each)
            hint = f"Did you mean {near[0].name}?" if near else "Write the topics’ names, parted by commas."
            return {LEFT_OUT: f"There is no topic called “{each[:60]}”. {hint}"}
    return {}


def asked_in(state: Mapping[str, Any], *, channel: bool) -> Subscribe:
    """What a submitted form asks for; a chapter is still its mark ("c:…"), to be looked up."""
    topic, manual = chosen(state, TOPIC), chosen(state, MANUAL)
    follows = (topic if topic == EVERYTHING else f"topic:{topic}") if topic else chosen(state, OTHER)
    return Subscribe(
        follows=follows,
        frequency=chosen(state, FREQUENCY),
        manual=manual if manual and manual != EVERY_MANUAL else None,
        left_out=left_out_in(state),
        least=chosen(state, LEAST),
        for_me=not channel or chosen(state, FOR_WHOM) == "me",
    )


def _topics(topics: Topics) -> list[dict[str, Any]]:
    ordered = sorted(topics, key=lambda topic: topic.name.casefold())
    return [option(topic.name, topic.id) for topic in ordered[: OPTIONS - 1]]


def frequency_field(now: Frequency) -> Block:
    options = [option(words, str(value)) for value, words in _FREQUENCIES]
    set_to = next(each for each in options if each["value"] == str(now))
    return field(FREQUENCY, "How often", select(options, set_to), optional=True)


def least_field(now: Significance) -> Block:
    options = [option(words, value.words) for value, words in _LEAST]
    set_to = next(each for each in options if each["value"] == now.words)
    return field(LEAST, "How much must it matter", select(options, set_to), optional=True)


def left_out_field(now: str = "") -> Block:
    element: Block = {"type": "plain_text_input", "multiline": True, "max_length": 2_000}
    return field(
        LEFT_OUT,
        "But not",
        {**element, "initial_value": now} if now else element,
        hint="Topics, parted by commas; or chapter:Staying Put, on a line of its own. "
        "Leave it empty to hear of everything in what you follow.",
        optional=True,
    )


def left_out_in(state: Mapping[str, Any]) -> tuple[str, ...]:
    """What a submitted form leaves out, in the person's words. Commas part topics, but not a chapter's title."""
    lines = (line.strip() for line in re.split(r"[;\n]", chosen(state, LEFT_OUT)))
    parts = (part.strip() for line in lines for part in ([line] if ":" in line else line.split(",")))
    return tuple(part for part in parts if part)


def _is_known(words: str, topics: Topics) -> bool:
    """Whether words name a topic; those with a colon or a number are judged with the manual at hand."""
    if ":" in words or words[:1].isdigit():
        return True
    try:
        topics.called(words)
    except UnknownTopic:
        return False
    return True
