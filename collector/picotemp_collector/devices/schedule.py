"""In: a device's name, its interval, the time. Out: when it is asked next."""

import hashlib
import math

# No more than so many are asked at the start; a few devices are there at once.
FIRST_POLLS_A_SECOND = 500
# A clock that wakes a hair too early must not give the same turn twice.
SAME_TURN = 0.02
# After a poll that was off the grid the next one is no sooner than this part of the
# interval: a board is left alone meanwhile.
LEAST_PAUSE = 0.5


def phase(name: str) -> float:
    """Give the place of a device within its interval, from 0 up to 1.

    It hangs on the name alone: devices that come and go move no other.
    """
    return _fraction(_digest(name)[:6])


def first_due_seconds(now_seconds: float, name: str, device_count: int) -> float:
    """Give when to ask for the first time: soon, and not everybody at once."""
    return now_seconds + phase(name) * device_count / FIRST_POLLS_A_SECOND


def next_due_seconds(
    turn_seconds: float,
    begun_seconds: float,
    now_seconds: float,
    name: str,
    interval_seconds: float,
    turns: int = 1,
) -> float:
    """Give the turn after one, of which the poll began then and has ended now.

    It is the first on the device's own grid, unless that is too soon, or more than an
    interval after the poll's beginning: a device that dies is found out in time.
    Turns that were missed are left out. Of a device that fails only one of so many
    `turns` counts.
    """
    offset_seconds = phase(name) * interval_seconds
    same_turn_seconds = interval_seconds * SAME_TURN
    earliest_seconds = max(
        max(turn_seconds, begun_seconds) + same_turn_seconds, now_seconds
    )
    turn = math.ceil((earliest_seconds - offset_seconds) / interval_seconds)
    turn += (_lap(name, turns) - turn) % turns
    due_seconds = offset_seconds + turn * interval_seconds
    latest_seconds = begun_seconds + turns * interval_seconds
    if latest_seconds >= now_seconds:
        due_seconds = min(due_seconds, latest_seconds)
    return max(due_seconds, begun_seconds + LEAST_PAUSE * interval_seconds)


def _lap(name: str, turns: int) -> int:
    # A switch that takes a thousand devices down at once must not have them all
    # asked in the same turn of each minute.
    return int(_fraction(_digest(name)[6:]) * turns)


def _digest(name: str) -> bytes:
    # Not hash(): it differs from one process to the next.
    return hashlib.blake2b(name.encode("utf-8", "replace"), digest_size=12).digest()


def _fraction(six_bytes: bytes) -> float:
    return int.from_bytes(six_bytes) / 2**48
