"""In: a bound socket, the web application. Out: answers, until a signal ends them."""

import asyncio
import contextlib
import logging
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from picotemp_collector.clients import KEEPALIVE_SECONDS, Clients, most_clients

# Whoever routes to us sees "not ready" before the door closes.
DRAIN_SECONDS = 1.0
# Answers in flight may take so long; with the drain it stays below 5 seconds.
SHUTDOWN_SECONDS = 2.5
SIGNALS = (signal.SIGTERM, signal.SIGINT)
logger = logging.getLogger(__name__)


class Lifecycle:
    """Where the process is between its start and its end."""

    def __init__(self) -> None:
        self._stopping = asyncio.Event()
        self._hurrying = asyncio.Event()

    def is_ready(self) -> bool:
        """Whether the end has not begun."""
        return not self._stopping.is_set()

    def stop(self) -> None:
        """Begin the end; the second time, without the drain."""
        if self._stopping.is_set():
            self._hurrying.set()
        self._stopping.set()

    async def until_stopped(self) -> None:
        """Wait for the end to begin, and for those who route to us to see it."""
        await self._stopping.wait()
        logger.info("stopping: not ready from now on; answers in flight may finish")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._hurrying.wait(), DRAIN_SECONDS)


def stop_on_signals(lifecycle: Lifecycle) -> None:
    """Begin the end at SIGTERM and SIGINT."""
    loop = asyncio.get_running_loop()
    for number in SIGNALS:
        with contextlib.suppress(NotImplementedError):  # Windows has none
            loop.add_signal_handler(number, lifecycle.stop)


@asynccontextmanager
async def serving(app: web.Application, bound: socket.socket) -> AsyncIterator[None]:
    """Answer on a bound socket until the end of the block; then finish what began."""
    runner = web.AppRunner(
        app,
        access_log=None,
        handle_signals=False,
        # Answers wait for nothing: what has begun may end.
        handler_cancellation=False,
        keepalive_timeout=KEEPALIVE_SECONDS,
        shutdown_timeout=SHUTDOWN_SECONDS,
    )
    clients = Clients(runner, most_clients())
    app.on_response_prepare.append(clients.hear)
    await runner.setup()
    try:
        async with clients.admitted(bound):
            yield
    finally:
        await runner.cleanup()
