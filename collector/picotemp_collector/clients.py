"""In: whoever connects. Out: a bounded number of clients, none that only sits there."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from aiohttp import web

from picotemp_collector.door import Door
from picotemp_collector.front import AnswerAtOnce, Front, answers_nothing

# So long a new client may take for its first request, and any for its answer.
PATIENCE_SECONDS = 10.0
# Longer than a usual scrape interval, so that a scraper's connection lives.
KEEPALIVE_SECONDS = 75.0
SWEEP_SECONDS = 1.0
# So long the end waits for the first request of those who have just come in.
NEWCOMER_SECONDS = 0.5
LOOK_SECONDS = 0.01


class Clients:
    """Everybody who is connected, and until when they may be silent."""

    def __init__(
        self,
        runner: web.AppRunner,
        most: int,
        may_stay: Callable[[], bool],
        patience_seconds: float = PATIENCE_SECONDS,
        answer_at_once: AnswerAtOnce = answers_nothing,
    ) -> None:
        self._runner = runner
        self._most = most
        self._may_stay = may_stay
        self._patience_seconds = patience_seconds
        self._answer_at_once = answer_at_once
        self._until_seconds: dict[asyncio.Transport, float] = {}
        # Those who were let in and have had no answer yet.
        self._newcomers: set[asyncio.Transport] = set()
        # Those whom aiohttp does not know.
        self._fronts: set[Front] = set()

    @asynccontextmanager
    async def admitted(self, bound: socket.socket) -> AsyncIterator[None]:
        """Accept until the end of the block, which closes the door.

        Whoever got in before is answered.
        """
        door = Door(bound, self._admit, self._has_room)
        door.open()
        sweeping = asyncio.create_task(self._sweep())
        try:
            yield
        finally:
            door.close()
            await self._until_newcomers_answered(door)
            sweeping.cancel()
            await asyncio.gather(sweeping, return_exceptions=True)
            # aiohttp knows how to end with them.
            for front in list(self._fronts):
                front.hand_over()

    async def until_written(self, most_seconds: float) -> None:
        """Wait until what clients were answered is out, for so long at most.

        aiohttp waits for its own answers, and knows nothing of those at once.
        """
        until_seconds = _now_seconds() + most_seconds
        while any(each.get_write_buffer_size() for each in self._until_seconds):
            if _now_seconds() >= until_seconds:
                return
            await asyncio.sleep(LOOK_SECONDS)

    def hear(self, request: web.Request, response: web.StreamResponse) -> None:
        """Note that aiohttp is answering a client.

        Near the end it is told to leave: whoever left by himself loses no request.
        """
        if request.transport is not None:
            self.answered(request.transport)
        if not self._may_stay():
            response.force_close()
            response.headers["Connection"] = "close"

    def come(self, front: Front, transport: asyncio.Transport) -> None:
        """Note that a client has come."""
        self._fronts.add(front)
        self._newcomers.add(transport)
        self._until_seconds[transport] = _now_seconds() + self._patience_seconds

    def answered(self, transport: asyncio.Transport) -> None:
        """Note that a client is being answered."""
        allowed_seconds = KEEPALIVE_SECONDS + self._patience_seconds
        self._until_seconds[transport] = _now_seconds() + allowed_seconds
        self._newcomers.discard(transport)

    def leave(self, front: Front, transport: asyncio.Transport) -> None:
        """Note that a client is gone whom aiohttp never knew."""
        self._fronts.discard(front)
        self._forget(transport)

    def successor(self, front: Front) -> asyncio.Protocol | None:
        """Give aiohttp's handler for a client that is its own from now on."""
        self._fronts.discard(front)
        server = self._runner.server
        return server() if server is not None else None

    def _admit(self) -> asyncio.BaseProtocol:
        return Front(self._answer_if_may_stay, self)

    def _answer_if_may_stay(self, asked: bytes) -> Sequence[bytes] | None:
        # Near the end aiohttp tells them to leave.
        return self._answer_at_once(asked) if self._may_stay() else None

    def _has_room(self, entering: int) -> bool:
        server = self._runner.server
        if server is None:
            return False
        return len(server.connections) + len(self._fronts) + entering < self._most

    async def _until_newcomers_answered(self, door: Door) -> None:
        until_seconds = _now_seconds() + NEWCOMER_SECONDS
        while door.is_anyone_in_it() or self._is_anyone_new():
            if _now_seconds() >= until_seconds:
                return
            await asyncio.sleep(LOOK_SECONDS)

    def _is_anyone_new(self) -> bool:
        return any(not transport.is_closing() for transport in self._newcomers)

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(min(SWEEP_SECONDS, self._patience_seconds))
            now_seconds = _now_seconds()
            for transport, until_seconds in list(self._until_seconds.items()):
                if now_seconds > until_seconds:
                    transport.abort()
                    self._forget(transport)
                elif transport.is_closing() and not transport.get_write_buffer_size():
                    self._forget(transport)

    def _forget(self, transport: asyncio.Transport) -> None:
        self._until_seconds.pop(transport, None)
        self._newcomers.discard(transport)


def _now_seconds() -> float:
    return asyncio.get_running_loop().time()
