"""Serves the pages inside the bot's own event loop, and stops when it is told to."""

from __future__ import annotations

import asyncio
import socket
from contextlib import AbstractContextManager, nullcontext

import uvicorn
from starlette.types import ASGIApp

from bot.errors import BadInput
from config.settings import PREFIX


class _Server(uvicorn.Server):
    """Leaves Ctrl-C and SIGTERM to the process as a whole."""

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]
        return nullcontext()


def listen(host: str, port: int, *, or_next: bool = False, setting: str = "WEB_PORT") -> socket.socket:
    """A socket on that address, which ``setting`` names.

    ``or_next``: where it is taken, one of the nine ports after it will do. Raises BadInput where none is free.
    """
    for candidate in range(port, port + 10) if or_next and port else [port]:
        listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, candidate))
        except OSError:
            listening.close()
            continue
        return listening
    raise BadInput(f"{PREFIX}{setting}: {host}:{port} is taken by another program; stop it, or name a free port")


async def serve_pages(
    app: ASGIApp, listening: socket.socket, stop: asyncio.Event, *, trusted_proxies: str = "127.0.0.1"
) -> None:
    """Serve until ``stop`` is set; requests under way are finished.

    ``trusted_proxies``: addresses, parted by commas, whose word is taken for who asks. Nothing of a request is
    logged: its path may hold a link that opens somebody's subscriptions.
    """
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        server_header=False,
        forwarded_allow_ips=trusted_proxies.replace(" ", ","),
    )
    server = _Server(config)
    running = asyncio.create_task(server.serve(sockets=[listening]))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    server.should_exit = True
    await running
