"""Mail servers in a process of their own, to send to: aiosmtpd, and one that does next to nothing, so that nearly
all the time measured is the sender's."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Literal

from aiosmtpd.smtp import SMTP, Envelope, Session

Kind = Literal["aiosmtpd", "bare"]


class _Session(asyncio.Protocol):
    """One connection: commands are answered line by line, a mail when its last line has come."""

    def __init__(self) -> None:
        self._buffer = b""
        self._in_data = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport), "it is a TCP server"
        self._transport = transport
        transport.write(b"220 ready\r\n")

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while self._step():
            pass

    def _step(self) -> bool:
        if self._in_data:
            end = self._buffer.find(b"\r\n.\r\n")
            if end < 0:
                return False
            self._buffer = self._buffer[end + 5 :]
            self._in_data = False
            self._transport.write(b"250 2.0.0 taken\r\n")
            return True
        line, found, rest = self._buffer.partition(b"\r\n")
        if not found:
            return False
        self._buffer = rest
        command = line[:4].upper()
        self._in_data = command == b"DATA"
        answers = {
            b"EHLO": b"250-relay\r\n250 8BITMIME\r\n",
            b"DATA": b"354 go ahead\r\n",
            b"QUIT": b"221 bye\r\n",
        }
        self._transport.write(answers.get(command, b"250 ok\r\n"))
        return True


class _Taker:
    """aiosmtpd's handler: takes every mail, keeps none."""

    async def handle_DATA(self, _server: SMTP, _session: Session, _envelope: Envelope) -> str:
        return "250 2.0.0 taken"


@contextmanager
def relay(kind: Kind) -> Iterator[int]:
    """The port of a running relay."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(kind, theirs), daemon=True)
    process.start()
    try:
        yield int(ours.recv())
    finally:
        process.kill()
        process.join()


def _serve(kind: Kind, connection: Connection) -> None:
    def session() -> asyncio.Protocol:
        return SMTP(_Taker()) if kind == "aiosmtpd" else _Session()

    async def serve() -> None:
        server = await asyncio.get_running_loop().create_server(session, "127.0.0.1", 0)
        connection.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())
