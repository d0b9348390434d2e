"""In: addresses, a port. Out: devices that answer at once; and black holes.

Run as a program; it says "ready", and to SIGUSR1 when who asked for a reading since
the last. It serves whole requests only, in the order in which they are there, so it is
never what a poll waits for. To a black hole no connection comes about.
"""

import contextlib
import ipaddress
import json
import resource
import select
import signal
import socket
import sys
import time
from collections.abc import Iterator

BODY = b'{"tempC": 27.04, "tempF": 80.67}'
INFO = (
    b'{"id": "e661640843259f2d", "hostname": "picotemp", "version": "0.1.0",'
    b' "micropython": "1.29.0", "uptime_s": 86400, "rssi_dbm": -52,'
    b' "heap_free_bytes": 98304, "reset_cause": "power"}'
)
WAITING_MOST = 128
REQUEST_MOST_BYTES = 4096
# The first connection takes the one place of a listener that never accepts.
PLACES_OF_A_HOLE = 2


def addresses(first: str, count: int) -> list[str]:
    """Give so many addresses, from the first on."""
    start = ipaddress.IPv4Address(first)
    return [str(start + number) for number in range(count)]


def answer(body: bytes) -> bytes:
    """Give an answer as the firmware writes it."""
    return (
        b"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n"
        b"Cache-Control: no-store\r\nConnection: close\r\n\r\n%s" % (len(body), body)
    )


ANSWER, INFO_ANSWER = answer(BODY), answer(INFO)


def main(first: str, count: int, port: int, holes: int = 0) -> None:
    """Serve for ever: so many devices, behind them black holes."""
    _, most_files = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most_files, most_files))
    every_address = addresses(first, count + holes)
    sockets = [part for host in every_address[count:] for part in _hole(host, port)]
    poll = select.epoll()
    listeners = {}
    for number, host in enumerate(every_address[:count]):
        listener = _listener(host, port)
        listeners[listener.fileno()] = (number, listener)
        poll.register(listener, select.EPOLLIN)
    arrivals: list[tuple[int, float]] = []
    signal.signal(signal.SIGUSR1, lambda *_: _tell(arrivals))
    print("ready", flush=True)
    while sockets or listeners:
        for file, _event in poll.poll():
            number, listener = listeners[file]
            arrivals.extend(
                (number, time.monotonic())
                for connection in _accepted(listener)
                if _serve(connection)
            )


def _listener(address: str, port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # A connection is there once its request is: nobody is waited for.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, 1)
    listener.bind((address, port))
    listener.listen(WAITING_MOST)
    listener.setblocking(False)
    return listener


def _hole(address: str, port: int) -> Iterator[socket.socket]:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((address, port))
    listener.listen(0)
    yield listener
    for _ in range(PLACES_OF_A_HOLE):
        place = socket.socket()
        place.setblocking(False)
        place.connect_ex((address, port))
        yield place


def _accepted(listener: socket.socket) -> Iterator[socket.socket]:
    with contextlib.suppress(BlockingIOError):
        while True:
            connection, _ = listener.accept()
            connection.setblocking(False)
            yield connection


def _serve(connection: socket.socket) -> bool:
    """Answer; tell whether it was a reading."""
    with connection, contextlib.suppress(OSError):
        request = connection.recv(REQUEST_MOST_BYTES)
        if request.endswith(b"\r\n\r\n"):
            is_info = request.startswith(b"GET /info ")
            connection.send(INFO_ANSWER if is_info else ANSWER)
            return not is_info
    return False


def _tell(arrivals: list[tuple[int, float]]) -> None:
    print(json.dumps(arrivals), flush=True)
    arrivals.clear()


if __name__ == "__main__":
    main(sys.argv[1], *(int(word) for word in sys.argv[2:]))
