"""In: what a board prints that was told to reset. Out: whether its version came up."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import NoReturn, Protocol

from ..errors import FlashError, Kind
from . import http_answer
from .boot_report import BootReport
from .http_answer import NoAnswerError, Why
from .log_line import Line
from .serial_log import Mark, Seen

PATIENCE_SECONDS = 60
# A board says "healthy" a minute after its start: for one that only we do not reach.
HEALTHY_SECONDS = 15
# What is printed before USB knows the board is lost, `started` among it.
MISSED_SECONDS = 15
# The REPL shows for a moment while a board is told to reset, or restarted.
REPL_SECONDS = 10
ASK_SECONDS = 1
# A network that is there is often joined at the second try.
JOINS_TRIED = 2
LONGEST_REASON = 200
REPL = (">", "MicroPython ", 'Type "help()"', "raw REPL;", "MPY: soft reboot")
JOIN_FAILURES = {
    "wrong_password": "the Wi-Fi password is wrong: "
    "picotemp-flash settings set password",
    "network_not_found": "there is no network of the name in its settings: "
    "picotemp-flash settings set ssid",
    "no_address": "the network gives it no address",
}
DOCTOR = "picotemp-flash doctor says more"

Ask = Callable[[str, int], Mapping[str, object]]


class Log(Protocol):
    """What a board prints, and a way to start its program anew."""

    def __iter__(self) -> Iterator[Seen]:
        """Give lines; None where for a moment there is none."""

    def restart(self) -> bool:
        """Start the program anew; tell whether that could be sent."""


@dataclass(frozen=True)
class Arrival:
    """A version that runs; no address where it has not joined a network."""

    version: str
    address: str | None = None
    port: int | None = None
    notes: tuple[str, ...] = ()

    @property
    def is_joined(self) -> bool:
        """Tell whether it is on a network."""
        return self.address is not None


def wait_until_up(
    log: Log,
    version: str,
    ask: Ask = http_answer.info,
    clock: Callable[[], float] = time.monotonic,
    patience_seconds: float = PATIENCE_SECONDS,
) -> Arrival:
    """Wait for a board that was just told to reset; raise FlashError where it fails."""
    watch = _Watch(log, version, ask, clock, patience_seconds)
    for seen in log:
        watch.take(seen)
        watch.require_life()
        watch.restart_if_missed()
        if arrival := watch.arrival():
            return arrival
    raise AssertionError("a board's lines never end")


class _Watch:
    def __init__(
        self,
        log: Log,
        version: str,
        ask: Ask,
        clock: Callable[[], float],
        patience_seconds: float,
    ) -> None:
        self._log = log
        self._version = version
        self._ask = ask
        self._clock = clock
        self._patience_seconds = patience_seconds
        self._report = BootReport()
        self._began = clock()
        self._starts_most = 1
        self._last_said = ""
        self._in_repl_since: float | None = None
        self._is_gone_again = False
        self._asked_at: float | None = None
        self._no_answer: NoAnswerError | None = None

    def take(self, seen: Seen) -> None:
        if seen is Mark.GONE:
            self._in_repl_since = None
            # Its next start may be missed, and with it that there was one.
            self._is_gone_again = self._report.starts > 0
        elif isinstance(seen, Line):
            self._take_line(seen)

    def require_life(self) -> None:
        report = self._report
        if report.starts and report.version != self._version:
            self._fail(f"the board runs version {report.version}")
        if report.ended is not None:
            self._fail(report.ended)
        if report.is_recovery:
            self._fail("the board is in recovery, it ended too early too often")
        if self._is_gone_again:
            self._fail("it was reset, or unplugged, after it had started")
        if report.starts > self._starts_most:
            self._fail(f"it starts again and again (reset cause: {report.reset_cause})")
        since = self._in_repl_since
        if since is not None and self._clock() - since >= REPL_SECONDS:
            self._fail(self._last_said or "no program runs, only the REPL")

    def restart_if_missed(self) -> None:
        report = self._report
        if report.starts or self._starts_most > 1:
            return
        is_missed = report.events or self._waited_seconds() >= MISSED_SECONDS
        if is_missed and self._log.restart():
            # One of before may still come, then that of the restart.
            self._starts_most = 2
            self._report = BootReport()
            self._began = self._clock()

    def arrival(self) -> Arrival | None:
        report = self._report
        is_late = self._waited_seconds() >= self._patience_seconds
        if not report.starts:
            if is_late:
                last = f"the last line was: {self._last_said}"
                self._fail(last if self._last_said else "nothing on the serial port")
            return None
        if report.is_without_settings:
            return self._up(
                f"it cannot use its settings: {report.settings_problems[0]}"
            )
        if report.address:
            return self._joined(report.address, report.port, is_late)
        if report.join_failures >= JOINS_TRIED or is_late:
            return self._up(self._why_not_joined(), DOCTOR)
        return None

    def _take_line(self, line: Line) -> None:
        self._report.take(line)
        if line.event == "started":
            self._in_repl_since = None
        if line.text.startswith(REPL):
            self._in_repl_since = self._in_repl_since or self._clock()
        elif line.text.strip():
            self._last_said = line.text

    def _joined(self, address: str, port: int | None, is_late: bool) -> Arrival | None:
        if port and self._is_time_to_ask() and self._is_answered(address, port):
            return self._up()
        if not is_late:
            return None
        said = str(self._no_answer or "it does not listen")
        reason = f"it has joined as {address}, but HTTP: {said}"
        if self._no_answer and self._no_answer.why not in (Why.SILENT, Why.BUSY):
            self._fail(reason)
        if self._report.is_healthy:
            url = http_answer.url(address, port or http_answer.HTTP_PORT)
            return self._up(f"this machine does not reach {url} ({said})", DOCTOR)
        if self._waited_seconds() >= self._patience_seconds + HEALTHY_SECONDS:
            self._fail(reason)
        return None

    def _is_time_to_ask(self) -> bool:
        asked = self._asked_at
        return asked is None or self._clock() - asked >= ASK_SECONDS

    def _is_answered(self, address: str, port: int) -> bool:
        self._no_answer = None
        try:
            version = self._ask(address, port).get("version")
            if version != self._version:
                text = f"it answers as version {version}"
                self._no_answer = NoAnswerError(Why.NOT_OURS, text)
        except NoAnswerError as error:
            self._no_answer = error
        self._asked_at = self._clock()
        return self._no_answer is None

    def _why_not_joined(self) -> str:
        reason = self._report.join_failure
        if reason is None:
            return "it has not joined a network yet"
        known = JOIN_FAILURES.get(reason)
        return known or f"it does not join the network ({reason})"

    def _up(self, *notes: str) -> Arrival:
        report = self._report
        more = []
        if report.is_last_good_used:
            problem = report.settings_problems[0]
            more.append(f"it uses the last good settings, not these: {problem}")
        if report.sensor_problem:
            more.append(f"it has no temperature: {report.sensor_problem}")
        return Arrival(self._version, report.address, report.port, (*notes, *more))

    def _waited_seconds(self) -> float:
        return self._clock() - self._began

    def _fail(self, reason: str) -> NoReturn:
        line = " ".join(reason.split())[:LONGEST_REASON]
        text = f"version {self._version} did not come up: {line}"
        raise FlashError(Kind.DID_NOT_COME_UP, text)
