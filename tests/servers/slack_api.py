"""A small real HTTP server that answers as Slack's Web API does, and can be told to misbehave."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from aiohttp import web

Trick = Literal[
    "keep it, say nothing",  # stores the post and hangs up: the answer is lost
    "keep it, 500",  # stores the post and answers 500
    "500",  # answers 500 and stores nothing
    "503",
    "stall",  # stores nothing and never answers
]


@dataclass
class Post:
    """A stored message, and when it arrived by the machine's clock."""

    channel: str
    ts: str
    text: str
    thread_ts: str | None
    said: dict[str, Any]
    at: float

    @property
    def message_id(self) -> str:
        return str(self.said["metadata"]["event_payload"]["message_id"])


@dataclass
class SlackApi:
    """What was posted, and what is to be done to whom: tricks and errors are used up one by one, per channel.

    ``errors`` stay: the channel answers so every time. ``retry_after``: the next call is answered 429.
    ``without`` names scopes that the app lacks. ``on_post`` is awaited when a post is stored, not yet answered.
    """

    address: str = ""
    posts: list[Post] = field(default_factory=list)
    tricks: defaultdict[str, list[Trick]] = field(default_factory=lambda: defaultdict(list))
    errors: dict[str, str] = field(default_factory=dict)
    retry_after: dict[str, int] = field(default_factory=dict)
    without: set[str] = field(default_factory=set)
    keeps_metadata: bool = True
    history_stalls: bool = False
    calls: list[tuple[str, str]] = field(default_factory=list)
    on_post: Callable[[Post], Awaitable[None]] | None = None
    _numbers: Iterator[int] = field(default_factory=itertools.count)
    _over: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        return f"{self.address}/api/"

    def to(self, channel: str) -> list[Post]:
        return [post for post in self.posts if post.channel == channel]

    def end(self) -> None:
        """Let go of whoever is being stalled."""
        self._over.set()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        said = await request.json() if request.content_type == "application/json" else dict(await request.post())
        said = {**said, **request.query}
        channel = str(said.get("channel", ""))
        self.calls.append((method, channel))
        match method:
            case "chat.postMessage":
                return await self._post(request, channel, said)
            case "conversations.history" | "conversations.replies":
                if self.history_stalls:
                    await self._over.wait()
                return self._history(channel, said)
            case "conversations.open":
                return web.json_response({"ok": True, "channel": {"id": "D" + str(said["users"])[1:]}})
        return web.json_response({"ok": False, "error": "unknown_method"})

    async def _post(self, request: web.Request, channel: str, said: dict[str, Any]) -> web.StreamResponse:
        if channel in self.errors:
            return web.json_response({"ok": False, "error": self.errors[channel]})
        if channel in self.retry_after:
            wait = self.retry_after.pop(channel)
            return web.json_response(
                {"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": str(wait)}
            )
        waiting = self.tricks.get(channel)
        trick = waiting.pop(0) if waiting else None
        if trick == "stall":
            await self._over.wait()
        if trick in ("500", "503"):
            return web.Response(status=int(trick), text="upstream trouble")
        post = self._store(channel, said)
        if self.on_post:
            await self.on_post(post)
        if trick == "keep it, say nothing":
            assert request.transport is not None, "the caller is still there"
            request.transport.abort()
        if trick == "keep it, 500":
            return web.json_response({"ok": False, "error": "internal_error"}, status=500)
        return web.json_response({"ok": True, "channel": post.channel, "ts": post.ts})

    def _store(self, channel: str, said: dict[str, Any]) -> Post:
        now = time.time()
        post = Post(
            channel="D" + channel[1:] if channel.startswith("U") else channel,
            ts=f"{int(now)}.{next(self._numbers):06d}",
            text=said["text"],
            thread_ts=said.get("thread_ts"),
            said=said,
            at=now,
        )
        self.posts.append(post)
        return post

    def _history(self, channel: str, said: dict[str, Any]) -> web.Response:
        if "history" in self.without:
            return web.json_response({"ok": False, "error": "missing_scope", "needed": "channels:history"})
        thread = said.get("ts")
        found = [
            {"ts": post.ts, "text": post.text, "bot_id": "B1", "metadata": self._metadata(post)}
            for post in reversed(self.posts)
            if post.channel == channel
            and float(post.ts) >= float(said.get("oldest", 0))
            and (thread is None or thread in (post.ts, post.thread_ts))
        ]
        return web.json_response({"ok": True, "messages": found, "has_more": False})

    def _metadata(self, post: Post) -> dict[str, Any]:
        return post.said.get("metadata", {}) if self.keeps_metadata else {}


@asynccontextmanager
async def slack_api() -> AsyncIterator[SlackApi]:
    """A running server."""
    api = SlackApi()
    application = web.Application()
    application.router.add_route("*", "/api/{method}", api.answer)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        api.address = "http://{}:{}".format(*runner.addresses[0][:2])
        yield api
    finally:
        api.end()
        await runner.cleanup()
