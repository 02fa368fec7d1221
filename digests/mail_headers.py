"""The headers of our mails: checked, so that nothing can be smuggled into one, and printed as they should be."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime, getaddresses

LONGEST_LINE = 998  # RFC 5322, without the line's end

_UNFIT = {"Cc", "Cs", "Zl", "Zp"}  # control characters, half characters, ends of lines and paragraphs
_MESSAGE_ID = re.compile(r"<[!-;=?A-~]+@[!-;=?A-~]+>")  # one @, no white space, no angle brackets inside
_LIST_ID = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_DATE = re.compile(r"(?im)^Date:[^\r\n]*")
_ADDRESS = re.compile(r"(?:https?://|mailto:)[!-;=?-~]+")


class UnfitHeader(ValueError):
    """A value that can't stand in a mail's header. Its text names the header and what is wrong."""

    def __init__(self, name: str, value: str, reason: str) -> None:
        super().__init__(f"{name}: {value!r} {reason}")


class WholeHeader(UnstructuredHeader, BaseHeader):
    """A header of addresses that are never broken: the standard library would encode long ones word by word."""

    def fold(self, *, policy: Policy) -> str:
        """Printed as it is, whoever flattens the message and with whatever policy; one address a line."""
        lines = str(self).replace(">, <", f">,{policy.linesep} <")
        return f"{self.name}: {lines}{policy.linesep}"


_HEADERS = HeaderRegistry()
for _name in ("message-id", "list-id", "list-unsubscribe"):
    _HEADERS.map_to_type(_name, WholeHeader)

POLICY = SMTP.clone(header_factory=_HEADERS)


def addressed(
    *, sender: str, to: str, subject: str, message_id: str, date: datetime, reply_to: str | None = None
) -> EmailMessage:
    """A mail without a body, with the headers that every one of ours has. Raises UnfitHeader.

    ``sender``, ``to`` and ``reply_to`` (where orders by mail go) are one address each, with a name or without;
    ``date`` is aware.
    """
    message = EmailMessage(policy=POLICY)
    message["From"] = one_address("From", sender)
    message["To"] = one_address("To", to)
    if reply_to:
        message["Reply-To"] = one_address("Reply-To", reply_to)
    message["Subject"] = printable("Subject", subject)
    if date.tzinfo is None:
        raise UnfitHeader("Date", str(date), "has no time zone")
    message["Date"] = date
    message["Message-ID"] = _matching("Message-ID", message_id, _MESSAGE_ID, "is not of the form <left@right>")
    # RFC 3834: nothing answers automatically; Exchange minds its own header instead
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    return message


def add_list_headers(message: EmailMessage, *, list_id: str, unsubscribe: tuple[str, ...]) -> None:
    """Say which list a mail is of and how to leave it (RFC 2919, 2369, 8058). Raises UnfitHeader.

    ``unsubscribe`` are addresses, best first: https:, http: or mailto:. One click works where one is https:.
    """
    message["List-Id"] = f"<{_matching('List-Id', list_id, _LIST_ID, 'is not a name of letters, digits, dots')}>"
    if not unsubscribe:
        return
    for url in unsubscribe:
        _matching("List-Unsubscribe", url, _ADDRESS, "is not a web or mailto address")
    message["List-Unsubscribe"] = ", ".join(f"<{url}>" for url in unsubscribe)
    if any(url.startswith("https://") for url in unsubscribe):
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"


def dated(mail: str, date: datetime) -> str:
    """The mail, as it goes over the wire, with another date; as it is where it has none. Pure."""
    head, end, body = mail.partition("\r\n\r\n")
    return _DATE.sub(f"Date: {format_datetime(date)}", head, count=1) + end + body


def printable(name: str, value: str) -> str:
    """``value``, if it may stand in a header: a line break in one would begin another header."""
    if any(unicodedata.category(character) in _UNFIT for character in value):
        raise UnfitHeader(name, value, "holds a line break or a control character")
    return value


def one_address(name: str, value: str) -> Address:
    """``value`` as an address, with its name or without. Raises UnfitHeader where it is none, or several."""
    found = getaddresses([printable(name, value)])
    if len(found) != 1 or not found[0][1].isascii() or found[0][1].count("@") != 1:
        raise UnfitHeader(name, value, "is not one plain mail address")
    try:
        return Address(display_name=found[0][0], addr_spec=found[0][1])
    except (ValueError, IndexError):
        raise UnfitHeader(name, value, "is not one plain mail address") from None


def _matching(name: str, value: str, form: re.Pattern[str], otherwise: str) -> str:
    if not form.fullmatch(value):
        raise UnfitHeader(name, value, otherwise)
    if len(value) > LONGEST_LINE - len(name) - len(": <>,"):
        raise UnfitHeader(name, value, "is too long for a line")
    return value
