"""In: the bytes a client sends. Out: one whole request, or why it is refused."""

from .chip import Connection

CHUNK_BYTES = 512
LINE_MOST_BYTES = 512
HEAD_MOST_BYTES = 2048
# Nothing here takes a body: a small one is read and dropped so that the answer
# is not lost to the reset which unread bytes cause.
BODY_MOST_BYTES = 1024
# Of a request that is refused for its size, so much is read for the same reason.
REFUSED_MOST_BYTES = 16384
END_OF_HEAD = b"\r\n\r\n"
SPACE = 0x20
# What nearly everybody asks needs no second look.
GOOD_LINES = (b"GET / HTTP/1.1", b"GET / HTTP/1.0")


class BadRequestError(Exception):
    """A request that gets this status and nothing else."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


def is_whole(received: bytes) -> bool:
    """Tell whether this is one good request without a body, and nothing else.

    Of a whole chunk nobody knows whether more of it waits.
    """
    end = len(received) - len(END_OF_HEAD)
    if len(received) >= CHUNK_BYTES or not 0 <= end == received.find(END_OF_HEAD):
        return False
    return _check(received, end) <= 0


async def read(connection: Connection, received: bytes) -> tuple[bytes, bool]:
    """Give the head of one request, its end included; nothing if the client left.

    `received` is what was taken already. And tell whether the client may have begun
    to send more than this one request. Raises BadRequestError.
    """
    last_bytes = len(received)
    while True:
        if len(received) > LINE_MOST_BYTES:
            _check_size(received)
        end = received.find(END_OF_HEAD)
        if end >= 0:
            break
        chunk = connection.take(CHUNK_BYTES)
        if chunk is None:
            await connection.readable()
        elif chunk:
            received += chunk
            last_bytes = len(chunk)
        else:
            return b"", False
    body_bytes = _check(received, end)
    end += len(END_OF_HEAD)
    left_bytes = end - len(received)
    if body_bytes > 0:
        left_bytes += body_bytes
        await drop(connection, left_bytes)
    is_more = left_bytes < 0 or body_bytes > 0 or last_bytes >= CHUNK_BYTES
    return received[:end], is_more


async def drop(connection: Connection, left_bytes: int) -> None:
    """Read so many bytes, or to the end, and forget them."""
    while left_bytes > 0:
        chunk = connection.take(min(left_bytes, CHUNK_BYTES))
        if chunk is None:
            await connection.readable()
        elif chunk:
            left_bytes -= len(chunk)
        else:
            return


def _check_size(received: bytes) -> None:
    if _begins_longer(received, b"\r\n", LINE_MOST_BYTES):
        raise BadRequestError(414, "request line too long")
    if _begins_longer(received, END_OF_HEAD, HEAD_MOST_BYTES):
        raise BadRequestError(431, "headers too long")


def _begins_longer(received: bytes, end: bytes, most_bytes: int) -> bool:
    # All but the last byte of the end may be here already.
    at = received.find(end)
    return at > most_bytes or (at < 0 and len(received) >= most_bytes + len(end))


def _check(received: bytes, end: int) -> int:
    """Check the head that ends there; give the length of its body, -1 for unsaid.

    Nothing is cut out of it that has not to be: this is what a request costs.
    """
    at = received.find(b"\r\n")
    line = received[:at]
    if line not in GOOD_LINES:
        _check_line(line)
    lines = received.count(b"\r\n", 0, end)
    if (
        received.count(b"\r", 0, end) != lines
        or received.count(b"\n", 0, end) != lines
        or received.count(b"\0", 0, end)
    ):
        raise BadRequestError(400, "a stray control character")
    body_bytes = -1
    while at < end:
        start = at + 2
        at = received.find(b"\r\n", start)
        colon = received.find(b":", start, at)
        if colon <= start or received[start] <= SPACE or received[colon - 1] <= SPACE:
            raise BadRequestError(400, "a header without a name")
        # The lengths of the two names that count.
        if colon - start in (14, 17):
            name, value = received[start:colon].lower(), received[colon + 1 : at]
            body_bytes = _body_bytes(name, value.strip(), body_bytes)
    return body_bytes


def _check_line(line: bytes) -> None:
    words = line.split(b" ")
    if len(words) != 3 or words[2] not in (b"HTTP/1.0", b"HTTP/1.1"):
        raise BadRequestError(400, "not a line of HTTP/1.0 or HTTP/1.1")
    method, target, _ = words
    if not method.isalpha() or method != method.upper():
        raise BadRequestError(400, "not a method")
    if not target.startswith(b"/"):
        raise BadRequestError(400, "not a path")
    for byte in target:
        if not SPACE < byte < 0x7F:
            raise BadRequestError(400, "not a path")


def _body_bytes(name: bytes, value: bytes, said_bytes: int) -> int:
    if name == b"transfer-encoding":
        raise BadRequestError(413, "no body is taken")
    if name != b"content-length":
        return said_bytes
    if not value.isdigit() or len(value) > 9:
        raise BadRequestError(400, "bad Content-Length")
    body_bytes = int(value)
    if said_bytes not in (-1, body_bytes):
        raise BadRequestError(400, "two Content-Lengths")
    if body_bytes > BODY_MOST_BYTES:
        raise BadRequestError(413, "no body is taken")
    return body_bytes
