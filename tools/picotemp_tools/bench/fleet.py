"""In: 5,000 devices, one collector. Out: how late polls are, who is wrongly down.

The collector runs as it is, with its loop under watch, on a processor of its own; the
devices tell when they were asked, on another. The turns of a device are those of the
collector's schedule, so a poll that never comes is counted too. Beside it: one
gathering of all devices at once.
"""

import asyncio
import contextlib
import gzip
import json
import os
import re
import signal
import sys
import time
from asyncio import subprocess
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from dataclasses import dataclass

from picotemp_collector.devices.schedule import phase

from .config_file import config_file
from .farm import Farm, farm
from .fast_device import addresses
from .fleet_side import HANGING
from .lag import lags_seconds, on_time, quantile_seconds
from .load import get
from .load_round import processors
from .measure import Figure, VoidError, resident_bytes
from .process import talking

FIRST_ADDRESS, DEVICE_PORT = "127.16.0.1", 8080
HOST, PORT = "127.0.0.1", 3137
DEVICES, HOLES, DEAD_NAMES = 5000, 1000, 200
INTERVAL_SECONDS = 15.0
# The first polls of a fleet are spread over ten seconds; then it settles.
WARM_SECONDS, RUN_SECONDS = 40.0, 60.0
UP_SECONDS = 60.0
# A poll may be so late and still be told from one that never comes.
SETTLE_SECONDS = 3.0
SCRAPE_SECONDS = 5.0
GATHER_SECONDS = 120
# As Prometheus asks.
GZIP = "Accept-Encoding: gzip\r\n"
CELSIUS = 27.04
FAILURES = re.compile(rb'^pico_poll_failures_total{device="([^"]+)",', re.M)
# So fail black holes, and names that are never found.
DEAD = re.compile(
    rb'^pico_poll_failures_total{device="([^"]+)",reason="(timeout|dns)"}', re.M
)
TEMPERATURES = re.compile(rb'^pico_temperature_celsius{device="([^"]+)"} (\S+)$', re.M)


@dataclass(frozen=True)
class Run:
    """What one side did: a lag for each turn of a healthy device, and who failed."""

    lags_seconds: list[float]
    false_downs: int
    stall_seconds: float = 0.0
    most_bytes: int = 0


async def healthy() -> dict[str, Figure]:
    """Measure a fleet of which every device answers."""
    return await _figures(DEVICES, {}, holes=0)


async def faulty() -> dict[str, Figure]:
    """Measure the healthy of a fleet with black holes, and names nobody knows."""
    names = {
        f"name-{n}": f"http://name-{n}{HANGING}:{DEVICE_PORT}"
        for n in range(DEAD_NAMES)
    }
    return await _figures(DEVICES - HOLES - DEAD_NAMES, names, HOLES)


def figures(ours: Run, peer: Run) -> dict[str, Figure]:
    """Give what goals are held against."""
    shares = on_time(ours.lags_seconds), on_time(peer.lags_seconds)
    p99s = [
        min(quantile_seconds(run.lags_seconds), INTERVAL_SECONDS)
        for run in (ours, peer)
    ]
    return {
        "on_time": Figure(shares[0], shares[1], unit="1"),
        "lag_p99": Figure(p99s[0], p99s[1]),
        "false_downs": Figure(ours.false_downs, peer.false_downs, unit=""),
        "stall": Figure(ours.stall_seconds),
        "memory": Figure(ours.most_bytes, unit="B"),
    }


async def _figures(
    healthy: int, others: dict[str, str], holes: int
) -> dict[str, Figure]:
    hosts = addresses(FIRST_ADDRESS, healthy + holes)
    urls = {f"{n}": f"http://{host}:{DEVICE_PORT}" for n, host in enumerate(hosts)}
    async with farm(FIRST_ADDRESS, healthy, DEVICE_PORT, holes) as devices:
        ours = await _collected(devices, urls | others, healthy)
        peer = await _gathered(devices, [*urls.values(), *others.values()], healthy)
    return figures(ours, peer)


