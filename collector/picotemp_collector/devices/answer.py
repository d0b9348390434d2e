"""In: status and body of a device's answer. Out: a reading, or the reason for none."""

import json
from typing import NoReturn

from attrs import frozen

from picotemp.payload import PayloadError, Reading, parse
from picotemp_collector.errors import FailureReason, PollError
from picotemp_collector.readings.info import DeviceInfo, parse_info

OK = 200
SERVICE_UNAVAILABLE = 503
# For a Retry-After that is not a small number of seconds.
RETRY_DEFAULT_SECONDS = 1.0
# A board that says 0 still has its three slots taken.
RETRY_LEAST_SECONDS = 0.2


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


# Made once: json.loads would build a decoder for every answer.
STRICT_JSON = json.JSONDecoder(parse_constant=_refuse_constant)


# Its hash is asked for at each poll, of answers that are remembered.
@frozen(cache_hash=True)
class Answer:
    """One HTTP answer; `cut` if its body is longer than what was read."""

    status: int
    retry_after: str | None
    body: bytes
    cut: bool


class BusyError(PollError):
    """The board's slots are taken; ask again after so many seconds."""

    def __init__(self, retry_after_seconds: float) -> None:
        super().__init__(
            FailureReason.BUSY,
            "all of the board's connections are taken; see who else asks it",
        )
        self.retry_after_seconds = retry_after_seconds


def has_body_of_use(status: int) -> bool:
    """Whether the body of such an answer is worth the wait."""
    return status in (OK, SERVICE_UNAVAILABLE)


def reading_of(answer: Answer) -> Reading:
    """Give the reading of an answer to GET /; raises PollError."""
    if answer.status == SERVICE_UNAVAILABLE:
        _refuse_unavailable(answer)
    if answer.status != OK:
        raise PollError(
            FailureReason.HTTP_STATUS,
            f"HTTP status {answer.status} instead of 200; check the URL's path",
        )
    try:
        return parse(_decoded(answer))
    except PayloadError as error:
        raise PollError(FailureReason.BAD_READING, str(error)) from error


def info_of(answer: Answer) -> DeviceInfo | None:
    """Give the info of an answer to GET /info, if it is one; raises PollError."""
    return parse_info(_decoded(answer)) if answer.status == OK else None


def _decoded(answer: Answer) -> object:
    if answer.cut:
        raise PollError(
            FailureReason.TOO_LARGE,
            f"the answer is longer than {len(answer.body) - 1} bytes;"
            " check that the URL is a picotemp board's",
        )
    return _strict_json(answer.body)


def _strict_json(body: bytes) -> object:
    try:
        return STRICT_JSON.decode(body.decode())
    except (ValueError, RecursionError) as error:
        raise PollError(
            FailureReason.BAD_JSON,
            "the answer is not JSON; check that the URL is a picotemp board's",
        ) from error


def _refuse_unavailable(answer: Answer) -> NoReturn:
    # One of three things says 503: 1. a board with all slots taken, told by
    # Retry-After, 2. a sensor that cannot be trusted, 3. something else on the way.
    if answer.retry_after is not None:
        raise BusyError(_retry_after_seconds(answer.retry_after))
    said = _error_text(answer)
    if said is not None:
        raise PollError(
            FailureReason.SENSOR, f"the board does not trust its sensor: {said}"
        )
    raise PollError(FailureReason.HTTP_STATUS, "HTTP status 503 without a reason")


def _retry_after_seconds(header: str) -> float:
    if not (header.isascii() and header.isdigit() and len(header) <= 4):
        return RETRY_DEFAULT_SECONDS
    return max(RETRY_LEAST_SECONDS, float(header))


def _error_text(answer: Answer) -> str | None:
    try:
        body = _decoded(answer)
    except PollError:
        return None
    said = body.get("error") if isinstance(body, dict) else None
    return said if isinstance(said, str) else None
