"""In: arguments. Out: the smoke test's command as people run it, and its traces."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from attrs import frozen

COMMAND = (sys.executable, "-m", "picotemp_tools.smoke")
# As wide as its longest line, whatever the terminal of the tests.
WIDTH = "120"


@frozen
class Ended:
    """How it ended."""

    code: int
    stdout: str
    stderr: str


@contextlib.asynccontextmanager
async def started(
    *words: str, temporary: Path, folder: Path | None = None, **environment: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run it in a folder; end it if it has not done so, and all that it has left."""
    process = await asyncio.create_subprocess_exec(
        *COMMAND,
        *words,
        cwd=folder,
        env=os.environ | {"TMPDIR": str(temporary), "COLUMNS": WIDTH} | environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        for left in left_running(temporary):
            with contextlib.suppress(ProcessLookupError):
                os.kill(left, signal.SIGKILL)


async def ended(process: asyncio.subprocess.Process) -> Ended:
    """Wait until it ends."""
    stdout, stderr = await process.communicate()
    return Ended(process.returncode or 0, stdout.decode(), stderr.decode())


def left_running(folder: Path) -> dict[int, str]:
    """Give {id: command line} of those whose temporary folder this is.

    A chip is told of no such folder: it lives in it.
    """
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            environment = (process / "environ").read_bytes().split(b"\0")
            lives_there = (process / "cwd").readlink().is_relative_to(folder)
            if lives_there or f"TMPDIR={folder}".encode() in environment:
                line = (process / "cmdline").read_text().replace("\0", " ")
                found[int(process.name)] = line
    return found


def left_lying(folder: Path) -> list[str]:
    """Give the names of what lies there."""
    return [path.name for path in folder.iterdir()]
