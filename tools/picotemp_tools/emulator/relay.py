"""In: a client's connection. Out: the same bytes at the board, and back."""

import asyncio
import contextlib
import socket
import struct
from dataclasses import dataclass

CHUNK_BYTES = 4096
# How long the chip keeps a connection it has closed and the client has not.
LINGER_SECONDS = 10


@dataclass
class Air:
    """What every connection of one board has to pass."""

    is_clear: asyncio.Event
    delay_seconds: float = 0.0


class Relay:
    """One client's connection, as far as the board and back."""

    def __init__(self, client: socket.socket, air: Air) -> None:
        self._client = client
        self._air = air
        self._board = socket.socket(socket.AF_UNIX)
        self._board.setblocking(False)

    async def run(self, path: str, peer: tuple[str, int]) -> None:
        """Carry bytes until the board closes and the client is done."""
        try:
            await self._connect(path, peer)
            upward = asyncio.create_task(self._upward())
            try:
                await self._downward()
            finally:
                upward.cancel()
                await asyncio.gather(upward, return_exceptions=True)
            await self._linger()
        except OSError:
            # The board is gone, or closed with bytes unread: the client is reset.
            await self._air.is_clear.wait()
            self.reset()
        finally:
            self._board.close()
            self._client.close()

    def reset(self) -> None:
        """Let its end be a reset, as of a chip that no longer knows of it."""
        with contextlib.suppress(OSError):
            at_once = struct.pack("ii", 1, 0)
            self._client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)

    async def _connect(self, path: str, peer: tuple[str, int]) -> None:
        loop = asyncio.get_running_loop()
        await loop.sock_connect(self._board, path)
        host, port = peer
        await loop.sock_sendall(
            self._board, socket.inet_aton(host) + struct.pack("!H", port)
        )

    async def _upward(self) -> None:
        loop = asyncio.get_running_loop()
        with contextlib.suppress(OSError):
            while chunk := await loop.sock_recv(self._client, CHUNK_BYTES):
                await self._air.is_clear.wait()
                await loop.sock_sendall(self._board, chunk)
        await self._air.is_clear.wait()
        with contextlib.suppress(OSError):
            self._board.shutdown(socket.SHUT_WR)

    async def _downward(self) -> None:
        loop = asyncio.get_running_loop()
        while chunk := await loop.sock_recv(self._board, CHUNK_BYTES):
            await self._pass_air()
            await loop.sock_sendall(self._client, chunk)
        await self._air.is_clear.wait()
        self._client.shutdown(socket.SHUT_WR)

    async def _pass_air(self) -> None:
        if self._air.delay_seconds:
            await asyncio.sleep(self._air.delay_seconds)
        await self._air.is_clear.wait()

    async def _linger(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(LINGER_SECONDS):
                while await loop.sock_recv(self._client, CHUNK_BYTES):
                    pass
        except TimeoutError:
            self.reset()
