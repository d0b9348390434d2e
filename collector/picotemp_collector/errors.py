"""In: what can go wrong. Out: one family of errors, and the fixed list of reasons."""

from collections.abc import Sequence
from enum import StrEnum

from attrs import field, frozen

DETAIL_MOST_CHARACTERS = 200


class FailureReason(StrEnum):
    """Why a poll gave no reading; each value is a label in the exposition."""

    REFUSED = "refused"
    TIMEOUT = "timeout"
    DNS = "dns"
    UNREACHABLE = "unreachable"
    RESET = "reset"
    TLS = "tls"
    BAD_HTTP = "bad_http"
    HTTP_STATUS = "http_status"
    BUSY = "busy"
    SENSOR = "sensor"
    TOO_LARGE = "too_large"
    BAD_JSON = "bad_json"
    BAD_READING = "bad_reading"
    INTERNAL = "internal"


def one_line(text: str, most_characters: int = DETAIL_MOST_CHARACTERS) -> str:
    """Give text from elsewhere in a form that any log, page and encoder takes."""
    shown = "".join(letter if letter.isprintable() else " " for letter in text)
    shown = " ".join(shown.split())
    if len(shown) <= most_characters:
        return shown
    return shown[: most_characters - 1] + "…"


@frozen
class Failure:
    """What is kept of a failed poll; an exception would keep its frames alive."""

    reason: FailureReason
    detail: str = field(converter=one_line)


class PicotempError(Exception):
    """Any error of the collector's own."""


# --- The caller handles these: they are expected, and no traceback is shown.


class PollError(PicotempError):
    """A device gave no reading: the reason, and one clean line of detail."""

    def __init__(self, reason: FailureReason, detail: str) -> None:
        self.failure = Failure(reason, detail)
        super().__init__(f"{reason}: {self.failure.detail}")


class ConfigurationError(PicotempError):
    """A configuration that cannot be used: every problem of it, one line each."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(one_line(problem, len(problem)) for problem in problems)
        super().__init__("\n".join(self.problems))


class CannotRunError(PicotempError):
    """A good configuration that this machine refuses: what, where, what to do."""


class RequestError(PicotempError):
    """Whoever asks us gets no answer: an HTTP status, why, and what to do instead."""

    def __init__(self, status: int, text: str, hint: str) -> None:
        self.status = status
        self.text = one_line(text)
        self.hint = one_line(hint)
        super().__init__(self.text)


# --- This one is a bug of ours.


class UnknownDeviceError(PicotempError, KeyError):
    """A name that the store was never told."""
