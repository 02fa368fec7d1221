"""Renders a digest as a mail: text and HTML that say the same, in the same bytes every time."""

from __future__ import annotations

import hashlib
import textwrap
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

from css_inline import CSSInliner
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from digests.digest import Digest
from digests.entry import Lengths, entry_of, next_update_lines, passage_text, why_lines
from digests.mail_headers import add_list_headers, addressed
from digests.wording import capitalised, list_words, moment_words
from subscriptions.interests import Significance

MOST_BYTES = 100_000
"""Of a whole mail. Gmail cuts the HTML of a mail at about as much and hides the rest."""

_TEXT_WIDTH = 72
_SUBJECT = 200


@dataclass(frozen=True, slots=True)
class _Depth:
    """How much a mail says of each entry. ``bare_links``: its text part gives the address under a bare title."""

    lengths: Lengths
    bare_links: bool = True


def _depth(reread: int, changed: int, minor: int, *, bare_links: bool = True) -> _Depth:
    lengths = {Significance.REREAD: reread, Significance.CHANGED: changed, Significance.MINOR: minor}
    return _Depth(lengths, bare_links)


_DEPTHS = (
    _depth(1_500, 900, 300),
    _depth(900, 400, 120),
    _depth(600, 160, 0),
    _depth(300, 0, 0),
    _depth(0, 0, 0),
    _depth(0, 0, 0, bare_links=False),
)


def render_mail(
    digest: Digest,
    *,
    sender: str,
    to: str,
    message_id: str,
    date: datetime,
    list_id: str,
    unsubscribe_mail: str | None = None,
) -> EmailMessage:
    """``digest`` as a mail of at most MOST_BYTES, unless its titles alone are more. Raises UnfitHeader.

    The same arguments make the same bytes: see ``mail_bytes``. ``list_id`` is a name such as
    "fostering.chapterwatch.westmere.gov.uk"; ``unsubscribe_mail`` the address that takes mails to unsubscribe.
    """
    subject = " ".join(_render("digest/subject.txt", {"digest": digest}).split())
    unsubscribe = (digest.links.unsubscribe_url, f"mailto:{unsubscribe_mail}" if unsubscribe_mail else None)
    for depth in _DEPTHS:
        message = addressed(
            sender=sender,
            to=to,
            subject=textwrap.shorten(subject, _SUBJECT, placeholder="…"),
            message_id=message_id,
            date=date,
        )
        add_list_headers(message, list_id=list_id, unsubscribe=tuple(filter(None, unsubscribe)))
        words = _words(digest, depth)
        html = _inline_styles(_render("digest/body.html", words))
        _add_alternatives(message, _render("digest/body.txt", words), html)
        if len(mail_bytes(message)) <= MOST_BYTES:
            break
    return message


def render_plain_mail(
    *, subject: str, text: str, sender: str, to: str, message_id: str, date: datetime
) -> EmailMessage:
    """A mail of text alone, for operators. Lines are kept as they are. Raises UnfitHeader."""
    message = addressed(sender=sender, to=to, subject=subject, message_id=message_id, date=date)
    message.set_content(text, cte="quoted-printable")
    return message


def mail_bytes(message: EmailMessage) -> bytes:
    """The mail as it goes over the wire: ASCII, CRLF, no line over 998 characters."""
    return message.as_bytes()


# --- The parts ----------------------------------------------------------------------------------------------


def _add_alternatives(message: EmailMessage, text: str, html: str) -> None:
    """Both bodies, plain first. The boundary is made from the Message-ID, so that it is the same every time.

    It holds "=_", which quoted-printable text can't.
    """
    boundary = f"=_{hashlib.sha256(message['Message-ID'].encode()).hexdigest()[:32]}"
    message["MIME-Version"] = "1.0"
    message["Content-Type"] = f'multipart/alternative; boundary="{boundary}"'
    for body, subtype in ((text, "plain"), (html, "html")):
        part = EmailMessage(policy=_PART_POLICY)
        part.set_content(body, subtype=subtype, cte="quoted-printable")
        del part["MIME-Version"]  # only the whole mail's is needed
        message.attach(part)


def _words(digest: Digest, depth: _Depth) -> dict[str, Any]:
    """What the templates print: the digest's entries in words, grouped as it is."""
    several = len(digest.manual_names) > 1
    return {
        "heading": digest.heading,
        "occasion": capitalised(f"{digest.frequency}, {moment_words(digest.due_at)}"),
        "manuals": list_words(digest.manual_names),
        "groups": [
            {
                "title": f"{group.words} ({group.count})",
                "sections": [
                    {
                        "title": f"{section.manual_name}: {section.words}" if several else section.words,
                        "entries": [entry_of(item, digest, depth.lengths) for item in section.items],
                    }
                    for section in group.sections
                ],
            }
            for group in digest.groups
        ],
        "bare_links": depth.bare_links or not digest.links.archive_url,
        "closing": [*next_update_lines(digest), *why_lines(digest)],
        "links": [
            (words, url)
            for words, url in (
                ("See this digest as a page", digest.links.archive_url),
                ("Change what you get, or when", digest.links.manage_url),
                ("Unsubscribe", digest.links.unsubscribe_url),
            )
            if url
        ],
    }


# --- Templates ----------------------------------------------------------------------------------------------


def _wrap(text: str, indent: int = 0) -> str:
    """Text in lines of _TEXT_WIDTH, its own line breaks kept, addresses never broken."""
    margin = " " * indent
    return "\n".join(
        textwrap.fill(
            line,
            _TEXT_WIDTH,
            initial_indent=margin,
            subsequent_indent=margin,
            break_long_words=False,
            break_on_hyphens=False,
        )
        for line in text.splitlines()
    )


_PART_POLICY = SMTP.clone(max_line_length=76)  # as RFC 2045 wants quoted-printable
_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=lambda name: name is not None and name.endswith(".html"),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters |= {"wrap": _wrap, "passage_text": passage_text}
_INLINER = CSSInliner(load_remote_stylesheets=False)


def _render(template: str, words: dict[str, Any]) -> str:
    return _TEMPLATES.get_template(template).render(words)


def _inline_styles(html: str) -> str:
    """Styles moved into the elements, for clients that drop style sheets; media queries stay in the head."""
    return _INLINER.inline(html).replace(' data-css-inline="keep"', "")
