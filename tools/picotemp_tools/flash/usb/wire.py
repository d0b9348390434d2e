"""In: a serial port. Out: mpremote's transport on it, so that each keeps others out."""

import contextlib
import os
from typing import Any

from mpremote import transport_serial  # type: ignore[import-untyped]

# What a new port is busy with for a while: the system sets its rights, and asks
# whether it is a modem.
SETTLE_SECONDS = 30


def connect(port: str, read_seconds: float, write_seconds: float) -> Any:
    """Open a port; raise OSError whatever keeps it from that."""
    # mpremote prints what it gets, where that is not MicroPython's.
    transport_serial.print = lambda *_: None
    transport = None
    try:
        # A pseudo-terminal is known by its own name, not by that of a link to it.
        device = port if "://" in port else os.path.realpath(port)
        transport = transport_serial.SerialTransport(device, timeout=read_seconds)
        transport.serial.write_timeout = write_seconds
    except Exception as error:  # termios and mpremote have errors of their own
        if transport:
            disconnect(transport)
        raise OSError(f"{port} cannot be opened: {error}") from error
    return transport


def disconnect(transport: Any) -> None:
    """Give a port back, wherever it is by now."""
    # mpremote's own close() ends early where the port is gone.
    for close in (transport.close, transport.serial.close):
        with contextlib.suppress(Exception):
            close()
