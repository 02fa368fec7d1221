"""Reads a mail that came in: who wrote it, what it orders, and whether a person did. Pure; never raises."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as policy
from email.utils import getaddresses

from selectolax.lexbor import LexborHTMLParser

from subscriptions.errors import BadWish
from subscriptions.wishes import normalise_address

LONGEST_ORDER = 300

_ORDER = re.compile(
    r"(?:please\s+)?(look ?up|subscribe|unsubscribe|follow|unfollow|list|subscriptions|pause|resume|unpause|help"
    r"|stop)(?:[\s,:;]+(.*))?",
    re.I,
)
_REPLY = re.compile(r"^\s*(?:(?:re|fwd?|aw|sv|antw|wg)\s*(?:\[\d+\])?\s*:\s*|\[[^\]]{1,40}\]\s*)+", re.I)
_QUOTED = re.compile(r"^\s*(?:>|\|)|^\s*on .{5,200}\bwrote:\s*$|^-{2,}\s*(?:original|forwarded) message", re.I)
_MESSAGE_ID = re.compile(r"<[!-;=?A-~]{1,200}@[!-;=?A-~]{1,200}>")
_MACHINES = re.compile(
    r"(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?|listserv|majordomo)\b", re.I
)
_METHODS = re.compile(r"\b(dmarc|dkim|spf)\s*=\s*(\w+)([^;]*)", re.I)
_DOMAIN = re.compile(r"(?:header\.(?:d|from|i)|smtp\.mailfrom)\s*=\s*\"?(?:[^\s;\"@]*@)?([\w.-]+)", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A mail that came in. ``sender`` is its From, normalised, None where it has none that could be answered.

    ``orders`` are the lines that may be an order, likeliest first. ``automatic``: no person wrote it, or it came
    through a list; it is never answered. ``genuine``: the relay vouches for the sender; None: it was not asked.
    """

    sender: str | None
    orders: tuple[str, ...]
    automatic: bool
    genuine: bool | None
    message_id: str | None


def read_incoming(content: bytes, *, envelope_sender: str, own: tuple[str, ...], trusted: str | None) -> Incoming:
    """What a mail says. ``own`` are our addresses; ``trusted`` the name of the relay whose verdict counts."""
    mail = message_from_bytes(content, policy=policy)
    assert isinstance(mail, EmailMessage), "its policy makes these"
    sender = _sender(mail)
    return Incoming(
        sender=sender,
        orders=tuple(_orders(mail)),
        automatic=sender is None or _is_automatic(mail, envelope_sender, sender, own),
        genuine=None if trusted is None else sender is not None and _is_genuine(mail, sender, trusted),
        message_id=_message_id(mail),
    )


def _header(mail: EmailMessage, name: str) -> str:
    """A header's text; "" where there is none, or none that can be read."""
    try:
        return " ".join(str(mail.get(name, "")).split())
    except Exception:  # the standard library's parser of headers fails in many ways on damaged ones
        return ""


def _sender(mail: EmailMessage) -> str | None:
    found = [address for _, address in getaddresses([_header(mail, "From")]) if address]
    try:
        return normalise_address(found[0]) if len(found) == 1 else None
    except BadWish:
        return None


def _is_automatic(mail: EmailMessage, envelope_sender: str, sender: str, own: tuple[str, ...]) -> bool:
    return (
        envelope_sender in ("", "<>")
        or _header(mail, "Auto-Submitted").lower() not in ("", "no")
        or _header(mail, "Precedence").lower() in ("bulk", "list", "junk", "auto_reply")
        or any(
            _header(mail, name) for name in ("List-Id", "List-Unsubscribe", "List-Post", "X-Loop", "X-Autoreply")
        )
        or any(_header(mail, name) for name in ("X-Autorespond", "X-Auto-Response-Suppress", "Feedback-ID"))
        or mail.get_content_type() == "multipart/report"
        or bool(_MACHINES.match(sender))
        or sender in own
    )


def _is_genuine(mail: EmailMessage, sender: str, trusted: str) -> bool:
    """Whether the relay's own header says that the sender's domain sent this. Others' such headers are nothing."""
    domain = sender.rpartition("@")[2]
    for raw in mail.get_all("Authentication-Results") or ():
        verdict = " ".join(str(raw).split())
        if verdict.partition(";")[0].split(" ")[0].strip().lower() != trusted.lower():
            continue
        for _method, result, about in _METHODS.findall(verdict):
            named = {each.lower() for each in _DOMAIN.findall(about)}
            if result.lower() == "pass" and any(_aligned(domain, each) for each in named):
                return True
        return False  # the first is the last relay's; what stands below it may be anybody's
    return False


def _aligned(domain: str, named: str) -> bool:
    return domain == named or (domain.endswith(f".{named}") and named.count(".") >= 2)


def _message_id(mail: EmailMessage) -> str | None:
    found = _MESSAGE_ID.search(_header(mail, "Message-ID"))
    return found.group() if found else None


def _orders(mail: EmailMessage) -> Iterator[str]:
    """The subject, and the first line of the text that is neither empty nor quoted, where they are orders."""
    subject = _REPLY.sub("", _header(mail, "Subject"))
    first = next((line for line in _text(mail).splitlines() if line.strip()), "")
    for line in (subject, "" if _QUOTED.match(first) else first):
        printable = "".join(each if each.isprintable() else " " for each in line[: 2 * LONGEST_ORDER])
        if found := _ORDER.fullmatch(" ".join(printable.split())[:LONGEST_ORDER].rstrip(".!")):
            order = {"stop": "unsubscribe", "look up": "lookup"}.get(found[1].lower(), found[1].lower())
            yield f"{order} {found[2] or ''}".strip()


def _text(mail: EmailMessage) -> str:
    """The mail's words, of its HTML where it has no text; "" where neither can be read."""
    try:
        body = mail.get_body(("plain", "html"))
        if body is None:
            return ""
        content = body.get_content()
        if not isinstance(content, str):
            return ""
        if body.get_content_subtype() == "html":
            tree = LexborHTMLParser(re.sub(r"(?i)<br\s*/?>|</(?:p|div|tr|li)>", "\n", content[:100_000]))
            tree.strip_tags(["style", "script", "head", "blockquote"])
            return tree.body.text() if tree.body else ""
        return content
    except Exception:  # damaged encodings, unknown charsets: there is nothing to read then
        return ""
