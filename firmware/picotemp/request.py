"""In: the bytes a client sends. Out: one whole request, or why it is refused."""

import asyncio

CHUNK_BYTES = 512
LINE_MOST_BYTES = 512
HEAD_MOST_BYTES = 2048
# Nothing here takes a body: a small one is read and dropped so that the answer
# is not lost to the reset which unread bytes cause.
BODY_MOST_BYTES = 1024
# Of a request that is refused for its size, so much is read for the same reason.
REFUSED_MOST_BYTES = 16384
END_OF_HEAD = b"\r\n\r\n"


class BadRequestError(Exception):
    """A request that gets this status and nothing else."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


async def read(reader: asyncio.StreamReader) -> bytes:
    """Give the head of one request, its end included; nothing if the client left.

    Raises BadRequestError.
    """
    received = b""
    while END_OF_HEAD not in received:
        chunk = await reader.read(CHUNK_BYTES)
        if not chunk:
            return b""
        received += chunk
        _check_size(received)
    head, body = received.split(END_OF_HEAD, 1)
    lines = head.split(b"\r\n")
    _check_line(lines[0])
    await drop(reader, _body_bytes(lines[1:]) - len(body))
    return head + END_OF_HEAD


async def drop(reader: asyncio.StreamReader, left_bytes: int) -> None:
    """Read so many bytes, or to the end, and forget them."""
    while left_bytes > 0:
        chunk = await reader.read(min(left_bytes, CHUNK_BYTES))
        if not chunk:
            return
        left_bytes -= len(chunk)


def _check_size(received: bytes) -> None:
    if _begins_longer(received, b"\r\n", LINE_MOST_BYTES):
        raise BadRequestError(414, "the request line is too long")
    if _begins_longer(received, END_OF_HEAD, HEAD_MOST_BYTES):
        raise BadRequestError(431, "the headers are too long")


def _begins_longer(received: bytes, end: bytes, most_bytes: int) -> bool:
    # All but the last byte of the end may be here already.
    at = received.find(end)
    return at > most_bytes or (at < 0 and len(received) >= most_bytes + len(end))


def _check_line(line: bytes) -> None:
    words = line.split(b" ")
    if len(words) != 3 or not _is_method(words[0]) or not words[1].startswith(b"/"):
        raise BadRequestError(400, "not an HTTP request")
    if not all(0x20 < byte < 0x7F for byte in words[1]):
        raise BadRequestError(400, "not a URL")
    if words[2] not in (b"HTTP/1.0", b"HTTP/1.1"):
        raise BadRequestError(400, "HTTP/1.0 and HTTP/1.1 are spoken here")


def _is_method(word: bytes) -> bool:
    return word.isalpha() and word == word.upper()


def _body_bytes(headers: list[bytes]) -> int:
    length_bytes = -1
    for header in headers:
        name, colon, value = header.partition(b":")
        if not colon or not name or name != name.strip():
            raise BadRequestError(400, "a header without name or colon")
        if name.lower() == b"transfer-encoding":
            raise BadRequestError(413, "no body is taken here")
        if name.lower() == b"content-length":
            value = value.strip()
            if not value.isdigit() or len(value) > 9:
                raise BadRequestError(400, "Content-Length is not a length")
            if length_bytes not in (-1, int(value)):
                raise BadRequestError(400, "two Content-Lengths")
            length_bytes = int(value)
    if length_bytes > BODY_MOST_BYTES:
        raise BadRequestError(413, "no body is taken here")
    return length_bytes
