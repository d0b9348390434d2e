"""In: servers that scrape and probe a board. Out: its reading, at little cost to it."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path

import aiohttp

from collector.fake_device import FakeDevice
from conftest import Places
from picotemp_tools.bench.process import running
from real_servers import Prometheus, eventually, program, prometheus

PORT = 3036
BLACKBOX_PORT = 9115
BOARD_SECONDS = 0.02
SCRAPES = 5
PROBES_AT_ONCE = 50
MAX_AGE_SECONDS = 2.0
# What lies between a board's answer and the note of it, on a busy machine.
NOTED_SECONDS = 0.25
PATHS = ("/api/v1/devices", "/metrics", "/", *["/probe?target=attic"] * PROBES_AT_ONCE)


def be_slow(fake: FakeDevice) -> list[float]:
    """Answer after as long as a board takes; give when it was asked."""
    asked_at: list[float] = []

    async def script(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        asked_at.append(time.monotonic())
        await asyncio.sleep(BOARD_SECONDS)
        await fake.answer()(reader, writer)

    fake.follow(script)
    fake.info = fake.answer(b'{"id": "e66"}')
    return asked_at


@asynccontextmanager
async def collector(fake: FakeDevice, address: str) -> AsyncIterator[str]:
    """Run the real command until it is ready; give where it listens."""
    listen = f"{address}:{PORT}"
    command = (sys.executable, "-m", "picotemp_collector", "--listen", listen)
    async with (
        running(*command, PICO_SERVER_URL=f"attic={fake.url}"),
        aiohttp.ClientSession() as web,
    ):

        async def answered() -> str:
            try:
                async with web.get(f"http://{listen}/metrics") as response:
                    return await response.text()
            except aiohttp.ClientError:
                return ""

        await eventually(answered, lambda text: 'pico_up{device="attic"} 1' in text)
        yield listen


@asynccontextmanager
async def blackbox(address: str, folder: Path) -> AsyncIterator[str]:
    """Run the real blackbox_exporter; give where it listens."""
    file, listen = folder / "blackbox.yml", f"{address}:{BLACKBOX_PORT}"
    file.write_text("modules: {http_2xx: {prober: http}}\n")
    command = (
        program("prometheus-blackbox-exporter"),
        f"--config.file={file}",
        f"--web.listen-address={listen}",
    )
    async with running(*command):
        yield listen


def jobs(**places: str) -> str:
    """Give a configuration that scrapes each of these every 500 ms, within 500 ms."""
    text = "global: {scrape_interval: 500ms, scrape_timeout: 500ms}\nscrape_configs:\n"
    for job, place in places.items():
        target, _, rest = place.partition("/")
        path, _, query = rest.partition("?")
        text += f"- job_name: {job}\n  metrics_path: /{path}\n"
        parameters = ", ".join(
            f"{key}: ['{value}']"
            for key, _, value in (part.partition("=") for part in query.split("&"))
        )
        text += f"  params: {{{parameters}}}\n" if query else ""
        text += f"  static_configs: [{{targets: ['{target}']}}]\n"
    return text


async def values(server: Prometheus, selector: str) -> list[float]:
    """Give the samples of the last minute, once they are enough."""

    async def ask() -> list[float]:
        found = await server.series(f"{selector}[1m]")
        return [value for _, samples in found for _, value in samples]

    return await eventually(ask, lambda found: len(found) >= SCRAPES)


async def test_a_board_of_20_ms_is_up_within_500_and_for_blackbox_exporter_is_down(
    fake: FakeDevice, new_place: Places, tmp_path: Path
) -> None:
    be_slow(fake)
    address = new_place().address
    async with collector(fake, address) as listen, blackbox(address, tmp_path) as peer:
        configuration = jobs(
            picotemp=f"{listen}/probe?target=attic",
            blackbox=f"{peer}/probe?module=http_2xx&target={fake.url}",
        )
        async with prometheus(address, listen, tmp_path, configuration) as server:
            of_ours = '{job="picotemp"}'
            assert set(await values(server, f"probe_success{of_ours}")) == {1}
            assert set(await values(server, f"up{of_ours}")) == {1}
            temperatures = await values(server, f"pico_temperature_celsius{of_ours}")
            assert set(temperatures) == {27.04}
            assert set(await values(server, 'up{job="blackbox"}')) == {1}
            assert set(await values(server, 'probe_success{job="blackbox"}')) == {0}


async def test_however_many_ask_a_board_has_one_request_at_a_time_and_per_max_age(
    fake: FakeDevice, new_place: Places, tmp_path: Path
) -> None:
    asked_at = be_slow(fake)
    first, second = new_place().address, new_place().address
    async with collector(fake, first) as listen:
        configuration = jobs(
            metrics=f"{listen}/metrics", probe=f"{listen}/probe?target=attic"
        )
        for name in ("first", "second"):
            (tmp_path / name).mkdir()
        async with (
            prometheus(first, listen, tmp_path / "first", configuration) as one,
            prometheus(second, listen, tmp_path / "second", configuration) as other,
        ):
            await ask_for_everything(listen, 3 * MAX_AGE_SECONDS)
            for server in (one, other):
                for job, metric in (("metrics", "pico_up"), ("probe", "probe_success")):
                    found = await values(server, f'{metric}{{job="{job}"}}')
                    assert set(found) == {1}
    assert fake.open_most == 1
    gaps = [after - at for at, after in pairwise(asked_at)]
    assert len(gaps) >= 2
    assert min(gaps) >= MAX_AGE_SECONDS - NOTED_SECONDS


async def ask_for_everything(listen: str, seconds: float) -> None:
    """Ask for every page and many probes at once, again and again; each must answer."""
    ends_seconds = time.monotonic() + seconds
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as web:

        async def ask(path: str) -> str:
            async with web.get(f"http://{listen}{path}") as response:
                response.raise_for_status()
                return await response.text()

        while time.monotonic() < ends_seconds:
            texts = await asyncio.gather(*map(ask, PATHS))
            assert all("probe_success 1.0" in text for text in texts[-PROBES_AT_ONCE:])
            await asyncio.sleep(0.1)
