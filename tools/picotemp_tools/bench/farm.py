"""In: addresses, a port. Out: fast devices in a process of their own."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from asyncio import subprocess
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from dataclasses import dataclass

from ..errors import ToolError
from .load_round import processors

START_SECONDS = 20
# A line holds the requests of a minute.
LINE_MOST_BYTES = 1 << 26


@dataclass(frozen=True)
class Farm:
    """Fast devices that run."""

    process: Process

    async def arrivals(self) -> list[tuple[int, float]]:
        """Give who was asked for a reading since the last call, and when.

        A device is the number of its address; the time is the monotonic clock's.
        """
        self.process.send_signal(signal.SIGUSR1)
        return [(number, seconds) for number, seconds in json.loads(await self._line())]

    async def until_ready(self) -> None:
        """Wait for all to listen; raises ToolError."""
        async with asyncio.timeout(START_SECONDS):
            if await self._line() != b"ready\n":
                raise ToolError("the fast devices do not start; see above")

    async def _line(self) -> bytes:
        return await self.process.stdout.readline() if self.process.stdout else b""


@contextlib.asynccontextmanager
async def farm(
    first: str, count: int, port: int, holes: int = 0
) -> AsyncIterator[Farm]:
    """Run so many devices, behind them black holes, until the end of the block."""
    words = (first, str(count), str(port), str(holes))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", f"{__package__}.fast_device", *words),
        stdout=subprocess.PIPE,
        limit=LINE_MOST_BYTES,
    )
    os.sched_setaffinity(process.pid, {processors()[0]})
    devices = Farm(process)
    try:
        await devices.until_ready()
        yield devices
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()
