"""In: MOVING.md, boards as the old ones. Out: the names and queries that it says."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import chain
from pathlib import Path

import aiohttp
import pytest

from collector.exposed import families_of, samples_of
from collector.fake_device import FakeDevice
from collector.running import Running, device, running
from picotemp_collector.config.load import Inputs, load
from picotemp_collector.config.shapes import ServerSettings
from picotemp_collector.readings.clock import system_clock
from picotemp_tools.emulator import Place
from real_servers import Prometheus, eventually, prometheus

PAGE = Path(__file__).parents[3] / "collector/deploy/MOVING.md"
# As promhttp gives it, for a board at 27.041 °C. The names were read from its source.
PREDECESSOR = """\
# HELP pico_temperature Pico Sensor Temperature.
# TYPE pico_temperature gauge
pico_temperature{unit="celsius"} 27.041
pico_temperature{unit="fahrenheit"} 80.6738
# HELP pico_up Pico Sensor Server Status.
# TYPE pico_up gauge
pico_up 1
"""
POLLS = "pico_polls_total"
SHOWN_WHEN_WRAPPED = 33.2 - 65.536
MakeFake = Callable[[], Awaitable[FakeDevice]]


def tinygo(fake: FakeDevice, celsius: float) -> FakeDevice:
    """Let a device answer as the TinyGo server: a reading, whatever is asked for."""
    reading = {"tempC": celsius, "tempF": celsius * 9 / 5 + 32}
    body = json.dumps(reading, separators=(",", ":")).encode()
    headers = "Connection: close\r\nContent-Type: application/json\r\n"
    fake.info = fake.answer(body, headers=headers)
    fake.follow(fake.info)
    return fake


@asynccontextmanager
async def house(make_fake: MakeFake, free_port: int) -> AsyncIterator[Running]:
    """Give a collector of three such boards; one has wrapped round, one is down."""
    attic = tinygo(await make_fake(), 27.041)
    sunny = tinygo(await make_fake(), SHOWN_WHEN_WRAPPED)
    devices = (
        device("attic", attic.url, interval_seconds=1.0),
        device("sunny", sunny.url, interval_seconds=1.0),
        device("cellar", f"http://127.0.0.1:{free_port}", interval_seconds=1.0),
    )
    async with running(*devices, clock=system_clock()) as started:
        yield started


async def text_of(started: Running) -> str:
    """Give what is exposed when all boards have been asked once."""
    async with aiohttp.ClientSession() as session:

        async def ask() -> str:
            async with session.get(f"{started.url}/metrics") as response:
                return await response.text()

        def are_asked(text: str) -> bool:
            values = samples_of(text)
            return (
                sum(value > 0 for (name, _), value in values.items() if name == POLLS)
                == 3
            )

        return await eventually(ask, are_asked)


def blocks() -> list[str]:
    """Give every query that stands alone on the page."""
    found = re.findall(r"```promql\n(.*?)```", PAGE.read_text(), re.DOTALL)
    return list(chain.from_iterable(block.splitlines() for block in found))


def changes() -> list[tuple[str, str]]:
    """Give the queries before and after."""
    return re.findall(r"^\| [\w ]+ \| `(.+)` \| `(.+)` \|$", PAGE.read_text(), re.M)


async def test_dashboards_of_the_predecessor_find_its_names_labels_and_values(
    make_fake: MakeFake, free_port: int
) -> None:
    async with house(make_fake, free_port) as started:
        text = await text_of(started)
    before, now = samples_of(PREDECESSOR), samples_of(text)
    for (name, labels), value in before.items():
        found = now[name, tuple(sorted([*labels, ("device", "attic")]))]
        assert found == pytest.approx(value, abs=0.005), name
    types = {family.name: family.type for family in families_of(text)}
    for family in families_of(PREDECESSOR):
        assert types[family.name] == family.type
    names = {name for name, _ in before}
    added = {key for (name, pairs) in now if name in names for key, _ in pairs}
    assert added == {"device", "unit"}


async def test_a_board_that_is_down_has_no_temperature_where_it_had_zero(
    make_fake: MakeFake, free_port: int
) -> None:
    async with house(make_fake, free_port) as started:
        now = samples_of(await text_of(started))
    of_cellar = {
        name: value
        for (name, labels), value in now.items()
        if ("device", "cellar") in labels and not name.startswith("pico_poll")
    }
    assert of_cellar == {"pico_up": 0.0}


def test_port_and_variable_are_those_of_the_predecessor() -> None:
    assert ServerSettings().listen.port == 3030
    config = load(Inputs(environment={"PICO_SERVER_URL": "http://10.0.0.7"}))
    assert [one.name for one in config.devices] == ["10.0.0.7"]
    said = re.search(r"PICO_SERVER_URL=(\S+) picotemp-collector", PAGE.read_text())
    assert said
    config = load(Inputs(environment={"PICO_SERVER_URL": said[1]}))
    assert [one.name for one in config.devices] == ["attic", "cellar"]


async def test_each_query_of_the_page_gives_what_it_says_in_a_real_prometheus(
    new_place: Callable[[], Place],
    make_fake: MakeFake,
    free_port: int,
    tmp_path: Path,
) -> None:
    address = new_place().address
    async with house(make_fake, free_port) as started:
        target = started.url.removeprefix("http://")
        async with prometheus(address, target, tmp_path) as server:

            async def up() -> dict[str, float]:
                return await server.query("pico_up")

            await eventually(up, {"attic": 1, "sunny": 1, "cellar": 0}.__eq__)
            await check_queries(server)


async def check_queries(server: Prometheus) -> None:
    stays, changed = blocks(), changes()
    assert len(stays) == 8
    assert len(changed) == 5
    kept, gone = [*stays, *(now for _, now in changed)], [old for old, _ in changed]
    empty = [query for query in kept if not await server.query(query)]
    assert empty == []
    # But the mean, which was of two units and still is.
    found = await asyncio.gather(*map(server.query, gone))
    assert [query for query, found in zip(gone, found, strict=True) if found] == [
        "avg(pico_temperature)"
    ]
    mended = await server.query(stays[-1])
    assert mended == {
        "attic": pytest.approx(27.041, abs=0.005),
        "sunny": pytest.approx(33.2, abs=0.005),
    }
