"""Waits for the database to come back: a server that restarts, a disk that is full."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from asyncpg import PostgresError
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_never, wait_random_exponential

log = structlog.get_logger(__name__)

Result = TypeVar("Result")

_LONGEST_WAIT = 5.0


async def patiently(operation: Callable[[], Awaitable[Result]]) -> Result:
    """The result of ``operation``, tried again and again while the database can't be worked with.

    It may have been done although it failed (the answer to COMMIT was lost), so it has to bear repetition.
    """
    attempts = AsyncRetrying(
        retry=retry_if_exception(is_trouble),
        wait=wait_random_exponential(multiplier=0.1, max=_LONGEST_WAIT),
        stop=stop_never,
        before_sleep=_say,
        reraise=True,
    )
    async for attempt in attempts:
        with attempt:
            return await operation()
    raise AssertionError("it is tried until it succeeds or raises")


def is_trouble(error: BaseException) -> bool:
    """Whether it is the database that is in trouble, and may come back: not a fault in what was asked of it."""
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)
    return isinstance(error, PostgresError | OSError)


def _say(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    text = str(error).splitlines()[0] if error and str(error) else type(error).__name__
    log.warning("waiting for the database", reason=text, attempts=state.attempt_number)
