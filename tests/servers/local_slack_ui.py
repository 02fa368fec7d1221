"""What a person does in the local workspace's own window: modals and the Home tab, over its WebSocket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from tests.servers.local_slack import LocalSlack

Said = dict[str, Any]


class Window:
    """The window of one person. ``seen`` is everything that it was told, the oldest first."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self.seen: list[Said] = []
        self._news = asyncio.Event()

    async def listen(self) -> None:
        async for message in self._socket:
            self.seen.append(message.json())
            self._news.set()

    async def does(self, what: str, **said: Any) -> None:
        """Do something: "view_submit", "block_action", "open_home", "view_close"."""
        await self._socket.send_json({"t": what, **said})

    async def until(self, found: Callable[[Said], Any], *, after: int = 0, seconds: float = 5.0) -> Any:
        """What ``found`` makes of the first message since ``after`` that it makes anything of."""
        async with asyncio.timeout(seconds):
            while True:
                self._news.clear()
                for said in self.seen[after:]:
                    if (value := found(said)) is not None:
                        return value
                await self._news.wait()

    async def modal(self, *, after: int = 0) -> Said:
        """The modal on top, as soon as one is shown."""

        def top(said: Said) -> Said | None:
            return said["stack"][-1] if said["t"] == "view" and said["stack"] else None

        modal: Said = await self.until(top, after=after)
        return modal

    async def home(self, user: str, *, after: int = 0) -> Said:
        """The person's Home tab, as soon as it is published."""

        def published(said: Said) -> Said | None:
            return said["view"] if said["t"] == "home" and said["user"] == user else None

        home: Said = await self.until(published, after=after)
        return home

    async def clicks(self, user: str, home: Said, action: str) -> None:
        """Press the first button of the person's Home tab whose name begins so."""
        button = button_in(home, action)
        await self.does("block_action", channel="", messageTs="", user=user, action=button, appId="A01CHAPTER")

    async def submits(self, user: str, modal: Said, **fields: Any) -> None:
        """Fill in the modal and send it: a field's value is text, or an option's value."""
        values = {}
        for block in modal["blocks"]:
            if block["type"] != "input" or block["block_id"] not in fields:
                continue
            element, value = block["element"], fields[block["block_id"]]
            put = {"type": element["type"]}
            if element["type"] == "plain_text_input":
                put["value"] = value
            else:
                put["selected_option"] = {"value": value, "text": {"type": "plain_text", "text": value}}
            values[block["block_id"]] = {element["action_id"]: put}
        await self.does("view_submit", user=user, values=values)


@asynccontextmanager
async def window(slack: LocalSlack) -> AsyncIterator[Window]:
    """A window on the workspace, until the block ends."""
    async with aiohttp.ClientSession() as session, session.ws_connect(f"{slack.address}/ui", max_msg_size=0) as ws:
        opened = Window(ws)
        listening = asyncio.create_task(opened.listen())
        try:
            await opened.until(lambda said: True if said["t"] == "init" else None)
            yield opened
        finally:
            listening.cancel()


def words_in(view: Said) -> str:
    """Every word that a view or a message's blocks show."""
    found: list[str] = []

    def walk(part: Any) -> None:
        if isinstance(part, dict):
            if part.get("type") in ("plain_text", "mrkdwn"):
                found.append(str(part["text"]))
            for key, value in part.items():
                if key not in ("confirm",):
                    walk(value)
        elif isinstance(part, list):
            for each in part:
                walk(each)

    walk(view["blocks"])
    return "\n".join(found)


def button_in(view: Said, action: str) -> Said:
    """The first button whose name begins so, with its block, as a click of it is told."""
    for block in view["blocks"]:
        for element in [*block.get("elements", ()), *([block["accessory"]] if "accessory" in block else [])]:
            if str(element.get("action_id", "")).startswith(action):
                return {
                    "type": element["type"],
                    "action_id": element["action_id"],
                    "block_id": block.get("block_id", "b"),
                    "value": element.get("value"),
                    "text": element.get("text"),
                }
    raise AssertionError(f"no button {action} in {view['blocks']}")
