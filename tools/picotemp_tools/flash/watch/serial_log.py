"""In: a serial port. Out: the lines of the program behind it, on through resets.

The program is not interrupted. Where the port goes it is opened again once it is back:
a reset takes it from USB, and it may come back under another name.
"""

import time
from collections.abc import Callable, Iterator
from datetime import datetime
from enum import Enum
from typing import Protocol, Self

from ..errors import FlashError, Kind
from ..usb.access import holder, refusal
from ..usb.host import Host
from ..usb.wire import connect
from .log_line import Line, read

POLL_SECONDS = 0.2
# What is printed before the port is open is lost.
AWAY_POLL_SECONDS = 0.1
# Nobody reads on while a board is busy; whoever waits for it hears of that.
WRITE_SECONDS = 2
LONGEST_LINE_BYTES = 1000
# A port that has just come back is not yet ours, or is probed by the system.
REFUSALS_MOST = 30
# Ctrl-C twice, as people do; out of a raw REPL; soft reset.
RESTART = b"\x03\x03\x02\x04"


class Mark(Enum):
    """What happens to the port, in between the lines."""

    GONE = "the board was unplugged or reset; waiting"
    BACK = "back"


Seen = Line | Mark | None


class Wire(Protocol):
    """An open port, as pyserial has it."""

    @property
    def in_waiting(self) -> int:
        """Tell how many bytes have come."""

    def read(self, size: int, /) -> bytes:
        """Give up to so many bytes, after POLL_SECONDS those that have come."""

    def write(self, data: bytes, /) -> object:
        """Send bytes."""

    def close(self) -> None:
        """Give the port back."""


def listen_at(port: str) -> Wire:
    """Open a port to read what is printed there."""
    wire: Wire = connect(port, POLL_SECONDS, WRITE_SECONDS).serial
    return wire


class SerialLog:
    """The lines of a board; `find_again` gives where its port is now, or None.

    `with SerialLog(...) as log: for seen in log:` never ends; at least once in
    POLL_SECONDS there is something, if only None, so that a deadline can be kept.
    """

    def __init__(
        self,
        find_again: Callable[[], str | None],
        host: Host,
        connect: Callable[[str], Wire] = listen_at,
        now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._find_again = find_again
        self._host = host
        self._connect = connect
        self._now = now
        self._sleep = sleep
        self._wire: Wire | None = None
        self._lines = _Lines()
        self._is_told_gone = False
        self._refusals = 0

    def __enter__(self) -> Self:
        self._open()
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    @property
    def is_open(self) -> bool:
        """Tell whether the port is there."""
        return self._wire is not None

    def __iter__(self) -> Iterator[Seen]:
        while True:
            if self._wire is None:
                yield from self._wait()
            else:
                yield from self._listen(self._wire)

    def restart(self) -> bool:
        """Start the program anew with the port open; tell whether that was sent."""
        try:
            if self._wire:
                self._wire.write(RESTART)
        except OSError:
            self._close()
        return self.is_open

    def _wait(self) -> Iterator[Seen]:
        if not self._is_told_gone:
            self._is_told_gone = True
            yield Mark.GONE
        elif self._open():
            self._is_told_gone = False
            yield Mark.BACK
        else:
            self._sleep(AWAY_POLL_SECONDS)
            yield None

    def _listen(self, wire: Wire) -> Iterator[Seen]:
        try:
            data = wire.read(wire.in_waiting or 1)
        except OSError:
            data = None
        texts = self._lines.take(data) if data is not None else self._lines.end()
        time = self._now()
        yield from (read(time, text) for text in texts)
        if data is None:
            self._close()
        elif not texts:
            yield None

    def _open(self) -> bool:
        port = self._find_again()
        try:
            self._wire = self._connect(port) if port else None
            self._refusals = 0
        except OSError as error:
            self._note_refusal(port or "", error)
        return self.is_open

    def _note_refusal(self, port: str, error: OSError) -> None:
        self._refusals += "://" not in port and self._host.exists(port)
        if self._refusals > REFUSALS_MOST:
            raise _refused(port, self._host) from error

    def _close(self) -> None:
        wire, self._wire = self._wire, None
        try:
            if wire:
                wire.close()
        except OSError:
            pass  # it is gone


class _Lines:
    """Bytes as they come, made into whole lines; a long one is cut."""

    def __init__(self) -> None:
        self._begun = bytearray()

    def take(self, data: bytes) -> list[str]:
        *whole, rest = data.split(b"\n")
        lines = []
        for part in whole:
            self._add(part)
            lines += self.end(is_whole=True)
        self._add(rest)
        return lines

    def end(self, is_whole: bool = False) -> list[str]:
        """Give what has come of a line that will not go on."""
        text = self._begun.decode(errors="replace").rstrip("\r")
        self._begun.clear()
        return [text] if text or is_whole else []

    def _add(self, data: bytes) -> None:
        self._begun += data[: LONGEST_LINE_BYTES - len(self._begun)]


def _refused(port: str, host: Host) -> FlashError:
    if reason := refusal(port, host):
        return FlashError(Kind.NO_PERMISSION, reason)
    if holding := holder(port, host.root):
        name = f"{holding.name} (process {holding.pid})"
    else:
        name = "another program"
    return FlashError(Kind.BUSY, f"{name} uses {port}: close it")
