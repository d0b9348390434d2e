"""In: a story of reloads. Out: it, told in virtual time to pollers of boards."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence

from attrs import define, field

from collector.fake_clock import FakeClock
from collector.running import config_of
from collector.virtual_time import now_seconds, run_virtually
from picotemp.payload import Reading
from picotemp_collector.config.shapes import Config
from picotemp_collector.devices.admission import Admission
from picotemp_collector.devices.asking import Asker
from picotemp_collector.devices.fleet import Fleet, polling
from picotemp_collector.devices.poller import Polling
from picotemp_collector.errors import FailureReason, PollError
from picotemp_collector.in_force import InForce
from picotemp_collector.readings.device import Device
from picotemp_collector.readings.info import DeviceInfo
from picotemp_collector.readings.store import Store


@define
class Listed:
    """Lists what the configuration does, and what a test adds."""

    changed: asyncio.Event
    listed: tuple[Device, ...]
    found: tuple[Device, ...] = ()
    turned: asyncio.Event = field(factory=asyncio.Event)

    def devices(self) -> Sequence[Device]:
        return (*self.listed, *self.found)

    async def turn_to(self, config: Config) -> None:
        for _ in range(5):  # as if it read files
            await asyncio.sleep(0)
        self.listed = config.devices
        self.turned.set()
        self.changed.set()

    def find(self, *found: Device) -> None:
        self.found = found
        self.changed.set()


@define
class House:
    """Boards by URL, each of its own temperature; the dead ones never answer."""

    dead: set[str] = field(factory=set)
    takes_seconds: float = 0.3
    # While it is not set, nobody answers.
    answering: asyncio.Event | None = None
    asked_at: dict[str, list[float]] = field(factory=lambda: defaultdict(list))
    ended_at: dict[str, list[float]] = field(factory=lambda: defaultdict(list))

    async def read(self, device: Device) -> Reading:
        self.asked_at[device.name].append(now_seconds())
        if device.url in self.dead:
            await asyncio.sleep(device.timeout_seconds)
            raise PollError(FailureReason.TIMEOUT, "silent")
        await asyncio.sleep(self.takes_seconds)
        if self.answering:
            await self.answering.wait()
        self.ended_at[device.name].append(now_seconds())
        return reading_of(device.url)

    async def ask_info(self, _device: Device) -> DeviceInfo | None:
        return None


@define
class Scene:
    """What a story may look at and change."""

    house: House
    store: Store
    fleet: Fleet
    listed: Listed
    in_force: InForce


def reading_of(url: str) -> Reading:
    celsius = float(url.rpartition(".")[2])
    return Reading(celsius, 1.8 * celsius + 32)


def play(
    devices: Sequence[Device], story: Callable[[Scene], Awaitable[None]], house: House
) -> House:
    """Tell a story in virtual time; nothing in it may be a bug of the pollers."""

    async def run() -> None:
        store = Store(devices, FakeClock().clock, 1e6)
        polls = Polling(Asker(house, Admission(500)), store, 1e6, lambda _late: None)
        listed = Listed(asyncio.Event(), tuple(devices))
        async with polling(devices, polls) as fleet:
            in_force = InForce(
                config_of(*devices), listed, listed.changed, fleet, lambda *_: None
            )
            follows = asyncio.create_task(in_force.follow_sources())
            await story(Scene(house, store, fleet, listed, in_force))
            follows.cancel()

    run_virtually(run())
    return house


def shown(store: Store) -> dict[str, float | None]:
    return {
        view.device.name: view.reading.celsius if view.reading else None
        for view in store.views()
    }
