"""In: a board that takes orders. Out: who it is, and what lies on its flash."""

from collections.abc import Mapping
from dataclasses import dataclass

from ..errors import FlashError, Kind
from ..planning.snapshot import APP, MAIN, TEMPORARY, Found, Snapshot
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
    """Look at all that decides what is to be done; raise FlashError where one cannot.

    `files` of agent.py's look() are by absolute path; one without a hash is a folder.
    """
    seen = board.call("look")
    files = {path: Found(*found) for path, found in seen["files"].items()}
    if APP in files and files[APP].sha256:
        text = "a file is where the folder /app has to be: mpremote rm :app"
        raise FlashError(Kind.FILESYSTEM_UNREADABLE, text)
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
