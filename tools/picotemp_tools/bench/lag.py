"""In: when devices were asked. Out: how late each turn was, and what that means.

A device's turns are `offset_seconds` plus whole intervals by the monotonic clock. A
turn is on time if its request is there within ON_TIME_SECONDS after it.
"""

import bisect
import math
from collections.abc import Iterable, Mapping, Sequence

ON_TIME_SECONDS = 1.0
# Clocks of a loop count milliseconds, so a request may come a hair before its turn.
EARLY_SECONDS = 0.05
# The share of turns that are not later than the figure.
P99 = 0.99


def lags_seconds(
    arrivals: Iterable[tuple[int, float]],
    offsets_seconds: Mapping[int, float],
    interval_seconds: float,
    begin_seconds: float,
    end_seconds: float,
) -> list[float]:
    """Give the lag of each turn between begin and end; a missed one is infinite."""
    by_device: dict[int, list[float]] = {number: [] for number in offsets_seconds}
    for number, seconds in arrivals:
        if number in by_device:
            by_device[number].append(seconds)
    lags = []
    for number, offset_seconds in offsets_seconds.items():
        asked = sorted(by_device[number])
        turn = math.ceil((begin_seconds - offset_seconds) / interval_seconds)
        while (due_seconds := offset_seconds + turn * interval_seconds) < end_seconds:
            lags.append(_lag_seconds(asked, due_seconds, interval_seconds))
            turn += 1
    return lags


def on_time(lags: Sequence[float]) -> float:
    """Give the share of turns that were on time."""
    return sum(lag <= ON_TIME_SECONDS for lag in lags) / len(lags)


def quantile_seconds(lags: Sequence[float], share: float = P99) -> float:
    """Give the lag that so large a share of the turns does not exceed."""
    return sorted(lags)[max(0, math.ceil(share * len(lags)) - 1)]


def _lag_seconds(
    asked: Sequence[float], due_seconds: float, interval_seconds: float
) -> float:
    first = bisect.bisect_left(asked, due_seconds - EARLY_SECONDS)
    next_due_seconds = due_seconds + interval_seconds - EARLY_SECONDS
    if first == len(asked) or asked[first] >= next_due_seconds:
        return math.inf
    return max(0.0, asked[first] - due_seconds)
