"""In: a board that was told to start. Out: what it says until that is clear."""

import time
from collections.abc import Callable

from ..watch.boot_report import BootReport
from ..watch.start import JOINS_TRIED, PATIENCE_SECONDS, Log, Start

# So many starts meanwhile are no accident.
STARTS_MOST = 3


def watch(log: Log, clock: Callable[[], float] = time.monotonic) -> BootReport:
    """Give what the board has said by the time that it is clear, or late."""
    start = Start(log, clock)
    for _ in start:
        is_late = start.waited_seconds >= PATIENCE_SECONDS
        if is_late or start.resets >= STARTS_MOST or _is_clear(start.report):
            break
    return start.report


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
