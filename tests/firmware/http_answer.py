"""In: every byte of an answer. Out: its parts; whatever HTTP forbids is an error."""

import json
import re
from typing import NamedTuple, cast

STATUS_LINE = re.compile(r"HTTP/1\.0 ([1-5]\d\d) ([A-Za-z ]+)")
HEADER = re.compile(r"([A-Za-z-]+): ([ -~]+)")


class Answer(NamedTuple):
    """A whole answer; header names in lower case."""

    status: int
    reason: str
    headers: dict[str, str]
    body: bytes

    def json(self) -> dict[str, object]:
        """Decode the body, which has to be JSON of the standard."""
        assert self.headers["content-type"] == "application/json"
        decoded = json.loads(self.body, parse_constant=_refuse)
        return cast("dict[str, object]", decoded)


def parse(answer: bytes, is_head: bool = False) -> Answer:
    """Take an answer apart: one head, one length, exactly that much body."""
    head, end, body = answer.partition(b"\r\n\r\n")
    assert end, f"no end of head: {answer!r}"
    first, *lines = head.decode("ascii").split("\r\n")
    status_line = STATUS_LINE.fullmatch(first)
    assert status_line, first
    headers: dict[str, str] = {}
    for line in lines:
        header = HEADER.fullmatch(line)
        assert header, line
        assert header[1].lower() not in headers, f"twice: {line}"
        headers[header[1].lower()] = header[2]
    assert headers["connection"] == "close"
    assert headers["cache-control"] == "no-store"
    length = int(headers["content-length"])
    assert len(body) == (0 if is_head else length), answer
    return Answer(int(status_line[1]), status_line[2], headers, body)


def is_busy(answer: Answer) -> bool:
    """Tell a full board's refusal, whole and as agreed, from anything else."""
    if "retry-after" not in answer.headers:
        return False
    assert answer.status == 503
    assert int(answer.headers["retry-after"]) >= 1
    assert answer.json() == {"error": "busy"}
    return True


def _refuse(constant: str) -> object:
    raise AssertionError(f"{constant} is not JSON")
