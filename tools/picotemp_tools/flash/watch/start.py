"""In: the log of a board that was told to start. Out: what it said, for how long.

What is printed before USB knows the board is lost, `started` among it; where that shows
the program is started once more, with the port open.
"""

from collections.abc import Callable, Iterator
from typing import Protocol

from .boot_report import BootReport
from .log_line import Line
from .serial_log import Mark, Seen

MISSED_SECONDS = 10
PATIENCE_SECONDS = 60
# A router that starts refuses a password that is right, and often the first try fails.
JOINS_TRIED = 2


class Log(Protocol):
    """What a board prints, and a way to start its program anew."""

    def __iter__(self) -> Iterator[Seen]:
        """Give lines; None where for a moment there is none."""

    def restart(self) -> bool:
        """Start the program anew; tell whether that could be sent."""


class Start:
    """A start that is watched by `for seen in start`; `report` learns from it.

    `resets` counts the times that the port went after a start.
    """

    def __init__(self, log: Log, clock: Callable[[], float]) -> None:
        self._log = log
        self._clock = clock
        self._began_seconds = clock()
        self.report = BootReport()
        self.is_restarted = False
        self.resets = 0

    def __iter__(self) -> Iterator[Seen]:
        for seen in self._log:
            if isinstance(seen, Line):
                self.report.take(seen)
            elif seen is Mark.GONE and self.report.starts:
                # Its next start may be missed, and with it that there was one.
                self.resets += 1
                self.report = BootReport()
            yield seen
            self._restart_if_missed()

    @property
    def waited_seconds(self) -> float:
        """Tell how long it has taken, since the last time it was told to start."""
        return self._clock() - self._began_seconds

    def _restart_if_missed(self) -> None:
        if self.report.starts or self.is_restarted:
            return
        is_missed = self.report.events or self.waited_seconds >= MISSED_SECONDS
        if is_missed and self._log.restart():
            self.is_restarted = True
            self.report = BootReport()
            self._began_seconds = self._clock()
