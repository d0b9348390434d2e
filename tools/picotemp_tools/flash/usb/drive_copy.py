"""In: a UF2 file's bytes, a bootloader's drive. Out: the file is on that drive."""

import contextlib
import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from ..errors import FlashError, Kind

NAME = "micropython.uf2"
CHUNK_BYTES = 64 << 10
VANISHED = (errno.EIO, errno.ENODEV, errno.ENOENT, errno.ENXIO)
REFUSED = (errno.EROFS, errno.EACCES, errno.EPERM)

Told = Callable[[int, int], None]


class Opened(Protocol):
    """A file on a drive that is being written."""

    def write(self, content: bytes) -> int:
        """Write some of the bytes; give how many."""

    def sync(self) -> None:
        """Wait until the drive has what was written."""

    def close(self) -> None:
        """Give the file back."""


def open_file(path: Path) -> Opened:
    """Open a file on a drive of this machine."""
    return _DriveFile(path)


def copy(
    content: bytes,
    drive: Path,
    told: Told,
    open_file: Callable[[Path], Opened] = open_file,
) -> None:
    """Copy to the drive; told gets the bytes written, and of how many.

    The board starts anew, and its drive vanishes, as soon as it has all.
    """
    try:
        file = open_file(drive / NAME)
    except OSError as error:
        raise _failed(error, drive, 0) from error
    try:
        _hand_over(content, file, drive, told)
    finally:
        # Nothing waits to be written; the drive is often gone by now.
        with contextlib.suppress(OSError):
            file.close()


class _DriveFile:
    def __init__(self, path: Path) -> None:
        self._file = path.open("wb", buffering=0)

    def write(self, content: bytes) -> int:
        return self._file.write(content)

    def sync(self) -> None:
        os.fsync(self._file.fileno())

    def close(self) -> None:
        self._file.close()


def _hand_over(content: bytes, file: Opened, drive: Path, told: Told) -> None:
    written, size = 0, len(content)
    while written < size:
        told(written, size)
        chunk = content[written : written + CHUNK_BYTES]
        try:
            count = file.write(chunk)
            # Else all would wait in this machine, and nobody knew what arrived.
            file.sync()
        except OSError as error:
            is_last = written + len(chunk) == size
            if not is_last or error.errno not in VANISHED:
                raise _failed(error, drive, 100 * written // size) from error
            break
        written += count
    told(size, size)


def _failed(error: OSError, drive: Path, percent: int) -> FlashError:
    again = "hold BOOTSEL while plugging the board in, then run this again"
    reason = error.strerror or "no reason given"
    if error.errno in REFUSED:
        text = f"{drive} cannot be written to ({reason}): unmount it"
        text += ", then mount it as yourself, not as root"
        return FlashError(Kind.NO_PERMISSION, text)
    if error.errno == errno.ENOSPC:
        text = f"the drive {drive} is full: unplug the board, {again}"
        return FlashError(Kind.FILESYSTEM_FULL, text)
    text = f"copying to {drive} stopped at {percent} % ({reason}): {again}"
    return FlashError(Kind.INTERRUPTED, text)
