"""In: datagrams of a board. Out: the answers of the network beyond the access point.

A board's UDP sockets are Unix ones; before each datagram stand the other side's
address and port. Whoever answers does it as a name server that refuses.
"""

import asyncio
import contextlib
import socket
import struct
from pathlib import Path

from .place import GATEWAY, NAME_SERVER

# Who answers datagrams.
ANSWERING = {
    "all": (GATEWAY, NAME_SERVER),
    "gateway": (GATEWAY,),
    "name-server": (NAME_SERVER,),
    "none": (),
}

DNS_PORT = 53
MOST_DATAGRAM_BYTES = 2048
_ADDRESS = struct.Struct("!4sH")
_DNS_HEADER = struct.Struct("!HHHHHH")
_DNS_IS_ANSWER, _DNS_KEPT_FLAGS, _DNS_REFUSED = 0x8000, 0x7900, 5


class Router:
    """The hosts that one board's datagrams reach."""

    def __init__(self) -> None:
        self.is_on_air = False
        # How many datagrams the board has sent, lost ones too.
        self.datagrams = 0
        self._answering = ANSWERING["all"]
        self._socket: socket.socket | None = None
        self._folder = Path()

    def open(self, folder: Path) -> None:
        """Be reached by the chip whose sockets lie in this folder."""
        self._folder = folder
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.bind(str(folder / "router"))
        asyncio.get_running_loop().add_reader(self._socket, self._hear)

    def close(self) -> None:
        """Be reached no more."""
        if self._socket:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket.close()
            self._socket = None

    def set_answering(self, who: str) -> None:
        """Say who answers: a name in ANSWERING; ValueError else."""
        if who not in ANSWERING:
            raise ValueError(f"udp {who} is none of {', '.join(ANSWERING)}")
        self._answering = ANSWERING[who]

    def forget(self, path: str) -> None:
        """Remove what a socket that was closed left behind."""
        if Path(path).parent == self._folder:
            Path(path).unlink(missing_ok=True)

    def _hear(self) -> None:
        if not self._socket:
            return
        try:
            heard, sender = self._socket.recvfrom(MOST_DATAGRAM_BYTES)
        except OSError:
            return
        self.datagrams += 1
        address, port = _ADDRESS.unpack_from(heard)
        is_answered = socket.inet_ntoa(address) in self._answering and port == DNS_PORT
        if self.is_on_air and is_answered:
            answer = heard[: _ADDRESS.size] + refusal(heard[_ADDRESS.size :])
            # Gone, or with more answers than it reads: they are lost then.
            with contextlib.suppress(OSError):
                self._socket.sendto(answer, sender)


def refusal(question: bytes) -> bytes:
    """Give what a name server says that serves others only."""
    header = question[: _DNS_HEADER.size].ljust(_DNS_HEADER.size, b"\0")
    number, flags, questions, *_ = _DNS_HEADER.unpack(header)
    flags = flags & _DNS_KEPT_FLAGS | _DNS_IS_ANSWER | _DNS_REFUSED
    answer = _DNS_HEADER.pack(number, flags, questions, 0, 0, 0)
    return answer + question[_DNS_HEADER.size :]
