"""Renders a digest as a mail: text and HTML that say the same, in the same bytes every time."""

from __future__ import annotations

import hashlib
import textwrap
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

from css_inline import CSSInliner
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from digests.digest import Digest
from digests.entry import Entry, Lengths, closing_lines, entry_of, lengths, passage_text
from digests.mail_headers import add_list_headers, addressed
from digests.wording import list_words

MOST_BYTES = 100_000
"""Of a whole mail. Gmail cuts the HTML of a mail at about as much and hides the rest."""

Groups = list[tuple[str, list[tuple[str, list[Entry]]]]]
"""Entries under the titles of their sections, under the titles of their groups."""

_SUBJECT = 200

# How much a mail says: the first that keeps it small enough is taken. The second of each pair is whether the text
# part gives an address under every bare title, even where the digest as a page has them all.
_DEPTHS = (
    (lengths(reread=1_500, changed=900, minor=300), True),
    (lengths(reread=900, changed=400, minor=120), True),
    (lengths(reread=600, changed=160, minor=0), True),
    (lengths(reread=300, changed=0, minor=0), True),
    (lengths(reread=300, changed=0, minor=0), False),
    (lengths(reread=0, changed=0, minor=0), True),
    (lengths(reread=0, changed=0, minor=0), False),
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
    reply_to: str | None = None,
) -> EmailMessage:
    """``digest`` as a mail of at most MOST_BYTES, unless its titles alone are more. Raises UnfitHeader.

    The same arguments make the same bytes: see ``mail_bytes``. ``list_id`` is a name such as
    "fostering.chapterwatch.westmere.gov.uk"; ``unsubscribe_mail`` the address that takes mails to unsubscribe,
    ``reply_to`` the one that takes any order.
    """
    subject = " ".join(_render("digest/subject.txt", {"digest": digest}).split())
    unsubscribe = (digest.links.unsubscribe_url, f"mailto:{unsubscribe_mail}" if unsubscribe_mail else None)
    for shown, bare_links in _DEPTHS:
        message = addressed(
            sender=sender,
            to=to,
            subject=textwrap.shorten(subject, _SUBJECT, placeholder="…"),
            message_id=message_id,
            date=date,
            reply_to=reply_to,
        )
        add_list_headers(message, list_id=list_id, unsubscribe=tuple(filter(None, unsubscribe)))
        words = _words(digest, shown, bare_links or not digest.links.archive_url)
        html = _inline_styles(_render("digest/body.html", words))
        add_alternatives(message, _render("digest/body.txt", words), html)
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


def add_alternatives(message: EmailMessage, text: str, html: str) -> None:
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


def _words(digest: Digest, shown: Lengths, bare_links: bool) -> dict[str, Any]:
    """What the templates print: the digest's entries in words, grouped as it is."""
    groups: Groups = []
    for group in digest.groups:
        sections = [
            (each.title, [entry_of(item, digest, shown) for item in each.items]) for each in group.sections
        ]
        groups.append((group.title, sections))
    links = (
        ("See this digest as a page", digest.links.archive_url),
        ("Change what you get, or when", digest.links.manage_url),
        ("Unsubscribe", digest.links.unsubscribe_url),
    )
    return {
        "digest": digest,
        "manuals": list_words(digest.manual_names),
        "groups": groups,
        "bare_links": bare_links,
        "closing": [*_shortness(groups), *closing_lines(digest)],
        "links": [(words, url) for words, url in links if url],
    }


def _shortness(groups: Groups) -> list[str]:
    """Says so where entries are titles only."""
    bare = any(entry.bare for _, sections in groups for _, entries in sections for entry in entries)
    return ["To keep this mail short, some entries are titles only, with links to the rest."] if bare else []


# --- Templates ----------------------------------------------------------------------------------------------

_FOLDER = Path(__file__).parent / "templates"
_PART_POLICY = SMTP.clone(max_line_length=76)  # as RFC 2045 wants quoted-printable
_TEMPLATES = Environment(
    loader=FileSystemLoader(_FOLDER),
    autoescape=lambda name: name is not None and name.endswith(".html"),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters |= {"passage_text": passage_text}
_INLINER = CSSInliner(
    extra_css=(_FOLDER / "digest" / "inlined.css").read_text("utf-8"),
    keep_style_tags=True,
    load_remote_stylesheets=False,
)


def _render(template: str, words: dict[str, Any]) -> str:
    return _TEMPLATES.get_template(template).render(words)


def _inline_styles(html: str) -> str:
    """Styles moved into the elements, for clients that drop style sheets; media queries stay in the head."""
    return _INLINER.inline(html).replace(' data-css-inline="ignore"', "")
