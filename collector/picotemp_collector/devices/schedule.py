"""In: a device's name, its interval, the time. Out: when it is asked next."""

import hashlib
import math

# A person who starts the collector sees the first readings within about a second.
FIRST_POLLS_WITHIN_SECONDS = 0.5
# More devices than this a second are not asked at the start either.
FIRST_POLLS_A_SECOND = 500
# A clock that wakes a hair too early must not give the same turn twice.
SAME_TURN = 0.02


def phase(name: str) -> float:
    """Give the place of a device within its interval, from 0 up to 1.

    It hangs on the name alone: devices that come and go move no other.
    """
    return _fraction(_digest(name)[:6])


def first_due_seconds(now_seconds: float, name: str, device_count: int) -> float:
    """Give when to ask for the first time: soon, and not everybody at once."""
    spread_seconds = max(
        FIRST_POLLS_WITHIN_SECONDS, device_count / FIRST_POLLS_A_SECOND
    )
    return now_seconds + phase(name) * spread_seconds


def next_due_seconds(
    begun_seconds: float,
    now_seconds: float,
    name: str,
    interval_seconds: float,
    turns: int = 1,
) -> float:
    """Give the turn after a poll that began then and has ended now.

    It is the first on the device's own grid, so an interval away at most: a device
    that dies is found out in time. Turns that were missed are left out. Of a device
    that fails only one of so many `turns` counts.
    """
    offset_seconds = phase(name) * interval_seconds
    same_turn_seconds = interval_seconds * SAME_TURN
    earliest_seconds = max(begun_seconds + same_turn_seconds, now_seconds)
    turn = math.ceil((earliest_seconds - offset_seconds) / interval_seconds)
    turn += (_lap(name, turns) - turn) % turns
    return offset_seconds + turn * interval_seconds


def _lap(name: str, turns: int) -> int:
    # A switch that takes a thousand devices down at once must not have them all
    # asked in the same turn of each minute.
    return int(_fraction(_digest(name)[6:]) * turns)


def _digest(name: str) -> bytes:
    # Not hash(): it differs from one process to the next.
    return hashlib.blake2b(name.encode("utf-8", "replace"), digest_size=12).digest()


def _fraction(six_bytes: bytes) -> float:
    return int.from_bytes(six_bytes) / 2**48
