"""In: a board in bootloader mode, a UF2 file. Out: the board, with MicroPython."""

import time
from collections.abc import Callable
from pathlib import Path

from ..errors import FlashError, Kind
from . import newcomer, supported, uf2
from .drive_copy import Opened, Told, copy, open_file
from .drives import mount_remedy
from .ports import Board

MOST_BYTES = 16 << 20


def install(
    board: Board,
    file: Path,
    find: newcomer.Find,
    told: Told,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
    open_file: Callable[[Path], Opened] = open_file,
) -> Board:
    """Put MicroPython on a board; give the board as it comes up, ready."""
    content, _ = read(file, board.chip)
    if board.drive is None:
        raise FlashError(Kind.BOOTLOADER_MODE, mount_remedy(board.chip))
    before = find()
    copy(content, board.drive, told, open_file)
    return newcomer.wait(find, before, clock, sleep)


def read(file: Path, chip: str | None) -> tuple[bytes, uf2.Image]:
    """Give a file and what it is; raise FlashError unless it is for such a board."""
    content = _content(file)
    try:
        image = uf2.check(content, chip)
    except FlashError as error:
        raise FlashError(error.kind, f"{file}: {error}") from None
    if not supported.is_new_enough(supported.version_of(image.version)):
        text = f"{file}: {supported.too_old(image.version)}"
        text += f" from {supported.page(image.chip)}"
        raise FlashError(Kind.MICROPYTHON_TOO_OLD, text)
    return content, image


def _content(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            content = opened.read(MOST_BYTES + 1)
    except OSError as error:
        text = f"{file} cannot be read ({error.strerror}): name the .uf2 file"
        raise FlashError(Kind.BAD_UF2, f"{text} that you downloaded") from error
    if len(content) > MOST_BYTES:
        text = f"{file} is larger than {MOST_BYTES >> 20} MiB, so no MicroPython"
        raise FlashError(Kind.BAD_UF2, f"{text}: name the .uf2 file")
    return content
