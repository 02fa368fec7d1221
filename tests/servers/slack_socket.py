"""Slack's end of Socket Mode: hands requests to whoever is connected, and hears their acknowledgements."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web


class SlackSocket:
    """``url`` is what apps.connections.open answers with."""

    def __init__(self) -> None:
        self.url = ""
        self._connected: asyncio.Future[web.WebSocketResponse] = asyncio.get_running_loop().create_future()
        self._waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._numbers = itertools.count(1)

    async def gives(self, kind: str, payload: dict[str, Any]) -> dict[str, Any]:
        """Hand a request over; returns what the acknowledgement says, mostly nothing."""
        socket = await asyncio.wait_for(asyncio.shield(self._connected), 5)
        envelope = f"envelope-{next(self._numbers)}"
        acknowledged = self._waiting[envelope] = asyncio.get_running_loop().create_future()
        await socket.send_json({"type": kind, "envelope_id": envelope, "payload": payload})
        return await asyncio.wait_for(acknowledged, 5)

    async def connect(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._connected.set_result(socket)
        async for message in socket:
            said = message.json()
            self._waiting.pop(said["envelope_id"]).set_result(said.get("payload") or {})
        return socket


@asynccontextmanager
async def slack_socket() -> AsyncIterator[SlackSocket]:
    """A running server, for one connection."""
    slack = SlackSocket()
    application = web.Application()
    application.router.add_get("/link", slack.connect)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        slack.url = "ws://{}:{}/link".format(*runner.addresses[0][:2])
        yield slack
    finally:
        await runner.cleanup()
