"""In: a client's connection. Out: the same bytes at the board, and back."""

import asyncio
import contextlib
import errno
import socket
import struct
from dataclasses import dataclass

CHUNK_BYTES = 4096
# A program that is slow to accept is asked again so often.
ACCEPT_POLL_SECONDS = 0.02
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
            await self._carry()
            await self._linger()
        except OSError:
            # One of three things happened: the board is gone, or it closed with bytes
            # unread, or the client reset; neither end knows of the connection then.
            await self._air.is_clear.wait()
            self.reset()

    def close(self) -> None:
        """Close both ends."""
        self._board.close()
        self._client.close()

    def reset(self) -> None:
        """Let its end be a reset, as of a chip that no longer knows of it."""
        with contextlib.suppress(OSError):
            at_once = struct.pack("ii", 1, 0)
            self._client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)

    async def _connect(self, path: str, peer: tuple[str, int]) -> None:
        loop = asyncio.get_running_loop()
        # Not the loop's own sock_connect(): it takes a full queue for success.
        while self._board.connect_ex(path) == errno.EAGAIN:  # noqa: ASYNC110 no event
            await asyncio.sleep(ACCEPT_POLL_SECONDS)
        host, port = peer
        await loop.sock_sendall(
            self._board, socket.inet_aton(host) + struct.pack("!H", port)
        )

    async def _carry(self) -> None:
        upward = asyncio.create_task(self._upward())
        downward = asyncio.create_task(self._downward())
        both = (upward, downward)
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            if not downward.done():
                # The client said it has sent all, or it reset.
                upward.result()
            await downward
        finally:
            for task in both:
                task.cancel()
            await asyncio.gather(*both, return_exceptions=True)

    async def _upward(self) -> None:
        loop = asyncio.get_running_loop()
        while chunk := await loop.sock_recv(self._client, CHUNK_BYTES):
            await self._air.is_clear.wait()
            try:
                await loop.sock_sendall(self._board, chunk)
            except OSError:
                # The board has closed; its last words may still be on their way.
                return
        await self._air.is_clear.wait()
        with contextlib.suppress(OSError):
            self._board.shutdown(socket.SHUT_WR)

    async def _downward(self) -> None:
        loop = asyncio.get_running_loop()
        is_late = False
        while chunk := await loop.sock_recv(self._board, CHUNK_BYTES):
            # An answer is late as a whole, not once more with each of its pieces.
            if not is_late:
                await asyncio.sleep(self._air.delay_seconds)
                is_late = True
            await self._air.is_clear.wait()
            await loop.sock_sendall(self._client, chunk)
        await self._air.is_clear.wait()
        self._client.shutdown(socket.SHUT_WR)

    async def _linger(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(LINGER_SECONDS):
                while await loop.sock_recv(self._client, CHUNK_BYTES):
                    pass
        except TimeoutError:
            self.reset()
