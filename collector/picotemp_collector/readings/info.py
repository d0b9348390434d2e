"""In: a decoded answer of /info. Out: what a device says about itself, type-checked."""

import sys

from attrs import frozen

TEXT_MOST_CHARACTERS = 128
GREATEST_NUMBER = 1e15


@frozen
class DeviceInfo:
    """What a device tells of itself; None where it does not, or not in its type."""

    id: str | None = None
    hostname: str | None = None
    version: str | None = None
    micropython: str | None = None
    reset_cause: str | None = None
    uptime_seconds: float | None = None
    wifi_rssi_dbm: float | None = None
    heap_free_bytes: float | None = None


TELLS_NOTHING = DeviceInfo()


def parse_info(answer: object) -> DeviceInfo | None:
    """Give the info of a decoded answer; None if it tells nothing.

    A server may give its reading whatever it is asked for.
    """
    if not isinstance(answer, dict):
        return None
    info = DeviceInfo(
        id=_text(answer.get("id")),
        hostname=_text(answer.get("hostname")),
        version=_text(answer.get("version")),
        micropython=_text(answer.get("micropython")),
        reset_cause=_text(answer.get("reset_cause")),
        uptime_seconds=_natural(answer.get("uptime_s")),
        wifi_rssi_dbm=_number(answer.get("rssi_dbm")),
        heap_free_bytes=_natural(answer.get("heap_free_bytes")),
    )
    return info if info != TELLS_NOTHING else None


def _text(value: object) -> str | None:
    # A lone surrogate is legal JSON and cannot be encoded: one of them in a label
    # would cost the whole exposition.
    if not isinstance(value, str) or not value.isprintable():
        return None
    # The boards of a fleet tell much the same: it is kept once.
    return sys.intern(value) if 0 < len(value) <= TEXT_MOST_CHARACTERS else None


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    # Written so that NaN fails it, and before float(), which huge integers overflow.
    return float(value) if abs(value) <= GREATEST_NUMBER else None


def _natural(value: object) -> float | None:
    number = _number(value)
    return number if number is not None and number >= 0 else None
