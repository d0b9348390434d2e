"""In: a board's serial bytes. Out: a pseudo-terminal that the host's programs open."""

import asyncio
import contextlib
import os
import tty
from collections.abc import Callable
from pathlib import Path

CHUNK_BYTES = 4096
# More than this waits for the host's program: the chip waits too then.
MOST_UNSENT_BYTES = 16_384
# As long as the chip waits for a host that does not read; then bytes are lost.
PATIENCE_SECONDS = 0.5


class Terminal:
    """The host's end of the cable; it stays while the board resets."""

    def __init__(self, heard: Callable[[bytes], None], drained: Callable[[], None]):
        self._heard = heard
        self._drained = drained
        self._ours = self._theirs = -1
        self._link: Path | None = None
        self._unsent = bytearray()
        self._patience: asyncio.TimerHandle | None = None
        self._is_deaf = False
        self.path = ""

    @property
    def is_full(self) -> bool:
        """Tell whether the chip has to wait."""
        return len(self._unsent) > MOST_UNSENT_BYTES

    def open(self, link: Path | None) -> None:
        """Make it, perhaps with a second name; OSError where that cannot be."""
        self._ours, self._theirs = os.openpty()
        # Held open: else reading fails while no program of the host has it open.
        tty.setraw(self._theirs)
        os.set_blocking(self._ours, False)
        self.path = os.ttyname(self._theirs)
        asyncio.get_running_loop().add_reader(self._ours, self._read)
        if link:
            if link.is_symlink():
                link.unlink()
            link.symlink_to(self.path)
            self._link = link

    def close(self) -> None:
        """Remove it."""
        if self._ours < 0:
            return
        self._settle()
        asyncio.get_running_loop().remove_reader(self._ours)
        os.close(self._ours)
        os.close(self._theirs)
        if self._link and self._link.is_symlink():
            self._link.unlink()
        self._ours = self._theirs = -1
        self._unsent.clear()
        self.path = ""

    def write(self, data: bytes) -> None:
        """Send bytes to the host; to one that does not read they are lost."""
        if self.path and not self._is_deaf:
            self._unsent += data
            self._send()

    def _read(self) -> None:
        with contextlib.suppress(OSError):
            self._heard(os.read(self._ours, CHUNK_BYTES))

    def _send(self) -> None:
        sent = 0
        with contextlib.suppress(BlockingIOError):
            sent = os.write(self._ours, self._unsent) if self._unsent else 0
        del self._unsent[:sent]
        if not self._unsent:
            self._settle()
            self._is_deaf = False
            self._drained()
        elif sent or not self._patience:
            self._wait()

    def _wait(self) -> None:
        self._settle()
        loop = asyncio.get_running_loop()
        loop.add_writer(self._ours, self._send)
        self._patience = loop.call_later(PATIENCE_SECONDS, self._give_up)

    def _give_up(self) -> None:
        # The writer stays: once there is room, somebody reads again.
        self._unsent.clear()
        self._is_deaf = True
        self._drained()

    def _settle(self) -> None:
        asyncio.get_running_loop().remove_writer(self._ours)
        if self._patience:
            self._patience.cancel()
            self._patience = None
