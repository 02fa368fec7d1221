"""Commits results in groups: while one group is being committed, the next one gathers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Generic, TypeVar

Entry = TypeVar("Entry")
Answer = TypeVar("Answer")


class Recorder(Generic[Entry, Answer]):
    """Hands entries to ``commit`` in groups. Whoever records one waits until its group is committed."""

    def __init__(self, commit: Callable[[Sequence[Entry]], Awaitable[Sequence[Answer]]]) -> None:
        self._commit = commit
        self._gathering: list[tuple[Entry, asyncio.Future[Answer]]] = []
        self._work: asyncio.Task[None] | None = None

    async def record(self, entry: Entry) -> Answer:
        """Commit ``entry`` with whatever else has gathered. Returns its answer, raises what ``commit`` raised."""
        done: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._gathering.append((entry, done))
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._run())
        return await done

    async def close(self) -> None:
        """Wait until everything is committed."""
        if self._work is not None:
            with suppress(asyncio.CancelledError):
                await self._work

    async def _run(self) -> None:
        while self._gathering:
            group, self._gathering = self._gathering, []
            try:
                answers = await self._commit([entry for entry, _ in group])
            except BaseException as error:
                for _, done in group:
                    if not done.done():
                        done.set_exception(error)
                if not isinstance(error, Exception):
                    raise
                continue
            for (_, done), answer in zip(group, answers, strict=True):
                if not done.done():
                    done.set_result(answer)
