"""In: an ADC's code on an emulated board. Out: the same truth in a real Prometheus."""

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import aiohttp

from picotemp_tools.bench.process import running
from picotemp_tools.emulator import EmulatedBoard, Place
from real_servers import Prometheus, eventually, program, prometheus

Places = Callable[[], Place]

# Not 3030: whoever follows the README has that one, on all addresses.
PORT = 3033
INTERVAL_SECONDS = 1.0
TIMEOUT_SECONDS = 0.8
SCRAPE_SECONDS = 1.0
# For the scheduling of six processes on two busy cores.
SLACK_SECONDS = 2.0

# 12-bit codes from -40 to 85 °C; 864 and below is where the predecessor wrapped round.
CODES = (1018, 990, 948, 876, 865, 864, 863, 800, 752)


def reading_of(code: int) -> tuple[float, float]:
    """Give °C and °F of a code as a board shows them (datasheet, section 4.9.5)."""
    volts = (code << 4 | code >> 8) * 3.3 / 65535
    celsius = 27 - (volts - 0.706) / 0.001721
    return round(celsius, 2), round(celsius * 1.8 + 32, 2)


@contextlib.asynccontextmanager
async def collector(
    place: Place, boards: Sequence[EmulatedBoard]
) -> AsyncIterator[str]:
    """Run the real command, polling the boards; give its URL."""
    listen = f"{place.address}:{PORT}"
    urls = ",".join(f"{board.place.name}={board.url}" for board in boards)
    async with running(
        *(sys.executable, "-m", "picotemp_collector", "--listen", listen),
        *("--interval", str(INTERVAL_SECONDS), "--timeout", str(TIMEOUT_SECONDS)),
        PICO_SERVER_URL=urls,
    ):
        yield listen


@contextlib.asynccontextmanager
async def whole_path(
    new_place: Places, files: Path, folder: Path
) -> AsyncIterator[tuple[list[EmulatedBoard], Prometheus, str]]:
    """Run three boards, the collector, Prometheus."""
    names = ("attic", "cellar", "shed")
    places = [Place(name, new_place().address, 8080) for name in names]
    async with contextlib.AsyncExitStack() as stack:
        boards = [
            await stack.enter_async_context(EmulatedBoard(place, files=files))
            for place in places
        ]
        place = new_place()
        listen = await stack.enter_async_context(collector(place, boards))
        server = await stack.enter_async_context(
            prometheus(place.address, listen, folder)
        )
        await eventually(
            lambda: server.query("pico_up"), lambda up: sum(up.values()) == 3
        )
        yield boards, server, listen


async def test_prometheus_holds_exactly_what_the_formula_gives_for_the_adc_code(
    new_place: Places, built_files: Path, tmp_path: Path
) -> None:
    async with whole_path(new_place, built_files, tmp_path) as (boards, server, _):
        for first in range(0, len(CODES), len(boards)):
            expected = {}
            for board, code in zip(boards, CODES[first : first + 3], strict=True):
                board.change(code=code)
                expected[board.place.name] = reading_of(code)
            celsius = {name: reading[0] for name, reading in expected.items()}
            fahrenheit = {name: reading[1] for name, reading in expected.items()}
            for expression, values in (
                ("pico_temperature_celsius", celsius),
                ('pico_temperature{unit="celsius"}', celsius),
                ('pico_temperature{unit="fahrenheit"}', fahrenheit),
            ):
                await holds(server, expression, values)


async def test_a_dead_board_leaves_prometheus_and_disturbs_no_other(
    new_place: Places, built_files: Path, tmp_path: Path
) -> None:
    async with whole_path(new_place, built_files, tmp_path) as (boards, server, _):
        boards[1].power_cut()
        limit_seconds = INTERVAL_SECONDS + TIMEOUT_SECONDS + SCRAPE_SECONDS
        await asyncio.sleep(limit_seconds + SLACK_SECONDS)
        assert set(await server.query("pico_temperature_celsius")) == {"attic", "shed"}
        assert await server.query("pico_up") == {"attic": 1, "cellar": 0, "shed": 1}

        boards[1].power_on()
        await eventually(
            lambda: server.query("pico_temperature_celsius"),
            lambda found: len(found) == 3,
        )
        await no_gap(server, {"attic", "shed"})


async def holds(server: Prometheus, expression: str, values: dict[str, float]) -> None:
    """Wait until an expression gives exactly these values."""
    await eventually(lambda: server.query(expression), lambda found: found == values)


async def no_gap(server: Prometheus, names: set[str]) -> None:
    """Check that each scrape of the last seconds has a sample of these devices."""
    scrapes = await server.samples("up[5s]")
    temperatures = await server.samples("pico_temperature_celsius[5s]")
    times = {at for at, _ in scrapes[""]}
    for name in names:
        assert {at for at, _ in temperatures[name]} == times, name


async def test_promtool_finds_nothing_to_say_about_the_metrics(
    board: EmulatedBoard, new_place: Places
) -> None:
    promtool = program("promtool")
    async with (
        collector(new_place(), [board]) as listen,
        aiohttp.ClientSession() as web,
    ):

        async def metrics() -> str:
            try:
                async with web.get(f"http://{listen}/metrics") as response:
                    return await response.text()
            except aiohttp.ClientError:
                return ""

        text = await eventually(metrics, lambda text: "pico_uptime_seconds{" in text)
    checked = await asyncio.to_thread(
        lambda: subprocess.run(
            [promtool, "check", "metrics"], input=text, capture_output=True, text=True
        )
    )
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")
