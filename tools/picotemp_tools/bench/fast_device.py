"""In: an address, a number, a port. Out: that many devices that answer at once.

Run as a program; it says "ready". It serves whole requests only, in the order in
which they are there, so it is never what a poll waits for.
"""

import contextlib
import ipaddress
import select
import socket
import sys
from collections.abc import Iterator

BODY = b'{"tempC": 27.04, "tempF": 80.67}'
# As the firmware writes it.
ANSWER = (
    b"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n"
    b"Cache-Control: no-store\r\nConnection: close\r\n\r\n%s" % (len(BODY), BODY)
)
WAITING_MOST = 128
REQUEST_MOST_BYTES = 4096


def addresses(first: str, count: int) -> list[str]:
    """Give so many addresses, from the first on."""
    start = ipaddress.IPv4Address(first)
    return [str(start + number) for number in range(count)]


def main(first: str, count: int, port: int) -> None:
    """Serve for ever."""
    poll = select.epoll()
    listeners = {}
    for address in addresses(first, count):
        listener = _listener(address, port)
        listeners[listener.fileno()] = listener
        poll.register(listener, select.EPOLLIN)
    print("ready", flush=True)
    while True:
        for number, _event in poll.poll():
            for connection in _accepted(listeners[number]):
                _serve(connection)


def _listener(address: str, port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # A connection is there once its request is: nobody is waited for.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, 1)
    listener.bind((address, port))
    listener.listen(WAITING_MOST)
    listener.setblocking(False)
    return listener


def _accepted(listener: socket.socket) -> Iterator[socket.socket]:
    with contextlib.suppress(BlockingIOError):
        while True:
            connection, _ = listener.accept()
            connection.setblocking(False)
            yield connection


def _serve(connection: socket.socket) -> None:
    with connection, contextlib.suppress(OSError):
        if connection.recv(REQUEST_MOST_BYTES).endswith(b"\r\n\r\n"):
            connection.send(ANSWER)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
