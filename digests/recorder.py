"""Commits results in groups: while one group is being committed, the next one gathers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Generic, TypeVar

Entry = TypeVar("Entry")


class Recorder(Generic[Entry]):
    """Hands entries to ``commit`` in groups. Whoever records one waits until its group is committed.

    A group is committed when it is ``enough`` or its first entry has waited ``patience`` seconds.
    """

    def __init__(
        self, commit: Callable[[Sequence[Entry]], Awaitable[None]], *, enough: int, patience: float = 0.01
    ) -> None:
        self._commit = commit
        self._enough = enough
        self._patience = patience
        self._gathering: list[tuple[Entry, asyncio.Future[None]]] = []
        self._is_enough = asyncio.Event()
        self._work: asyncio.Task[None] | None = None

    async def record(self, entry: Entry) -> None:
        """Commit ``entry`` with whatever else has gathered. Raises what ``commit`` raised."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._gathering.append((entry, done))
        if len(self._gathering) >= self._enough:
            self._is_enough.set()
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._run())
        await done

    async def _run(self) -> None:
        while self._gathering:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._is_enough.wait(), self._patience)
            self._is_enough.clear()
            group, self._gathering = self._gathering, []
            try:
                await self._commit([entry for entry, _ in group])
            except BaseException as error:
                for _, done in group:
                    if not done.done():
                        done.set_exception(error)
                if not isinstance(error, Exception):
                    raise
            else:
                for _, done in group:
                    if not done.done():
                        done.set_result(None)
