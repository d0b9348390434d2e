"""In: names, as aiohttp asks for them. Out: what `Names` knows, in aiohttp's shape."""

import socket

from aiohttp.abc import AbstractResolver, ResolveResult

from picotemp_collector.devices.address import Address, Addresses
from picotemp_collector.devices.local_names import (
    HEAD_START_SECONDS,
    LocalNames,
    first_found,
    is_local,
)
from picotemp_collector.devices.names import Names
from picotemp_collector.devices.system_names import SystemNames


class DaemonResolver(AbstractResolver):
    """Every client's way to addresses: `names` is for who does without aiohttp.

    Nothing of it holds up the end of the process: lookups that hang are threads that
    nobody waits for.
    """

    def __init__(
        self, system: SystemNames | None = None, local: LocalNames | None = None
    ) -> None:
        self._system = system or SystemNames()
        self._local = local or LocalNames()
        self.names = Names(self._look_up)

    def is_looking_up(self, host: str) -> bool:
        """Tell whether there is no answer for a host yet."""
        return self.names.is_looking_up(host)

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_UNSPEC,
    ) -> list[ResolveResult]:
        """Give the addresses of a host; raises OSError if there are none."""
        addresses = await self.names.resolve(host)
        return [
            _result(host, port, address)
            for address in addresses
            if family in (socket.AF_UNSPEC, address.family)
        ]

    async def close(self) -> None:
        """End every lookup, close the sockets of mDNS."""
        await self.names.close()
        await self._local.close()

    async def _look_up(self, host: str) -> Addresses:
        if not is_local(host):
            return await self._system.look_up(host)
        return await first_found(
            host, self._system.look_up, self._local.look_up, HEAD_START_SECONDS
        )


def _result(host: str, port: int, address: Address) -> ResolveResult:
    return ResolveResult(
        hostname=host,
        host=address.text,
        port=port,
        family=address.family,
        proto=socket.IPPROTO_TCP,
        flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
    )
