"""In: devices. Out: a whole collector in this process, on a port of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from attrs import define

from picotemp_collector.app import collecting
from picotemp_collector.config.shapes import (
    Config,
    Count,
    Listen,
    LogSettings,
    PollSettings,
    Seconds,
    ServerSettings,
)
from picotemp_collector.lifecycle import Lifecycle
from picotemp_collector.listening import bind, url_of
from picotemp_collector.readings.clock import Clock
from picotemp_collector.readings.device import Device
from picotemp_collector.readings.store import Store


@define
class Running:
    """A collector in this process."""

    url: str
    store: Store
    lifecycle: Lifecycle


@asynccontextmanager
async def running(
    *devices: Device,
    clock: Clock,
    concurrency: int = 500,
    info_interval_seconds: float = 60.0,
) -> AsyncIterator[Running]:
    poll = PollSettings(
        concurrency=Count(concurrency),
        info_interval_seconds=Seconds(info_interval_seconds),
    )
    config = Config(ServerSettings(), poll, LogSettings(), devices)
    bound = bind(Listen("127.0.0.1", 0))
    url, lifecycle = url_of(bound), Lifecycle()
    async with collecting(config, bound, lifecycle, clock) as store:
        yield Running(url, store, lifecycle)


def device(
    name: str = "attic",
    url: str = "http://127.0.0.1:1",
    interval_seconds: float = 5.0,
    timeout_seconds: float = 3.5,
) -> Device:
    return Device(name, url, url, interval_seconds, timeout_seconds)
