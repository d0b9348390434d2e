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
from . import peers, wrk
from .load import get_ok
from .measure import ROUNDS, Figure, Round, VoidError, interleaved
from .process import running

DEVICE, DEVICE_PORT = "127.0.0.114", 8080
HOST, OURS_PORT, PEER_PORT = "127.0.0.1", 3134, 3135
CONNECTIONS = 8
ROUND_SECONDS = 1
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
        ours, peer = _round(OURS_PORT, "/metrics"), _round(PEER_PORT, path)
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
        os.sched_setaffinity(fake.pid, {_processors()[0]})
        for server in (collector, peer):
            _pin(server.pid, _processors()[-1])
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


def _round(port: int, path: str) -> Round:
    async def run() -> float:
        url = f"http://{HOST}:{port}{path}"
        told = await wrk.run(url, CONNECTIONS, ROUND_SECONDS, _processors()[0])
        if told.problems or not told.rate:
            raise VoidError(f"of {url}: {told.problems or 'no answers'}")
        print(f"  {url}: {told.rate:.0f}/s, load {told.load:.0%}", file=sys.stderr)
        return told.rate

    return run


def _processors() -> list[int]:
    return sorted(os.sched_getaffinity(0))
