"""Lays text in Slack's markup out as HTML, as Slack would; the templates in slack.html do the blocks.

Only a picture of a message: buttons do nothing, and images are told by their alt text, since nothing is fetched.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup, escape

from digests.slack_blocks import unescape

_FENCE = re.compile(r"```\n?(.+?)\n?```", re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_SPECIAL = re.compile(r"<([^<>\n]+)>")
_QUOTE = re.compile(r"(?m)(?:^&gt; ?.*(?:\n|$))+")
_KEPT = re.compile("\ue000(\\d+)\ue001")
_STYLES = tuple(
    (re.compile(rf"(?<![\w{mark}])\{mark}(?=\S)([^{mark}\n]+?)(?<=\S)\{mark}(?![\w{mark}])"), tag)
    for mark, tag in (("*", "b"), ("_", "i"), ("~", "s"))
)


def text_html(text: Mapping[str, Any]) -> Markup:
    """A text object, ``plain_text`` or ``mrkdwn``, as HTML."""
    if text["type"] == "mrkdwn":
        return mrkdwn_html(text["text"])
    return Markup("<br>").join(text["text"].split("\n"))


def mrkdwn_html(text: str) -> Markup:
    """Slack's markup as HTML: links, mentions, bold, italic, struck out, code, quotes and line breaks."""
    kept: list[Markup] = []

    def keep(html: Markup) -> str:
        """Set finished HTML aside, so that nothing more is read into it."""
        kept.append(html)
        return f"\ue000{len(kept) - 1}\ue001"

    text = text.replace("\ue000", "").replace("\ue001", "")
    text = _FENCE.sub(lambda match: keep(Markup("<pre>{}</pre>").format(unescape(match[1]))), text)
    text = _CODE.sub(lambda match: keep(Markup("<code>{}</code>").format(unescape(match[1]))), text)
    text = _SPECIAL.sub(lambda match: keep(_special(match[1])), text)
    html = str(escape(unescape(text)))
    for pattern, tag in _STYLES:
        html = pattern.sub(rf"<{tag}>\1</{tag}>", html)
    html = _QUOTE.sub(_quote, html).replace("\n", "<br>")
    return Markup(_KEPT.sub(lambda match: kept[int(match[1])], html))


def _quote(match: re.Match[str]) -> str:
    lines = [line.removeprefix("&gt;").removeprefix(" ") for line in match[0].splitlines()]
    return f"<blockquote>{'<br>'.join(lines)}</blockquote>"


def _special(inside: str) -> Markup:
    """What stands between angle brackets: a link, a mention of somebody or of a channel, a date."""
    target, _, label = inside.partition("|")
    if target.startswith(("https://", "http://", "mailto:")):
        return Markup('<a href="{}">{}</a>').format(unescape(target), unescape(label or target))
    if target.startswith("!date"):
        return escape(unescape(label))
    sign = "#" if target.startswith("#") else "@"
    return Markup('<span class="mention">{}</span>').format(sign + unescape(label or target[1:]).lstrip("#@"))
