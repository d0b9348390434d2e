"""In: a board and all around it. Out: a finding for each step from cable to reading.

The program is interrupted for a moment and started anew; the flash stays as it is.
"""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ..planning.program import Program
from ..watch import http_answer
from ..watch.boot_report import BootReport
from ..watch.start import Log
from . import host_clock, resolver, usb_checks
from .board_checks import examine_board
from .chart import CLOCK, Chart, OverError
from .finding import Finding
from .network_checks import Ask, examine_network
from .start_checks import examine_start
from .start_watch import watch


class Reach(usb_checks.Reach, Protocol):
    """The board that is meant, as reach.py has it."""

    def log(self) -> AbstractContextManager[Log]:
        """Give what it says, from now on."""


@dataclass(frozen=True)
class Surroundings:
    """All that the doctor looks at; `program` is what the board might be updated to."""

    reach: Reach
    program: Program | None = None
    resolve: Callable[[str], list[str]] = resolver.resolve
    ask: Ask = http_answer.reading
    now: Callable[[], datetime] = host_clock.now
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


def examine(
    around: Surroundings, told: Callable[[Finding], None] = lambda _: None
) -> list[Finding]:
    """Look from the cable to the reading; each finding is told as it comes."""
    chart = Chart(told)
    try:
        _examine_all(around, chart)
    except OverError:
        chart.skip_to(CLOCK)
    now = around.now()
    with chart.check(CLOCK, goes_on=True) as seen:
        host_clock.require_right(now)
        seen.detail = host_clock.shown(now)
    return chart.findings


def _examine_all(around: Surroundings, chart: Chart) -> None:
    with usb_checks.session(around.reach, chart) as board:
        installed = examine_board(board, around.program, chart)
    served = examine_start(lambda: _listen(around), installed, chart)
    examine_network(served, around.resolve, around.ask, around.sleep, chart)


def _listen(around: Surroundings) -> BootReport:
    with around.reach.log() as log:
        return watch(log, around.clock)
