"""In: MicroPython's sockets and event loop. Out: what chip.py asks of sockets.

The part of board.py that is about them. MicroPython's asyncio has no public way to
wait for a socket; what waits in here is a plain generator, which it awaits too.
"""

import asyncio
import socket
from asyncio import core  # type: ignore[attr-defined]

from .chip import Connection, Datagrams, Listener

ACCEPT_PAUSE_SECONDS = 0.05
# So many failures one after the other, and it is the listener that is broken.
ACCEPT_MOST_FAILURES = 20
_AGAIN = 11  # EAGAIN


class BoardListener(Listener):
    """A listening socket on all addresses."""

    def __init__(self, port: int, backlog: int) -> None:
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(socket.getaddrinfo("0.0.0.0", port)[0][-1])  # noqa: S104
            listening.listen(backlog)
        except BaseException:
            listening.close()
            raise
        listening.setblocking(False)
        self._listening = listening

    def accept(self):  # type: ignore[no-untyped-def]
        """Wait for the next connection; OSError when the listener is broken."""
        failures = 0
        while True:
            yield core._io_queue.queue_read(self._listening)  # noqa: SLF001
            try:
                accepted, _ = self._listening.accept()
                accepted.setblocking(False)
                return _BoardConnection(accepted)
            except (OSError, MemoryError):
                # The client reset before it was accepted; the next one waits. The
                # pause lets the others work, should the listener itself be broken.
                failures += 1
                if failures == ACCEPT_MOST_FAILURES:
                    raise
            yield from asyncio.sleep(ACCEPT_PAUSE_SECONDS)  # type: ignore[misc]

    def is_waited_on(self) -> bool:
        """Tell whether the loop would wake somebody for it."""
        return id(self._listening) in core._io_queue.map  # noqa: SLF001

    def close(self) -> None:
        """Give the socket back."""
        self._listening.close()


class _BoardConnection(Connection):
    def __init__(self, accepted: socket.socket) -> None:
        self._accepted = accepted

    def take(self, most_bytes: int) -> bytes | None:
        try:
            return self._accepted.recv(most_bytes)
        except OSError as error:
            if error.errno != _AGAIN:
                raise
            return None

    def put(self, answer: bytes | memoryview) -> int:
        try:
            return self._accepted.send(answer)
        except OSError as error:
            if error.errno != _AGAIN:
                raise
            return 0

    def readable(self):  # type: ignore[no-untyped-def]
        yield core._io_queue.queue_read(self._accepted)  # noqa: SLF001

    def writable(self):  # type: ignore[no-untyped-def]
        yield core._io_queue.queue_write(self._accepted)  # noqa: SLF001

    def close(self) -> None:
        try:
            self._accepted.close()
        except OSError:
            pass


class BoardDatagrams(Datagrams):
    """A UDP socket."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)

    def send(self, payload: bytes, address: str, port: int) -> None:
        """Send one; OSError where there is no way."""
        # Addresses are numbers: a name would block the loop until it is resolved.
        self._socket.sendto(payload, socket.getaddrinfo(address, port)[0][-1])

    def receive(self) -> str:
        """Take one; give its sender's address, nothing where there is none."""
        try:
            _, sender = self._socket.recvfrom(64)
        except OSError:
            return ""
        return str(sender[0])

    def close(self) -> None:
        """Give the socket back."""
        self._socket.close()
