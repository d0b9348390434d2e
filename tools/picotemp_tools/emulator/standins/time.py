"""In: the host's clock. Out: what MicroPython's time offers on a Pico W.

Ticks wrap after 2**30 ms, the clock starts at 2021-01-01, tuples have 8 parts.
"""

from .tether import builtin as _builtin

_time = _builtin("time")

_TICKS_PERIOD = 1 << 30
_EPOCH_2021_SECONDS = 1609459200
_booted_ms = _time.ticks_ms()
_first_ticks_ms = 0


def _plug(first_ticks_ms: int) -> None:
    """Start the ticks at a number (not part of the board's time)."""
    global _first_ticks_ms  # noqa: PLW0603 a module is the only place it can live in
    _first_ticks_ms = first_ticks_ms


def ticks_ms() -> int:
    """Give the milliseconds since the start, which wrap."""
    return _wrapped(_first_ticks_ms + _since_boot_ms())


def ticks_us() -> int:
    """Give the microseconds since the start, which wrap."""
    return _wrapped(_first_ticks_ms * 1000 + _time.ticks_us())


def ticks_cpu() -> int:
    """Give the finest ticks there are."""
    return ticks_us()


def ticks_add(ticks: int, delta: int) -> int:
    """Add to ticks, round the wrap."""
    return _wrapped(ticks + delta)


def ticks_diff(ticks1: int, ticks2: int) -> int:
    """Subtract ticks, round the wrap: right for differences under 6.2 days."""
    half = _TICKS_PERIOD // 2
    return _wrapped(ticks1 - ticks2 + half) - half


def time() -> int:
    """Give whole seconds since 1970, by a clock nobody has set."""
    return int(_EPOCH_2021_SECONDS + _since_boot_ms() // 1000)


def time_ns() -> int:
    """Give nanoseconds since 1970, by a clock nobody has set."""
    return int((_EPOCH_2021_SECONDS * 1000 + _since_boot_ms()) * 1_000_000)


def localtime(secs: int | None = None) -> tuple[int, ...]:
    """Give year, month, day, hour, minute, second, weekday, day of the year."""
    return tuple(_time.localtime(time() if secs is None else secs)[:8])


def gmtime(secs: int | None = None) -> tuple[int, ...]:
    """Give the same: the board knows no time zones."""
    return localtime(secs)


def mktime(local_time: tuple[int, ...]) -> int:
    """Give the seconds of such a tuple."""
    return int(_time.mktime(local_time))


def sleep(seconds: float) -> None:
    """Block."""
    _time.sleep(seconds)


def sleep_ms(ms: int) -> None:
    """Block."""
    _time.sleep_ms(ms)


def sleep_us(us: int) -> None:
    """Block."""
    _time.sleep_us(us)


def _since_boot_ms() -> int:
    return int(_time.ticks_diff(_time.ticks_ms(), _booted_ms))


def _wrapped(ticks: int) -> int:
    return ticks & (_TICKS_PERIOD - 1)
