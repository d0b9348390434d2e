"""In: what clients and hosts do. Out: a chip's sockets, in memory."""

import asyncio
from collections.abc import Callable

from picotemp.chip import Connection, Datagrams, Listener

from .virtual_time import now_ms


class FakeDatagrams(Datagrams):
    """Hosts that answer, or not, at once."""

    def __init__(self) -> None:
        # Takes a host's address, tells whether it answers.
        self.answers: Callable[[str], bool] = lambda _: True
        self.sent: list[tuple[int, str, int, bytes]] = []
        self._waiting: list[str] = []

    def send(self, payload: bytes, address: str, port: int) -> None:
        self.sent.append((now_ms(), address, port, payload))
        if self.answers(address):
            self._waiting.append(address)

    def receive(self) -> str:
        return self._waiting.pop(0) if self._waiting else ""

    def close(self) -> None:
        pass


class FakeListener(Listener):
    """Clients in memory; a client that nobody accepts waits, as on the network."""

    def __init__(self) -> None:
        self.waiting: asyncio.Queue[FakeClient] = asyncio.Queue()
        self.accepted: list[FakeClient] = []
        self.is_closed = False
        self._is_waited_on = False

    async def accept(self) -> Connection:
        self._is_waited_on = True
        try:
            client = await self.waiting.get()
        finally:
            self._is_waited_on = False
        client.accepted_ms = now_ms()
        self.accepted.append(client)
        return client

    def is_waited_on(self) -> bool:
        return self._is_waited_on

    def close(self) -> None:
        self.is_closed = True


class FakeClient(Connection):
    """One client, and the connection by which the firmware serves it."""

    def __init__(self, listener: FakeListener, *sent: bytes) -> None:
        # What the board has not read yet.
        self.unread = b""
        self.received = b""
        self.answered = b""
        self.accepted_ms: int | None = None
        self.closed_ms: int | None = None
        self.when_closed: Callable[[], None] = lambda: None
        # Clear it, and the client takes no bytes.
        self.can_hear = asyncio.Event()
        self.can_hear.set()
        self._news = asyncio.Event()
        self._has_left = False
        self._error: OSError | None = None
        self._is_closed = asyncio.Event()
        for piece in sent:
            self.say(piece)
        listener.waiting.put_nowait(self)

    def say(self, piece: bytes) -> None:
        """Send bytes to the board."""
        self.unread += piece
        self._news.set()

    def leave(self) -> None:
        """End the sending side."""
        self._has_left = True
        self._news.set()

    def fail(self, error: OSError) -> None:
        """Be lost: whatever the board does with the connection fails."""
        self._error = error
        self._news.set()

    async def end(self) -> bytes:
        """Wait until the board has closed; give all it sent."""
        await self._is_closed.wait()
        return self.answered

    def take(self, most_bytes: int) -> bytes | None:
        if self._error:
            raise self._error
        if not self.unread:
            return b"" if self._has_left else None
        taken, self.unread = self.unread[:most_bytes], self.unread[most_bytes:]
        return taken

    def put(self, answer: bytes | memoryview) -> int:
        if self._error:
            raise self._error
        if not self.can_hear.is_set():
            return 0
        self.answered += answer
        return len(answer)

    async def readable(self) -> None:
        while not (self.unread or self._has_left or self._error):
            self._news.clear()
            await self._news.wait()

    async def writable(self) -> None:
        await self.can_hear.wait()

    def close(self) -> None:
        self.closed_ms = now_ms()
        self.when_closed()
        self._is_closed.set()
