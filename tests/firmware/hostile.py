"""In: a seed. Out: what hostile clients send, and how they end."""

import random
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass

GET = b"GET / HTTP/1.1\r\n"
LENGTHS = (b"-1", b"-5", b"+1", b"abc", b"9" * 20, b"4294967296", b"5000", b"900", b"")
# Closing with this set, a client resets its connection.
RESETTING = struct.pack("ii", 1, 0)
DEADLINE_SECONDS = 20


@dataclass(frozen=True)
class Attack:
    """Some bytes; then the client stops sending, or resets the connection."""

    sent: bytes
    is_reset: bool


def attack(chance: random.Random) -> Attack:
    """Draw one."""
    kind = chance.choice(KINDS)
    return Attack(kind(chance), chance.random() < 0.05)


def strike(address: tuple[str, int], attack: Attack) -> bytes:
    """Do it; give what came back before the connection ended, however it did."""
    received = b""
    with socket.create_connection(address, DEADLINE_SECONDS) as client:
        try:
            client.sendall(attack.sent)
            if attack.is_reset:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESETTING)
                return b""
            client.shutdown(socket.SHUT_WR)
            while piece := client.recv(65536):
                received += piece
        except OSError:
            pass  # of what it did not read the board may say so
    return received


def _endless_line(chance: random.Random) -> bytes:
    return b"GET /" + b"x" * chance.randint(500, 30_000)


def _many_headers(chance: random.Random) -> bytes:
    return GET + b"X-%d: y\r\n" % chance.getrandbits(30) * chance.randint(100, 3_000)


def _binary(chance: random.Random) -> bytes:
    return chance.randbytes(chance.randint(1, 3_000))


def _nul(chance: random.Random) -> bytes:
    return chance.choice((b"GET /\0", GET + b"A\0B: ", GET + b"A: \0")) + b"\0\r\n\r\n"


def _pipelined(chance: random.Random) -> bytes:
    return (GET + b"\r\n") * chance.randint(2, 60)


def _length(chance: random.Random) -> bytes:
    head = b"POST / HTTP/1.1\r\nContent-Length: " + chance.choice(LENGTHS)
    return head + b"\r\n\r\n" + b"z" * chance.randint(0, 6_000)


def _cut_short(chance: random.Random) -> bytes:
    whole = GET + b"Host: board\r\nAccept: */*\r\n\r\n"
    return whole[: chance.randrange(len(whole))]


def _damaged(chance: random.Random) -> bytes:
    whole = bytearray(GET + b"Host: board\r\nAccept: */*\r\n\r\n")
    for _ in range(chance.randint(1, 4)):
        whole[chance.randrange(len(whole))] = chance.randrange(256)
    return bytes(whole)


def _odd(chance: random.Random) -> bytes:
    target = "".join(chance.choices("/?%&=.ax09~#", k=chance.randint(1, 400)))
    method = chance.choice(("GET", "HEAD", "POST", "OPTIONS", "BREW", "get", "CONNECT"))
    return f"{method} /{target} HTTP/1.{chance.randint(0, 2)}\r\n\r\n".encode()


KINDS: tuple[Callable[[random.Random], bytes], ...] = (
    _endless_line,
    _many_headers,
    _binary,
    _nul,
    _pipelined,
    _length,
    _cut_short,
    _damaged,
    _odd,
)
