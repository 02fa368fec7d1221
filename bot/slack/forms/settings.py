"""The form for a channel's or a person's settings: when digests come, and which manual is meant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.orders.phrases import WEEKDAYS
from bot.slack import actions
from bot.slack.elements import option
from bot.slack.forms.context import FormContext, chosen, field, modal, select
from digests.slack_blocks import Block
from digests.slack_limits import OPTIONS
from subscriptions.subscribers import Subscriber

HOUR = "hour"
WEEKDAY = "weekday"
DAY = "day"
MANUAL = "manual"
NO_MANUAL = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """When digests come."""

    hour: int
    weekday: int
    day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What a submitted form says. ``manual`` None: all of them."""

    hours: Hours
    manual: str | None


def settings_form(
    subscriber: Subscriber, manual: str | None, manuals: Mapping[str, str], context: FormContext, *, where: str
) -> dict[str, Any]:
    """The form, filled with what is set. ``where`` is "this channel" or "you"."""
    blocks = hours_fields(subscriber, where)
    if len(manuals) > 1:
        every = option("All of them", NO_MANUAL)
        names = [option(name, id_) for id_, name in list(manuals.items())[: OPTIONS - 1]]
        set_to = next((each for each in names if each["value"] == manual), every)
        blocks.append(
            field(
                MANUAL,
                "Which manual is meant when none is named",
                select([every, *names], set_to),
                hint="Subscriptions that were made before keep theirs.",
                optional=True,
            )
        )
    return modal(actions.SETTINGS_FORM, "Settings", blocks, context, submit="Save")


def chosen_in(state: Mapping[str, Any], subscriber: Subscriber) -> Chosen:
    """What a submitted form says; what it leaves empty stays as it is."""
    manual = chosen(state, MANUAL)
    return Chosen(hours=hours_in(state, subscriber), manual=manual if manual and manual != NO_MANUAL else None)


def hours_fields(subscriber: Subscriber, where: str) -> list[Block]:
    """The fields that ask when digests come. ``where`` is "this channel" or "you"."""
    hours = [option(f"{hour}:00", str(hour)) for hour in range(24)]
    weekdays = [option(name, str(number)) for number, name in enumerate(WEEKDAYS)]
    days = [option(f"{day}.", str(day)) for day in range(1, 29)]
    return [
        field(HOUR, f"Digests come to {where} at", select(hours, hours[subscriber.hour]), optional=True),
        field(WEEKDAY, "Weekly ones on", select(weekdays, weekdays[subscriber.weekday]), optional=True),
        field(DAY, "Monthly ones on day", select(days, days[subscriber.day - 1]), optional=True),
    ]


def hours_in(state: Mapping[str, Any], subscriber: Subscriber) -> Hours:
    """When digests are to come; what is left empty stays as it is."""
    return Hours(
        hour=_number(chosen(state, HOUR), subscriber.hour),
        weekday=_number(chosen(state, WEEKDAY), subscriber.weekday),
        day=_number(chosen(state, DAY), subscriber.day),
    )


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isdecimal() else otherwise
