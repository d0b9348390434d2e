"""In: the collector, its bare imports. Out: the seconds until each is ready."""

import asyncio
import contextlib
import sys
import time

from .load import get_ok
from .measure import Figure, interleaved
from .process import running

PORT = 3133
DEAD_DEVICES = 100
# Nothing listens on this port of loopback.
DEAD_URL = "dead-{number}=http://127.0.0.1:9"
IMPORTS = "import aiohttp.web, prometheus_client"
START_SECONDS = 30


async def figure() -> Figure:
    """Measure whole processes, one after the other."""
    return await interleaved(_start, _import)


async def _start() -> float:
    dead = ",".join(DEAD_URL.format(number=n) for n in range(DEAD_DEVICES))
    began = time.monotonic()
    async with running(
        *(sys.executable, "-m", "picotemp_collector"),
        *("--listen", f"127.0.0.1:{PORT}"),
        PICO_SERVER_URL=dead,
    ):
        async with asyncio.timeout(START_SECONDS):
            while True:
                with contextlib.suppress(OSError, RuntimeError):
                    await get_ok("127.0.0.1", PORT, "/-/ready")
                    return time.monotonic() - began
                await asyncio.sleep(0.002)


async def _import() -> float:
    began = time.monotonic()
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", IMPORTS)
    await process.wait()
    return time.monotonic() - began
