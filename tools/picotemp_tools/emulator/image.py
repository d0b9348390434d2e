"""In: files. Out: a flash image with them, as a board writes it; and its files again.

An image is the flash's plain bytes.
"""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from littlefs import LittleFS, UserContext

from . import flash
from .record import BLOCK_BYTES, BLOCKS, ERASED

SIZE_BYTES = BLOCKS * BLOCK_BYTES
UNFORMATTED = ERASED * SIZE_BYTES
PROGRAM_BYTES = 256
# The rest of MicroPython's own parameters.
READ_BYTES = 32
CACHE_BYTES = 4 * PROGRAM_BYTES


def made(files: Mapping[str, bytes]) -> bytes:
    """Give a formatted image with these files, named as on the board, say /main.py."""
    context = UserContext(SIZE_BYTES)
    system = _file_system(context)
    system.format()
    system.mount()
    for name, content in files.items():
        system.makedirs(str(PurePosixPath(name).parent), exist_ok=True)
        with system.open(name, "wb") as file:
            file.write(content)
    system.unmount()
    return bytes(context.buffer)


def files_in(image: bytes) -> dict[str, bytes]:
    """Give the files of an image; LittleFSError where there is no file system."""
    context = UserContext(buffer=bytearray(image))
    system = _file_system(context)
    system.mount()
    found = {}
    for folder, _, names in system.walk("/"):
        for name in names:
            path = str(PurePosixPath(folder) / name)
            with system.open(path, "rb") as file:
                found[path] = bytes(file.read())
    system.unmount()
    return found


def board_files(
    built: Path, files: Path | None, settings: dict[str, object]
) -> dict[str, bytes]:
    """Give what lies on a board: a folder's files, or the firmware built anew."""
    flash.fill(built, files, settings)
    return folder_files(built)


def folder_files(folder: Path) -> dict[str, bytes]:
    """Read a folder as what lies on a board."""
    return {
        f"/{path.relative_to(folder).as_posix()}": path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _file_system(context: UserContext) -> LittleFS:
    return LittleFS(
        context=context,
        mount=False,
        block_size=BLOCK_BYTES,
        block_count=BLOCKS,
        prog_size=PROGRAM_BYTES,
        read_size=READ_BYTES,
        cache_size=CACHE_BYTES,
    )
