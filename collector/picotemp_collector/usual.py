"""In: the bytes of a request. Out: the whole answer, if both are the usual ones.

What is answered here is what any scraper sends: one GET in one piece, with none but
these headers, each once. All else is for a whole server.
"""

import re
from collections.abc import Callable, Mapping
from email.utils import formatdate
from functools import lru_cache, partial

from attrs import define, frozen

from picotemp_collector.web import HEADERS

MOST_HEAD_BYTES = 1024
# A scraper sends the same head each time.
REMEMBERED_HEADS = 64
REQUEST = re.compile(rb"GET (/[!-~]*) HTTP/1\.1\r\n((?:[A-Za-z-]+: [ -~]*\r\n)+)\r\n")
HOST = re.compile(r"[A-Za-z0-9._:\[\]-]+")
USUAL_HEADERS = {
    "host",
    "user-agent",
    "accept",
    "accept-encoding",
    "x-prometheus-scrape-timeout-seconds",
}
# Gives the headers and the body of an answer; None while there is none ready.
Ready = Callable[[], tuple[Mapping[str, str], bytes] | None]
# The same by the headers of the request, their names in small letters.
Outlet = Callable[[Mapping[str, str]], Ready]


@frozen
class _Asked:
    path: str
    headers: Mapping[str, str]


class _UnusualError(Exception):
    """Not to be remembered: there may be a password in it."""


class Usual:
    """Answers at once what is asked again and again."""

    def __init__(
        self, outlets: Mapping[str, Outlet], unix_seconds: Callable[[], float]
    ) -> None:
        self._unix_seconds = unix_seconds
        self._answer_of = lru_cache(REMEMBERED_HEADS)(partial(_answer_to, outlets))

    def answer(self, asked: bytes) -> tuple[bytes, bytes] | None:
        """Give the answer's head and body, if it is ready."""
        if len(asked) > MOST_HEAD_BYTES:
            return None
        try:
            answer = self._answer_of(asked)
        except _UnusualError:
            return None
        return answer.parts(int(self._unix_seconds()))


@define
class _Answer:
    """What a request is answered; its head is kept for as long as it is the same."""

    _ready: Ready
    _head_of: tuple[int, int] | None = None
    _head: bytes = b""

    def parts(self, unix_seconds: int) -> tuple[bytes, bytes] | None:
        ready = self._ready()
        if ready is None:
            return None
        headers, body = ready
        head_of = unix_seconds, len(body)
        if head_of != self._head_of:
            self._head_of, self._head = head_of, _head(headers, *head_of)
        return self._head, body


def _answer_to(outlets: Mapping[str, Outlet], asked: bytes) -> _Answer:
    request = _understood(asked)
    if request.path not in outlets:
        raise _UnusualError
    return _Answer(outlets[request.path](request.headers))


def _understood(asked: bytes) -> _Asked:
    found = REQUEST.fullmatch(asked)
    if found is None:
        raise _UnusualError
    lines = [line.partition(": ") for line in found[2].decode().splitlines()]
    headers = {name.lower(): value.strip() for name, _, value in lines}
    is_usual = len(headers) == len(lines) and headers.keys() <= USUAL_HEADERS
    if not is_usual or not HOST.fullmatch(headers.get("host", "")):
        raise _UnusualError
    return _Asked(found[1].decode(), headers)


def _head(headers: Mapping[str, str], unix_seconds: int, body_bytes: int) -> bytes:
    whole = {
        **headers,
        **HEADERS,
        "Content-Length": str(body_bytes),
        "Date": formatdate(unix_seconds, usegmt=True),
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in whole.items())
    return f"HTTP/1.1 200 OK\r\n{lines}\r\n".encode()
