"""In: nothing. Out: the ways in which a board goes wrong, and what is said of each.

A line is a mode. What it tells is 27.04 °C where it tells anything, which no board has.
"""

import asyncio
import gzip
from collections.abc import Callable

from attrs import frozen

from collector.fake_device import READING, FakeDevice, Script
from collector.truth.board import Board
from picotemp_collector.errors import FailureReason

OK = b"HTTP/1.1 200 OK\r\n"
LENGTH = b"Content-Length: 32\r\n\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
SPACES = b" " * 65536
Begin = Callable[[Board], None]


@frozen
class Mode:
    """How it begins, and the reason; none where the reading is true all the same.

    With a `url`, in which the board's address may stand, it never was good: it begins
    before anybody asks.
    """

    reason: FailureReason | None
    begin: Begin = Board.refuse
    url: str | None = None

    def url_of(self, board: Board) -> str:
        """Give where the collector is told to ask."""
        return self.url.format(address=board.address) if self.url else board.url


def sends(raw: bytes) -> Begin:
    """Send these bytes, and close."""
    return lambda board: board.follow(FakeDevice().send(raw))


def stays(raw: bytes) -> Begin:
    """Send these bytes, and nothing more."""
    return lambda board: board.follow(_after(raw, FakeDevice().be_silent))


def resets(raw: bytes) -> Begin:
    """Send these bytes, and break the connection."""
    return lambda board: board.follow(_after(raw, FakeDevice().reset))


def pours(raw: bytes, for_ever: bytes) -> Begin:
    """Send these bytes, and then these for ever."""
    return lambda board: board.follow(_after(raw, _pour(for_ever)))


def drips(raw: bytes) -> Begin:
    """Send a byte at a time."""
    return lambda board: board.follow(_drip(raw))


def answers(body: bytes = READING, status: int = 200, headers: str = "") -> Begin:
    """Answer in good HTTP."""
    return lambda board: board.follow(FakeDevice().answer(body, status, headers))


