"""What a modal carries with it while it is open: where it was opened, and where the answer goes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.slack.elements import plain_text
from digests.slack_blocks import Block
from digests.slack_limits import INPUT_LABEL, PLACEHOLDER, PRIVATE_METADATA, VIEW_TITLE


@dataclass(frozen=True, slots=True, kw_only=True)
class FormContext:
    """``channel`` is empty where a form was opened from the Home tab. ``response_url`` holds for half an hour.

    ``about`` is whatever the form is about: a delivery, an amendment.
    """

    channel: str = ""
    response_url: str = ""
    about: str = ""
    home: bool = False

    def to_metadata(self) -> str:
        document = {"c": self.channel, "r": self.response_url, "a": self.about, "h": self.home}
        text = json.dumps({key: value for key, value in document.items() if value}, separators=(",", ":"))
        return text if len(text) <= PRIVATE_METADATA else FormContext(channel=self.channel).to_metadata()

    @classmethod
    def from_metadata(cls, text: str | None) -> FormContext:
        document = json.loads(text or "{}")
        return cls(
            channel=document.get("c", ""),
            response_url=document.get("r", ""),
            about=document.get("a", ""),
            home=bool(document.get("h")),
        )


def modal(
    callback: str, title: str, blocks: list[Block], context: FormContext, *, submit: str | None = None
) -> dict[str, Any]:
    """A modal view as views.open takes it."""
    view: dict[str, Any] = {
        "type": "modal",
        "callback_id": callback,
        "title": plain_text(title, VIEW_TITLE),
        "close": plain_text("Cancel" if submit else "Close", VIEW_TITLE),
        "private_metadata": context.to_metadata(),
        "blocks": blocks,
    }
    return {**view, "submit": plain_text(submit, VIEW_TITLE)} if submit else view


def field(
    block_id: str, label: str, element: Block, *, hint: str = "", optional: bool = False, placeholder: str = ""
) -> Block:
    """A labelled field of a form. The element's action_id is the block's id."""
    element = {**element, "action_id": element.get("action_id", block_id)}
    if placeholder:
        element["placeholder"] = plain_text(placeholder, PLACEHOLDER)
    block: Block = {
        "type": "input",
        "block_id": block_id,
        "label": plain_text(label, INPUT_LABEL),
        "element": element,
        "optional": optional,
    }
    return {**block, "hint": plain_text(hint, INPUT_LABEL)} if hint else block


def select(options: list[Block], initial: Block | None = None) -> Block:
    element: Block = {"type": "static_select", "options": options}
    return {**element, "initial_option": initial} if initial else element


def chosen(state: Mapping[str, Any], block_id: str) -> str:
    """What was put into a field of a submitted form: a menu's value, or the text; "" for nothing."""
    for value in (state.get("values", {}).get(block_id) or {}).values():
        option = value.get("selected_option")
        if option:
            return str(option.get("value") or "")
        return str(value.get("value") or value.get("selected_date") or "").strip()
    return ""
