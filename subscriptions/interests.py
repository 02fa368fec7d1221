"""What a subscription may ask for, and how much a change matters."""

from __future__ import annotations

from enum import IntEnum


class Significance(IntEnum):
    """How much an amendment matters to a reader; a subscription names the least that it wants to hear of."""

    MINOR = 1
    CHANGED = 2
    REREAD = 3
