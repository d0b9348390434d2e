"""In: a call that is to fail, and how. Out: sockets that do; what is left of them."""

import socket
from collections.abc import Callable
from typing import Any

CALLS = ("connect_ex", "getsockopt", "send", "recv")
# What a call gives instead; None to do as ever.
Fault = Callable[[], Any]


class FaultySockets:
    """Makes sockets of TCP; at one of their calls something happens.

    Where that is getsockopt they are to a device far away, to which no connection
    stands at once: else nobody would ask how it went.
    """

    def __init__(self, call: str = "", fault: Fault = lambda: None) -> None:
        self._call = call
        self._fault = fault
        self._made: list[socket.socket] = []
        self.happened = 0

    def new(self, family: socket.AddressFamily) -> socket.socket:
        is_far = self._call == "getsockopt"
        made = _Faulty(family, self._happen, is_far)
        self._made.append(made)
        return made

    def are_closed(self) -> bool:
        """Tell whether all are, those too that failed."""
        return all(made.fileno() == -1 for made in self._made)

    def _happen(self, call: str) -> Any:
        if call != self._call:
            return None
        self.happened += 1
        return self._fault()


class _Faulty(socket.socket):
    def __init__(
        self, family: socket.AddressFamily, happen: Callable[[str], Any], is_far: bool
    ) -> None:
        super().__init__(family, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
        self._happen = happen
        self._is_far = is_far

    def connect_ex(self, address: Any) -> int:
        number = self._happen("connect_ex")
        return super().connect_ex(address) if number is None else int(number)

    def getsockopt(self, *words: Any) -> Any:
        number = self._happen("getsockopt")
        return super().getsockopt(*words) if number is None else number

    def send(self, data: Any, flags: int = 0) -> int:
        if self._is_far:
            self._is_far = False
            raise BlockingIOError
        most_bytes = self._happen("send")
        return super().send(data if most_bytes is None else data[:most_bytes], flags)

    def recv(self, count: int, flags: int = 0) -> bytes:
        most_bytes = self._happen("recv")
        return super().recv(most_bytes or count, flags)
