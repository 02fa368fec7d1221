"""What a mail that came back says: nobody is there, the mailbox is full, or it only takes longer. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import compat32
from typing import Literal

from flufl.bounce import all_failures

Kind = Literal["hard", "soft", "full", "complaint"]

_STATUS = re.compile(rb"(?im)^status:\s*([245]\.\d{1,3}\.\d{1,3})")
_ACTION = re.compile(rb"(?im)^action:\s*(\w+)")
_IN_TEXT = re.compile(rb"\b([45]\.\d{1,3}\.\d{1,3})\b")
_FULL = re.compile(rb"(?i)over ?quota|mailbox (?:is )?full|quota exceeded|insufficient (?:disk|system) storage")
_AWAY = re.compile(
    rb"(?i)^auto-submitted:\s*auto-(?:replied|generated)|^x-autoreply:|^precedence:\s*auto_reply", re.M
)

_FULL_STATUS = ("4.2.2", "5.2.2", "5.2.3", "4.3.1", "5.3.1")
_NOT_THE_ADDRESS = ("5.7.", "5.6.", "5.3.", "5.4.")  # refused for what it is or where it comes from


@dataclass(frozen=True, slots=True)
class Returned:
    """``reason`` is without addresses: it is kept."""

    kind: Kind
    reason: str


def read_returned(content: bytes) -> Returned | None:
    """Why a mail came back; None where it did not: somebody is on holiday, a relay still tries. Never raises."""
    if b"report-type=feedback-report" in content[:4_000].lower().replace(b'"', b""):
        return Returned("complaint", "marked as junk by its reader")
    statuses = [each.decode() for each in _STATUS.findall(content) if not each.startswith(b"2")]
    actions = {each.lower() for each in _ACTION.findall(content)}
    if actions and not actions & {b"failed", b"delayed"}:
        return None
    if not statuses:
        return _by_dialect(content)
    status = statuses[0]
    if status in _FULL_STATUS:
        return Returned("full", f"the mailbox is full ({status})")
    if actions == {b"delayed"}:
        return None
    if status.startswith("4.") or status.startswith(_NOT_THE_ADDRESS):
        return Returned("soft", f"the mail server did not take it ({status})")
    return Returned("hard", f"nobody is at this address ({status})")


def _by_dialect(content: bytes) -> Returned | None:
    """Servers that write no standard report, told by flufl.bounce."""
    try:
        temporary, permanent = all_failures(message_from_bytes(content, policy=compat32))
    except Exception:  # its detectors expect well-formed mails
        return None
    found = _IN_TEXT.search(content)
    status = f" ({found[1].decode()})" if found else ""
    if (temporary or permanent) and _FULL.search(content):
        return Returned("full", f"the mailbox is full{status}")
    if permanent:
        return Returned("hard", f"nobody is at this address{status}")
    if temporary and not _AWAY.search(content):
        return Returned("soft", f"the mail server did not take it{status}")
    return None
