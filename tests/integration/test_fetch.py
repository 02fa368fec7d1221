"""Fetching from a real server: conditional, patient, and with limits."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator

import pytest

from manual.errors import FetchRefused, FetchUnavailable
from manual.fetch import Fetcher, NotModified, Page
from tests.servers.pages import Answer, PageServer, page_server


@pytest.fixture
async def council() -> AsyncIterator[PageServer]:
    async with page_server() as server:
        yield server


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with Fetcher(
        contact="ops@westmere.example", timeout=2, max_bytes=100_000, pause=0, first_wait=0.01
    ) as made:
        yield made


async def test_a_page_comes_with_what_the_server_said_of_it(council: PageServer, fetcher: Fetcher) -> None:
    url = council.publish("/amendments", "<h1>Amendments</h1>")
    page = await fetcher.fetch(url)
    assert isinstance(page, Page)
    assert page.body == b"<h1>Amendments</h1>"
    assert page.content_type == "text/html; charset=utf-8"
    assert page.etag
    assert "ops@westmere.example" in council.headers_seen[0]["user-agent"]


async def test_an_unchanged_page_is_not_sent_again(council: PageServer, fetcher: Fetcher) -> None:
    url = council.publish("/amendments", "one")
    first = await fetcher.fetch(url)
    assert isinstance(first, Page)
    assert await fetcher.fetch(url, etag=first.etag) == NotModified()
    council.publish("/amendments", "two")
    assert isinstance(await fetcher.fetch(url, etag=first.etag), Page)
    assert [status for _, status in council.requests] == [200, 304, 200]


async def test_a_passing_fault_is_tried_again(council: PageServer, fetcher: Fetcher) -> None:
    url = council.answer("/a", Answer(b"busy", status=503), Answer(b"busy", status=502), Answer(b"here"))
    page = await fetcher.fetch(url)
    assert isinstance(page, Page)
    assert page.body == b"here"


async def test_a_fault_that_stays_is_worth_another_visit(council: PageServer, fetcher: Fetcher) -> None:
    url = council.publish("/a", b"down", status=500)
    with pytest.raises(FetchUnavailable, match="answered 500"):
        await fetcher.fetch(url)
    assert len(council.requests) == 3


async def test_retry_after_is_honoured_without_asking_again(council: PageServer, fetcher: Fetcher) -> None:
    url = council.publish("/a", b"", status=429, headers={"Retry-After": "3600"})
    other = council.publish("/b", b"fine")
    with pytest.raises(FetchUnavailable) as raised:
        await fetcher.fetch(url)
    assert raised.value.retry_after == 3600
    with pytest.raises(FetchUnavailable, match="asked us to wait"):
        await fetcher.fetch(other)  # the same host: its wish is kept for all its pages
    assert len(council.requests) == 1


@pytest.mark.parametrize("status", [401, 403, 404, 410])
async def test_a_refusal_is_not_tried_again(council: PageServer, fetcher: Fetcher, status: int) -> None:
    url = council.publish("/a", b"", status=status)
    with pytest.raises(FetchRefused, match=str(status)):
        await fetcher.fetch(url)
    assert len(council.requests) == 1


async def test_a_page_over_the_limit_is_refused(council: PageServer, fetcher: Fetcher) -> None:
    url = council.publish("/big", b"x" * 200_000)
    with pytest.raises(FetchRefused, match="larger than 100,000 bytes"):
        await fetcher.fetch(url)


async def test_a_compressed_bomb_is_refused(council: PageServer, fetcher: Fetcher) -> None:
    bomb = gzip.compress(b"\0" * 5_000_000)
    url = council.publish("/bomb", bomb, headers={"Content-Encoding": "gzip"})
    with pytest.raises(FetchRefused, match="larger than"):
        await fetcher.fetch(url)


async def test_a_server_that_stalls_is_left(council: PageServer) -> None:
    url = council.publish("/slow", b"late", delay=0.5)
    async with Fetcher(timeout=0.1, pause=0, first_wait=0.01) as fetcher:
        with pytest.raises(FetchUnavailable, match=r"no answer within 0\.1 seconds"):
            await fetcher.fetch(url)


async def test_nobody_listens(fetcher: Fetcher) -> None:
    with pytest.raises(FetchUnavailable, match="could not be reached"):
        await fetcher.fetch("http://127.0.0.1:9/")


@pytest.mark.parametrize("url", ["amendments.html", "ftp://a.example/b", "http://", "https://", ""])
async def test_what_is_no_web_address_is_refused(fetcher: Fetcher, url: str) -> None:
    with pytest.raises(FetchRefused, match="not a web address"):
        await fetcher.fetch(url)


async def test_redirects_are_followed_but_not_in_circles(council: PageServer, fetcher: Fetcher) -> None:
    council.publish("/new", b"moved here")
    url = council.publish("/old", b"", status=301, headers={"Location": "/new"})
    page = await fetcher.fetch(url)
    assert isinstance(page, Page)
    assert page.url == council.address + "/new"
    circle = council.publish("/circle", b"", status=302, headers={"Location": "/circle"})
    with pytest.raises(FetchRefused, match="circles"):
        await fetcher.fetch(circle)
    elsewhere = council.publish("/elsewhere", b"", status=302, headers={"Location": "ftp://files.example/a"})
    with pytest.raises(FetchRefused, match="no web address"):
        await fetcher.fetch(elsewhere)


async def test_one_request_at_a_time_to_one_host(council: PageServer, fetcher: Fetcher) -> None:
    urls = [council.publish(f"/{number}", b"page", delay=0.02) for number in range(5)]
    await asyncio.gather(*(fetcher.fetch(url) for url in urls))
    assert council.most_at_once == 1
