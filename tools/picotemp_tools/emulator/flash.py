"""In: what a board is to run, and with which settings. Out: its flash, as a folder."""

import json
import shutil
import tempfile
import uuid
from pathlib import Path

from .. import board_files


def unmade_folder() -> Path:
    """Name a temporary folder that is nobody's yet."""
    # Short: a socket's path below it has 103 bytes on macOS, half of them taken.
    return Path(tempfile.gettempdir()) / f"picotemp-{uuid.uuid4().hex[:12]}"


def fill(flash: Path, files: Path | None, settings: dict[str, object]) -> None:
    """Make the folder: of files, or built from the firmware; {} leaves settings out."""
    if files:
        shutil.copytree(files, flash)
    else:
        board_files.build(flash)
    if settings:
        (flash / "settings.json").write_text(json.dumps(settings))
