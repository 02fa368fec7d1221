"""A message shown as a modal: where there is no channel to answer in."""

from __future__ import annotations

from typing import Any

from bot.slack.actions import CHANGE, OPEN_LOOK_UP, OPEN_SETTINGS, OPEN_SUBSCRIBE, SHARE
from bot.slack.elements import Message, message, sentence
from bot.slack.forms.context import FormContext, modal
from digests.slack_blocks import Block

SHOWN = "shown"


_NOT_HERE = (SHARE, CHANGE, OPEN_SUBSCRIBE, OPEN_LOOK_UP, OPEN_SETTINGS)
"""Buttons that need a channel, or would open a modal on a modal: the Home tab below has them."""


def showing(title: str, shown: Message) -> dict[str, Any]:
    """The modal. Whatever its buttons lead to is shown in it as well."""
    blocks = [kept for block in shown.blocks if (kept := _kept(block))]
    return modal(SHOWN, title, blocks, FormContext(home=True))


def _kept(block: Block) -> Block | None:
    if block["type"] != "actions":
        return block
    elements = [each for each in block["elements"] if each["action_id"] not in _NOT_HERE]
    return {**block, "elements": elements} if elements else None


def waiting(title: str) -> dict[str, Any]:
    """What stands there while the answer is being found."""
    return showing(title, message(sentence("One moment…")))
