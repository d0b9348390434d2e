"""In: the header by which Prometheus tells its scrape timeout. Out: time to answer.

No header makes a healthy device look dead: one that names no time counts as none.
"""

import math
import re

from attrs import frozen

from picotemp_collector.errors import one_line

HEADER = "X-Prometheus-Scrape-Timeout-Seconds"
# Prometheus' own, where nothing else is set.
DEFAULT_SECONDS = 10.0
# So long a client may wait here for any answer, however long it would.
MOST_SECONDS = 10.0
# Prometheus counts in milliseconds, so it never says less: that is junk.
LEAST_SECONDS = 0.001
# An answer on its way needs some of the time; of a short one it gets a part.
MARGIN_MOST_SECONDS = 0.5
MARGIN_PART = 0.1
SHOWN_CHARACTERS = 40
# float() also takes "nan", " 1_0 " and the digits of any script.
NUMBER = re.compile(r"([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


@frozen
class TimeToAnswer:
    """How long an answer may take, and why so long; `ignored` if by no header."""

    seconds: float
    why: str
    ignored: bool = False


def time_to_answer(header: str | None) -> TimeToAnswer:
    """Give the time for a header; None stands for none."""
    if header is None:
        why = f"no scrape timeout was told, so that of {DEFAULT_SECONDS:g} s"
        return TimeToAnswer(_without_margin(DEFAULT_SECONDS), why)
    seconds = float(header) if NUMBER.fullmatch(header) else math.nan
    if LEAST_SECONDS <= seconds < math.inf:
        why = f"a scrape timeout of {seconds:g} s"
        return TimeToAnswer(_without_margin(seconds), why)
    shown = one_line(header, SHOWN_CHARACTERS)
    why = f'"{shown}" is no scrape timeout, so that of {DEFAULT_SECONDS:g} s'
    return TimeToAnswer(_without_margin(DEFAULT_SECONDS), why, ignored=True)


def _without_margin(seconds: float) -> float:
    most_seconds = min(seconds, MOST_SECONDS)
    return most_seconds - min(MARGIN_MOST_SECONDS, MARGIN_PART * most_seconds)
