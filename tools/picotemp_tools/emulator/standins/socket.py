"""In: the emulator's relay. Out: what MicroPython's socket offers on a Pico W.

A port the program listens on is a Unix socket here; the emulator's radio connects
to it and sends the client's address first. Datagrams go to the emulator's router.
"""

from . import network as _network
from .datagrams import Datagrams as _Datagrams
from .host_errors import as_on_board as _as_on_board
from .tether import Tether as _Tether
from .tether import builtin as _builtin

_socket = _builtin("socket")
_struct = _builtin("struct")
_sys = _builtin("sys")
_time = _builtin("time")
_IOBase = _builtin("io").IOBase

AF_INET = 2
AF_INET6 = 10
SOCK_STREAM = 1
SOCK_DGRAM = 2
SOL_SOCKET = 1
SO_REUSEADDR = 4
IPPROTO_TCP = 6
TCP_NODELAY = 64

_AF_UNIX = 1
_GET_FILENO = 10
_PEER_BYTES = 6

_EOPNOTSUPP = 95
_EHOSTUNREACH = 113
_DEFAULT_BACKLOG = 2

_tether: _Tether
_folder = ""


def _plug(tether: _Tether, folder: str) -> None:
    """Say where the relay looks for ports (not part of the board's socket)."""
    global _tether, _folder  # noqa: PLW0603 a module is the only place it can live in
    _tether = tether
    _folder = folder


def getaddrinfo(
    host: str, port: int, af: int = 0, type: int = 0, proto: int = 0, flags: int = 0
) -> list[tuple[object, ...]]:
    """Resolve a literal address; there is no name server."""
    if host and not host.replace(".", "").isdigit():
        raise OSError(-2)
    return [(AF_INET, type or SOCK_STREAM, proto, "", (host or "0.0.0.0", port))]  # noqa: S104


class socket(_IOBase):  # type: ignore[valid-type, misc]
    """A TCP or UDP socket."""

    def __init__(
        self,
        af: int = AF_INET,
        type: int = SOCK_STREAM,
        proto: int = IPPROTO_TCP,
    ) -> None:
        if af != AF_INET or type not in (SOCK_STREAM, SOCK_DGRAM):
            raise OSError(_EOPNOTSUPP)
        self._is_udp = type == SOCK_DGRAM
        if self._is_udp:
            path = "%s/u%d" % (_folder, _time.ticks_us())
            router = _path_address("%s/router" % _folder)
            self._take(_Datagrams(_path_address(path), router))
            self._path = path
        else:
            self._take(_socket.socket(_AF_UNIX, SOCK_STREAM))

    def bind(self, address: tuple[str, int]) -> None:
        """Take a port of the board."""
        if self._is_udp:
            return  # nobody sends to it but who was sent to
        self._port = address[1]
        # A path cannot be bound twice, a port can.
        self._path = "%s/%d-%d" % (_folder, self._port, _time.ticks_us())
        self._real.bind(_path_address(self._path))

    def listen(self, backlog: int = _DEFAULT_BACKLOG) -> None:
        """Let the radio connect."""
        if self._is_udp:
            raise OSError(_EOPNOTSUPP)
        self._real.listen(backlog)
        _tether.tell("listen", self._port, self._path)

    def accept(self) -> tuple[object, tuple[str, int]]:
        """Give the next connection and the client's address."""
        real, _ = self._real.accept()
        # The radio sends it in one piece with connecting: it never blocks.
        peer = real.read(_PEER_BYTES)
        a, b, c, d, port = _struct.unpack("!BBBBH", peer)
        return _Accepted(real), ("%d.%d.%d.%d" % (a, b, c, d), port)

    def setsockopt(self, level: int, optname: int, value: object) -> None:
        """Take it: nothing of it changes what can be seen here."""

    def setblocking(self, value: bool) -> None:
        """Wait in calls, or not."""
        self._real.setblocking(value)

    def settimeout(self, value: float | None) -> None:
        """Wait in calls, so long at most."""
        self._real.settimeout(value)

    def close(self) -> None:
        """Give the port or the connection back."""
        if self._is_udp and self._path:
            _tether.tell("unbind", self._path)
        elif self._port:
            _tether.tell("unlisten", self._path)
            self._port = 0
        self._path = ""
        self._real.close()

    def read(self, *size: int) -> object:
        """Give what has come, None for nothing yet."""
        return self._real.read(*size)

    def readinto(self, buf: object, *nbytes: int) -> object:
        """Fill a buffer."""
        return self._real.readinto(buf, *nbytes)

    def readline(self) -> object:
        """Give one line."""
        return self._real.readline()

    def recv(self, bufsize: int) -> object:
        """Give what has come."""
        try:
            return self._real.recv(bufsize)
        except OSError as error:
            raise _as_on_board(error) from None

    def write(self, buf: object) -> object:
        """Send what fits, give how much."""
        return self._real.write(buf)

    def send(self, bytes: object) -> object:
        """Send what fits, give how much."""
        try:
            return self._real.send(bytes)
        except OSError as error:
            raise _as_on_board(error) from None

    def sendall(self, bytes: object) -> object:
        """Send it all."""
        return self._real.sendall(bytes)

    def sendto(self, bytes: object, address: tuple[str, int]) -> object:
        """Send a datagram."""
        if not self._is_udp:
            raise OSError(_EOPNOTSUPP)
        if not _network._has_link():  # noqa: SLF001
            raise OSError(_EHOSTUNREACH)
        return self._real.sendto(bytes, address)

    def recvfrom(self, bufsize: int) -> object:
        """Give a datagram that has come, and its sender."""
        if not self._is_udp:
            raise OSError(_EOPNOTSUPP)
        return self._real.recvfrom(bufsize)

    def ioctl(self, request: int, argument: int) -> int:
        """Let select.poll() ask the kernel."""
        if request == _GET_FILENO:
            return int(self._real.fileno())
        return 0

    def _take(self, real) -> None:  # type: ignore[no-untyped-def]
        self._real = real
        self._port = 0
        self._path = ""


class _Accepted(socket):
    def __init__(self, real: object) -> None:
        self._is_udp = False
        self._take(real)


def _path_address(path: str) -> bytes:
    encoded = path.encode() + b"\0"
    if _sys.platform == "darwin":
        return bytes([len(encoded) + 2, _AF_UNIX]) + encoded
    return bytes(_struct.pack("H", _AF_UNIX) + encoded)
