"""In: a host name. Out: its addresses, looked up in a thread that nobody waits for."""

import asyncio
import socket
from collections import Counter
from threading import Thread

from aiohttp.abc import AbstractResolver, ResolveResult

# A dead name holds its thread for as long as the system tries, often 20 s and more.
MOST_LOOKUPS = 512


class DaemonResolver(AbstractResolver):
    """Ask the system's resolver, several names at once.

    The executor of asyncio has six threads on two cores, so a few dead names delay
    all others; and its threads are joined at exit, so one dead name delays the end.
    """

    def __init__(self, most_lookups: int = MOST_LOOKUPS) -> None:
        self._turn = asyncio.Semaphore(most_lookups)
        self._pending: Counter[str] = Counter()

    def is_looking_up(self, host: str) -> bool:
        """Tell whether there is no answer for a host yet."""
        return self._pending[host] > 0

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_UNSPEC,
    ) -> list[ResolveResult]:
        """Give the addresses of a host; raises OSError if there are none."""
        self._pending[host] += 1
        try:
            async with self._turn:
                return await self._answer(host, port, family)
        finally:
            self._pending[host] -= 1
            if not self._pending[host]:
                del self._pending[host]

    async def close(self) -> None:
        """Nothing to close: the threads end by themselves."""

    async def _answer(
        self, host: str, port: int, family: socket.AddressFamily
    ) -> list[ResolveResult]:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[list[ResolveResult]] = loop.create_future()
        thread = Thread(
            target=_look_up,
            args=(loop, answer, host, port, family),
            name=f"resolve {host}",
            daemon=True,
        )
        thread.start()
        return await answer


def _look_up(
    loop: asyncio.AbstractEventLoop,
    answer: "asyncio.Future[list[ResolveResult]]",
    host: str,
    port: int,
    family: socket.AddressFamily,
) -> None:
    found: list[ResolveResult] | OSError
    try:
        found = _addresses(host, port, family)
    except OSError as error:
        found = error
    except UnicodeError:  # a label over 63 letters, from the idna codec
        found = OSError("not a host name")
    try:
        loop.call_soon_threadsafe(_deliver, answer, found)
    except RuntimeError:  # the loop is closed: the collector ended meanwhile
        return


def _deliver(
    answer: "asyncio.Future[list[ResolveResult]]",
    found: "list[ResolveResult] | OSError",
) -> None:
    if answer.done():
        return
    if isinstance(found, OSError):
        answer.set_exception(found)
    else:
        answer.set_result(found)


def _addresses(
    host: str, port: int, family: socket.AddressFamily
) -> list[ResolveResult]:
    rows = socket.getaddrinfo(
        host, port, family, socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG
    )
    return [
        ResolveResult(
            hostname=host,
            host=_numeric_host(address),
            port=port,
            family=row_family,
            proto=proto,
            flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
        )
        for row_family, _type, proto, _name, address in rows
    ]


def _numeric_host(address: tuple[object, ...]) -> str:
    # A link-local IPv6 address is of use only with its interface.
    if len(address) == 4 and address[3]:
        return f"{address[0]}%{address[3]}"
    return str(address[0])
