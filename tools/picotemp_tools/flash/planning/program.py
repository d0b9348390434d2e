"""In: the firmware's sources. Out: the program as it lies on a board."""

import hashlib
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import picotemp

from ... import board_files, compiled_files

MAIN = "main.py"
FOLDER_DIGITS = 12


@dataclass(frozen=True)
class Program:
    """What goes into one folder of /app, its paths relative; main.py lies above it."""

    version: str
    folder: str
    files: Mapping[str, bytes]
    main: bytes


def build(is_compiled: bool = True) -> Program:
    """Build the program of this checkout or wheel; raise ToolError where a part lacks.

    The same sources give the same folder.
    """
    with tempfile.TemporaryDirectory(prefix="picotemp-program-") as name:
        folder = Path(name)
        (compiled_files if is_compiled else board_files).build(folder)
        files = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }
    main = files.pop(MAIN)
    files.pop(board_files.EXAMPLE_SETTINGS)
    return Program(picotemp.__version__, folder_name(files), files, main)


def folder_name(files: Mapping[str, bytes]) -> str:
    """Give the name that only these files, at these paths, have."""
    return folder_name_of({path: sha256(content) for path, content in files.items()})


def folder_name_of(sha256s: Mapping[str, str]) -> str:
    """Give the same for files of which the hashes are known."""
    named = hashlib.sha256()
    for path in sorted(sha256s):
        named.update(f"{path}\0{sha256s[path]}\n".encode())
    return named.hexdigest()[:FOLDER_DIGITS]


def sha256(content: bytes) -> str:
    """Give the hash by which the board's files are compared with ours."""
    return hashlib.sha256(content).hexdigest()
