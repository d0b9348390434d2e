"""In: a folder as a board carries it. Out: its program on the plain interpreter.

No emulator and no relay between a client and the program: for figures and storms.
"""

import contextlib
import functools
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..emulator import interpreter
from ..errors import ToolError

START = "from standins.start import start; start()"
# What the stand-ins take: on a chip they are not in its memory.
STANDINS_BYTES = (
    "import asyncio, gc, sys; gc.collect(); before = gc.mem_alloc()\n"
    "from standins import start; gc.collect(); print(gc.mem_alloc() - before)"
)
START_SECONDS = 10
SIGNS_OF_FAILURE = ("Traceback", "MemoryError")
POLL_SECONDS = 0.01


@dataclass(frozen=True)
class BareBoard:
    """A program that serves."""

    address: str
    port: int
    pid: int
    printed: Path

    def output(self) -> str:
        """Give all it has printed."""
        return self.printed.read_text(errors="replace")


@contextlib.contextmanager
def running(
    files: Path, address: str, port: int, heap_kb: int = 400, look: str = ""
) -> Iterator[BareBoard]:
    """Run a folder's main.py until the block ends; for the looks see standins/spy.py.

    Raises ToolError if it does not listen soon.
    """
    with (
        tempfile.TemporaryDirectory(prefix="picotemp-bare-") as folder,
        (Path(folder) / "printed").open("w") as printed,
    ):
        heap = f"heapsize={heap_kb * 1024 + standins_bytes()}"
        command = [*interpreter.find(), "-X", heap, "-c", START]
        process = subprocess.Popen(  # noqa: S603 the interpreter that find() found
            [*command, str(files), address, look],
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=_environment(),
        )
        board = BareBoard(address, port, process.pid, Path(printed.name))
        try:
            _wait(board, process)
            yield board
        finally:
            process.kill()
            process.wait()


@functools.cache
def standins_bytes() -> int:
    """Give the memory that the stand-ins take from a program's."""
    result = subprocess.run(  # noqa: S603 the interpreter that find() found
        [*interpreter.find(), "-c", STANDINS_BYTES],
        capture_output=True,
        check=True,
        env=_environment(),
    )
    return int(result.stdout)


def _environment() -> dict[str, str]:
    return {"MICROPYPATH": f"{Path(__file__).parent}:.frozen", "TZ": "UTC0"}


def _wait(board: BareBoard, process: subprocess.Popen[bytes]) -> None:
    ends_at = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < ends_at:
        if any(sign in board.output() for sign in SIGNS_OF_FAILURE):
            break  # it failed, and takes its time before it tries again
        with contextlib.suppress(OSError):
            socket.create_connection((board.address, board.port), 1).close()
            return
        time.sleep(POLL_SECONDS)
    raise ToolError(f"it does not listen: {board.output()[-2000:]}")
