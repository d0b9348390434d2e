"""In: a test that asks for them. Out: devices, a clock and a port to test with."""

import asyncio
import logging
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import aiohttp
import pytest
from hypothesis import HealthCheck, settings

from collector.fake_clock import FakeClock
from collector.fake_device import FakeDevice
from collector.house import House
from collector.running import Running, device, running
from collector.sd_server import SdServer, sd_server
from picotemp_collector.devices.client import Client, open_client

# A busy machine is no reason to fail; the first text() alone builds a large table.
settings.register_profile(
    "collector", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("collector")


@pytest.fixture(autouse=True)
def _process_stays() -> Iterator[None]:
    # The command sets these for its whole process, which here is that of other tests.
    root = logging.getLogger()
    level, hang_up = root.level, signal.getsignal(signal.SIGHUP)
    yield
    root.setLevel(level)
    signal.signal(signal.SIGHUP, hang_up)


@pytest.fixture
async def make_fake() -> AsyncIterator[Callable[[], Awaitable[FakeDevice]]]:
    """Give more than one scriptable device."""
    servers: list[asyncio.Server] = []
    tasks: set[asyncio.Task[None]] = set()

    async def make() -> FakeDevice:
        fake = FakeDevice()
        fake.follow(fake.answer())

        def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.create_task(fake.serve_one(reader, writer))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

        server = await asyncio.start_server(accept, "127.0.0.1", 0)
        servers.append(server)
        fake.port = server.sockets[0].getsockname()[1]
        return fake

    yield make
    for server in servers:
        server.close()
    for task in list(tasks):
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
async def fake(make_fake: Callable[[], Awaitable[FakeDevice]]) -> FakeDevice:
    """Give a scriptable device that answers 27.04 °C until told otherwise."""
    return await make_fake()


@pytest.fixture(params=["lean", "complete"])
async def client(request: pytest.FixtureRequest) -> AsyncIterator[Client]:
    """Give the client as it is made, and one that asks everybody by aiohttp.

    What holds for one holds for the other: each is the other's measure.
    """
    async with open_client(is_lean=request.param == "lean") as opened:
        yield opened


@pytest.fixture
def clock() -> FakeClock:
    """Give a clock that the test moves."""
    return FakeClock()


@pytest.fixture
def free_port() -> Iterator[int]:
    """Give a port that refuses: bound by us, and nobody listens."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        yield int(sock.getsockname()[1])


@pytest.fixture
def eventually() -> Callable[[Callable[[], bool]], Awaitable[None]]:
    """Wait until a condition holds, and fail after long enough."""

    async def wait(condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not condition():  # noqa: ASYNC110 the condition has no event
                await asyncio.sleep(0.01)

    return wait


@pytest.fixture
async def collector(clock: FakeClock) -> AsyncIterator[Running]:
    """Give a collector with 20 devices."""
    devices = [device(f"device-{number}") for number in range(20)]
    async with running(*devices, clock=clock.clock) as started:
        yield started


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """Give a client that shows bodies as they came."""
    async with aiohttp.ClientSession(auto_decompress=False) as opened:
        yield opened


@pytest.fixture
async def sd() -> AsyncIterator[SdServer]:
    """Give an http_sd server that lists nobody until told otherwise."""
    async with sd_server() as started:
        yield started


@pytest.fixture
def house(tmp_path: Path, session: aiohttp.ClientSession) -> House:
    """Give inventories of a folder of files, and of URLs."""
    return House(tmp_path, session)
