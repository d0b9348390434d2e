"""In: checks as they are done. Out: a finding for each, in order, told as it comes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ..errors import FlashError, Kind, LinkLostError
from .finding import Finding, State

# From the cable to the reading; the host's clock is looked at whatever is wrong.
CLOCK = "clock"
CHECKS = (
    *("port", "permission", "use", "mode", "micropython", "board", "version"),
    *("filesystem", "space", "program", "settings", "start"),
    *("wi-fi", "address", "hostname", "http", "reading", CLOCK),
)


class OverError(Exception):
    """Something is wrong that makes the rest senseless; it is on the chart."""


class FaultError(FlashError):
    """What is wrong, and apart from it what to do."""

    def __init__(self, kind: Kind, cause: str, remedy: str) -> None:
        super().__init__(kind, f"{cause}: {remedy}")
        self.cause = cause
        self.remedy = remedy


@dataclass
class Seen:
    """What a check saw; the check fills it in."""

    detail: str = ""


class Chart:
    """The findings so far; each is told once."""

    def __init__(self, told: Callable[[Finding], None]) -> None:
        self.findings: list[Finding] = []
        self._told = told

    @contextmanager
    def check(self, name: str, *, goes_on: bool = False) -> Iterator[Seen]:
        """Note what comes of a check: wrong where it raises FlashError.

        Then OverError is raised, unless the rest makes sense all the same.
        """
        seen = Seen()
        try:
            yield seen
        except LinkLostError:
            self._note(_wrong(name, _lost()))
        except FlashError as error:
            self._note(_wrong(name, error))
            if goes_on:
                return
        else:
            return self._note(Finding(name, State.OK, seen.detail))
        raise OverError

    def has(self, name: str) -> bool:
        """Tell whether a check was done, or skipped."""
        return any(finding.check == name for finding in self.findings)

    def skip_to(self, name: str) -> None:
        """Note that all checks before this one are skipped that were not done."""
        for check in CHECKS[: CHECKS.index(name)]:
            if not self.has(check):
                self._note(Finding(check, State.SKIPPED))

    def _note(self, finding: Finding) -> None:
        self.findings.append(finding)
        self._told(finding)


def _wrong(check: str, error: FlashError) -> Finding:
    if isinstance(error, FaultError):
        cause, remedy = error.cause, error.remedy
    else:
        cause, remedy = _parts(str(error))
    return Finding(check, State.WRONG, cause, remedy, error.kind)


def _parts(text: str) -> tuple[str, str]:
    mark = ": " if ": " in text else "; "
    cause, _, remedy = text.partition(mark)
    return cause, remedy


def _lost() -> FlashError:
    cause = "the board went away, or was reset, in the middle of the examination"
    remedy = "try again; if it stays so, take another cable and another USB port"
    return FaultError(Kind.NO_PORT, cause, remedy)
