"""In: the collector's client, aiohttp's, curl. Out: the CPU and the time of one poll.

The devices answer from a process and a processor of their own.
"""

import asyncio
import contextlib
import json
import os
import shutil
import statistics
from asyncio import subprocess
from asyncio.subprocess import Process
from collections.abc import AsyncIterator

from ..errors import ToolError
from .farm import farm
from .fast_device import BODY, addresses
from .load_round import processors
from .measure import ROUNDS, Figure, Round, VoidError, interleaved
from .process import talking

FIRST_ADDRESS, DEVICES, PORT = "127.0.0.121", 100, 3134
# In flight at once where the CPU is measured; a fleet's pollers are never in step.
CONCURRENCY = 50
POLLS = 2000
TIMED_POLLS = 300
EXPECTED = [27.04, 80.67]
ANSWERS_SECONDS = 60


async def cpu() -> Figure:
    """Measure ours, on the loop that the extra brings, beside aiohttp as it comes."""
    return await _cpu("uvloop", "asyncio")


async def cpu_uvloop() -> Figure:
    """Measure both on uvloop."""
    return await _cpu("uvloop", "uvloop")


async def cpu_asyncio() -> Figure:
    """Measure both on asyncio's own loop."""
    return await _cpu("asyncio", "asyncio")


async def latency() -> Figure:
    """Measure polls one after the other, beside curl's own time of each."""
    curl = shutil.which("curl")
    if curl is None:
        raise ToolError("curl is not on PATH")
    async with farm(FIRST_ADDRESS, DEVICES, PORT), _side("ours") as ours:
        our_round = _round(ours, "median_seconds", TIMED_POLLS, 1, "uvloop")
        return await _figure(our_round, lambda: _curl_seconds(curl))


async def _cpu(our_loop: str, peer_loop: str) -> Figure:
    async with (
        farm(FIRST_ADDRESS, DEVICES, PORT),
        _side("ours") as ours,
        _side("aiohttp") as peer,
    ):
        return await _figure(
            _round(ours, "cpu_seconds", POLLS, CONCURRENCY, our_loop),
            _round(peer, "cpu_seconds", POLLS, CONCURRENCY, peer_loop),
        )


async def _figure(ours: Round, peer: Round) -> Figure:
    await interleaved(ours, peer, 1)  # to warm up
    return await interleaved(ours, peer, ROUNDS)


@contextlib.asynccontextmanager
async def _side(client: str) -> AsyncIterator[Process]:
    words = (client, FIRST_ADDRESS, str(DEVICES), str(PORT))
    async with talking("-m", f"{__package__}.poll_side", *words) as process:
        os.sched_setaffinity(process.pid, {processors()[-1]})
        yield process


def _round(
    side: Process, figure: str, polls: int, concurrency: int, loop: str
) -> Round:
    async def run() -> float:
        stdin = side.stdin
        if stdin is None:
            raise VoidError("a side that cannot be told anything")
        stdin.write(f"{polls} {concurrency} {loop}\n".encode())
        async with asyncio.timeout(ANSWERS_SECONDS):
            line = await _line(side)
        if not line:
            raise VoidError("a side ended; what it said is above")
        told = json.loads(line)
        if told["polls"] != polls or told["readings"] != [EXPECTED]:
            raise VoidError(f"{told['polls']} of {polls} polls gave {told['readings']}")
        return float(told[figure])

    return run


async def _line(process: Process) -> bytes:
    return await process.stdout.readline() if process.stdout else b""


async def _curl_seconds(curl: str) -> float:
    urls = [
        f"http://{address}:{PORT}/" for address in addresses(FIRST_ADDRESS, DEVICES)
    ]
    process = await asyncio.create_subprocess_exec(
        *(curl, "-s", "-w", "\n%{time_total}\n", *urls), stdout=subprocess.PIPE
    )
    os.sched_setaffinity(process.pid, {processors()[-1]})
    printed, _ = await process.communicate()
    lines = printed.splitlines()
    if lines[::2] != [BODY] * len(urls):
        raise VoidError(f"curl got {set(lines[::2])}")
    return statistics.median(float(line) for line in lines[1::2])
