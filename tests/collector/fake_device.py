"""In: what a test wants a device to do. Out: a real server on loopback that does it."""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable

from attrs import define, field

READING = b'{"tempC": 27.04, "tempF": 80.67}'
Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@define
class FakeDevice:
    """A server that follows a script, the last step of it for ever."""

    port: int = 0
    steps: list[Script] = field(factory=list)
    info: Script | None = None
    requests: list[str] = field(factory=list)
    heads: list[str] = field(factory=list)
    open_now: int = 0
    open_most: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def follow(self, *steps: Script) -> None:
        self.steps = list(steps)

    def answer(
        self, body: bytes = READING, status: int = 200, headers: str = ""
    ) -> Script:
        length = f"Content-Length: {len(body)}\r\n"
        head = f"HTTP/1.1 {status} Whatever\r\n{length}{headers}\r\n"
        return self.send(head.encode() + body)

    def send(self, raw: bytes) -> Script:
        async def script(
            _reader: asyncio.StreamReader, writer: asyncio.StreamWriter
        ) -> None:
            writer.write(raw)
            await writer.drain()

        return script

    async def be_silent(
        self, reader: asyncio.StreamReader, _writer: asyncio.StreamWriter
    ) -> None:
        await reader.read()

    async def reset(
        self, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        sock = writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    async def drip(
        self, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 32\r\n\r\n")
        for letter in READING:
            writer.write(bytes([letter]))
            await writer.drain()
            await asyncio.sleep(0.1)

    async def pour(
        self, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n")
        while True:
            writer.write(b" " * 65536)
            await writer.drain()

    async def serve_one(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.open_now += 1
        self.open_most = max(self.open_most, self.open_now)
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            await self._script_for(head)(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self.open_now -= 1
            writer.close()

    def _script_for(self, head: str) -> Script:
        path = head.split(" ")[1]
        self.requests.append(path)
        self.heads.append(head)
        if path.endswith("/info"):
            return self.info or self.answer(b"{}", status=404)
        return self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]
