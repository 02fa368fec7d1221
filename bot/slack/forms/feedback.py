"""The form in which somebody tells whoever runs the service what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.slack import actions
from bot.slack.forms.context import FormContext, chosen, field, modal

WORDS = "words"
LONGEST = 1_500


def feedback_form(context: FormContext) -> dict[str, Any]:
    words = {"type": "plain_text_input", "multiline": True, "max_length": LONGEST}
    blocks = [
        field(
            WORDS,
            "What is wrong, or missing?",
            words,
            hint="This goes to whoever runs Chapterwatch, with your name and this channel’s. "
            "Please write nothing about a child or a family.",
        )
    ]
    return modal(actions.FEEDBACK_FORM, "Something wrong?", blocks, context, submit="Send")


def feedback_in(state: Mapping[str, Any]) -> str:
    return chosen(state, WORDS)[:LONGEST]


def feedback_errors(state: Mapping[str, Any]) -> dict[str, str]:
    return {} if feedback_in(state) else {WORDS: "Write a few words, or cancel."}
