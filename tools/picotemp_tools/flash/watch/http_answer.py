"""In: where a board serves. Out: what GET /info and GET / say, or why there is nothing.

It is asked directly: no proxy, no redirect, no more than is needed.
"""

import contextlib
import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from http.client import HTTPConnection, HTTPException, HTTPResponse
from socket import SHUT_RDWR, socket

from picotemp.payload import PayloadError, Reading, parse

from ...errors import ToolError

HTTP_PORT = 80
ANSWER_SECONDS = 3.0
# A busy board asks for a second.
SHORTEST_PAUSE_SECONDS = 0.1
LONGEST_ANSWER_BYTES = 4096


class Why(Enum):
    """What kept an answer from being one."""

    SILENT = "nobody answers"
    BUSY = "others are served"
    TROUBLE = "the board says what is wrong with it"
    NOT_OURS = "something else answers"


class NoAnswerError(ToolError):
    """Why there is no answer; its text says more."""

    def __init__(self, why: Why, text: str) -> None:
        super().__init__(text)
        self.why = why


def url(address: str, port: int) -> str:
    """Give where that is."""
    return f"http://{address}{'' if port == HTTP_PORT else f':{port}'}/"


def info(
    address: str, port: int, seconds: float = ANSWER_SECONDS
) -> Mapping[str, object]:
    """Give what a board tells of itself; raise NoAnswerError."""
    answer = _ask(address, port, "/info", seconds)
    if not isinstance(answer, dict) or not isinstance(answer.get("version"), str):
        raise NoAnswerError(Why.NOT_OURS, "the answer names no version")
    return answer


def reading(address: str, port: int, seconds: float = ANSWER_SECONDS) -> Reading:
    """Give a board's reading, which is in order; raise NoAnswerError."""
    try:
        return parse(_ask(address, port, "/", seconds))
    except PayloadError as error:
        raise NoAnswerError(Why.NOT_OURS, str(error)) from error


@dataclass(frozen=True)
class _Answer:
    status: int
    retry_after: str | None
    body: bytes


def _ask(address: str, port: int, path: str, seconds: float) -> object:
    end = time.monotonic() + seconds
    while True:
        answer = _answer(address, port, path, max(end - time.monotonic(), 0.001))
        if answer.status != 503 or answer.retry_after is None:
            return _content(answer)
        pause_seconds = _pause_seconds(answer.retry_after)
        if time.monotonic() + pause_seconds >= end:
            raise NoAnswerError(Why.BUSY, "the board is busy with others")
        time.sleep(pause_seconds)


def _answer(address: str, port: int, path: str, seconds: float) -> _Answer:
    late = NoAnswerError(Why.SILENT, f"no whole answer in {seconds:.1f} s")
    end = time.monotonic() + seconds
    try:
        answer = _exchange(address, port, path, seconds)
    except OSError as error:
        text = error.strerror or str(error) or type(error).__name__
        raise NoAnswerError(Why.SILENT, text) from error
    except HTTPException as error:
        not_ours = NoAnswerError(Why.NOT_OURS, "the answer is not HTTP")
        raise (late if time.monotonic() >= end else not_ours) from error
    if time.monotonic() >= end:
        raise late
    return answer


def _exchange(address: str, port: int, path: str, seconds: float) -> _Answer:
    with contextlib.closing(HTTPConnection(address, port, timeout=seconds)) as there:
        there.connect()
        # The timeout is for each piece that comes; this is for all of them.
        limit = threading.Timer(seconds, _hang_up, [there.sock])
        limit.start()
        try:
            there.request("GET", path, headers={"Accept": "application/json"})
            with there.getresponse() as response:
                return _read(response)
        finally:
            limit.cancel()


def _read(response: HTTPResponse) -> _Answer:
    body = response.read(LONGEST_ANSWER_BYTES + 1)
    if len(body) > LONGEST_ANSWER_BYTES:
        raise NoAnswerError(Why.NOT_OURS, "the answer is too long")
    if response.length:
        raise NoAnswerError(Why.SILENT, "the answer broke off")
    return _Answer(response.status, response.getheader("Retry-After"), body)


def _hang_up(opened: socket) -> None:
    with contextlib.suppress(OSError):  # it may be over already
        opened.shutdown(SHUT_RDWR)


def _content(answer: _Answer) -> object:
    try:
        content = json.loads(answer.body)
    except (ValueError, RecursionError):
        content = None
    if answer.status == 200 and content is not None:
        return content
    error = content.get("error") if isinstance(content, dict) else None
    if answer.status == 503 and isinstance(error, str):
        raise NoAnswerError(Why.TROUBLE, error)
    is_broken = answer.status == 200
    what = "the answer is not JSON" if is_broken else f"status {answer.status}"
    raise NoAnswerError(Why.NOT_OURS, what)


def _pause_seconds(retry_after: str) -> float:
    asked = int(retry_after) if retry_after.isdecimal() else 1
    return max(asked, SHORTEST_PAUSE_SECONDS)
