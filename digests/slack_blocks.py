"""The few Block Kit blocks that digests are made of, and text made safe and short enough for them."""

from __future__ import annotations

import re
from typing import Any

from digests.slack_limits import BUTTON_URL, BUTTON_VALUE
from digests.wording import split_text

Block = dict[str, Any]

_LINK = 1_900  # a longer link, as markup, is not made: it would fill a section by itself


def header(text: str) -> Block:
    return {"type": "header", "text": {"type": "plain_text", "text": text, "emoji": False}}


def section(markup: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": markup, "verbatim": True}}


def plain(text: str) -> Block:
    """Words exactly as they are: Slack takes nothing in them for formatting, a mention or an emoji."""
    return {"type": "section", "text": {"type": "plain_text", "text": text, "emoji": False}}


def context(*markup: str) -> Block:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": each, "verbatim": True} for each in markup]}


def divider() -> Block:
    return {"type": "divider"}


def buttons(*each: tuple[str, str, str]) -> Block:
    """A row of buttons, each with what it says, its name, and the value that it carries."""
    return {
        "type": "actions",
        "elements": [
            {
                "type": "button",
                "action_id": name,
                "text": {"type": "plain_text", "text": says, "emoji": False},
                "value": value[:BUTTON_VALUE],
            }
            for says, name, value in each
        ],
    }


def menu_option(says: str, value: str, *, url: str | None = None) -> Block:
    """A line of a small menu; one with an address opens it."""
    option: Block = {"text": {"type": "plain_text", "text": says, "emoji": False}, "value": value}
    return {**option, "url": url} if url and len(url) <= BUTTON_URL else option


def escape(text: str) -> str:
    """``text`` for Slack's markup: no character of it can start a link, a mention or an entity."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    """What ``escape`` was given."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


_FORMATS = re.compile(r"[*_~`]|:[\w+'-]+:|^\s*>", re.MULTILINE)


def formats(text: str) -> bool:
    """Whether Slack's markup would take something in ``text`` for formatting or an emoji, and so change it."""
    return _FORMATS.search(text) is not None


def link(url: str | None, label: str) -> str:
    """A link in Slack's markup; the label alone where there is no address, or one that is too long to print."""
    if url is None:
        return escape(label)
    address = url.replace("|", "%7C").replace("<", "%3C").replace(">", "%3E").replace(" ", "%20")
    markup = f"<{escape(address)}|{escape(label)}>"
    return markup if len(markup) <= _LINK else escape(label)


def one_line(text: str, most: int) -> str:
    """``text`` on one line, cut with "…" so that it has at most ``most`` characters once it is escaped."""
    return clip(" ".join(text.split()), most)


def clip(text: str, most: int) -> str:
    """``text`` cut with "…" so that it has at most ``most`` characters once it is escaped."""
    if len(escape(text)) <= most:
        return text
    size = 0
    for index, character in enumerate(text):
        size += len(escape(character))
        if size >= most:
            return text[:index].rstrip() + "…"
    return text


def chunks(text: str, most: int) -> list[str]:
    """The whole of ``text`` in pieces of at most ``most`` characters once they are escaped."""
    pieces = split_text(text, most)
    if any(len(escape(piece)) > most for piece in pieces):
        pieces = split_text(text, most // 5)  # the worst that escaping does is "&" to "&amp;"
    return pieces
