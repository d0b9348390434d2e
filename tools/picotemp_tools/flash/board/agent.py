"""In: orders from the host. Out: what lies on the board's flash, and changes of it.

This runs on the board: session.py sends its text there, and calls it by name.
"""

import binascii
import gc
import hashlib
import os
import sys

# The board has no such modules, and asks for none.
if sys.implementation.name != "micropython":
    from collections.abc import Iterator

FOLDER = 0x4000
BUFFER_BYTES = 1024
NAME_LETTERS = 12


def identify() -> tuple[object, ...]:
    """Give (interpreter, version, machine, unique id)."""
    it = sys.implementation
    name = getattr(it, "_machine", sys.platform)
    return it.name, tuple(it[1]), name, _unique_id()  # type: ignore[index]


def look() -> dict[str, object]:
    """Give the filesystem's figures, and the lines of /app."""
    _finish_rename()
    block_bytes, _, blocks, _, free_blocks = os.statvfs("/")[:5]
    if free_blocks > blocks:
        free_blocks -= 1 << 32  # it is counted without a sign
    # littlefs counts the two blocks of each folder twice.
    free_blocks += 2 * _count_folders()
    return {
        "block_bytes": block_bytes,
        "free_bytes": block_bytes * free_blocks,
        "current": line("/app/current"),
        "previous": line("/app/previous"),
    }


def files() -> Iterator[tuple[str, object, int]]:
    """Give (path, hash, size) of all that may be ours; a folder has no hash."""
    buffer = memoryview(bytearray(BUFFER_BYTES))
    left = ["/picotemp", "/app", "/microdot.mpy", "/main.py"]
    while left:
        path = left.pop()
        if kind(path) == "folder":
            yield path, None, 0
            if not path.startswith("/app/") or _is_ours(path):
                left += [path + "/" + name for name in os.listdir(path)]
        elif kind(path):
            yield path, sha256(path, buffer), os.stat(path)[6]
            # Else the garbage of many files leaves no room for a long answer.
            gc.collect()


def kind(path: str) -> str:
    """Give file, folder or nothing."""
    try:
        return "folder" if os.stat(path)[0] & FOLDER else "file"
    except OSError:
        return ""


def line(path: str) -> object:
    """Give a file's one line; None where there is no such file."""
    if kind(path) != "file":
        return None
    try:
        with open(path) as file:
            return file.read(99).strip()
    except (OSError, ValueError):
        return ""


def sha256(path: str, buffer: memoryview | None = None) -> object:
    """Give the hash of a file's content; None where it cannot be read."""
    buffer = buffer or memoryview(bytearray(BUFFER_BYTES))
    made = hashlib.sha256()
    try:
        with open(path, "rb") as file:
            while True:
                size = file.readinto(buffer)
                if not size:
                    return binascii.hexlify(made.digest()).decode()
                made.update(buffer[:size])
    except OSError:
        return None


def sha256s(paths: list[str]) -> list[object]:
    """Give the hash of each file."""
    buffer = memoryview(bytearray(BUFFER_BYTES))
    return [sha256(path, buffer) for path in paths]


def make_folder(path: str) -> None:
    """Make a folder; it may be there."""
    if kind(path) != "folder":
        os.mkdir(path)


def copy(source: str, path: str) -> None:
    """Write a file from another."""
    buffer = memoryview(bytearray(BUFFER_BYTES))
    with open(source, "rb") as old, open(path, "wb") as new:
        while True:
            size = old.readinto(buffer)
            if not size:
                return
            new.write(buffer[:size])


def rename(source: str, path: str) -> None:
    """Put a file in another's place, at one stroke; it may have been done."""
    if kind(source):
        os.rename(source, path)


def remove(path: str) -> None:
    """Remove a file, or a folder with all in it; it may be gone."""
    if kind(path) == "folder":
        for name in os.listdir(path):
            remove(path + "/" + name)
        os.rmdir(path)
    elif kind(path):
        os.remove(path)


def wipe() -> None:
    """Make the whole flash an empty filesystem, as MicroPython does on a new board."""
    import rp2  # type: ignore[import-not-found]  # of the board
    import vfs  # type: ignore[import-not-found]  # of the board

    flash = rp2.Flash()
    try:  # noqa: SIM105 the board has no contextlib
        vfs.umount("/")
    except OSError:
        pass  # it was not mounted
    vfs.VfsLfs2.mkfs(flash, progsize=256)
    vfs.mount(vfs.VfsLfs2(flash, progsize=256), "/")


def _unique_id() -> str:
    try:
        import machine  # type: ignore[import-not-found]  # of the board
    except ImportError:
        return ""
    return binascii.hexlify(machine.unique_id()).decode()


def _finish_rename() -> None:
    # One that the power cut off is finished by littlefs when something is to be
    # changed; until then a file beside it is hidden.
    try:  # noqa: SIM105 the board has no contextlib
        os.remove("/app/nothing")
    except OSError:
        pass


def _count_folders() -> int:
    count, left = 0, ["/"]
    while left:
        folder = left.pop()
        for entry in os.ilistdir(folder):  # type: ignore[attr-defined]  # it has
            if entry[1] == FOLDER:
                count += 1
                left.append(folder.rstrip("/") + "/" + entry[0])
    return count


def _is_ours(path: str) -> bool:
    # In a folder of /app that somebody else has named there may be anything.
    name = path[len("/app/") :].split("/")[0]
    return len(name) >= NAME_LETTERS and all(
        letter in "0123456789abcdef" for letter in name[:NAME_LETTERS]
    )
