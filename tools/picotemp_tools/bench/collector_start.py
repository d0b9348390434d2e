"""In: the collector, its bare imports. Out: the seconds until each is ready.

The collector as `pip install picotemp` brings it, without the extra "fast".
"""

import asyncio
import contextlib
import re
import sys
import time
from collections.abc import AsyncIterator

from .base_install import base_install
from .farm import farm
from .load import get
from .measure import ROUNDS, Figure, VoidError, interleaved
from .process import running

HOST, PORT = "127.0.0.1", 3133
DEVICE, DEVICE_PORT = "127.0.0.115", 8080
DEAD_DEVICES = 100
# Nothing listens on this port of loopback.
DEAD_URL = "dead-{number}=http://127.0.0.1:9"
IMPORTS = "import aiohttp.web, prometheus_client"
START_SECONDS = 30
OFTEN_SECONDS = 0.002
CELSIUS = re.compile(rb'^pico_temperature_celsius{device="attic"} 27.04$', re.MULTILINE)
READY = re.compile(rb"^HTTP/1.. 200 ")


async def first_scrape() -> Figure:
    """Measure to the first /metrics that has the temperature of the one device."""
    async with farm(DEVICE, 1, DEVICE_PORT):
        url = f"attic=http://{DEVICE}:{DEVICE_PORT}"
        return await _figure(url, "/metrics", CELSIUS)


async def dead_devices() -> Figure:
    """Measure to being ready, with devices that are all dead."""
    urls = ",".join(DEAD_URL.format(number=n) for n in range(DEAD_DEVICES))
    return await _figure(urls, "/-/ready", READY)


@contextlib.asynccontextmanager
async def collecting(
    urls: str, path: str, good: re.Pattern[bytes]
) -> AsyncIterator[int]:
    """Run a collector, from its first good answer on; gives its process' number."""
    command = (sys.executable, "-m", "picotemp_collector")
    listen = ("--listen", f"{HOST}:{PORT}")
    with base_install() as base:
        async with running(*command, *listen, PICO_SERVER_URL=urls, **base) as process:
            await _until(path, good)
            yield process.pid


async def _figure(urls: str, path: str, good: re.Pattern[bytes]) -> Figure:
    async def start() -> float:
        began = time.monotonic()
        async with collecting(urls, path, good):
            return time.monotonic() - began

    await interleaved(start, _import, 1)  # to warm up
    return await interleaved(start, _import, ROUNDS)


async def _until(path: str, good: re.Pattern[bytes]) -> None:
    answer = b""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(START_SECONDS):
            while not good.search(answer):
                await asyncio.sleep(OFTEN_SECONDS)
                with contextlib.suppress(OSError):
                    answer = await get(HOST, PORT, path)
            return
    raise VoidError(f"{path} was never good: {answer[-300:]!r}")


async def _import() -> float:
    began = time.monotonic()
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", IMPORTS)
    await process.wait()
    return time.monotonic() - began
