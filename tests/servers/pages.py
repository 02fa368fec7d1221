"""A council's web server: pages that change, with ETags, and everything that such servers do on bad days."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response

from tests.servers.web import serve


@dataclass
class Answer:
    """What the server says to a request. ``delay`` is in seconds."""

    body: bytes
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0


@dataclass
class PageServer:
    """``publish`` puts a page up; ``requests`` are the paths asked for, with the status each got."""

    address: str = ""
    requests: list[tuple[str, int]] = field(default_factory=list)
    headers_seen: list[dict[str, str]] = field(default_factory=list)
    most_at_once: int = 0
    _pages: dict[str, list[Answer]] = field(default_factory=dict)
    _at_once: int = 0

    def publish(self, path: str, body: bytes | str, **said: object) -> str:
        """Put a page up, in the place of what was there. Returns its address."""
        return self.answer(path, Answer(body.encode() if isinstance(body, str) else body, **said))  # type: ignore[arg-type]

    def answer(self, path: str, *answers: Answer) -> str:
        """Answer the next requests one by one as given, and all later ones like the last."""
        self._pages[path] = list(answers)
        return self.address + path

    async def __call__(self, scope: dict[str, object], receive: object, send: object) -> None:
        request = Request(scope)
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            response = await self._respond(request)
        finally:
            self._at_once -= 1
        self.requests.append((request.url.path, response.status_code))
        self.headers_seen.append(dict(request.headers))
        await response(scope, receive, send)  # type: ignore[arg-type]

    async def _respond(self, request: Request) -> Response:
        answers = self._pages.get(request.url.path)
        if not answers:
            return Response("no such page", status_code=404)
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        await asyncio.sleep(answer.delay)
        etag = f'"{hashlib.sha256(answer.body).hexdigest()[:16]}"'
        if answer.status == 200 and request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers={"ETag": etag})
        headers = {"ETag": etag, **answer.headers} if answer.status == 200 else answer.headers
        return Response(answer.body, answer.status, headers, media_type=answer.content_type)


@asynccontextmanager
async def page_server() -> AsyncIterator[PageServer]:
    """A running PageServer without pages."""
    server = PageServer()
    async with serve(server) as address:  # type: ignore[arg-type]
        server.address = address
        yield server
