"""Whose turn it is: who has just come is acknowledged before work goes on, and only so much is done at once.

Slack waits three seconds for an acknowledgement, and looking things up takes the processor. So work waits while
requests are still being acknowledged; not for ever, since they may never stop coming.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

AT_ONCE = 8
"""Requests that are worked on at once: enough while Slack is asked for somebody's name or members."""

PATIENCE = 0.5
"""Seconds for which work waits for acknowledgements, at most."""


@dataclass(frozen=True, slots=True)
class _Turns:
    """Of one event loop. ``quiet`` is set while nobody waits to be acknowledged."""

    free: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    quiet: asyncio.Event = field(default_factory=asyncio.Event)
    arriving: set[object] = field(default_factory=set)


_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, _Turns] = WeakKeyDictionary()


@contextmanager
def arriving() -> Iterator[None]:
    """While a request is being acknowledged."""
    turns, mine = _of_this_loop(), object()
    turns.arriving.add(mine)
    turns.quiet.clear()
    try:
        yield
    finally:
        turns.arriving.discard(mine)
        if not turns.arriving:
            turns.quiet.set()


@asynccontextmanager
async def turn() -> AsyncIterator[None]:
    """While a request is being worked on."""
    turns = _of_this_loop()
    async with turns.free:
        try:
            await asyncio.wait_for(turns.quiet.wait(), PATIENCE)
        except TimeoutError:
            pass
        yield


def _of_this_loop() -> _Turns:
    loop = asyncio.get_running_loop()
    if loop not in _turns:
        _turns[loop] = _Turns()
        _turns[loop].quiet.set()
    return _turns[loop]
