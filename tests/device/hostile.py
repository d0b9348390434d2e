"""In: a seed. Out: requests that no honest client sends, the same ones each time."""

from collections.abc import Iterator
from enum import Enum
from random import Random
from typing import NamedTuple

START = b"GET / HTTP/1.1\r\nHost: board\r\n"
END = b"\r\n\r\n"
# Far beyond a board's bounds, yet no burden for its radio.
LONGEST_BYTES = 8192
WORDS = (b"GET", b"POST", b"get", b"/", b"/info", b"HTTP/1.1", b"HTTP/0.9", b"\x00")
LENGTHS = (b"-1", b"+3", b"1e3", b"0x10", b"99999999999999999999", b"", b"3, 4", b"7")


class Manner(Enum):
    """What the client does once it has sent everything; it never just waits."""

    HALF_CLOSE = "says that it sends no more, and reads"
    CLOSE = "leaves"
    ABORT = "leaves by a reset"


class Attack(NamedTuple):
    """One hostile request, in pieces, and how its client goes on."""

    kind: str
    pieces: list[bytes]
    manner: Manner


def attacks(seed: int, count: int) -> Iterator[Attack]:
    """Give them; each kind gets its turn."""
    random = Random(seed)  # noqa: S311 it has to give the same ones again
    for number in range(count):
        make = KINDS[number % len(KINDS)]
        request = make(random)
        manner = random.choice(list(Manner))
        yield Attack(make.__name__, _cut(random, request), manner)


def binary(random: Random) -> bytes:
    return random.randbytes(random.randint(1, 2000))


def endless_line(random: Random) -> bytes:
    return b"GET /" + b"a" * random.randint(300, LONGEST_BYTES)


def many_headers(random: Random) -> bytes:
    return START + b"X: y\r\n" * random.randint(50, LONGEST_BYTES // 6) + b"\r\n"


def wrong_words(random: Random) -> bytes:
    words = random.choices(WORDS, k=random.randint(1, 6))
    return random.choice((b" ", b"\t", b"  ")).join(words) + END


def wrong_lengths(random: Random) -> bytes:
    chosen = random.choices(LENGTHS, k=random.randint(1, 3))
    lines = [b"Content-Length: " + length + b"\r\n" for length in chosen]
    return START + b"".join(lines) + b"\r\n" + b"x" * random.randint(0, 20)


def short_body(random: Random) -> bytes:
    return START + b"Content-Length: %d" % random.randint(1, 900) + END


def pipelined(random: Random) -> bytes:
    return (START + b"\r\n") * random.randint(2, 40)


def half_a_request(random: Random) -> bytes:
    whole = START + b"Accept: */*" + END
    return whole[: random.randrange(1, len(whole))]


def damaged(random: Random) -> bytes:
    request = bytearray(START + b"Accept: */*\r\nContent-Length: 3" + END + b"abc")
    for _ in range(random.randint(1, 5)):
        request[random.randrange(len(request))] = random.randrange(256)
    return bytes(request)


def chunked(random: Random) -> bytes:
    size = b"%x" % random.getrandbits(random.choice((3, 31, 70)))
    return START + b"Transfer-Encoding: chunked" + END + size + b"\r\nabc\r\n"


KINDS = (
    binary,
    endless_line,
    many_headers,
    wrong_words,
    wrong_lengths,
    short_body,
    pipelined,
    half_a_request,
    damaged,
    chunked,
)


def _cut(random: Random, request: bytes) -> list[bytes]:
    """Cut it in two at any place, now and then."""
    at = random.randrange(len(request)) if random.random() < 0.3 else 0
    return [piece for piece in (request[:at], request[at:]) if piece]
