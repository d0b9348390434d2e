"""In: a name that ends in .local. Out: its addresses, asked of the network by mDNS."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable
from typing import Protocol

from aiohttp.abc import ResolveResult

from picotemp_collector.devices.address import Addresses, parse_address

# Three questions fit into it; a board with its radio awake answers the first.
MDNS_SECONDS = 2.5
# So long the system's resolver is alone: where it knows mDNS it shares one cache
# with all programs of the machine.
HEAD_START_SECONDS = 0.5
LookUp = Callable[[str], Awaitable[Addresses]]


class AsksNetwork(Protocol):
    """What is needed of aiohttp-asyncmdnsresolver."""

    async def resolve(
        self, host: str, port: int = ..., family: socket.AddressFamily = ...
    ) -> list[ResolveResult]:
        """Give the addresses; raises OSError."""
        ...

    async def close(self) -> None:
        """Close the sockets."""
        ...


class LocalNames:
    """Ask by mDNS; its sockets are opened for the first .local name, if any."""

    def __init__(self, open_mdns: Callable[[], AsksNetwork] | None = None) -> None:
        self._open = open_mdns or _open_mdns
        self._mdns: AsksNetwork | None = None

    async def look_up(self, host: str) -> Addresses:
        """Give the IPv4 addresses of a host; raises OSError if nobody has the name."""
        try:
            self._mdns = self._mdns or self._open()
            rows = await self._mdns.resolve(host, 0, socket.AF_INET)
        except OSError:
            raise
        except Exception as error:  # no interface, a name that mDNS does not allow
            raise OSError(None, f"no mDNS ({type(error).__name__})") from error
        found = (parse_address(row["host"]) for row in rows)
        return tuple(address for address in found if address)

    async def close(self) -> None:
        """Close the sockets, if they were opened."""
        if self._mdns:
            await self._mdns.close()
        self._mdns = None


def is_local(host: str) -> bool:
    """Tell whether a name is one of mDNS."""
    return host.lower().removesuffix(".").endswith(".local")


async def first_found(
    host: str, look_up: LookUp, look_up_local: LookUp, head_start_seconds: float
) -> Addresses:
    """Give what the first finds, or if it is late or finds nothing, any of the two."""
    tasks = [asyncio.ensure_future(look_up(host))]
    try:
        await asyncio.wait(tasks, timeout=head_start_seconds)
        if tasks[0].done() and not tasks[0].exception():
            return tasks[0].result()
        tasks.append(asyncio.ensure_future(look_up_local(host)))
        return await _any_of(tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _any_of(tasks: Iterable[asyncio.Future[Addresses]]) -> Addresses:
    for done in asyncio.as_completed(tasks):
        try:
            return await done
        except OSError:
            continue
    raise OSError(None, "neither the system nor mDNS knows the name")


def _open_mdns() -> AsksNetwork:
    # Only who names a .local board pays for it: 30 ms and 4 MB.
    from aiohttp_asyncmdnsresolver.api import AsyncMDNSResolver

    return AsyncMDNSResolver(mdns_timeout=MDNS_SECONDS)
