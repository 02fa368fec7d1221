"""What a worker holds, and since when it knows that it does."""

from __future__ import annotations

import time
from collections.abc import Collection


class Holdings:
    """The claimed rows of one worker. Whether one may still be sent is judged by the monotonic clock: a process
    that was stopped for a while finds out before it sends, whatever the clocks of the machines say."""

    def __init__(self) -> None:
        self._assured: dict[int, float] = {}

    def hold(self, ids: Collection[int], since: float) -> None:
        """Rows that were claimed at that moment or later."""
        self._assured.update(dict.fromkeys(ids, since))

    def renew(self, asked: Collection[int], still_ours: Collection[int], since: float) -> None:
        """Of the rows ``asked`` about, these were ``still_ours`` at that moment; the others were taken over."""
        for each in asked:
            if each in self._assured:
                self._assured[each] = since if each in still_ours else float("-inf")

    def is_safe(self, row: int, guard: float) -> bool:
        """Whether the row was ours less than ``guard`` seconds ago."""
        return time.monotonic() - self._assured.get(row, float("-inf")) < guard

    def drop(self, row: int) -> None:
        self._assured.pop(row, None)

    @property
    def ids(self) -> list[int]:
        return list(self._assured)
