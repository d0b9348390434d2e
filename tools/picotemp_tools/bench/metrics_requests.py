"""In: one device, /metrics. Out: the answers a second, and those of who asks it then.

Each server alone on one processor; the load and the device on the other.
"""

import asyncio
import contextlib
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from . import blackbox as blackbox_exporter
from . import peers
from .farm import farm
from .load import get_ok
from .load_round import load_round, processors
from .measure import ROUNDS, Figure, VoidError, interleaved
from .process import pin, running

DEVICE, DEVICE_PORT = "127.0.0.114", 8080
HOST, OURS_PORT, PEER_PORT = "127.0.0.1", 3134, 3135
CONNECTIONS = 8
START_SECONDS = 10
CELSIUS = re.compile(r'^pico_temperature{.*unit="celsius".*} (\S+)$', re.MULTILINE)
PROBED = re.compile(r"^probe_success (1)$", re.MULTILINE)


async def blackbox() -> Figure:
    """Measure beside blackbox_exporter, which probes at each request."""
    path = blackbox_exporter.path(f"http://{DEVICE}:{DEVICE_PORT}/")
    with blackbox_exporter.command(HOST, PEER_PORT) as command:
        return await _figure(command, path, PROBED)


async def on_scrape() -> Figure:
    """Measure beside an exporter that asks the device at each scrape."""
    naive = str(Path(peers.__file__).with_name("naive_exporter.py"))
    url = f"http://{DEVICE}:{DEVICE_PORT}/"
    command = (sys.executable, naive, str(PEER_PORT), url)
    return await _figure(command, "/metrics", CELSIUS)


async def _figure(command: tuple[str, ...], path: str, good: re.Pattern[str]) -> Figure:
    async with _servers(command):
        ours_told = await _told(OURS_PORT, "/metrics", CELSIUS)
        peer_told = await _told(PEER_PORT, path, good)
        if good is CELSIUS and float(ours_told) != float(peer_told):
            raise VoidError(f"ours tells {ours_told}, the peer {peer_told}")
        ours = load_round(f"http://{HOST}:{OURS_PORT}/metrics", CONNECTIONS)
        peer = load_round(f"http://{HOST}:{PEER_PORT}{path}", CONNECTIONS)
        await interleaved(ours, peer, 1)  # to warm up
        figure = await interleaved(ours, peer, ROUNDS, unit="/s")
        await _told(OURS_PORT, "/metrics", CELSIUS)
        await _told(PEER_PORT, path, good)
        return figure


@contextlib.asynccontextmanager
async def _servers(command: tuple[str, ...]) -> AsyncIterator[None]:
    ours = (sys.executable, "-m", "picotemp_collector", "--listen")
    url = f"http://{DEVICE}:{DEVICE_PORT}"
    async with (
        farm(DEVICE, 1, DEVICE_PORT),
        running(*ours, f"{HOST}:{OURS_PORT}", PICO_SERVER_URL=url) as collector,
        running(*command) as peer,
    ):
        for server in (collector, peer):
            pin(server.pid, processors()[-1])
        yield


async def _told(port: int, path: str, good: re.Pattern[str]) -> str:
    answer = ""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(START_SECONDS):
            while True:
                with contextlib.suppress(OSError, RuntimeError):
                    answer = (await get_ok(HOST, port, path)).decode()
                    if found := good.search(answer):
                        return found[1]
                await asyncio.sleep(0.05)
    raise VoidError(f"{HOST}:{port}{path} never told the truth: {answer[-300:]}")
