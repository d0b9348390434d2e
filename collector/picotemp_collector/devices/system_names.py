"""In: a host name. Out: its addresses as the system knows them, by a thread."""

import asyncio
import socket
from threading import Thread

from picotemp_collector.devices.address import Address, Addresses

# A dead name holds its thread for as long as the system tries, often 20 s and more.
MOST_THREADS = 512


class SystemNames:
    """Ask the system's resolver, several names at once, in threads nobody waits for.

    The executor of asyncio has six threads on two cores, so a few dead names delay
    all others; and its threads are joined at exit, so one dead name delays the end.
    """

    def __init__(self, most_threads: int = MOST_THREADS) -> None:
        self._free = asyncio.Semaphore(most_threads)

    async def look_up(self, host: str) -> Addresses:
        """Give the addresses of a host; raises OSError if it has none."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Addresses] = loop.create_future()

        def deliver(found: Addresses | Exception) -> None:
            # Not earlier: a thread goes on when nobody waits for it any more.
            self._free.release()
            if answer.done():
                return
            if isinstance(found, Exception):
                answer.set_exception(found)
            else:
                answer.set_result(found)

        def work() -> None:
            found = _found(host)
            try:
                loop.call_soon_threadsafe(deliver, found)
            except RuntimeError:  # the loop is closed: the collector ended meanwhile
                return

        await self._free.acquire()
        try:
            Thread(target=work, name=f"resolve {host}", daemon=True).start()
        except RuntimeError as error:  # a container with a limit of threads
            self._free.release()
            raise OSError(None, "no more threads") from error
        return await answer


def _found(host: str) -> Addresses | Exception:
    try:
        return _addresses(host)
    except UnicodeError:  # a label over 63 letters, from the idna codec
        return OSError(None, "not a host name")
    except Exception as error:  # noqa: BLE001 who waits must hear of any
        return error


def _addresses(host: str) -> Addresses:
    rows = socket.getaddrinfo(
        host, None, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG
    )
    return tuple(
        Address(_numeric_host(address), family) for family, _, _, _, address in rows
    )


def _numeric_host(address: tuple[object, ...]) -> str:
    # A link-local IPv6 address is of use only with its interface.
    if len(address) == 4 and address[3]:
        return f"{address[0]}%{address[3]}"
    return str(address[0])
