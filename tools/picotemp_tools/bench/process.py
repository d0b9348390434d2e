"""In: a command. Out: the same, running for the length of a block."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path


@contextlib.asynccontextmanager
async def running(
    *command: str, **environment: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a command, its output unread; end it by its id."""
    # An installed package has its bytecode, so the first round may leave it.
    environment = {"PYTHONDONTWRITEBYTECODE": ""} | environment
    process = await asyncio.create_subprocess_exec(
        *command,
        env=os.environ | environment,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()  # an end in order takes a second
        await process.wait()


@contextlib.asynccontextmanager
async def talking(*words: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run Python with these words, its input and output at hand; end it by its id."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, *words),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


def pin(pid: int, processor: int) -> None:
    """Let a process run on one processor alone."""
    # Go has begun its threads already.
    for thread in Path(f"/proc/{pid}/task").iterdir():
        os.sched_setaffinity(int(thread.name), {processor})
