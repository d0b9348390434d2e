"""In: the collector, a naive exporter. Out: the CPU time of a scrape each."""

import asyncio
import contextlib
import sys
from pathlib import Path

from ..emulator.fleet import places
from ..emulator.fleet import running as running_boards
from . import peers
from .load import get_ok, repeat
from .measure import Figure, Round, cpu_seconds, interleaved
from .process import running

BOARDS = 3
FIRST_ADDRESS = "127.0.0.111"
OURS_PORT, PEER_PORT = 3131, 3132
SCRAPES = 200
START_SECONDS = 10


async def figure() -> Figure:
    """Measure both over the same boards."""
    naive = str(Path(peers.__file__).with_name("naive_exporter.py"))
    async with contextlib.AsyncExitStack() as stack:
        boards = await stack.enter_async_context(
            running_boards(places(BOARDS, FIRST_ADDRESS, 8080))
        )
        urls = [board.url for board in boards]
        ours = await stack.enter_async_context(
            running(
                *(sys.executable, "-m", "picotemp_collector"),
                *("--listen", f"127.0.0.1:{OURS_PORT}"),
                PICO_SERVER_URL=",".join(urls),
            )
        )
        peer = await stack.enter_async_context(
            running(sys.executable, naive, str(PEER_PORT), *urls)
        )
        return await interleaved(
            await _round(ours.pid, OURS_PORT), await _round(peer.pid, PEER_PORT)
        )


async def _round(pid: int, port: int) -> Round:
    async with asyncio.timeout(START_SECONDS):
        while True:
            with contextlib.suppress(OSError, RuntimeError):
                await get_ok("127.0.0.1", port, "/metrics")
                break
            await asyncio.sleep(0.1)

    async def run() -> float:
        before = cpu_seconds(pid)
        await repeat(SCRAPES, "127.0.0.1", port, "/metrics")
        return (cpu_seconds(pid) - before) / SCRAPES

    return run
