"""In: a board that takes orders. Out: who it is, and what lies on its flash."""

from collections.abc import Mapping
from dataclasses import dataclass

from ..errors import FlashError, Kind
from ..planning.snapshot import APP, CURRENT, MAIN, TEMPORARY, TRIAL, Found, Snapshot
from ..usb.supported import version_text
from .executor import Orders

MICRODOT = "/microdot.mpy"
REMEDY = "hold BOOTSEL while plugging it in, then flash with --uf2 FILE"


@dataclass(frozen=True)
class Identity:
    """What a board says of itself."""

    interpreter: str
    version: tuple[int | str, ...]
    machine: str
    unique_id: str

    @property
    def version_text(self) -> str:
        """Give the version as a person writes it."""
        return version_text(self.version)


def identify(board: Orders) -> Identity:
    """Ask a board who it is; raise FlashError where that is no MicroPython."""
    identity = Identity(*board.call("identify"))
    if identity.interpreter != "micropython":
        text = f"{identity.interpreter} runs on the board, not MicroPython: {REMEDY}"
        raise FlashError(Kind.NOT_MICROPYTHON, text)
    return identity


def look(board: Orders) -> Snapshot:
    """Look at all that decides the steps; raise FlashError where one cannot."""
    seen = board.call("look")
    files = {path: Found(hash_, size) for path, hash_, size in board.each("files")}
    for path in (APP, MAIN, CURRENT, *TRIAL):
        if path in files and (files[path].sha256 is None) is (path != APP):
            raise _in_the_way(path)
    return Snapshot(
        free_bytes=seen["free_bytes"],
        block_bytes=seen["block_bytes"],
        current=seen["current"],
        previous=seen["previous"],
        main=files.get(MAIN),
        folders=_folders(files),
        others={
            path: found
            for path, found in files.items()
            if path == MICRODOT or path.startswith("/picotemp/")
        },
        temporary={path: files[path] for path in TEMPORARY if path in files},
    )


def _in_the_way(path: str) -> FlashError:
    what = "a file" if path == APP else "a folder, or a file that cannot be read,"
    text = f"{what} is in the way at the board's {path}: mpremote rm -r :{path[1:]}"
    return FlashError(Kind.FILESYSTEM_UNREADABLE, text)


def _folders(files: Mapping[str, Found]) -> dict[str, dict[str, Found]]:
    folders: dict[str, dict[str, Found]] = {}
    for path, found in files.items():
        place = path.removeprefix(f"{APP}/")
        name, slash, rest = place.partition("/")
        if place == path:
            continue
        if slash:
            folders.setdefault(name, {})[rest] = found
        elif found.sha256 is None:
            folders.setdefault(name, {})
    return folders
