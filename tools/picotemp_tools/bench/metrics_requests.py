"""In: one device, /metrics. Out: the answers a second, and those of who asks it then.

Each server alone on one processor; the load and the device on the other.
"""

import asyncio
import contextlib
import os
import re
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from ..errors import ToolError
from . import peers
from .load import get_ok
from .load_round import load_round, processors
from .measure import ROUNDS, Figure, VoidError, interleaved
from .process import running

DEVICE, DEVICE_PORT = "127.0.0.114", 8080
HOST, OURS_PORT, PEER_PORT = "127.0.0.1", 3134, 3135
CONNECTIONS = 8
START_SECONDS = 10
BLACKBOX = "prometheus-blackbox-exporter"
CELSIUS = re.compile(r'^pico_temperature{.*unit="celsius".*} (\S+)$', re.MULTILINE)
PROBED = re.compile(r"^probe_success (1)$", re.MULTILINE)
MODULES = """modules:
  board:
    prober: http
    timeout: 3s
    http: {fail_if_body_not_matches_regexp: ['"tempC": 27.04,']}
"""


async def blackbox() -> Figure:
    """Measure beside blackbox_exporter, which probes at each request."""
    program = shutil.which(BLACKBOX)
    if program is None:
        raise ToolError(f"{BLACKBOX} is not on PATH: `make bench` fetches it")
    with tempfile.TemporaryDirectory(prefix="picotemp-bench-") as folder:
        modules = Path(folder) / "blackbox.yml"
        modules.write_text(MODULES)
        command = (
            program,
            f"--config.file={modules}",
            f"--web.listen-address={HOST}:{PEER_PORT}",
        )
        path = f"/probe?module=board&target=http://{DEVICE}:{DEVICE_PORT}/"
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
    device = (sys.executable, "-m", "picotemp_tools.bench.fast_device")
    url = f"http://{DEVICE}:{DEVICE_PORT}"
    async with (
        running(*device, DEVICE, "1", str(DEVICE_PORT)) as fake,
        running(*ours, f"{HOST}:{OURS_PORT}", PICO_SERVER_URL=url) as collector,
        running(*command) as peer,
    ):
        os.sched_setaffinity(fake.pid, {processors()[0]})
        for server in (collector, peer):
            _pin(server.pid, processors()[-1])
        yield


def _pin(pid: int, processor: int) -> None:
    # Go has begun its threads already.
    for thread in Path(f"/proc/{pid}/task").iterdir():
        os.sched_setaffinity(int(thread.name), {processor})


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
