"""What can be asked, the app's greeting in a channel, and what is said when something went wrong."""

from __future__ import annotations

from collections.abc import Sequence

from bot.slack import actions
from bot.slack.elements import Message, button, heading, line, message, row, said, sentence, small

_EXAMPLES = (
    ("running away", "which chapter is meant; a number works too"),
    ("history private fostering", "what was amended in a chapter"),
    ("new since March", "what changed; `new fostering` for one topic"),
    ("next", "when the next update is due"),
    ("subscribe fostering weekly", "tell this channel what changed; `for me` tells you alone"),
    ("subscribe leaving care daily except staying put", "with something left out"),
    ("unsubscribe fostering", "stop it again"),
    ("list", "what is subscribed here, to pause, change or end it"),
    ("pause until 2 September", "hold digests back; `resume` lets them run"),
    ("settings", "when digests come, and which manual is meant"),
)


def usage(command: str, manuals: Sequence[str]) -> Message:
    """Every form of the command with an example. ``manuals`` are the ids that `in:` takes."""
    several = (
        f" Add in:{manuals[0]} to name one of the manuals ({', '.join(manuals)})." if len(manuals) > 1 else ""
    )
    return message(
        heading("What you can ask"),
        line(
            "\n".join(f"`{said(f'{command} {example}')}` — {meaning}" for example, meaning in _EXAMPLES),
            says="\n".join(
                f"{said(f'{command} {example}')}: {meaning.replace('`', '')}" for example, meaning in _EXAMPLES
            ),
        ),
        small(f"Answers are seen by you alone; a card can be shared.{several}"),
        row(
            button("Look up…", actions.OPEN_LOOK_UP),
            button("Subscribe…", actions.OPEN_SUBSCRIBE),
        ),
    )


def greeting(command: str) -> Message:
    """What the app says when it is invited into a channel: what it does, and one button."""
    return message(
        sentence(
            "Hello. I read the procedures manual and tell this channel what changed in the chapters "
            "that it follows. I say nothing else, and I do not read your messages. "
            f"Ask me for a chapter with {command}."
        ),
        row(button("Choose what this channel follows…", actions.OPEN_SUBSCRIBE, style="primary")),
    )


def refusal(words: str) -> Message:
    """A sentence that says what was wrong and what would be right."""
    return message(sentence(words))


def failure(reference: str) -> Message:
    """Something broke on our side. The reference stands in the log."""
    return message(
        sentence("That did not work, and it is our fault, not yours. Please try again."),
        small(f"If it happens again, give this reference to whoever runs Chapterwatch: {reference}"),
    )
