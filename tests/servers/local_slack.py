"""local-slack from npm: a Slack server that is not Slack's, as a real process on a free port of loopback."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

PROGRAM = Path(".tools/node_modules/local-slack-linux-x64/bin/local-slack")
WORKSPACE = Path("tests/slack/workspace.yaml")

BOT_TOKEN = "xoxb-test-token"
APP_TOKEN = "xapp-test-token"
SIGNING_SECRET = "test-signing-secret"


@dataclass(frozen=True)
class LocalSlack:
    """A running workspace. ``api_url`` is what a Slack client takes as its base."""

    address: str
    http: httpx.AsyncClient

    @property
    def api_url(self) -> str:
        return f"{self.address}/api/"

    async def messages(self, channel: str) -> list[dict[str, Any]]:
        """What stands in a channel, the oldest first, threads included."""
        answer = await self.http.get(f"{self.address}/_control/messages/{channel}")
        answer.raise_for_status()
        found = answer.json()
        messages = found["messages"] if isinstance(found, dict) else found
        return sorted(messages, key=lambda message: float(message["ts"]))

    async def control(self, door: str, /, **said: Any) -> Any:
        """Do what a person would do in the workspace: "command", "interact", "open-home"…"""
        answer = await self.http.post(f"{self.address}/_control/{door}", json=said)
        answer.raise_for_status()
        return answer.json()

    async def log(self) -> list[dict[str, Any]]:
        """Everything that went between the workspace and the bot, with stamps in milliseconds."""
        answer = await self.http.get(f"{self.address}/_control/log")
        answer.raise_for_status()
        found = answer.json()
        return list(found["log"] if isinstance(found, dict) else found)


@asynccontextmanager
async def local_slack(*, request_url: str = "") -> AsyncIterator[LocalSlack]:
    """A workspace of its own for one test. `make local-slack` installs the program.

    ``request_url``: where it sends requests, signed, instead of over Socket Mode.
    """
    port = free_port()
    with TemporaryDirectory() as folder:
        config = _configured(Path(folder) / "workspace.yaml", request_url)
        process = await asyncio.create_subprocess_exec(
            PROGRAM,
            *("--config", str(config), "--port", str(port), "--base-host", "127.0.0.1"),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        async with _ended(process):
            async with httpx.AsyncClient(timeout=10) as http:
                slack = LocalSlack(f"http://127.0.0.1:{port}", http)
                await _wait_until_it_answers(slack)
                yield slack


@asynccontextmanager
async def _ended(process: asyncio.subprocess.Process) -> AsyncIterator[None]:
    try:
        yield
    finally:
        process.terminate()
        await process.wait()


async def _wait_until_it_answers(slack: LocalSlack) -> None:
    for _ in range(200):
        try:
            await slack.http.get(f"{slack.address}/_control/state")
            return
        except httpx.TransportError:
            await asyncio.sleep(0.05)
    raise AssertionError("local-slack does not start; try `make local-slack`")


def _configured(path: Path, request_url: str) -> Path:
    """The workspace's configuration, written where one test alone has it."""
    way = f"mode: events\n    requestUrl: {request_url}" if request_url else "mode: socket"
    path.write_text(WORKSPACE.read_text("utf-8").replace("mode: socket", way), "utf-8")
    return path


def free_port() -> int:
    """A port of loopback that nobody listens at, for now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
