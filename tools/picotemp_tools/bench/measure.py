"""In: two ways to do the same. Out: the medians of both, and of their ratios."""

import statistics
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

ROUNDS = 5
NANOSECONDS = 1_000_000_000

Round = Callable[[], Awaitable[float]]


class VoidError(Exception):
    """The two sides did not do the same: their figures say nothing."""


@dataclass(frozen=True)
class Figure:
    """Ours and the peer's, medians; the ratio is taken round by round.

    Seconds for one piece of work, or, with `unit` "/s", pieces of work a second; or
    bytes ("B"), a share of all ("1"), a number of things ("").
    """

    ours: float
    # Without a peer ours is held against the goal as it is.
    peer: float | None = None
    ratio: float | None = None
    unit: str = "s"


async def interleaved(
    ours: Round, peer: Round, rounds: int = ROUNDS, unit: str = "s"
) -> Figure:
    """Run A B A B ...: a machine that grows slow then slows both."""
    pairs = [(await ours(), await peer()) for _ in range(rounds)]
    return Figure(
        statistics.median(a for a, _ in pairs),
        statistics.median(b for _, b in pairs),
        statistics.median(a / b for a, b in pairs),
        unit,
    )


def resident_bytes(pid: int, row: str = "VmRSS") -> int:
    """Give the memory a process has (VmHWM: the most it ever had), Linux."""
    status = Path(f"/proc/{pid}/status").read_text()
    rows = dict(line.split(":", 1) for line in status.splitlines())
    return int(rows[row].removesuffix("kB")) * 1024


def cpu_seconds(pid: int) -> float:
    """Give the CPU time a process has used (Linux: /proc/PID/schedstat, in ns)."""
    total = sum(
        int(task.read_text().split()[0])
        for task in Path(f"/proc/{pid}/task").glob("*/schedstat")
    )
    return total / NANOSECONDS