async def _collected(devices: Farm, urls: dict[str, str], healthy: int) -> Run:
    offsets = {n: phase(f"{n}") * INTERVAL_SECONDS for n in range(healthy)}
    down: set[int] = set()
    async with _collector(urls) as side:
        await asyncio.sleep(WARM_SECONDS)
        await _until_all_are_up(healthy)
        await _stall_seconds(side)
        begin_seconds = time.monotonic()
        end_seconds = begin_seconds + RUN_SECONDS
        while time.monotonic() < end_seconds + SETTLE_SECONDS:
            await asyncio.sleep(SCRAPE_SECONDS)
            down |= await _wrongly_down(healthy)
        await _check_the_dead(healthy, len(urls))
        stall_seconds = await _stall_seconds(side)
        most_bytes = resident_bytes(side.pid, "VmHWM")
    lags = lags_seconds(
        *(await devices.arrivals(), offsets, INTERVAL_SECONDS),
        *(begin_seconds, end_seconds),
    )
    return Run(lags, len(down), stall_seconds, most_bytes)


async def _until_all_are_up(healthy: int) -> None:
    down: set[int] = set()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(UP_SECONDS):
            while True:
                await asyncio.sleep(SCRAPE_SECONDS)
                with contextlib.suppress(OSError):
                    down = await _wrongly_down(healthy)
                    if not down:
                        return
    raise VoidError(f"{len(down)} healthy devices do not come up")


async def _wrongly_down(healthy: int) -> set[int]:
    """Give which have no temperature, or ever failed."""
    answer = await get(HOST, PORT, "/metrics", GZIP)
    text = gzip.decompress(answer.partition(b"\r\n\r\n")[2])
    readings = {name: float(value) for name, value in TEMPERATURES.findall(text)}
    failed = set(FAILURES.findall(text))
    names = {b"%d" % number for number in range(healthy)}
    if set(readings.values()) - {CELSIUS} or readings.keys() - names:
        raise VoidError(f"the collector tells {set(readings.values())}")
    return {int(name) for name in names - readings.keys() | names & failed}


async def _check_the_dead(healthy: int, devices: int) -> None:
    text = await get(HOST, PORT, "/metrics")
    failed = {name for name, _ in DEAD.findall(text)}
    if len(failed) != devices - healthy:
        raise VoidError(f"of {devices - healthy} dead devices {len(failed)} failed")


async def _stall_seconds(side: Process) -> float:
    side.send_signal(signal.SIGUSR1)
    line = await side.stdout.readline() if side.stdout else b""
    longest_seconds, own_seconds, busiest_seconds = json.loads(line)
    text = (
        f"  stood still {longest_seconds:.3f} s at most, {own_seconds:.3f} s without"
        f" waiting for a processor, computed {busiest_seconds:.3f} s"
    )
    print(text, file=sys.stderr)
    return float(longest_seconds)


@contextlib.asynccontextmanager
async def _collector(urls: dict[str, str]) -> AsyncIterator[Process]:
    poll = ("[poll]", f"interval_seconds = {INTERVAL_SECONDS}")
    with config_file(urls, poll) as path:
        words = ("--listen", f"{HOST}:{PORT}", "--config", str(path))
        side = ("-m", f"{__package__}.fleet_side", *words, "--log-level", "error")
        async with talking(*side) as process:
            os.sched_setaffinity(process.pid, {processors()[-1]})
            yield process


async def _gathered(devices: Farm, urls: list[str], healthy: int) -> Run:
    await devices.arrivals()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", f"{__package__}.peers.gather_all"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    os.sched_setaffinity(process.pid, {processors()[-1]})
    async with asyncio.timeout(GATHER_SECONDS):
        printed, _ = await process.communicate("\n".join(urls).encode())
    told = json.loads(printed)
    begun_seconds = told["begun_seconds"]
    first = dict.fromkeys(range(healthy), begun_seconds)
    lags = lags_seconds(
        *(await devices.arrivals(), first, GATHER_SECONDS),
        *(begun_seconds, begun_seconds + 1),
    )
    return Run(lags, sum(number < healthy for number in told["failed"]))
