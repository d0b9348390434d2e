"""In: a Unix datagram socket. Out: the UDP below the stand-in socket.

Before each datagram stand the other side's address and port; the emulator's router
is the other end. Nothing that is sent ever waits: what finds no room is lost.
"""

from .host_errors import EAGAIN as _EAGAIN
from .host_errors import as_on_board as _as_on_board
from .tether import builtin as _builtin

_socket = _builtin("socket")
_struct = _builtin("struct")

_AF_UNIX = 1
_ADDRESS = "!BBBBH"
_ADDRESS_BYTES = 6
_EINVAL = 22
_ETIMEDOUT = 110


class Datagrams:
    """One socket's datagrams; own and router are packed paths."""

    def __init__(self, own: bytes, router: bytes) -> None:
        self._real = _socket.socket(_AF_UNIX, _socket.SOCK_DGRAM)
        self._real.bind(own)
        self._router = router
        self._has_limit = False

    def sendto(self, payload: bytes, address: tuple[str, int]) -> int:
        """Send one, to an address in numbers."""
        head = _packed(address)
        try:  # noqa: SIM105 MicroPython has no contextlib
            self._real.sendto(head + bytes(payload), _socket.MSG_DONTWAIT, self._router)
        except OSError:
            pass
        return len(payload)

    def recvfrom(self, most_bytes: int) -> tuple[bytes, tuple[str, int]]:
        """Take one and its sender."""
        try:
            heard, _ = self._real.recvfrom(_ADDRESS_BYTES + most_bytes)
        except OSError as error:
            known = _as_on_board(error)
            if known.errno == _EAGAIN and self._has_limit:
                known = OSError(_ETIMEDOUT)
            raise known from None
        a, b, c, d, port = _struct.unpack(_ADDRESS, heard[:_ADDRESS_BYTES])
        return heard[_ADDRESS_BYTES:], ("%d.%d.%d.%d" % (a, b, c, d), port)

    def recv(self, most_bytes: int) -> bytes:
        """Take one."""
        return self.recvfrom(most_bytes)[0]

    def setblocking(self, value: bool) -> None:
        """Wait for one, or not."""
        self._has_limit = False
        self._real.setblocking(value)

    def settimeout(self, value: float | None) -> None:
        """Wait for one, so long at most."""
        self._has_limit = bool(value)
        self._real.settimeout(value)

    def fileno(self) -> int:
        """Give what the kernel is asked about."""
        return int(self._real.fileno())

    def close(self) -> None:
        """Give it back."""
        self._real.close()


def _packed(address: tuple[str, int]) -> bytes:
    parts = [int(part) for part in address[0].split(".")]
    if len(parts) != 4 or not 0 <= min(parts) <= max(parts) <= 255:
        raise OSError(_EINVAL)
    return bytes(_struct.pack(_ADDRESS, *parts, address[1]))
