"""In: answers in order. Out: pollers that get them, without a network."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from attrs import define, field

from collector.fake_clock import FakeClock
from collector.running import device
from picotemp.payload import Reading
from picotemp_collector.devices.admission import Admission
from picotemp_collector.devices.asking import Asker
from picotemp_collector.devices.fleet import polling
from picotemp_collector.devices.poller import Polling
from picotemp_collector.readings.device import Device
from picotemp_collector.readings.info import DeviceInfo
from picotemp_collector.readings.store import Store


@define
class ScriptedClient:
    """Answers in order, the last for ever; an exception is raised."""

    answers: list[Reading | Exception]
    info: DeviceInfo | Exception | None = None
    reads: int = 0
    info_asked: int = 0
    in_flight: int = 0
    most_in_flight: int = 0
    hanging: set[str] = field(factory=set)
    takes_seconds: float = 0.0

    async def read(self, device: Device) -> Reading:
        self.reads += 1
        async with self._flight():
            if device.name in self.hanging:
                await asyncio.Event().wait()
            await asyncio.sleep(self.takes_seconds)
            answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            if isinstance(answer, Exception):
                raise answer
            return answer

    async def ask_info(self, device: Device) -> DeviceInfo | None:
        self.info_asked += 1
        async with self._flight():
            if f"{device.name}/info" in self.hanging:
                await asyncio.Event().wait()
            if isinstance(self.info, Exception):
                raise self.info
            return self.info

    @asynccontextmanager
    async def _flight(self) -> AsyncIterator[None]:
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            yield
        finally:
            self.in_flight -= 1


@asynccontextmanager
async def polled(
    client: ScriptedClient,
    clock: FakeClock,
    names: Sequence[str] = ("attic",),
    concurrency: int = 100,
    interval_seconds: float = 0.1,
    info_interval_seconds: float = 60.0,
    url: str | None = None,
) -> AsyncIterator[tuple[Store, list[float]]]:
    devices = [
        device(
            name,
            url or f"http://127.0.0.1:{number}",
            interval_seconds=interval_seconds,
            timeout_seconds=interval_seconds * 0.7,
        )
        for number, name in enumerate(names, 1)
    ]
    store = Store(devices, clock.clock, info_interval_seconds)
    lateness: list[float] = []
    shared = Polling(
        asker=Asker(client, Admission(concurrency)),
        store=store,
        info_interval_seconds=info_interval_seconds,
        observe_lateness_seconds=lateness.append,
    )
    async with polling(devices, shared):
        yield store, lateness
