"""In: connections. Out: answers that keep every rule: the base of those that do not.

It stands for a board, and imports nothing of one: a rule misread here and there
alike would go unnoticed.
"""

import asyncio
import json
import re
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from typing import NamedTuple

from . import _exposition
from ._about import ABOUT

EXPOSITION = "text/plain; version=0.0.4; charset=utf-8"
END_OF_HEAD = b"\r\n\r\n"
REASONS = {200: "OK", 404: "Not Found", 405: "Method Not Allowed", 503: "Busy"}


class Refusal(Exception):  # noqa: N818 it is an answer, not an error
    """A request that gets this status and nothing else."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


class Request(NamedTuple):
    """What is kept of a request."""

    method: str
    path: str


class Server:
    """A board as it should be; each method is one thing to get wrong."""

    slots = 3
    life_seconds = 3.0
    answer_seconds = 0.0
    head_most_bytes = 1024
    body_most_bytes = 1024
    celsius = 27.0437

    def __init__(self) -> None:
        self.in_service = 0
        self.in_service_max = 0
        self.answers: Counter[int] = Counter()
        self.rejected_total = 0
        self.started_at = time.monotonic()

    async def serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Take a slot, or refuse; free it after the connection is closed."""
        if self.in_service >= self.slots:
            self.rejected_total += 1
            await self.live(self.refuse, reader, writer)
            return
        self.in_service += 1
        self.in_service_max = max(self.in_service, self.in_service_max)
        try:
            await self.live(self.converse, reader, writer)
        finally:
            self.in_service -= 1

    async def live(
        self,
        talk: "Talk",
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        """Give a connection its whole life, and no second more."""
        try:
            async with asyncio.timeout(self.life_seconds):
                await talk(reader, writer)
        except (TimeoutError, OSError):
            pass
        finally:
            writer.transport.abort()

    async def converse(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Answer one request."""
        try:
            request = await self.receive(reader)
            await asyncio.sleep(self.answer_seconds)
            status, body, headers = self.route(request)
            is_head = request.method == "HEAD"
        except Refusal as refusal:
            status, body, headers, is_head = refusal.status, error("refused"), {}, False
        except asyncio.IncompleteReadError:
            return
        self.count(status)
        await self.send(reader, writer, self.render(status, body, headers, is_head))

    def count(self, status: int) -> None:
        """Count an answer."""
        self.answers[status] += 1

    async def refuse(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Tell a client that all slots are taken."""
        answer = self.render(503, error("busy"), {"Retry-After": "1"}, is_head=False)
        await self.send(reader, writer, answer)

    async def send(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: bytes
    ) -> None:
        """Send, and read what is left for a moment: unread bytes cause a reset."""
        writer.write(answer)
        writer.write_eof()
        try:
            async with asyncio.timeout(0.3):
                while await reader.read(1024):
                    pass
        except TimeoutError:
            pass

    async def receive(self, reader: asyncio.StreamReader) -> Request:
        """Read one request of bounded size."""
        try:
            head = await reader.readuntil(END_OF_HEAD)
        except asyncio.LimitOverrunError as error:
            raise Refusal(431) from error
        if len(head) > self.head_most_bytes:
            raise Refusal(431)
        first, *lines = head[: -len(END_OF_HEAD)].decode("latin-1").split("\r\n")
        request = self.request(first)
        await reader.readexactly(self.body_bytes(lines))
        return request

    def request(self, line: str) -> Request:
        """Read the request line."""
        found = re.fullmatch(r"([A-Z]+) (/[!-~]*) HTTP/1\.[01]", line)
        if not found:
            raise Refusal(400)
        return Request(found[1], found[2])

    def body_bytes(self, lines: list[str]) -> int:
        """Find the length of the body among the headers."""
        lengths = set()
        for line in lines:
            name, colon, value = line.partition(":")
            if not colon or not self.is_name(name):
                raise Refusal(400)
            if name.lower() == "transfer-encoding":
                raise Refusal(411)
            if self.is_length(name):
                lengths.add(value.strip())
        return self.one_length(lengths or {"0"})

    def one_length(self, lengths: set[str]) -> int:
        """Give the one length that all the headers tell."""
        length = min(lengths)
        if len(lengths) > 1 or not re.fullmatch(r"\d{1,9}", length):
            raise Refusal(400)
        if int(length) > self.body_most_bytes:
            raise Refusal(413)
        return int(length)

    def is_name(self, name: str) -> bool:
        """Tell whether a header can be called so."""
        return bool(name) and name == name.strip()

    def is_length(self, name: str) -> bool:
        """Tell whether a header is the one that counts."""
        return name.lower() == "content-length"

    def route(self, request: Request) -> tuple[int, str, dict[str, str]]:
        """Give status, body and further headers."""
        pages = {"/": self.reading, "/info": self.info, "/metrics": self.metrics}
        if request.path not in pages:
            return 404, error("no such path"), {}
        if request.method not in ("GET", "HEAD"):
            return 405, error("wrong method"), {"Allow": "GET, HEAD"}
        headers = {"Content-Type": EXPOSITION} if request.path == "/metrics" else {}
        return 200, pages[request.path](), headers

    def reading(self) -> str:
        """Give the body of GET /."""
        fahrenheit = self.celsius * 1.8 + 32
        return f'{{"tempC": {self.celsius:.2f}, "tempF": {fahrenheit:.2f}}}'

    def info(self) -> str:
        """Give the body of GET /info."""
        return json.dumps(self.told())

    def told(self) -> dict[str, object]:
        """Give what GET /info tells."""
        return ABOUT | {
            "uptime_s": int(self.uptime_seconds()),
            "connections_in_service": self.in_service,
            "connections_in_service_max": self.in_service_max,
            "requests_total": self.answers.total() + 1,  # with this one
            "rejected_total": self.rejected_total,
        }

    def uptime_seconds(self) -> float:
        """Give the time since the start."""
        return time.monotonic() - self.started_at

    def metrics(self) -> str:
        """Give the body of GET /metrics."""
        return _exposition.render(self.families())

    def families(self) -> list[_exposition.Family]:
        """Give what GET /metrics exposes."""
        return _exposition.families(
            self.told(), self.uptime_seconds(), self.celsius, self.answers
        )

    def render(
        self, status: int, body: str, headers: dict[str, str], is_head: bool
    ) -> bytes:
        """Put an answer together."""
        lines = [f"HTTP/1.0 {status} {REASONS.get(status, 'Refused')}"]
        headers = {"Content-Type": "application/json"} | headers
        headers |= {
            "Content-Length": str(len(body)),
            "Connection": "close",
        }
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return (
            "\r\n".join(lines).encode()
            + END_OF_HEAD
            + (b"" if is_head else body.encode())
        )


Talk = Callable[
    [asyncio.StreamReader, asyncio.StreamWriter], Coroutine[object, object, None]
]


def error(reason: str) -> str:
    """Give the body of an answer that is not a 200."""
    return json.dumps({"error": reason})
