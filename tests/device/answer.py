"""In: every byte a server sent. Out: an Answer, or the HTTP rule that was broken."""

import json
import re
from typing import NamedTuple, NoReturn

STATUS_LINE = re.compile(r"HTTP/1\.[01] ([1-5]\d\d) [ -~]*")
JSON = "application/json"
EXPOSITION = "text/plain"
HEADER = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([ -~]*)")


class WrongAnswerError(AssertionError):
    """An answer that breaks a rule; its text says which, and shows the bytes."""


class Answer(NamedTuple):
    """One whole answer; header names are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes
    # From being connected to the last byte; where it was measured.
    seconds: float = 0.0

    @property
    def is_busy(self) -> bool:
        """Retry-After tells a full board from one with a broken sensor."""
        return self.status == 503 and "retry-after" in self.headers

    def json(self) -> object:
        """Decode the body, and refuse what JSON does not have."""
        return json.loads(
            self.body, parse_constant=_refuse_constant, object_pairs_hook=_unique
        )

    def error(self) -> str:
        """Give the reason that every answer but a 200 must tell."""
        told = self.json()
        assert isinstance(told, dict), f"not a JSON object: {self.body!r}"
        reason = told.get("error")
        assert isinstance(reason, str), f"no reason under 'error': {self.body!r}"
        assert reason, "the reason is empty"
        return reason


def kind_of(path: str) -> str:
    """Give the media type of a page that is there; all else is told in JSON."""
    return EXPOSITION if path == "/metrics" else JSON


def judge(received: bytes, *, to_head: bool = False, kind: str = JSON) -> Answer:
    """Give the one answer in these bytes; an answer to HEAD has no body."""
    assert received, "the connection ended without an answer"
    head, blank_line, body = received.partition(b"\r\n\r\n")
    _require(bool(blank_line), "the head has no end", received)
    status_line, *lines = head.decode("latin-1").split("\r\n")
    found = STATUS_LINE.fullmatch(status_line)
    _require(found is not None, "the status line is wrong", received)
    assert found is not None
    answer = Answer(int(found[1]), _headers(lines, received), body)
    _judge_length(answer, received, to_head=to_head)
    _require(
        answer.headers.get("connection", "").lower() == "close",
        "Connection: close is missing",
        received,
    )
    told = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    expected = kind if answer.status == 200 else JSON
    _require(told == expected, f"it is not {expected}", received)
    return answer


def _headers(lines: list[str], received: bytes) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in lines:
        found = HEADER.fullmatch(line)
        _require(found is not None, f"{line!r} is not a header", received)
        assert found is not None
        name = found[1].lower()
        _require(name not in headers, f"{name} is there twice", received)
        headers[name] = found[2].strip()
    return headers


def _judge_length(answer: Answer, received: bytes, *, to_head: bool) -> None:
    told = answer.headers.get("content-length", "")
    _require(told.isdigit(), "Content-Length is missing or not a number", received)
    expected = 0 if to_head else int(told)
    _require(
        len(answer.body) == expected,
        f"the body has {len(answer.body)} bytes instead of {expected}",
        received,
    )


def _require(rule_holds: bool, otherwise: str, received: bytes) -> None:
    if not rule_holds:
        raise WrongAnswerError(f"{otherwise}: {received[:300]!r}")


def _refuse_constant(name: str) -> NoReturn:
    raise WrongAnswerError(f"{name} is not JSON")


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    decoded = dict(pairs)
    assert len(decoded) == len(pairs), f"a key is there twice: {pairs!r}"
    return decoded
