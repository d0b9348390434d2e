"""In: boards that go wrong, all at once. Out: what a real Prometheus holds of it."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from attrs import frozen

from collector.truth.board import Board, good_board
from collector.truth.modes import MODES
from conftest import Places
from picotemp_tools.bench.process import running
from real_servers import Prometheus, Series, eventually, prometheus, scraping

INTERVAL_SECONDS = 1.0
TIMEOUT_SECONDS = 0.7
INFO_INTERVAL_SECONDS = 1.0
SCRAPE_SECONDS = 0.5
PORT = 3034
HEALTHY = tuple(f"healthy {number}" for number in range(10))
# Longer than a reading that nobody renews may be shown.
FAULTY_SECONDS = 2 * INTERVAL_SECONDS + TIMEOUT_SECONDS + 2.0
# Until a scrape has what a poll brought, and once more.
SETTLED_SECONDS = INTERVAL_SECONDS + 2 * SCRAPE_SECONDS
METRICS = (
    'pico_temperature{unit="celsius"}',
    'pico_temperature{unit="fahrenheit"}',
    "pico_temperature_celsius",
    "pico_up",
    "pico_poll_failures_total",
    "pico_device_info",
    "up",
)


@frozen
class History:
    """What the boards did, and what Prometheus holds, by metric.

    From `begun` to `ended` the boards were faulty, from `steady` on all were known;
    `shown` are the temperatures that Prometheus gave towards the end of the faults.
    """

    boards: dict[str, Board]
    steady_at: float
    begun_at: float
    ended_at: float
    shown: dict[str, float]
    series: dict[str, list[Series]]

    def of(self, metric: str, device: str) -> list[tuple[float, float]]:
        """Give the samples of a device, in order."""
        found = [
            sample
            for labels, samples in self.series[metric]
            if labels["device"] == device
            for sample in samples
        ]
        return sorted(found)

    def scrapes(self) -> list[float]:
        """Give when Prometheus asked the collector."""
        ((_, samples),) = self.series["up"]
        return [at for at, _ in samples]


async def tell(new_place: Places, folder: Path) -> History:
    """Have every board good, then faulty in its way, then good again."""
    async with AsyncExitStack() as stack:
        boards: dict[str, Board] = {}
        for number, name in enumerate((*MODES, *HEALTHY)):
            board = good_board(number, new_place().address)
            boards[name] = await stack.enter_async_context(board)
        server = await stack.enter_async_context(
            watched(boards, new_place().address, folder)
        )
        return await _told(boards, server)


async def _told(boards: dict[str, Board], server: Prometheus) -> History:
    once_good = {name for name in boards if name not in MODES or not MODES[name].url}
    await _all_up(server, once_good)
    steady_at = time.time()
    await asyncio.sleep(SETTLED_SECONDS)
    begun_at = time.time()
    for name, mode in MODES.items():
        mode.begin(boards[name])
    await asyncio.sleep(FAULTY_SECONDS)
    shown = await server.query("pico_temperature_celsius")
    ended_at = time.time()
    for name in MODES:
        await boards[name].be_good()
    await _all_up(server, once_good)
    await asyncio.sleep(SETTLED_SECONDS)
    told_at = time.time()
    # Scrapes go on while we ask, so the answers end at different ones: cut them alike.
    await asyncio.sleep(2 * SCRAPE_SECONDS)
    series = {metric: await _until(told_at, server, metric) for metric in METRICS}
    return History(boards, steady_at, begun_at, ended_at, shown, series)


async def _until(unix_seconds: float, server: Prometheus, metric: str) -> list[Series]:
    return [
        (labels, [(at, value) for at, value in samples if at <= unix_seconds])
        for labels, samples in await server.series(f"{metric}[2m]")
    ]


async def _all_up(server: Prometheus, names: set[str]) -> None:
    def are_all(found: dict[str, float]) -> bool:
        return {name for name, up in found.items() if up} == names

    await eventually(lambda: server.query("pico_up"), are_all)


@asynccontextmanager
async def watched(
    boards: dict[str, Board], address: str, folder: Path
) -> AsyncIterator[Prometheus]:
    """Run the real collector and the real Prometheus."""
    listen = f"{address}:{PORT}"
    urls = [
        f"{name}={MODES[name].url_of(board) if name in MODES else board.url}"
        for name, board in boards.items()
    ]
    every = f"{SCRAPE_SECONDS * 1000:.0f}ms"
    configuration = scraping(listen, every, at_most=every)
    async with (
        running(
            *(sys.executable, "-m", "picotemp_collector", "--listen", listen),
            *("--interval", str(INTERVAL_SECONDS)),
            *("--timeout", str(TIMEOUT_SECONDS)),
            PICO_SERVER_URL=",".join(urls),
            PICOTEMP_POLL_INFO_INTERVAL_SECONDS=str(INFO_INTERVAL_SECONDS),
        ),
        prometheus(address, listen, folder, configuration) as server,
    ):
        yield server
