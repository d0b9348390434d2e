"""In: a bound socket, the web application. Out: answers, until a signal ends them."""

import asyncio
import contextlib
import logging
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from picotemp_collector.clients import KEEPALIVE_SECONDS, Clients
from picotemp_collector.descriptors import most_clients
from picotemp_collector.front import AnswerAtOnce, answers_nothing
from picotemp_collector.systemd import Notifier
from picotemp_collector.web import HEAR

# Whoever routes to us sees "not ready" before the door closes.
DRAIN_SECONDS = 1.0
# aiohttp waits for so long twice, for answers to end and for them to be ended; with
# the drain and with the newcomers it stays below 5 seconds.
SHUTDOWN_SECONDS = 1.25
SIGNALS = (signal.SIGTERM, signal.SIGINT)
logger = logging.getLogger(__name__)


class Lifecycle:
    """Where the process is between its start and its end; the notifier is told."""

    def __init__(self, notifier: Notifier | None = None) -> None:
        self._notifier = notifier or Notifier({})
        self._stopping = asyncio.Event()
        self._hurrying = asyncio.Event()

    def is_ready(self) -> bool:
        """Whether the end has not begun."""
        return not self._stopping.is_set()

    def start(self, status: str) -> None:
        """Tell that we answer from now on."""
        self._notifier.ready(status)

    @contextmanager
    def reloading(self, status: Callable[[], str]) -> Iterator[None]:
        """Tell that the block reloads, and how we are after it."""
        self._notifier.reloading()
        try:
            yield
        finally:
            self._notifier.ready(status())

    def watched(self, goes_on: Callable[[], bool]) -> AbstractAsyncContextManager[None]:
        """Feed the watchdog until the end of the block, while `goes_on`."""
        return self._notifier.watched(goes_on)

    def stop(self) -> None:
        """Begin the end; the second time, without the drain."""
        if self._stopping.is_set():
            self._hurrying.set()
        self._stopping.set()

    async def until_stopped(self) -> None:
        """Wait for the end to begin, and for those who route to us to see it."""
        await self._stopping.wait()
        self._notifier.stopping()
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
async def serving(
    app: web.Application,
    bound: socket.socket,
    lifecycle: Lifecycle,
    answer_at_once: AnswerAtOnce = answers_nothing,
) -> AsyncIterator[None]:
    """Answer on a bound socket until the end of the block; then finish what began.

    What `answer_at_once` can answer, the application is not asked.
    """
    runner = web.AppRunner(
        app,
        access_log=None,
        logger=_requests_logger(),
        handle_signals=False,
        # Answers wait for nothing: what has begun may end.
        handler_cancellation=False,
        keepalive_timeout=KEEPALIVE_SECONDS,
        shutdown_timeout=SHUTDOWN_SECONDS,
    )
    clients = Clients(
        runner,
        most_clients(),
        lifecycle.is_ready,
        answer_at_once=answer_at_once,
    )
    app[HEAR] = clients.hear
    await runner.setup()
    try:
        async with clients.admitted(bound):
            yield
    finally:
        await asyncio.gather(
            runner.cleanup(), clients.until_written(2 * SHUTDOWN_SECONDS)
        )


def _requests_logger() -> logging.Logger:
    # aiohttp tells of each request that is not HTTP with a traceback, in which there is
    # what was sent: whoever scans ports would fill the log, and a token would be in it.
    requests = logging.getLogger(f"{__name__}.requests")
    requests.addFilter(_is_no_bad_request)
    return requests


def _is_no_bad_request(record: logging.LogRecord) -> bool:
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, HttpProcessingError)
