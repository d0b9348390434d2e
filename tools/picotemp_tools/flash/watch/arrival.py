"""In: what a board prints that was told to reset. Out: whether its version came up."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NoReturn

from ..errors import FlashError, Kind
from . import http_answer
from .http_answer import NoAnswerError, Why
from .log_line import Line
from .serial_log import Mark, Seen
from .start import JOINS_TRIED, PATIENCE_SECONDS, Log, Start

# A board says "healthy" a minute after its start: for one that only we do not reach.
HEALTHY_SECONDS = 15
# The REPL shows for a moment while a board is told to reset, or restarted.
REPL_SECONDS = 10
ASK_SECONDS = 1
# Somebody may press the button, or pull the cable, meanwhile.
RESETS_BORNE = 1
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


@dataclass(frozen=True)
class Arrival:
    """A version that runs; no address where it has not joined a network."""

    version: str
    address: str | None = None
    port: int | None = None
    notes: tuple[str, ...] = ()


def wait_until_up(
    log: Log,
    version: str,
    ask: Ask = http_answer.info,
    clock: Callable[[], float] = time.monotonic,
) -> Arrival:
    """Wait for a board that was just told to reset; raise FlashError where it fails."""
    start = Start(log, clock)
    watch = _Watch(start, version, ask, clock)
    for seen in start:
        watch.take(seen)
        watch.require_life()
        if arrival := watch.arrival():
            return arrival
    raise AssertionError("a board's lines never end")


class _Watch:
    def __init__(
        self, start: Start, version: str, ask: Ask, clock: Callable[[], float]
    ) -> None:
        self._start = start
        self._version = version
        self._ask = ask
        self._clock = clock
        self._last_said = ""
        self._in_repl_since: float | None = None
        self._asked_at: float | None = None
        self._no_answer: NoAnswerError | None = None

    def take(self, seen: Seen) -> None:
        if seen is Mark.GONE:
            self._in_repl_since = None
        elif isinstance(seen, Line):
            self._take_line(seen)

    def require_life(self) -> None:
        report = self._start.report
        if report.starts and report.version != self._version:
            self._fail(f"the board runs version {report.version}")
        if report.ended is not None:
            self._fail(report.ended)
        if report.is_recovery:
            self._fail("the board is in recovery, it ended too early too often")
        if self._start.resets > RESETS_BORNE:
            self._fail("it was reset, or unplugged, after it had started")
        # One from before the restart may still come, then that of the restart.
        if report.starts > 1 + RESETS_BORNE + self._start.is_restarted:
            self._fail(f"it starts again and again (reset cause: {report.reset_cause})")
        since = self._in_repl_since
        if since is not None and self._clock() - since >= REPL_SECONDS:
            self._fail(self._last_said or "no program runs, only the REPL")

    def arrival(self) -> Arrival | None:
        report = self._start.report
        is_late = self._start.waited_seconds >= PATIENCE_SECONDS
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
        if self._start.report.is_healthy:
            url = http_answer.url(address, port or http_answer.HTTP_PORT)
            return self._up(f"this machine does not reach {url} ({said})", DOCTOR)
        if self._start.waited_seconds >= PATIENCE_SECONDS + HEALTHY_SECONDS:
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
        reason = self._start.report.join_failure
        if reason is None:
            return "it has not joined a network yet"
        known = JOIN_FAILURES.get(reason)
        return known or f"it does not join the network ({reason})"

    def _up(self, *notes: str) -> Arrival:
        report = self._start.report
        more = []
        if report.is_last_good_used:
            problem = report.settings_problems[0]
            more.append(f"it uses the last good settings, not these: {problem}")
        if report.sensor_problem:
            more.append(f"it has no temperature: {report.sensor_problem}")
        return Arrival(self._version, report.address, report.port, (*notes, *more))

    def _fail(self, reason: str) -> NoReturn:
        line = " ".join(reason.split())[:LONGEST_REASON]
        text = f"version {self._version} did not come up: {line}"
        raise FlashError(Kind.DID_NOT_COME_UP, text)
