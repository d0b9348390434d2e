"""In: the collector with one device and with many. Out: the bytes that each takes.

The collector as `pip install picotemp` brings it, without the extra "fast".
"""

import asyncio
import contextlib
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from . import collector_start, peers
from .base_install import base_install
from .collector_start import IMPORTS
from .config_file import config_file
from .farm import farm
from .fast_device import addresses
from .load import get
from .measure import Figure, VoidError, interleaved, resident_bytes
from .process import running, talking

FIRST_ADDRESS, DEVICES, DEVICE_PORT = "127.16.0.1", 4001, 8080
HOST, PORT = "127.0.0.1", 3136
# What a device costs hardly depends on the moment, and a round is long.
ROUNDS = 3
ALL_KNOWN_SECONDS = 60
OFTEN_SECONDS = 0.5
# As the fleet.
POLL = ("[poll]", "interval_seconds = 15")
TEMPERATURES = re.compile(
    rb'^pico_temperature_celsius{device="\d+"} 27.04$', re.MULTILINE
)
INFOS = re.compile(rb'^pico_device_info{device="\d+",.*} 1.0$', re.MULTILINE)
WAITS = "; import sys; print('ready', flush=True); sys.stdin.read()"


async def per_device() -> Figure:
    """Measure many devices above one, each polled and asked for its info."""

    async def ours() -> float:
        return (await _collector(DEVICES) - await _collector(1)) / (DEVICES - 1)

    async def peer() -> float:
        return (await _gauges(DEVICES) - await _gauges(1)) / (DEVICES - 1)

    async with farm(FIRST_ADDRESS, DEVICES, DEVICE_PORT):
        return await interleaved(ours, peer, ROUNDS, unit="B")


async def one_device() -> Figure:
    """Measure the collector after its first good scrape."""
    device, port = collector_start.DEVICE, collector_start.DEVICE_PORT

    async def ours() -> float:
        url = f"attic=http://{device}:{port}"
        scrape = ("/metrics", collector_start.CELSIUS)
        async with collector_start.collecting(url, *scrape) as pid:
            return resident_bytes(pid)

    async with farm(device, 1, port):
        return await interleaved(ours, _imports, ROUNDS, unit="B")


async def _collector(devices: int) -> float:
    hosts = addresses(FIRST_ADDRESS, devices)
    urls = {f"{n}": f"http://{host}:{DEVICE_PORT}" for n, host in enumerate(hosts)}
    command = (sys.executable, "-m", "picotemp_collector")
    with config_file(urls, POLL) as path, base_install() as base:
        words = ("--listen", f"{HOST}:{PORT}", "--config", str(path))
        async with running(*command, *words, **base) as process:
            await _until_all_are_known(devices)
            return resident_bytes(process.pid)


async def _until_all_are_known(devices: int) -> None:
    told = ""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(ALL_KNOWN_SECONDS):
            while True:
                await asyncio.sleep(OFTEN_SECONDS)
                with contextlib.suppress(OSError):
                    text = await get(HOST, PORT, "/metrics")
                    good, infos = TEMPERATURES.findall(text), INFOS.findall(text)
                    told = f"{len(good)} good readings, {len(infos)} infos"
                    if len(good) == len(infos) == devices:
                        return
    raise VoidError(f"{devices} devices gave {told}")


async def _gauges(devices: int) -> float:
    program = str(Path(peers.__file__).with_name("gauges.py"))
    async with _waiting(program, str(devices)) as pid:
        return resident_bytes(pid)


async def _imports() -> float:
    async with _waiting("-c", IMPORTS + WAITS) as pid:
        return resident_bytes(pid)


@contextlib.asynccontextmanager
async def _waiting(*words: str) -> AsyncIterator[int]:
    async with talking(*words) as process:
        if process.stdout is None or await process.stdout.readline() != b"ready\n":
            raise VoidError("the peer does not start; see above")
        yield process.pid
