"""In: this machine. Out: the command that runs the real MicroPython interpreter."""

import importlib.util
import shutil
import subprocess
import sys

from ..errors import ToolError

WHEEL_MODULE = "micropython_unix"
OLDEST = [1, 25]
PROGRAM = "import sys; print('.'.join(str(p) for p in sys.implementation.version[:3]))"


def find() -> list[str]:
    """Give the command; raise ToolError where there is no interpreter."""
    if importlib.util.find_spec(WHEEL_MODULE):
        return [sys.executable, "-I", "-m", WHEEL_MODULE]
    on_path = shutil.which("micropython")
    if on_path:
        return [on_path]
    raise ToolError(
        "no MicroPython interpreter: there is no wheel of it for this machine, and "
        "no `micropython` on PATH. Build the unix port (1.25 or newer) and put it "
        "on PATH; boards of your own can be polled without it: "
        "make run DEVICES=http://picotemp.local"
    )


def version(command: list[str]) -> str:
    """Give the interpreter's version, say 1.28.0."""
    try:
        result = subprocess.run(  # noqa: S603 the interpreter that find() found
            [*command, "-c", PROGRAM], capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise ToolError(f"{command[0]} does not run: {error.strerror}") from error
    if result.returncode:
        raise ToolError(f"{' '.join(command)} does not run: {result.stderr.strip()}")
    found = result.stdout.strip()
    if [int(part) for part in found.split(".")] < OLDEST:
        raise ToolError(f"{command[0]} is MicroPython {found}; 1.25 or newer is needed")
    return found
