"""What the payloads of buttons, forms and shortcuts say: where, who, and which value. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bot.errors import NotUnderstood
from bot.slack.desk import Desk, Place, place_of
from bot.slack.forms.context import FormContext

Body = Mapping[str, Any]


def place_in(desk: Desk, body: Body) -> Place:
    """Where a button was pressed, a form sent or a shortcut taken."""
    channel = (body.get("channel") or {}).get("id") or (body.get("container") or {}).get("channel_id")
    return place_of(desk, team=_team(body), channel=channel, user=str(body["user"]["id"]))


def place_in_form(desk: Desk, body: Body, context: FormContext) -> Place:
    """Where the form was opened."""
    return place_of(desk, team=_team(body), channel=context.channel, user=str(body["user"]["id"]))


def context_of(place: Place, body: Body) -> FormContext:
    """For a form that a button opens: its answer goes where the button is."""
    return FormContext(
        channel="" if place.is_direct else place.channel, response_url=str(body.get("response_url") or "")
    )


def number_in(action: Body) -> int:
    """The number that a button carries. Raises NotUnderstood."""
    return numbers_in(action)[0]


def numbers_in(action: Body) -> list[int]:
    """The numbers that a button carries, parted by commas. Raises NotUnderstood."""
    parts = str(action.get("value") or "").split(",")
    if not all(part.isdecimal() for part in parts):
        raise NotUnderstood("This button is from an older message; please type the command again.")
    return [int(part) for part in parts]


def document_in(action: Body) -> dict[str, Any]:
    """The document that a button carries. Raises NotUnderstood."""
    try:
        document = json.loads(str(action.get("value") or ""))
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise NotUnderstood("This button is from an older message; please type the command again.")
    return document


def _team(body: Body) -> str | None:
    """The workspace; of an app that a whole organisation installed, the person's own."""
    team = (body.get("team") or {}).get("id") or (body.get("user") or {}).get("team_id")
    return str(team) if team else None
