"""In: a fake host, a chip. Out: its bootloader's drive, which takes a UF2 and goes.

The clock is one whose time passes only where somebody sleeps.
"""

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from tools.flash.usb.fake_host import FakeHost

INFO = {"RP2040": "Board-ID: RPI-RP2\r\n", "RP2350": "Board-ID: RP2350\r\n"}
BLOCK_BYTES = 512


class FakeClock:
    """A clock, with what happens later."""

    def __init__(self) -> None:
        self.now_seconds = 0.0
        self._later: list[tuple[float, Callable[[], object]]] = []

    def __call__(self) -> float:
        return self.now_seconds

    def sleep(self, seconds: float) -> None:
        self.now_seconds += seconds
        due = [entry for entry in self._later if entry[0] <= self.now_seconds]
        self._later = [entry for entry in self._later if entry not in due]
        for _, action in due:
            action()

    def after(self, seconds: float, action: Callable[[], object]) -> None:
        self._later.append((self.now_seconds + seconds, action))


class FakeBootloader:
    """A board in bootloader mode that starts anew once it has every block of a file.

    `fails` is what an operation on its drive fails with, after so many bytes.
    """

    def __init__(self, fake: FakeHost, started: Callable[[], object]) -> None:
        self.drive = fake.has_drive("media/ada/RPI-RP2", INFO["RP2040"])
        self.content = b""
        self.operations: list[str] = []
        self.fails: tuple[str, int, int] | None = None
        self._started = started

    def open_file(self, path: Path) -> "FakeBootloader":
        assert path.parent == self.drive
        self._maybe_fail("open")
        return self

    def write(self, content: bytes) -> int:
        self._maybe_fail("write")
        # As a real drive may, it takes less than it is given.
        self.content += content[:50_000]
        return len(content[:50_000])

    def sync(self) -> None:
        self._maybe_fail("sync")
        if self._has_all():
            self._vanish()
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    def close(self) -> None:
        self._maybe_fail("close")
        if not self.drive.exists():
            raise OSError(errno.ENOENT, os.strerror(errno.ENOENT))

    def _has_all(self) -> bool:
        last = self.content[-BLOCK_BYTES:]
        number, count = (int.from_bytes(last[at : at + 4], "little") for at in (20, 24))
        return len(last) == BLOCK_BYTES and number + 1 == count

    def _vanish(self) -> None:
        shutil.rmtree(self.drive)
        self._started()

    def _maybe_fail(self, operation: str) -> None:
        self.operations.append(operation)
        if self.fails:
            failing, after_bytes, number = self.fails
            if failing == operation and len(self.content) >= after_bytes:
                raise OSError(number, os.strerror(number))
