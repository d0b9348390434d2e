"""In: lines on standard input, each a task. Out: a line for each: what it cost.

Run as a program, with the client's name and the first address, the number and the port
of the devices. A task is "POLLS CONCURRENCY LOOP"; every answer is checked.
"""

import asyncio
import itertools
import json
import resource
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager

import aiohttp
import uvloop

from picotemp.payload import Reading, parse
from picotemp_collector.devices.client import open_client
from picotemp_collector.readings.device import Device

from .fast_device import addresses

Poll = Callable[[str], Awaitable[Reading]]
LOOPS = {"uvloop": uvloop.new_event_loop, "asyncio": asyncio.new_event_loop}
TIMEOUT_SECONDS = 3.5


@asynccontextmanager
async def ours(urls: list[str]) -> AsyncIterator[Poll]:
    """Give the collector's own way to poll."""
    devices = {url: Device(url, url, url, 5, TIMEOUT_SECONDS) for url in urls}
    async with open_client() as client:
        yield lambda url: client.read(devices[url])


@asynccontextmanager
async def default_session(_urls: list[str]) -> AsyncIterator[Poll]:
    """Give the way of aiohttp's manual."""
    async with aiohttp.ClientSession() as session:

        async def poll(url: str) -> Reading:
            async with session.get(url) as response:
                return parse(await response.json())

        yield poll


CLIENTS = {"ours": ours, "aiohttp": default_session}


async def measured(
    client: str, urls: list[str], polls: int, concurrency: int
) -> dict[str, object]:
    """Poll so often and tell the CPU and the median time of one, and the answers."""
    turns = itertools.islice(itertools.cycle(urls), polls)
    taken_seconds: list[float] = []
    readings: set[Reading] = set()
    async with CLIENTS[client](urls) as poll:
        begun_cpu_seconds = _cpu_seconds()
        await asyncio.gather(
            *(
                _poll_in_turn(poll, turns, taken_seconds, readings)
                for _ in range(concurrency)
            )
        )
        cpu_seconds = _cpu_seconds() - begun_cpu_seconds
    return {
        "polls": len(taken_seconds),
        "cpu_seconds": cpu_seconds / polls,
        "median_seconds": statistics.median(taken_seconds),
        "readings": sorted(readings),
    }


async def _poll_in_turn(
    poll: Poll,
    turns: Iterator[str],
    taken_seconds: list[float],
    readings: set[Reading],
) -> None:
    for url in turns:
        begun_seconds = time.perf_counter()
        readings.add(await poll(url))
        taken_seconds.append(time.perf_counter() - begun_seconds)


def _cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main(client: str, first: str, count: int, port: int) -> None:
    """Do the tasks until there are no more."""
    urls = [f"http://{address}:{port}/" for address in addresses(first, count)]
    for line in sys.stdin:
        polls, concurrency, loop = line.split()
        with asyncio.Runner(loop_factory=LOOPS[loop]) as runner:
            told = runner.run(measured(client, urls, int(polls), int(concurrency)))
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
