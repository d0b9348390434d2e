"""In: wishes for a reload, by whomever. Out: the new configuration, or the old one."""

import asyncio
import contextlib
import logging
import signal
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager, nullcontext

from attrs import evolve, frozen

from picotemp_collector.config.loaded import Loaded
from picotemp_collector.config.shapes import Config
from picotemp_collector.daemon_thread import in_daemon_thread
from picotemp_collector.errors import ConfigurationError
from picotemp_collector.sources.file_watch import WATCH_SECONDS, FileWatch

BUG = "a bug in the collector; its log has the traceback"
logger = logging.getLogger(__name__)


@frozen
class Origin:
    """Whence the configuration is: `load` gives it anew, `watch` sees its file.

    `load` may block, and raises ConfigurationError.
    """

    load: Callable[[], Config]
    watch: FileWatch


class Reloader:
    """Reloads, one at a time; who asks meanwhile is answered by the next.

    `load` is an Origin's; `apply` puts a good configuration in force and gives what
    of it needs a restart. Each reload is done inside an `around`.
    """

    def __init__(
        self,
        load: Callable[[], Config],
        apply: Callable[[Config], Awaitable[Sequence[str]]],
        unix_seconds: Callable[[], float],
        around: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self._load = load
        self._apply = apply
        self._unix_seconds = unix_seconds
        self._around = around
        self._asked = asyncio.Event()
        self._next: asyncio.Future[Loaded] = _future()
        self.last = Loaded(unix_seconds())

    def request(self) -> None:
        """Have a reload begin soon."""
        self._asked.set()

    async def reload(self) -> Loaded:
        """Give what became of a reload that begins after this call."""
        self.request()
        # Others may wait for the same.
        return await asyncio.shield(self._next)

    async def run(self) -> None:
        """Reload whenever it is asked for, until cancelled."""
        try:
            while True:
                await self._asked.wait()
                self._asked.clear()
                answer, self._next = self._next, _future()
                try:
                    self.last = await self._reload()
                    answer.set_result(self.last)
                finally:
                    answer.cancel()
        finally:
            self._next.cancel()

    async def _reload(self) -> Loaded:
        try:
            with self._around():
                config = await in_daemon_thread(self._load, "load")
                warnings = tuple(await self._apply(config))
        except ConfigurationError as error:
            return self._refused(error.problems)
        except Exception:
            logger.exception("a reload failed by a bug")
            return self._refused((BUG,))
        for warning in warnings:
            logger.warning("%s", warning)
        logger.info("the configuration is reloaded")
        return Loaded(self._unix_seconds(), warnings=warnings)

    def _refused(self, problems: Sequence[str]) -> Loaded:
        for problem in problems:
            logger.error("%s", problem)
        logger.error("not reloaded: the last good configuration stays in force")
        return evolve(self.last, problems=tuple(problems))


async def reload_on_change(
    reloader: Reloader, watch: FileWatch, every_seconds: float = WATCH_SECONDS
) -> None:
    """Reload when the watched files change, until cancelled."""
    while True:
        await asyncio.sleep(every_seconds)
        if await in_daemon_thread(watch.changed, "watch"):
            reloader.request()


def ignore_signal() -> None:
    """Have SIGHUP end nothing, before anybody can reload; the file is watched."""
    with contextlib.suppress(ValueError, AttributeError):  # Windows has none
        signal.signal(signal.SIGHUP, signal.SIG_IGN)


def reload_on_signal(reloader: Reloader) -> None:
    """Reload at SIGHUP."""
    with contextlib.suppress(NotImplementedError, AttributeError):  # Windows has none
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, reloader.request)


def _future() -> "asyncio.Future[Loaded]":
    return asyncio.get_running_loop().create_future()
