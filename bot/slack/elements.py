"""The pieces that messages, modals and the Home tab are made of, each with what it says to a screen reader.

Slack's screen readers read a message's top-level text and skip its blocks, so every piece carries its words.
Texts are cut to Slack's limits where they are made.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.slack.actions import HOME_PREFIX
from digests.slack_blocks import Block, clip, context, divider, escape, header, link, one_line, plain, section
from digests.slack_limits import (
    BUTTON_TEXT,
    BUTTON_URL,
    HEADER_TEXT,
    LABEL,
    MESSAGE_TEXT,
    OPTION_TEXT,
    OPTION_VALUE,
    SECTION_TEXT,
)

LINE = 300
"""Characters of one line of ours: a title, a subscription."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Blocks that stay together, and what they say (escaped; empty where the blocks are only furniture)."""

    blocks: tuple[Block, ...]
    says: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message as Slack takes it."""

    text: str
    blocks: tuple[Block, ...]

    def to_json(self) -> dict[str, Any]:
        return {"text": self.text, "blocks": list(self.blocks)}


def message(*pieces: Piece | None) -> Message:
    """The pieces as one message, those that are None left out."""
    present = [piece for piece in pieces if piece is not None]
    text = "\n".join(piece.says for piece in present if piece.says)
    return Message(
        text=text if len(text) <= MESSAGE_TEXT else text[: MESSAGE_TEXT - 1].rpartition("\n")[0] + "\n…",
        blocks=tuple(block for piece in present for block in piece.blocks),
    )


def heading(words: str) -> Piece:
    line = one_line(words, HEADER_TEXT)
    return Piece((header(line),), escape(line))


def line(markup: str, *, says: str | None = None, accessory: Block | None = None) -> Piece:
    """A line in Slack's markup, already escaped; ``says`` where it reads differently without the markup."""
    block = section(markup if len(markup) <= SECTION_TEXT else escape(clip(says or markup, SECTION_TEXT - 1)))
    return Piece(({**block, "accessory": accessory} if accessory else block,), markup if says is None else says)


def sentence(words: str) -> Piece:
    """Plain words of ours or somebody else's: nothing in them is taken for markup."""
    cut = clip(words.strip(), 1_500) or "…"
    return Piece((plain(cut),), escape(cut))


def small(words: str) -> Piece:
    """Small grey print."""
    cut = clip(" ".join(words.split()), 600)
    return Piece((context(escape(cut)),), escape(cut))


def small_markup(markup: str, says: str) -> Piece:
    return Piece((context(markup),), says)


def rule() -> Piece:
    return Piece((divider(),))


def row(*elements: Block | None, block_id: str | None = None) -> Piece | None:
    """A row of buttons and menus; None where there is none."""
    present = [each for each in elements if each is not None]
    if not present:
        return None
    block: Block = {"type": "actions", "elements": present}
    return Piece(({**block, "block_id": block_id} if block_id else block,))


def button(
    text: str,
    action: str,
    value: str | dict[str, Any] | None = None,
    *,
    about: str = "",
    style: str | None = None,
    sure: str | None = None,
) -> Block:
    """A button. ``about`` tells a screen reader which of several it is; ``sure`` is asked before acting."""
    made: Block = {
        "type": "button",
        "action_id": action,
        "text": {"type": "plain_text", "text": _cut(text, BUTTON_TEXT), "emoji": False},
    }
    if value is not None:
        made["value"] = value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
    if about:
        made["accessibility_label"] = _cut(f"{text}: {about}", LABEL)
    if style:
        made["style"] = style
    if sure:
        made["confirm"] = _confirm(sure, text)
    return made


def link_button(text: str, action: str, url: str | None, *, about: str = "") -> Block | None:
    """A button that opens an address; None where there is no address that Slack would take."""
    if url is None or not url.startswith(("https://", "http://")) or len(url) > BUTTON_URL:
        return None
    return {**button(text, action, about=about), "url": url}


def option(text: str, value: str, *, about: str = "") -> Block:
    made: Block = {"text": {"type": "plain_text", "text": _cut(text, OPTION_TEXT), "emoji": False}}
    if about:
        made["description"] = {"type": "plain_text", "text": _cut(about, OPTION_TEXT), "emoji": False}
    return {**made, "value": value[:OPTION_VALUE]}


def plain_text(words: str, most: int) -> Block:
    return {"type": "plain_text", "text": _cut(words, most), "emoji": False}


def in_home(block: Block) -> Block:
    """A row of buttons as the Home tab has it: what follows from them shows in the tab."""
    if block["type"] != "actions":
        return block
    own = [{**each, "action_id": f"{HOME_PREFIX}{each['action_id']}"} for each in block["elements"]]
    return {**block, "elements": own}


def many(pieces: Iterable[Piece | None]) -> Piece:
    """Several pieces as one."""
    present = [piece for piece in pieces if piece is not None]
    return Piece(
        tuple(block for piece in present for block in piece.blocks),
        "\n".join(piece.says for piece in present if piece.says),
    )


def page_of(items: Sequence[Any], page: int, size: int) -> tuple[Sequence[Any], int, int]:
    """The items of a page, counted from 0; the page, brought within what there is; how many pages there are."""
    pages = max(1, -(-len(items) // size))
    page = min(max(page, 0), pages - 1)
    return items[page * size : (page + 1) * size], page, pages


def linked(url: str | None, words: str) -> str:
    """Words in bold that lead to an address, in Slack's markup."""
    cut = one_line(words, LINE) or "…"
    return f"*{link(url, cut)}*" if url and url.startswith(("https://", "http://")) else f"*{escape(cut)}*"


def said(words: str, most: int = LINE) -> str:
    """Words on one line as the top-level text holds them."""
    return escape(one_line(words, most))


def _cut(words: str, most: int) -> str:
    words = " ".join(words.split()) or "…"
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def _confirm(question: str, yes: str) -> Block:
    return {
        "title": {"type": "plain_text", "text": "Are you sure?"},
        "text": {"type": "plain_text", "text": _cut(question, 300)},
        "confirm": {"type": "plain_text", "text": _cut(yes, 30)},
        "deny": {"type": "plain_text", "text": "Cancel"},
    }
