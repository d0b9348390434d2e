"""In: an open serial port. Out: the same, given up at a time, whatever it says."""

import time
from typing import Any

from ..errors import LinkLostError


class LimitedPort:
    """A serial port that is given up at a time, whatever it still says."""

    def __init__(self, serial: Any) -> None:
        self._serial = serial
        self._until = 0.0

    def allow(self, seconds: float) -> None:
        """Let it be used for so long."""
        self._until = time.monotonic() + seconds

    def __getattr__(self, name: str) -> Any:
        return getattr(self._serial, name)

    def __setattr__(self, name: str, value: object) -> None:
        # mpremote sets these where it closes a port.
        if name in ("rts", "dtr"):
            setattr(self._serial, name, value)
        else:
            super().__setattr__(name, value)

    def wait(self, seconds: float) -> None:
        """Wait so long for each byte."""
        try:
            self._serial.timeout = seconds
        except Exception as error:
            raise OSError(str(error)) from error

    def flush(self) -> None:
        """Wait until all is written."""
        try:
            self._serial.flush()
        except Exception as error:  # that of termios is no OSError
            raise OSError(str(error)) from error

    def inWaiting(self) -> int:  # noqa: N802 pyserial's name
        """Tell how many bytes have come."""
        self._check()
        return int(self._serial.inWaiting())

    def read(self, size: int = 1) -> bytes:
        """Give so many bytes, or those that came in time."""
        self._check()
        return bytes(self._serial.read(size))

    def _check(self) -> None:
        if time.monotonic() > self._until:
            raise LinkLostError("it says something else without end")
