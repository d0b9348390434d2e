"""In: a host name. Out: its addresses as the system knows them, by a thread."""

import asyncio
import socket
from functools import partial

from picotemp_collector.daemon_thread import begin, result_of
from picotemp_collector.devices.address import Address, Addresses

# A dead name holds its thread for as long as the system tries, often 20 s and more.
MOST_THREADS = 512


class SystemNames:
    """Ask the system's resolver, several names at once, in threads nobody waits for."""

    def __init__(self, most_threads: int = MOST_THREADS) -> None:
        self._free = asyncio.Semaphore(most_threads)

    async def look_up(self, host: str) -> Addresses:
        """Give the addresses of a host; raises OSError if it has none."""
        await self._free.acquire()
        try:
            ended = begin(partial(_addresses, host), f"resolve {host}")
        except RuntimeError as error:  # a container with a limit of threads
            self._free.release()
            raise OSError(None, "no more threads") from error
        # Not earlier: a thread goes on when nobody waits for it any more.
        ended.add_done_callback(lambda _: self._free.release())
        return await result_of(ended)


def _addresses(host: str) -> Addresses:
    try:
        rows = socket.getaddrinfo(
            host, None, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG
        )
    except UnicodeError:  # a label over 63 letters, from the idna codec
        raise OSError(None, "not a host name") from None
    return tuple(
        Address(_numeric_host(address), family) for family, _, _, _, address in rows
    )


def _numeric_host(address: tuple[object, ...]) -> str:
    # A link-local IPv6 address is of use only with its interface.
    if len(address) == 4 and address[3]:
        return f"{address[0]}%{address[3]}"
    return str(address[0])
