"""Waits for the database to come back: a server that restarts, a disk that is full."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from typing import TypeVar

import asyncpg
import structlog
from sqlalchemy.exc import DBAPIError
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_never, wait_random_exponential

log = structlog.get_logger(__name__)

Result = TypeVar("Result")

_LONGEST_WAIT = 5.0

# Connections, transactions that got in each other's way, resources, an operator at work: classes of SQLSTATE.
_PASSING_STATES = frozenset({"08", "40", "53", "57"})

_PASSING_CODES = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
    }
)


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
        if error.connection_invalidated:
            return True
        error = error.orig or error
    if isinstance(error, OSError) or _lost_connection(error) or _lost_connection(error.__cause__):
        return True
    sqlstate = getattr(error, "sqlstate", None) or ""
    return sqlstate[:2] in _PASSING_STATES or getattr(error, "sqlite_errorcode", 0) & 0xFF in _PASSING_CODES


def _lost_connection(error: BaseException | None) -> bool:
    """asyncpg's own error of using a connection that is gone; a value that doesn't fit is another of the kind."""
    return isinstance(error, asyncpg.InterfaceError) and not isinstance(error, ValueError)


def _say(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    text = str(error).splitlines()[0] if error and str(error) else type(error).__name__
    log.warning("waiting for the database", reason=text, attempts=state.attempt_number)
