"""In: the time of this machine. Out: whether it can be so, else the remedy.

A clock that is wrong spoils the times of all readings that this machine collects.
"""

from datetime import UTC, datetime, timedelta

from ..errors import Kind
from .chart import FaultError

# Before this release was made nobody can have it.
RELEASED = datetime(2026, 11, 20, tzinfo=UTC)
LATEST = RELEASED + timedelta(days=20 * 365)
REMEDY = "sudo timedatectl set-ntp true (or set date and time in the system's settings)"


def now() -> datetime:
    """Give the time of this machine."""
    return datetime.now(UTC)


def require_right(now: datetime) -> None:
    """Raise FlashError where it cannot be that time."""
    if not RELEASED <= now <= LATEST:
        raise FaultError(
            Kind.HOST_CLOCK, f"this machine's clock says {shown(now)}", REMEDY
        )


def shown(now: datetime) -> str:
    """Give a time as a person reads it."""
    return f"{now.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
