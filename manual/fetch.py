"""Fetches pages politely: conditional GET, Retry-After, one request at a time per host, limits on both ends."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Self

import httpx
from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_random_exponential

from manual.errors import FetchRefused, FetchUnavailable

ATTEMPTS = 3

# A longer wish than this is kept by the watcher's next visit, not by holding a request.
LONGEST_WAIT_IN_PLACE = 5.0

_TRY_AGAIN_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What came: the raw bytes and what the server said about them. ``url`` is where redirects ended."""

    url: str
    body: bytes
    content_type: str | None = None
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class NotModified:
    """The server's 304: the page is as it was."""


class Fetcher:
    """An HTTP client with manners. Use as an async context manager; ``fetch`` may be called concurrently.

    ``timeout`` is seconds for one request as a whole, ``max_bytes`` the size after decompression,
    ``pause`` seconds between two requests to one host.
    """

    def __init__(
        self,
        *,
        contact: str | None = None,
        timeout: float = 30.0,
        max_bytes: int = 20_000_000,
        pause: float = 2.0,
        first_wait: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._timeout = timeout
        self._max_bytes = max_bytes
        self._pause = pause
        self._first_wait = first_wait
        self._clock = clock
        self._hosts: defaultdict[str, _Host] = defaultdict(_Host)
        self._client = httpx.AsyncClient(
            headers={"User-Agent": user_agent(contact)},
            timeout=timeout,
            follow_redirects=True,
            max_redirects=5,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def fetch(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None
    ) -> Page | NotModified:
        """The page at ``url``, or NotModified when it is still the one that the validators name.

        Transient failures are tried again here, briefly. Raises FetchRefused or FetchUnavailable.
        """
        headers = {}
        if etag:
            headers["If-None-Match"] = etag
        if last_modified:
            headers["If-Modified-Since"] = last_modified
        async for attempt in AsyncRetrying(
            stop=stop_after_attempt(ATTEMPTS),
            wait=wait_random_exponential(multiplier=self._first_wait, max=10),
            retry=retry_if_exception(_worth_another_try),
            reraise=True,
        ):
            with attempt:
                return await self._fetch_once(url, headers)
        raise AssertionError("tenacity either returns or raises")

    async def _fetch_once(self, url: str, headers: dict[str, str]) -> Page | NotModified:
        async with self._turn(_host_of(url), url):
            try:
                async with (
                    asyncio.timeout(self._timeout),
                    self._client.stream("GET", url, headers=headers) as response,
                ):
                    return await self._page(url, response)
            except (httpx.UnsupportedProtocol, httpx.InvalidURL):
                raise FetchRefused(url, "redirects to something that is no web address") from None
            except httpx.TooManyRedirects:
                raise FetchRefused(url, "redirects in circles") from None
            except (TimeoutError, httpx.TimeoutException):
                raise FetchUnavailable(url, f"no answer within {self._timeout:g} seconds") from None
            except httpx.HTTPError as error:
                raise FetchUnavailable(url, _reason(error)) from error

    @asynccontextmanager
    async def _turn(self, host: str, url: str) -> AsyncIterator[None]:
        """Wait for this host's turn: one request at a time, a pause between two, and its own Retry-After."""
        state = self._hosts[host]
        async with state.lock:
            wait = state.not_before - self._clock()
            if wait > max(LONGEST_WAIT_IN_PLACE, self._pause):
                raise FetchUnavailable(url, f"{host} asked us to wait", retry_after=wait)
            if wait > 0:
                await asyncio.sleep(wait)
            try:
                yield
            except FetchUnavailable as error:
                state.not_before = self._clock() + max(error.retry_after or 0, self._pause)
                raise
            finally:
                state.not_before = max(state.not_before, self._clock() + self._pause)

    async def _page(self, url: str, response: httpx.Response) -> Page | NotModified:
        if response.status_code == httpx.codes.NOT_MODIFIED:
            return NotModified()
        if response.status_code in _TRY_AGAIN_STATUSES:
            retry_after = parse_retry_after(response.headers.get("Retry-After"), datetime.now(UTC))
            raise FetchUnavailable(url, f"the server answered {response.status_code}", retry_after)
        if response.status_code != httpx.codes.OK:
            raise FetchRefused(
                url, f"the server answered {response.status_code} {response.reason_phrase}".rstrip()
            )
        return Page(
            url=str(response.url),
            body=await self._body(url, response),
            content_type=response.headers.get("Content-Type"),
            etag=response.headers.get("ETag"),
            last_modified=response.headers.get("Last-Modified"),
        )

    async def _body(self, url: str, response: httpx.Response) -> bytes:
        too_large = FetchRefused(url, f"larger than {self._max_bytes:,} bytes (CHAPTERWATCH_FETCH_MAX_BYTES)")
        if int(response.headers.get("Content-Length") or 0) > self._max_bytes:
            raise too_large
        chunks = []
        size = 0
        # In small steps, so that a compressed bomb is noticed before it has unfolded.
        async for chunk in response.aiter_bytes(65_536):
            size += len(chunk)
            if size > self._max_bytes:
                raise too_large
            chunks.append(chunk)
        return b"".join(chunks)


class _Host:
    """What is remembered of one host: whose turn it is, and when the next may be."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.not_before = 0.0


def _host_of(url: str) -> str:
    """The host of a web address. Raises FetchRefused for what is none."""
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        parsed = httpx.URL("")
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise FetchRefused(url, "not a web address; one begins with https:// or http://")
    return parsed.host


def user_agent(contact: str | None) -> str:
    """What we call ourselves, with somebody whom a webmaster can turn to."""
    return f"Chapterwatch/0.1 (watches procedures manuals for amendments; contact: {contact or 'not given'})"


def parse_retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds to wait by a Retry-After header, a number or a date. None where it is missing or neither."""
    if value is None:
        return None
    value = value.strip()
    if value.isdecimal():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


def _worth_another_try(error: BaseException) -> bool:
    return isinstance(error, FetchUnavailable) and (error.retry_after or 0) <= LONGEST_WAIT_IN_PLACE


def _reason(error: httpx.HTTPError) -> str:
    text = str(error) or type(error).__name__
    return f"could not be reached: {text}"
