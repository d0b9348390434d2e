"""In: devices. Out: a whole collector in this process, on a port of its own."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

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
from picotemp_collector.reload import Origin
from picotemp_collector.sources.file_watch import FileWatch


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
    async with running_by(lambda: config_of(*devices, poll=poll), clock) as started:
        yield started


@asynccontextmanager
async def running_by(
    load: Callable[[], Config], clock: Clock, file: Path | None = None
) -> AsyncIterator[Running]:
    origin = Origin(load, FileWatch([file] if file else []))
    bound = bind(Listen("127.0.0.1", 0))
    url, lifecycle = url_of(bound), Lifecycle()
    async with collecting(load(), bound, lifecycle, clock, origin) as collector:
        yield Running(url, collector.store, lifecycle)


def config_of(*devices: Device, poll: PollSettings | None = None) -> Config:
    return Config(ServerSettings(), poll or PollSettings(), LogSettings(), devices)


def device(
    name: str = "attic",
    url: str = "http://127.0.0.1:1",
    interval_seconds: float = 5.0,
    timeout_seconds: float = 3.5,
) -> Device:
    return Device(name, url, url, interval_seconds, timeout_seconds)
