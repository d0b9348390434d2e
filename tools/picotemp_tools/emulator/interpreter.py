"""In: this machine. Out: the command that runs the real MicroPython interpreter."""

import importlib.util
import shutil
import subprocess
import sys

from ..errors import ToolError

WHEEL_MODULE = "micropython_unix"
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
    result = subprocess.run(  # noqa: S603 the interpreter that find() found
        [*command, "-c", PROGRAM], capture_output=True, text=True, check=False
    )
    if result.returncode:
        raise ToolError(f"{' '.join(command)} does not run: {result.stderr.strip()}")
    return result.stdout.strip()
