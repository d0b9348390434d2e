"""In: a board that was told to start. Out: what it says, until it is clear how it goes.

What is printed before USB knows the board is lost; then it is started once more.
"""

import time
from collections.abc import Callable, Iterator
from typing import Protocol

from ..watch.boot_report import BootReport
from ..watch.log_line import Line
from ..watch.serial_log import Seen

PATIENCE_SECONDS = 60
MISSED_SECONDS = 10
# A router that starts refuses a password that is right, and often the first try fails.
JOINS_TRIED = 2
# So many starts meanwhile are no accident.
STARTS_MOST = 3


class Log(Protocol):
    """What a board prints, and a way to start its program anew."""

    def __iter__(self) -> Iterator[Seen]:
        """Give lines; None where for a moment there is none."""

    def restart(self) -> bool:
        """Start the program anew; tell whether that could be sent."""


def watch(log: Log, clock: Callable[[], float] = time.monotonic) -> BootReport:
    """Give what the board has said by the time that it is clear, or late."""
    report, began, is_restarted = BootReport(), clock(), False
    for seen in log:
        if isinstance(seen, Line):
            report.take(seen)
        waited_seconds = clock() - began
        is_missed = report.events or waited_seconds >= MISSED_SECONDS
        if not report.starts and is_missed and not is_restarted and log.restart():
            report, began, is_restarted = BootReport(), clock(), True
        elif _is_clear(report) or waited_seconds >= PATIENCE_SECONDS:
            break
    return report


def _is_clear(report: BootReport) -> bool:
    if not report.starts:
        return False
    is_down = report.ended is not None or report.is_recovery
    return (
        is_down
        or report.starts >= STARTS_MOST
        or report.is_without_settings
        or report.address is not None
        or report.join_failures >= JOINS_TRIED
    )
