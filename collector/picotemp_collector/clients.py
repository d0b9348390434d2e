"""In: whoever connects. Out: a bounded number of clients, none that only sits there."""

import asyncio
import errno
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from aiohttp import web

from picotemp_collector.listening import BACKLOG

# So long a new client may take for its first request, and any for its answer.
PATIENCE_SECONDS = 10.0
# Longer than a usual scrape interval, so that a scraper's connection lives.
KEEPALIVE_SECONDS = 75.0
SWEEP_SECONDS = 1.0
# So long the end waits for the first request of those who have just come in.
NEWCOMER_SECONDS = 0.5
NEWCOMER_LOOK_SECONDS = 0.01
# Others have turns between.
ACCEPTED_AT_ONCE = 64
NO_DESCRIPTORS = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
ACCEPT_AGAIN_SECONDS = 0.2


class Clients:
    """Everybody who is connected, and until when they may be silent."""

    def __init__(
        self,
        runner: web.AppRunner,
        most: int,
        may_stay: Callable[[], bool],
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self._runner = runner
        self._most = most
        self._may_stay = may_stay
        self._patience_seconds = patience_seconds
        self._until_seconds: dict[web.RequestHandler, float] = {}
        # Those who were let in and have had no answer yet.
        self._newcomers: set[web.RequestHandler] = set()
        self._entering: set[asyncio.Task[object]] = set()

    def hear(self, request: web.Request, response: web.StreamResponse) -> None:
        """Note that a client is being answered.

        Near the end it is told to leave: whoever left by himself loses no request.
        """
        allowed_seconds = KEEPALIVE_SECONDS + self._patience_seconds
        self._until_seconds[request.protocol] = _now_seconds() + allowed_seconds
        self._newcomers.discard(request.protocol)
        if not self._may_stay():
            response.force_close()
            response.headers["Connection"] = "close"

    @asynccontextmanager
    async def admitted(self, bound: socket.socket) -> AsyncIterator[None]:
        """Accept until the end of the block, which closes the door.

        Whoever got in before is answered: a server of asyncio drops those that it
        accepted a moment before it closes.
        """
        loop = asyncio.get_running_loop()
        bound.setblocking(False)
        bound.listen(BACKLOG)
        loop.add_reader(bound, self._accept, bound)
        sweeping = asyncio.create_task(self._sweep())
        try:
            yield
        finally:
            loop.remove_reader(bound)
            bound.close()
            await self._until_newcomers_answered()
            sweeping.cancel()
            await asyncio.gather(sweeping, return_exceptions=True)

    def _accept(self, bound: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        for _ in range(ACCEPTED_AT_ONCE):
            try:
                client, _address = bound.accept()
            except BlockingIOError:
                return
            except OSError as error:
                if error.errno in NO_DESCRIPTORS:
                    self._pause(bound)
                return
            if not self._has_room():
                client.close()
                continue
            client.setblocking(False)
            entering = loop.create_task(self._enter(client))
            self._entering.add(entering)
            entering.add_done_callback(self._entering.discard)

    def _has_room(self) -> bool:
        # Who is on the way in counts: many may come at once.
        server = self._runner.server
        seated = len(server.connections) if server else self._most
        return seated + len(self._entering) < self._most

    def _pause(self, bound: socket.socket) -> None:
        # Whoever waits at the door would wake us without end.
        loop = asyncio.get_running_loop()
        loop.remove_reader(bound)
        loop.call_later(ACCEPT_AGAIN_SECONDS, self._resume, bound)

    def _resume(self, bound: socket.socket) -> None:
        if bound.fileno() >= 0:
            asyncio.get_running_loop().add_reader(bound, self._accept, bound)

    async def _enter(self, client: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        try:
            await loop.connect_accepted_socket(self._admit, client)
        except OSError:  # gone already
            client.close()

    async def _until_newcomers_answered(self) -> None:
        until_seconds = _now_seconds() + NEWCOMER_SECONDS
        while self._entering or self._is_anyone_new():
            if _now_seconds() >= until_seconds:
                return
            await asyncio.sleep(NEWCOMER_LOOK_SECONDS)

    def _is_anyone_new(self) -> bool:
        return any(handler.transport is not None for handler in self._newcomers)

    def _admit(self) -> asyncio.BaseProtocol:
        server = self._runner.server
        if server is None:
            raise OSError(errno.ESHUTDOWN, "the end has come meanwhile")
        handler = server()
        self._until_seconds[handler] = _now_seconds() + self._patience_seconds
        self._newcomers.add(handler)
        return handler

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(min(SWEEP_SECONDS, self._patience_seconds))
            now_seconds = _now_seconds()
            for handler, until_seconds in list(self._until_seconds.items()):
                if handler.transport is None:
                    del self._until_seconds[handler]
                    self._newcomers.discard(handler)
                elif now_seconds > until_seconds:
                    handler.force_close()


def _now_seconds() -> float:
    return asyncio.get_running_loop().time()
