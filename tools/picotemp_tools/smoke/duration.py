"""In: a duration as Prometheus writes it. Out: the same, divided and nothing lost."""

import re

MILLISECONDS = {
    "ms": 1,
    "s": 1_000,
    "m": 60_000,
    "h": 3_600_000,
    "d": 86_400_000,
    "w": 7 * 86_400_000,
    "y": 365 * 86_400_000,
}
PART = re.compile(r"([0-9]+)(ms|[ywdhms])")
DURATION = rf"(?:{PART.pattern})+"


def divided(duration: str, divisor: int) -> str:
    """Divide, say 1m by 20 into 3000ms; ValueError where that is no whole number.

    A millisecond is the least that Prometheus knows.
    """
    whole = milliseconds(duration)
    if whole % divisor:
        raise ValueError(f"{duration} / {divisor} is not a number of milliseconds")
    return f"{whole // divisor}ms"


def milliseconds(duration: str) -> int:
    """Give its length; ValueError where it is no duration."""
    if duration == "0":  # the one that needs no unit
        return 0
    if not re.fullmatch(DURATION, duration):
        raise ValueError(f"{duration!r} is not a duration as Prometheus writes it")
    parts = PART.findall(duration)
    return sum(int(count) * MILLISECONDS[unit] for count, unit in parts)
