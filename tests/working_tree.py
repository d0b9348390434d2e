"""In: this checkout. Out: a copy of what git would commit from it now, elsewhere."""

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[1]


def copy(folder: Path) -> None:
    """Copy each file that git tracks or would add, as it is in the working tree."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target)
