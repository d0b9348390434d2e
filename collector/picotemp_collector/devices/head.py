"""In: the first bytes of an HTTP answer. Out: what they say of the rest, if plain.

Stricter than HTTP asks for: what may be legal all the same is unusual, and for a
complete client to judge.
"""

import re

from attrs import frozen

from picotemp_collector.errors import PicotempError

MOST_FIELDS = 100
FIRST_FINAL_STATUS = 200
SWITCHING_PROTOCOLS = 101
HTTP_1_0 = b"0"
OPTIONAL_SPACE = b"\t "

VERSION = b"HTTP/1."
STATUS_LINE = rb"HTTP/1\.([01]) ([1-5]\d\d)(?: [\t -~]*+)?\r\n"
NAME = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]++"
FIELD_LINES = rb"((?:%s:[\t -~]*+\r\n){0,%d}+)" % (NAME, MOST_FIELDS)
HEAD = re.compile(STATUS_LINE + FIELD_LINES + rb"\r\n")
# What a head looks like while it comes: whole lines, and a piece of the next.
HEAD_PIECE = re.compile(
    STATUS_LINE + FIELD_LINES + rb"(?:%s(?::[\t -~]*+\r?)?|\r)?" % NAME
)
STATUS_LINE_PIECE = re.compile(
    rb"HTTP/1\.(?:[01](?: (?:[1-5](?:\d(?:\d(?: [\t -~]*+)?\r?)?)?)?)?)?"
)
# The fields that decide what follows, and the one that is told.
FIELD = re.compile(
    rb"(?:^|\n)(content-length|transfer-encoding|content-encoding|upgrade"
    rb"|retry-after):([^\r]*)",
    re.IGNORECASE,
)
LENGTH = re.compile(rb"\d{1,18}")


class UnusualError(PicotempError):
    """An answer that is beyond this client; its text says what, without quoting it."""


@frozen
class Head:
    """What a head tells; without a length or chunks, the connection ends the body."""

    status: int
    retry_after: str | None
    length_bytes: int | None = None
    is_chunked: bool = False


def head_of(raw: bytes) -> Head | None:
    """Give what a whole head tells; None for an interim one. Raises UnusualError."""
    match = HEAD.fullmatch(raw)
    if match is None:
        raise UnusualError("a head that is not plain")
    version, status, lines = match[1], int(match[2]), match[3]
    if status < FIRST_FINAL_STATUS:
        if lines or version == HTTP_1_0 or status == SWITCHING_PROTOCOLS:
            raise UnusualError("an interim answer that says something")
        return None
    return _framed(status, version, FIELD.findall(lines))


def check_piece(received: bytes) -> None:
    """Check what came of a head that is not whole; raises UnusualError."""
    if VERSION.startswith(received) or STATUS_LINE_PIECE.fullmatch(received):
        return
    if HEAD_PIECE.fullmatch(received) is None:
        raise UnusualError("a head that is not plain")


def _framed(status: int, version: bytes, found: list[tuple[bytes, bytes]]) -> Head:
    fields = [(name.lower(), value.strip(OPTIONAL_SPACE)) for name, value in found]
    told = [value.decode() for name, value in fields if name == b"retry-after"]
    retry_after = told[0] if told else None
    match [field for field in fields if field[0] != b"retry-after"]:
        case []:
            return Head(status, retry_after)
        case [(b"content-length", length)] if LENGTH.fullmatch(length):
            return Head(status, retry_after, length_bytes=int(length))
        case [(b"transfer-encoding", coding)] if (
            coding.lower() == b"chunked" and version != HTTP_1_0
        ):
            return Head(status, retry_after, is_chunked=True)
    raise UnusualError("a body that is sent in an unusual way")
