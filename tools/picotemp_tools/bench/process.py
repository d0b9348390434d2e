"""In: a command. Out: the same, running for the length of a block."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator


@contextlib.asynccontextmanager
async def running(
    *command: str, **environment: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a command, its output unread; end it by its id."""
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
            process.terminate()
        await process.wait()
