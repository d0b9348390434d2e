"""In: the system's clocks. Out: one that goes on in suspend, one of the calendar."""

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

from attrs import frozen


@frozen
class Clock:
    """Two ways to tell the time; tests hand in their own."""

    monotonic_seconds: Callable[[], float]
    unix_seconds: Callable[[], float]


def system_clock() -> Clock:
    """Give the clocks of this machine."""
    return Clock(_monotonic_through_suspend(), time.time)


def utc_text(unix_seconds: float) -> str:
    """Give a time of the calendar as ISO 8601, to the millisecond."""
    return datetime.fromtimestamp(unix_seconds, UTC).isoformat(timespec="milliseconds")


def _monotonic_through_suspend() -> Callable[[], float]:
    # Linux stops time.monotonic() while a laptop sleeps, and so does macOS: a reading
    # from before would look fresh after. These two clocks go on.
    name = "CLOCK_MONOTONIC" if sys.platform == "darwin" else "CLOCK_BOOTTIME"
    clock_id: int | None = getattr(time, name, None)
    if clock_id is None:
        return time.monotonic
    return lambda: time.clock_gettime(clock_id)
