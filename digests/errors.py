"""What can go wrong when something is sent, as types: the type says what to do about it.

SendError
├── Permanent   trying again won't help; says whether the address itself is dead
├── TryAgain    a later try may succeed; may say when, and whether the whole relay or workspace is in trouble
└── Unknown     the answer was lost after the message was handed over: it may have arrived
WorkTaken       another process works on this SQLite file
"""

from __future__ import annotations


class SendError(Exception):
    """A message that was not sent, as far as is known. Its text is a sentence for an operator."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Permanent(SendError):
    """Refused for good. ``unreachable``: nobody can be reached at this address any more; ``whole``: nor anybody
    else in its workspace."""

    def __init__(self, reason: str, *, unreachable: bool = False, whole: bool = False) -> None:
        super().__init__(reason)
        self.unreachable = unreachable
        self.whole = whole


class TryAgain(SendError):
    """Not now. ``retry_after``: the server's own wish in seconds, None where it said nothing.

    ``whole``: not this message but the relay or the workspace is in trouble, and so is everything for it.
    """

    def __init__(self, reason: str, *, retry_after: float | None = None, whole: bool = False) -> None:
        super().__init__(reason)
        self.retry_after = retry_after
        self.whole = whole


class Unknown(SendError):
    """Handed over, and the answer lost."""


class WorkTaken(Exception):
    """One process works on an SQLite file at a time. Its text is a sentence for an operator."""

    def __init__(self, path: str) -> None:
        super().__init__(
            f"{path}: another chapterwatch process sends from this file; stop it first, "
            "or use PostgreSQL, where any number of processes share the work"
        )
