"""In: whoever connects. Out: a bounded number of clients, none that only sits there."""

import asyncio
import resource
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from picotemp_collector.listening import BACKLOG

MOST_CLIENTS = 512
# The polls need file descriptors too; a quarter is plenty for people and scrapers.
DESCRIPTORS_PER_CLIENT = 4
# So long a new client may take for its first request, and any for its answer.
PATIENCE_SECONDS = 10.0
# Longer than a usual scrape interval, so that a scraper's connection lives.
KEEPALIVE_SECONDS = 75.0
SWEEP_SECONDS = 1.0


def most_clients() -> int:
    """Give how many clients may be connected at once."""
    soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return MOST_CLIENTS
    return max(1, min(MOST_CLIENTS, soft // DESCRIPTORS_PER_CLIENT))


class Clients:
    """Everybody who is connected, and until when they may be silent."""

    def __init__(
        self,
        runner: web.AppRunner,
        most: int,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self._runner = runner
        self._most = most
        self._patience_seconds = patience_seconds
        self._until_seconds: dict[web.RequestHandler, float] = {}

    async def hear(self, request: web.Request, _response: web.StreamResponse) -> None:
        """Note that a client is being answered (an on_response_prepare signal)."""
        allowed_seconds = KEEPALIVE_SECONDS + self._patience_seconds
        self._until_seconds[request.protocol] = _now_seconds() + allowed_seconds

    @asynccontextmanager
    async def admitted(self, bound: socket.socket) -> AsyncIterator[None]:
        """Accept until the end of the block, which closes the door."""
        loop = asyncio.get_running_loop()
        door = await loop.create_server(self._admit, sock=bound, backlog=BACKLOG)
        sweeping = asyncio.create_task(self._sweep())
        try:
            yield
        finally:
            sweeping.cancel()
            door.close()
            await asyncio.gather(sweeping, return_exceptions=True)

    def _admit(self) -> asyncio.BaseProtocol:
        server = self._runner.server
        if server is None or len(server.connections) >= self._most:
            return _Refusal()
        handler = server()
        self._until_seconds[handler] = _now_seconds() + self._patience_seconds
        return handler

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(min(SWEEP_SECONDS, self._patience_seconds))
            now_seconds = _now_seconds()
            for handler, until_seconds in list(self._until_seconds.items()):
                if handler.transport is None:
                    del self._until_seconds[handler]
                elif now_seconds > until_seconds:
                    handler.force_close()


class _Refusal(asyncio.Protocol):
    """What a client meets that is one too many."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.close()


def _now_seconds() -> float:
    return asyncio.get_running_loop().time()
