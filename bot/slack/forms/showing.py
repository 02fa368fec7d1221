"""A message shown as a modal: where there is no channel to answer in."""

from __future__ import annotations

from typing import Any

from bot.slack.elements import Message, message, sentence
from bot.slack.forms.context import FormContext, modal

SHOWN = "shown"


def showing(title: str, shown: Message) -> dict[str, Any]:
    """The modal. It carries nothing and asks nothing."""
    return modal(SHOWN, title, list(shown.blocks), FormContext(home=True))


def waiting(title: str) -> dict[str, Any]:
    """What stands there while the answer is being found."""
    return showing(title, message(sentence("One moment…")))
