"""In: real sockets on both sides. Out: truth in every outlet, whatever devices do."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from email.utils import formatdate

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from collector.fake_clock import FakeClock
from collector.fake_device import FakeDevice
from collector.running import Running, device, running
from picotemp_collector.readings.device import Device

Eventually = Callable[[Callable[[], bool]], Awaitable[None]]
MakeFake = Callable[[], Awaitable[FakeDevice]]
PATHS = ("/", "/metrics", "/health", "/api/v1/devices", "/nowhere")
HIDDEN = "geheim"


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


async def temperatures(
    collector: Running, session: aiohttp.ClientSession
) -> dict[str, float]:
    async with session.get(f"{collector.url}/metrics") as response:
        text = await response.text()
    return {
        sample.labels["device"]: sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == "pico_temperature_celsius"
    }


async def shown_celsius(
    collector: Running, session: aiohttp.ClientSession
) -> dict[str, object]:
    async with session.get(f"{collector.url}/api/v1/devices") as response:
        shown = await response.json()
    return {d["name"]: d.get("celsius") for d in shown["devices"]}


async def test_one_dead_board_leaves_every_outlet_and_the_others_stay(
    make_fake: MakeFake,
    clock: FakeClock,
    session: aiohttp.ClientSession,
    eventually: Eventually,
) -> None:
    fakes = {name: await make_fake() for name in ("attic", "cellar", "den")}
    devices = [device(name, fake.url, 0.2, 0.15) for name, fake in fakes.items()]
    async with running(*devices, clock=clock.clock) as collector:
        store = collector.store
        await eventually(lambda: all(view.up for view in store.views()))
        assert set(await temperatures(collector, session)) == set(fakes)

        fakes["cellar"].follow(fakes["cellar"].be_silent)
        await eventually(lambda: not store.view("cellar").up)
        everyone = {"attic": 27.04, "den": 27.04}
        assert await temperatures(collector, session) == everyone
        assert await shown_celsius(collector, session) == {**everyone, "cellar": None}
        assert store.view("cellar").reason == "timeout"
        assert not store.view("attic").failures

        fakes["cellar"].follow(fakes["cellar"].answer())
        await eventually(lambda: store.view("cellar").up)
    assert all(fake.open_most <= 1 for fake in fakes.values())


async def test_the_first_scrape_tells_all_that_the_next_ones_do(
    clock: FakeClock, session: aiohttp.ClientSession
) -> None:
    async def names() -> set[str]:
        async with session.get(f"{collector.url}/metrics") as response:
            text = await response.text()
        return {family.name for family in text_string_to_metric_families(text)}

    async with running(device("attic"), clock=clock.clock) as collector:
        first = await names()
        clock.advance(60)
        assert first == await names()


async def test_a_usual_scrape_is_answered_in_front_of_aiohttp(clock: FakeClock) -> None:
    async with running(device("attic"), clock=clock.clock) as collector:
        port = int(collector.url.rpartition(":")[2])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
        writer.close()
    # aiohttp has a clock of its own.
    date = formatdate(clock.clock.unix_seconds(), usegmt=True)
    assert f"\r\nDate: {date}\r\n".encode() in head


async def test_a_stuck_loop_of_polls_makes_no_stale_sample_in_any_outlet(
    fake: FakeDevice,
    clock: FakeClock,
    session: aiohttp.ClientSession,
    eventually: Eventually,
) -> None:
    # Polled once, and then, for this test, never again.
    asked = device("attic", fake.url, 3600, 3)
    async with running(asked, clock=clock.clock) as collector:
        await eventually(lambda: collector.store.view("attic").up)
        clock.advance(7203)
        assert await temperatures(collector, session) == {"attic": 27.04}
        clock.advance(1)
        assert await temperatures(collector, session) == {}
        assert await shown_celsius(collector, session) == {"attic": None}
        async with session.get(f"{collector.url}/health") as response:
            assert response.status == 503
        async with session.get(collector.url) as response:
            assert "27.04" not in await response.text()


async def test_a_password_is_in_no_outlet_and_no_log(
    fake: FakeDevice,
    clock: FakeClock,
    session: aiohttp.ClientSession,
    eventually: Eventually,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    full = fake.url.replace("//", f"//user:{HIDDEN}@") + f"/?key={HIDDEN}"
    shown = fake.url.replace("//", "//***@") + "/?***"
    good = Device("attic", full, shown, 0.2, 0.15)
    dead = Device("dead", f"http://user:{HIDDEN}@127.0.0.1:1", "http://***", 0.2, 0.15)
    async with running(good, dead, clock=clock.clock) as collector:
        await eventually(lambda: collector.store.view("dead").polls_total > 1)
        await eventually(lambda: collector.store.view("attic").up)
        for path in PATHS:
            async with session.get(collector.url + path) as response:
                assert HIDDEN not in await response.text()
                assert HIDDEN not in str(response.headers)
    assert caplog.records
    assert HIDDEN not in caplog.text
