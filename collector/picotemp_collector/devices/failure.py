"""In: an error of a client. Out: the reason from the fixed list, in words."""

import errno

import aiohttp

from picotemp_collector.errors import FailureReason, PicotempError, PollError

UNREACHABLE = "no way to its address; check the address, and the network on both sides"
NO_MORE_FILES = (
    "the collector may open no more files; raise its limit (ulimit -n)"
    " or lower poll.concurrency"
)
RESET = "the connection broke before the answer was whole"
REASONS_BY_ERRNO = (
    (
        (errno.ECONNREFUSED,),
        FailureReason.REFUSED,
        "nothing listens there; check the port, and that the board runs picotemp",
    ),
    (
        (errno.ETIMEDOUT,),
        FailureReason.TIMEOUT,
        "no answer to the connection; check power, Wi-Fi and address",
    ),
    (
        (errno.EMFILE, errno.ENFILE),
        FailureReason.INTERNAL,
        NO_MORE_FILES,
    ),
    ((errno.ECONNRESET, errno.EPIPE, errno.ECONNABORTED), FailureReason.RESET, RESET),
)


class DeadlineError(PicotempError):
    """The time of a request is up; `is_looking_up` if its name has no address yet."""

    def __init__(self, is_looking_up: bool) -> None:
        super().__init__("the time is up")
        self.is_looking_up = is_looking_up


def explain(error: aiohttp.ClientError) -> PollError:
    """Give the poll's error for a client's; never its text, which may hold a URL."""
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return no_address(error.host)
    if isinstance(error, (aiohttp.ClientSSLError, aiohttp.ServerFingerprintMismatch)):
        return PollError(FailureReason.TLS, "TLS failed; check the certificate")
    if isinstance(error, aiohttp.ClientOSError):
        return explain_errno(_errno(error), type(error).__name__)
    if isinstance(error, (aiohttp.ServerDisconnectedError, aiohttp.ClientPayloadError)):
        return broken()
    if isinstance(error, aiohttp.ClientResponseError):
        return PollError(FailureReason.BAD_HTTP, "the answer is not HTTP")
    return PollError(
        FailureReason.UNREACHABLE, f"{UNREACHABLE} ({type(error).__name__})"
    )


def explain_errno(number: int | None, kind: str) -> PollError:
    """Give the poll's error for what the system said; `kind` names what it cannot."""
    for numbers, reason, detail in REASONS_BY_ERRNO:
        if number in numbers:
            return PollError(reason, detail)
    name = errno.errorcode.get(number or 0, kind)
    return PollError(FailureReason.UNREACHABLE, f"{UNREACHABLE} ({name})")


def broken() -> PollError:
    """Give the error of an answer that is not whole."""
    return PollError(FailureReason.RESET, RESET)


def no_address(host: str) -> PollError:
    """Give the error of a name that cannot be resolved."""
    return PollError(
        FailureReason.DNS,
        f"the name {host} has no address; check it, or give the address",
    )


def timed_out(timeout_seconds: float) -> PollError:
    """Give the error of a poll whose time is up."""
    return PollError(
        FailureReason.TIMEOUT,
        f"no whole answer within {timeout_seconds:g} s; check power and Wi-Fi",
    )


def name_timed_out(host: str, timeout_seconds: float) -> PollError:
    """Give the error of a poll whose time was up before the name had an address."""
    return PollError(
        FailureReason.DNS,
        f"no address for {host} within {timeout_seconds:g} s; check the name server,"
        " or give the address",
    )


def _errno(error: aiohttp.ClientOSError) -> int | None:
    if error.errno is not None:
        return error.errno
    return (
        error.os_error.errno
        if isinstance(error, aiohttp.ClientConnectorError)
        else None
    )
