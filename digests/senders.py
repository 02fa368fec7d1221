"""What a sender is: something that hands one parcel over and says what it got for it, or why not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One message to one destination. ``thread`` is the receipt of the post whose thread it belongs to, or None;
    ``urgent``: it goes before the others that wait to be handed over.

    ``handed_over_at``: when an attempt whose answer is unknown began; None mostly.
    """

    message_id: str
    workspace: str
    destination: str
    payload: dict[str, Any]
    thread: str | None = None
    urgent: bool = False
    handed_over_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """It had arrived after all; ``receipt`` is what would have been got for it."""

    receipt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Absent:
    """It did not arrive: it may be sent again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclear:
    """Can't be known from here: somebody has to look. ``reason`` says why."""

    reason: str


Sighting = Found | Absent | Unclear


class Sender(Protocol):
    """Hands parcels of one channel over. May be called several times at once."""

    async def send(self, parcel: Parcel) -> str:
        """Hand it over. Returns the receipt. Raises Permanent, TryAgain or Unknown."""

    async def look_for(self, parcel: Parcel) -> Sighting:
        """Whether a parcel whose answer was lost arrived. Raises TryAgain."""

    async def close(self) -> None:
        """Let go of connections."""
