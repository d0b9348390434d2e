"""In: a client, devices. Out: all that a probe goes through but for the web."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from ipaddress import ip_network
from typing import Any

from attrs import asdict, define, field, frozen

from collector.virtual_time import run_virtually
from picotemp.payload import Reading
from picotemp_collector.config.shapes import Age, Count, PollSettings, ProbeSettings
from picotemp_collector.devices.asking import Asks, FindHost
from picotemp_collector.devices.fleet import polling
from picotemp_collector.devices.guard import HostsAt, knows_no_host
from picotemp_collector.devices.poller import Polling
from picotemp_collector.errors import FailureReason, PollError
from picotemp_collector.probes import Probes, probes_by
from picotemp_collector.readings.clock import Clock
from picotemp_collector.readings.device import Device
from picotemp_collector.readings.info import DeviceInfo
from picotemp_collector.readings.store import Store

GOOD = Reading(20.0, 68.0)
REFUSED = PollError(FailureReason.REFUSED, "nothing listens")
MAX_AGE_SECONDS = 2.0


@define
class Board:
    """Takes its time for an answer, as any client up to the device's timeout."""

    takes_seconds: float = 0.02
    failure: PollError | None = None
    begun_seconds: list[float] = field(factory=list)
    ended_seconds: list[float] = field(factory=list)
    urls: list[str] = field(factory=list)
    in_flight: int = 0
    most_in_flight: int = 0

    async def read(self, device: Device) -> Reading:
        self.begun_seconds.append(asyncio.get_running_loop().time())
        self.urls.append(device.url)
        try:
            await self._serve(device)
        except TimeoutError:
            raise PollError(FailureReason.TIMEOUT, "no answer") from None
        finally:
            self.ended_seconds.append(asyncio.get_running_loop().time())
        if self.failure:
            raise self.failure
        return GOOD

    async def ask_info(self, device: Device) -> DeviceInfo | None:
        await self._serve(device)
        return DeviceInfo(id="a")

    async def _serve(self, device: Device) -> None:
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            async with asyncio.timeout(device.timeout_seconds):
                await asyncio.sleep(self.takes_seconds)
        finally:
            self.in_flight -= 1


@frozen(kw_only=True)
class Probing(Probes):
    """What the collector has for its probes, and what is known."""

    store: Store


@asynccontextmanager
async def probing(
    client: Asks,
    *devices: Device,
    networks: Sequence[str] = (),
    ports: Sequence[int] = (80,),
    find_host: FindHost | None = None,
    hosts_at: HostsAt = knows_no_host,
    places: int = 100,
    is_polled: bool = False,
) -> AsyncIterator[Probing]:
    """Give what the collector has for its probes; with no pollers, unless told so."""
    loop = asyncio.get_running_loop()
    clock = Clock(loop.time, lambda: 1_700_000_000.0 + loop.time())
    store = Store(devices, clock, 60.0)
    poll = PollSettings(concurrency=Count(places))
    allowed = tuple(ip_network(each) for each in networks)
    settings = ProbeSettings(Age(MAX_AGE_SECONDS), allowed, tuple(ports))
    async with AsyncExitStack() as stack:
        known = (client, find_host, store, clock, poll, settings, hosts_at)
        around = probes_by(*known)
        probes = await stack.enter_async_context(around)
        if is_polled:
            shared = Polling(probes.asker, store, 10.0, lambda _lateness: None)
            await stack.enter_async_context(polling(devices, shared))
        yield Probing(store=store, **asdict(probes, recurse=False))


def virtually(work: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    """Make a test of a coroutine function: its hours are instants."""

    def test() -> None:
        run_virtually(work())

    test.__name__ = work.__name__
    return test