def _after(raw: bytes, script: Script) -> Script:
    async def both(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(raw)
        await writer.drain()
        # So that they are read before what follows.
        await asyncio.sleep(0.02)
        await script(reader, writer)

    return both


def _pour(for_ever: bytes) -> Script:
    async def pour(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            writer.write(for_ever)
            await writer.drain()
            await asyncio.sleep(0)

    return pour


def _drip(raw: bytes) -> Script:
    async def drip(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for number in raw:
            writer.write(bytes([number]))
            await writer.drain()
            await asyncio.sleep(0.1)

    return drip


_R = FailureReason
MODES: dict[str, Mode] = {
    # --- the connection
    "refused": Mode(_R.REFUSED, Board.refuse),
    "black hole": Mode(_R.TIMEOUT, Board.fill),
    "silent": Mode(_R.TIMEOUT, stays(b"")),
    "silent in the head": Mode(_R.TIMEOUT, stays(OK)),
    "silent in the body": Mode(_R.TIMEOUT, stays(OK + LENGTH + READING[:20])),
    "dripping": Mode(_R.TIMEOUT, drips(OK + LENGTH + READING)),
    "dripping in chunks": Mode(_R.TIMEOUT, drips(CHUNKED + b"1\r\n \r\n" * 99)),
    "reset at once": Mode(_R.RESET, resets(b"")),
    "reset in the head": Mode(_R.RESET, resets(OK)),
    "reset in the body": Mode(_R.RESET, resets(OK + LENGTH + READING[:20])),
    "reset in a chunk": Mode(_R.RESET, resets(CHUNKED + b"20\r\n" + READING[:20])),
    "closed at once": Mode(_R.RESET, sends(b"")),
    "closed in the head": Mode(_R.RESET, sends(OK)),
    "closed in the body": Mode(_R.RESET, sends(OK + LENGTH + READING[:31])),
    "closed in a chunk": Mode(_R.RESET, sends(CHUNKED + b"20\r\n" + READING[:31])),
    "closed before the last chunk": Mode(
        _R.RESET, sends(CHUNKED + b"20\r\n" + READING + b"\r\n")
    ),
    # --- not HTTP
    "bare JSON": Mode(_R.BAD_HTTP, sends(READING)),
    "bare JSON that stays": Mode(_R.BAD_HTTP, stays(READING)),
    "zeros": Mode(_R.BAD_HTTP, sends(b"\0" * 64)),
    "TLS on a plain port": Mode(_R.BAD_HTTP, sends(b"\x15\x03\x01\0\x02\x02\x46")),
    "another protocol": Mode(_R.BAD_HTTP, sends(b"SSH-2.0-OpenSSH_9.2p1\r\n")),
    "bad chunk": Mode(_R.BAD_HTTP, sends(CHUNKED + b"x\r\n" + READING + b"\r\n")),
    "two lengths": Mode(_R.BAD_HTTP, sends(OK + b"Content-Length: 9\r\n" + LENGTH)),
    "length too short": Mode(
        _R.BAD_HTTP, sends(OK + b"Content-Length: 31\r\n\r\n" + READING)
    ),
    "endless header": Mode(_R.BAD_HTTP, pours(OK + b"X: ", b"x" * 65536)),
    "endless space": Mode(_R.TIMEOUT, pours(OK + b"X: ", SPACES)),
    "endless name": Mode(_R.BAD_HTTP, pours(OK, b"x" * 65536)),
    "endless interim": Mode(_R.TIMEOUT, pours(b"", b"HTTP/1.1 100 Go\r\n\r\n" * 1000)),
    "endless headers": Mode(_R.BAD_HTTP, pours(OK, b"X: y\r\n" * 1000)),
    # --- another status
    "404": Mode(_R.HTTP_STATUS, answers(status=404)),
    "500": Mode(_R.HTTP_STATUS, answers(status=500)),
    "401": Mode(_R.HTTP_STATUS, answers(status=401)),
    "206": Mode(_R.HTTP_STATUS, answers(status=206)),
    "204": Mode(_R.HTTP_STATUS, sends(b"HTTP/1.1 204 No Content\r\n\r\n")),
    "redirect": Mode(_R.HTTP_STATUS, Board.redirect),
    "503 of a proxy": Mode(_R.HTTP_STATUS, answers(b"<h1>No</h1>", 503)),
    "sensor": Mode(_R.SENSOR, answers(b'{"error": "stuck"}', 503)),
    "busy": Mode(_R.BUSY, answers(b'{"error": "busy"}', 503, "Retry-After: 1\r\n")),
    "flapping": Mode(_R.HTTP_STATUS, Board.flap),
    # --- too much
    "10 GB": Mode(
        _R.TOO_LARGE, pours(OK + b"Content-Length: 10000000000\r\n\r\n", SPACES)
    ),
    "no end": Mode(_R.TOO_LARGE, pours(OK + b"\r\n", SPACES)),
    "chunks without end": Mode(_R.TOO_LARGE, pours(CHUNKED, b"4\r\n    \r\n" * 1000)),
    "10 GB after a reading": Mode(_R.TOO_LARGE, pours(OK + b"\r\n" + READING, SPACES)),
    # --- not a reading
    "HTML": Mode(_R.BAD_JSON, answers(b"<html>Router login</html>")),
    "nothing": Mode(_R.BAD_JSON, answers(b"")),
    "truncated": Mode(_R.BAD_JSON, sends(OK + b"\r\n" + READING[:31])),
    "NaN": Mode(_R.BAD_JSON, answers(b'{"tempC": NaN, "tempF": NaN}')),
    "infinity": Mode(_R.BAD_JSON, answers(b'{"tempC": Infinity, "tempF": 1}')),
    "nested": Mode(_R.BAD_JSON, answers(b"[" * 4000)),
    "UTF-16": Mode(_R.BAD_JSON, answers(READING.decode().encode("utf-16"))),
    "compressed": Mode(
        _R.BAD_JSON, answers(gzip.compress(READING), 200, "Content-Encoding: gzip\r\n")
    ),
    "gzip bomb": Mode(
        _R.TOO_LARGE,
        answers(gzip.compress(bytes(10**7)), 200, "Content-Encoding: gzip\r\n"),
    ),
    "1e999": Mode(_R.BAD_READING, answers(b'{"tempC": 1e999, "tempF": 1e999}')),
    "strings": Mode(_R.BAD_READING, answers(b'{"tempC": "27.04", "tempF": "80.67"}')),
    "booleans": Mode(_R.BAD_READING, answers(b'{"tempC": true, "tempF": true}')),
    "null": Mode(_R.BAD_READING, answers(b'{"tempC": null, "tempF": null}')),
    "one key": Mode(_R.BAD_READING, answers(b'{"tempC": 27.04}')),
    "F against C": Mode(_R.BAD_READING, answers(b'{"tempC": 27.04, "tempF": 32}')),
    "F for C": Mode(_R.BAD_READING, answers(b'{"tempC": 80.67, "tempF": 80.67}')),
    "two readings": Mode(_R.BAD_READING, answers(READING[:-1] + b', "tempC": 5}')),
    "too hot": Mode(_R.BAD_READING, answers(b'{"tempC": 125.01, "tempF": 257.02}')),
    "too cold": Mode(_R.BAD_READING, answers(b'{"tempC": -127, "tempF": -196.6}')),
    "list": Mode(_R.BAD_READING, answers(b"[27.04, 80.67]")),
    # --- never good
    "dead name": Mode(_R.DNS, url="http://dead.invalid"),
    "silent name": Mode(_R.DNS, url="http://nobody-has-this-name.local"),
    "plain HTTP for TLS": Mode(_R.TLS, Board.be_hasty, url="https://{address}:8080"),
    "multicast": Mode(_R.UNREACHABLE, url="http://224.0.0.1"),
    # --- odd, and true
    "100 before the answer": Mode(
        None, lambda board: board.answer_truly(before=b"HTTP/1.1 100 Continue\r\n\r\n")
    ),
    "another board": Mode(None, lambda board: board.answer_truly("another")),
}
