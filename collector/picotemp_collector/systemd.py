"""In: what systemd left in the environment. Out: its socket; it hears how we are."""

import asyncio
import logging
import os
import socket
import time
from collections.abc import AsyncIterator, Callable, Mapping, MutableMapping
from contextlib import asynccontextmanager

from picotemp_collector.errors import CannotRunError, one_line

FIRST_HANDED_OVER = 3
LISTEN_VARIABLES = ("LISTEN_PID", "LISTEN_PIDFDID", "LISTEN_FDS", "LISTEN_FDNAMES")
# Some feeds may be lost or late before the watchdog bites.
FEEDS_IN_ITS_TIME = 3
REMEDY = "let its .socket unit have one ListenStream= with a port, and Accept=no"
logger = logging.getLogger(__name__)


def take_socket(
    environment: MutableMapping[str, str], descriptor: int = FIRST_HANDED_OVER
) -> socket.socket | None:
    """Give the listening socket that was handed over to this process, if one was.

    Nobody is told of it after. Raises CannotRunError.
    """
    told = {name: environment.pop(name, "") for name in LISTEN_VARIABLES}
    if told["LISTEN_PID"] != str(os.getpid()):
        return None
    if told["LISTEN_FDS"] != "1":
        count = one_line(told["LISTEN_FDS"]) or "no"
        raise CannotRunError(f"systemd handed over {count} sockets, not 1; {REMEDY}")
    try:
        os.set_inheritable(descriptor, False)
        handed_over = socket.socket(fileno=descriptor)
    except OSError as error:
        raise CannotRunError(f"systemd handed over no socket; {REMEDY}") from error
    if not _listens_for_tcp(handed_over):
        handed_over.close()
        text = f"systemd handed over a socket that does not listen for TCP; {REMEDY}"
        raise CannotRunError(text)
    return handed_over


class Notifier:
    """Tells the service manager; where there is none (no NOTIFY_SOCKET), nobody.

    It neither waits nor fails: a manager that does not listen is no reason to stop.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._address = _address(environment.get("NOTIFY_SOCKET", ""))
        self._watchdog_seconds = _watchdog_seconds(environment)

    def ready(self, status: str) -> None:
        """Tell that we answer, from the start or again after a reload."""
        self._tell("READY=1", f"STATUS={one_line(status)}")

    def reloading(self) -> None:
        """Tell that a reload has begun; `ready` ends it."""
        now_microseconds = time.monotonic_ns() // 1000
        self._tell("RELOADING=1", f"MONOTONIC_USEC={now_microseconds}")

    def stopping(self) -> None:
        """Tell that the end has begun."""
        self._tell("STOPPING=1", "STATUS=finishing the answers in flight")

    @asynccontextmanager
    async def watched(self, goes_on: Callable[[], bool]) -> AsyncIterator[None]:
        """Feed the watchdog, if there is one, until the end, while `goes_on`."""
        feeding = asyncio.create_task(self._feed(goes_on))
        try:
            yield
        finally:
            feeding.cancel()
            await asyncio.gather(feeding, return_exceptions=True)

    async def _feed(self, goes_on: Callable[[], bool]) -> None:
        if self._watchdog_seconds is None:
            return
        while True:
            if goes_on():
                self._tell("WATCHDOG=1")
            else:
                logger.error("the polls do not go on: the watchdog is not fed")
            await asyncio.sleep(self._watchdog_seconds / FEEDS_IN_ITS_TIME)

    def _tell(self, *lines: str) -> None:
        if self._address is None:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
                sender.setblocking(False)
                sender.sendto("\n".join(lines).encode(), self._address)
        except OSError as error:
            logger.debug("systemd was not told %s: %s", lines[0], error)


def _listens_for_tcp(handed_over: socket.socket) -> bool:
    return (
        handed_over.family in (socket.AF_INET, socket.AF_INET6)
        and handed_over.type == socket.SOCK_STREAM
        and handed_over.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN) == 1
    )


def _address(text: str) -> bytes | None:
    if text.startswith("@"):
        return b"\0" + os.fsencode(text[1:])
    return os.fsencode(text) if text.startswith("/") else None


def _watchdog_seconds(environment: Mapping[str, str]) -> float | None:
    own = str(os.getpid())
    text = environment.get("WATCHDOG_USEC", "")
    if environment.get("WATCHDOG_PID", own) != own or not text.isdecimal():
        return None
    return int(text) / 1e6 or None
