"""Sends to a folder in place of Slack and a mail server, so that everything can be tried without either."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from typing import Literal

from digests.senders import Absent, Found, Parcel, Sighting


class PreviewSender:
    """Writes each message to a file of its own, named by its Message-ID: .eml for mail, .json for Slack.

    Writing it again changes nothing, so that a message is there once however often it is attempted.
    """

    def __init__(self, channel: Literal["slack", "email"], folder: Path) -> None:
        self._channel = channel
        self._folder = folder

    async def send(self, parcel: Parcel) -> str:
        path = self._path(parcel)
        await asyncio.to_thread(self._write, path, parcel)
        return f"preview: {path}"

    async def look_for(self, parcel: Parcel) -> Sighting:
        path = self._path(parcel)
        there = await asyncio.to_thread(path.exists)
        return Found(receipt=f"preview: {path}") if there else Absent()

    async def close(self) -> None:
        pass

    def _path(self, parcel: Parcel) -> Path:
        name = re.sub(r"[^\w.-]", "_", parcel.message_id.strip("<>").partition("@")[0])
        return self._folder / f"{name}{'.eml' if self._channel == 'email' else '.json'}"

    def _write(self, path: Path, parcel: Parcel) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        if self._channel == "email":
            partial.write_bytes(parcel.payload["mail"].encode())
        else:
            message = {"channel": parcel.destination, "thread_ts": parcel.thread, **parcel.payload}
            partial.write_text(json.dumps(message, indent=2, ensure_ascii=False), "utf-8")
        partial.replace(path)
