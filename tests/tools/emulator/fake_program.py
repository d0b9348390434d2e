"""In: what a program on the board does with a connection. Out: that, on loopback."""

import asyncio
import contextlib
import socket
import struct
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from picotemp_tools.emulator.radio import Radio
from tools.emulator.waiting import LIMIT_SECONDS, until

Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
PEER_BYTES = 6
LOOK_SECONDS = 0.3


class Program:
    """A program that echoes; it counts the connections it holds."""

    def __init__(self, radio: Radio, address: str, path: str) -> None:
        self.radio = radio
        self.address = (address, radio.port)
        self.path = path
        self.held = 0
        self.most_held = 0
        self.served = 0
        self.peers: list[tuple[str, int]] = []
        self.serve: Serve = echo

    async def connected(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        peer = await reader.readexactly(PEER_BYTES)
        self.peers.append(
            (socket.inet_ntoa(peer[:4]), struct.unpack("!H", peer[4:])[0])
        )
        self.held += 1
        self.most_held = max(self.most_held, self.held)
        try:
            await self.serve(reader, writer)
        except OSError:
            pass
        finally:
            self.held -= 1
            self.served += 1
            writer.close()

    async def connect(self) -> Stream:
        """Connect as a client does."""
        async with asyncio.timeout(LIMIT_SECONDS):
            return await asyncio.open_connection(*self.address)

    async def is_refused(self) -> bool:
        """Tell whether a client is refused."""
        try:
            _, writer = await self.connect()
        except ConnectionRefusedError:
            return True
        writer.close()
        return False

    async def is_silent(self) -> bool:
        """Tell whether a connection request stays unanswered."""
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                _, writer = await asyncio.open_connection(*self.address)
        except TimeoutError:
            return True
        writer.close()
        return False


@asynccontextmanager
async def running(address: str) -> AsyncIterator[Program]:
    """Run a radio that is on the air, and a program behind it."""
    with tempfile.TemporaryDirectory(prefix="radio-") as folder:
        radio = Radio(address, 8080)
        program = Program(radio, address, f"{folder}/80")
        radio.open()
        server = await asyncio.start_unix_server(program.connected, program.path)
        radio.set_program(program.path)
        radio.set_on_air(True)
        try:
            yield program
        finally:
            server.close()
            await radio.close()
            await until(lambda: program.held == 0)


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Give back what comes."""
    while chunk := await reader.read(4096):
        writer.write(chunk)
        await writer.drain()


async def ask(
    stream: Stream, words: bytes = b"hello", seconds: float = LIMIT_SECONDS
) -> bytes:
    """Say words, give the answer; b"" where none comes."""
    reader, writer = stream
    writer.write(words)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            return await reader.readexactly(len(words))
    return b""


async def hang_up(*streams: Stream) -> None:
    """Close connections."""
    for _, writer in streams:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
