"""In: failures in a row, an interval. Out: how many turns a device is let be."""

from picotemp_collector.errors import Failure, FailureReason

# A dead device is asked at least so often: who plugs it in again waits no longer.
DEAD_ASKED_WITHIN_SECONDS = 60.0
# They answered at once: alive, and likely to have a reading at the next turn.
ALIVE = (FailureReason.BUSY, FailureReason.SENSOR)
# 2 to this power is more turns than fit into a minute at the shortest interval.
MOST_DOUBLINGS = 16


def counts(failure: Failure) -> bool:
    """Tell whether a failure slows the pace."""
    return failure.reason not in ALIVE


def turns_between(failures_in_a_row: int, interval_seconds: float) -> int:
    """Give after how many of its own turns a device is asked again.

    The first failure costs no turn, as single answers are lost on any Wi-Fi. An
    interval over a minute stays as it is.
    """
    doublings = min(max(0, failures_in_a_row - 1), MOST_DOUBLINGS)
    most = max(1, int(DEAD_ASKED_WITHIN_SECONDS / interval_seconds))
    return int(min(2**doublings, most))
