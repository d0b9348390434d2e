"""In: a board's address. Out: one connection to it that may behave badly."""

import contextlib
import socket
import struct
import time
from enum import Enum
from typing import NamedTuple


class Ending(Enum):
    """How a connection ended, seen from the client."""

    CLOSED = "closed"
    RESET = "reset"
    OPEN = "still open"


class Received(NamedTuple):
    """Everything that came, how it ended, and after how long.

    The board's clock starts between the two that we can read: when we began to
    connect (so it lived this long at most) and when we knew that we are connected.
    """

    data: bytes
    ending: Ending
    answered_seconds: float
    lived_least_seconds: float
    lived_most_seconds: float


class Client:
    """One connection; its clock starts when it is established."""

    def __init__(
        self, place: "Place", limit_seconds: float, window_bytes: int = 0
    ) -> None:
        self._socket = socket.socket(place.family, socket.SOCK_STREAM)
        self._socket.settimeout(limit_seconds)
        if window_bytes:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window_bytes)
        self._begun_at = time.monotonic()
        try:
            self._socket.connect(place.address)
        except BaseException:
            self._socket.close()
            raise
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._connected_at = time.monotonic()
        self._answered_seconds = 0.0
        self._data = b""
        self._ending = Ending.OPEN

    @property
    def age_seconds(self) -> float:
        """Tell for how long it is connected."""
        return time.monotonic() - self._connected_at

    def send(self, data: bytes, limit_seconds: float = 1.0) -> None:
        """Send; a server that left already is noticed when reading."""
        self._socket.settimeout(limit_seconds)
        with contextlib.suppress(ConnectionError):
            self._socket.sendall(data)

    def half_close(self) -> None:
        """Say that nothing more will be sent."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)

    def is_answered(self, limit_seconds: float) -> bool:
        """Tell whether anything comes back within the limit."""
        self._read_once(limit_seconds)
        return bool(self._data)

    def is_silent(self, limit_seconds: float) -> bool:
        """Tell whether it is open, and nothing came back within the limit."""
        self._read_once(limit_seconds)
        return self._ending is Ending.OPEN and not self._data

    def read_to_end(self, limit_seconds: float) -> Received:
        """Read until the server ends the connection, or the time is up."""
        until = time.monotonic() + limit_seconds
        while self._ending is Ending.OPEN and time.monotonic() < until:
            self._read_once(max(until - time.monotonic(), 0.001))
        lived_most_seconds = time.monotonic() - self._begun_at
        return Received(
            self._data,
            self._ending,
            self._answered_seconds,
            self.age_seconds,
            lived_most_seconds,
        )

    def drip(
        self, pieces: bytes, interval_seconds: float, limit_seconds: float
    ) -> Received:
        """Send byte after byte, slowly, until the server ends the connection."""
        until = time.monotonic() + limit_seconds
        for number in range(len(pieces)):
            if self._ending is not Ending.OPEN or time.monotonic() >= until:
                break
            self.send(pieces[number : number + 1])
            self.read_to_end(interval_seconds)
        return self.read_to_end(until - time.monotonic())

    def close(self) -> None:
        """Leave politely."""
        self._socket.close()

    def abort(self) -> None:
        """Leave by a reset, as a phone out of reach does."""
        no_lingering = struct.pack("ii", 1, 0)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, no_lingering)
        self._socket.close()

    def _read_once(self, limit_seconds: float) -> None:
        self._socket.settimeout(limit_seconds)
        try:
            chunk = self._socket.recv(65536)
        except TimeoutError:
            return
        except ConnectionError:
            self._ending = Ending.RESET
            return
        self._data += chunk
        if chunk:
            self._answered_seconds = self.age_seconds
        else:
            self._ending = Ending.CLOSED


class Place(NamedTuple):
    """Where a board listens, its name already looked up."""

    family: int
    address: tuple[object, ...]


def places(host: str, port: int) -> list[Place]:
    """Give all addresses of a name; raises OSError when it has none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [Place(family, address) for family, _, _, _, address in found]
