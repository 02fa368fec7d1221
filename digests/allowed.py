"""Decides who may be written to: outside production nobody is, by accident. Pure."""

from __future__ import annotations

from collections.abc import Callable

Allowed = Callable[[str], str | None]
"""From a destination to the reason for not writing to it, None where it may be written to."""


def allow_list(allowed_recipients: str) -> Allowed:
    """The rule that the setting spells: addresses, @domains and channels' ids, parted by spaces or commas.

    * is everybody. An empty setting lets nobody be written to.
    """
    entries = frozenset(allowed_recipients.replace(",", " ").lower().split())

    def why_not(destination: str) -> str | None:
        name = destination.lower()
        if "*" in entries or name in entries or "@" + name.rpartition("@")[2] in entries:
            return None
        if not entries:
            return "CHAPTERWATCH_ALLOWED_RECIPIENTS is empty: nobody is written to (* is everybody)"
        return "not among CHAPTERWATCH_ALLOWED_RECIPIENTS"

    return why_not


def everybody(_destination: str) -> str | None:
    return None
