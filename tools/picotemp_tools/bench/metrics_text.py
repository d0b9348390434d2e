"""In: 10,000 devices. Out: how many whole answers a second, and those of gauges.

Every device is polled again before each answer, in any order: nothing is kept from the
one before. What the polls themselves cost is no part of the figure.
"""

import asyncio
import gzip
import importlib
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from picotemp.payload import Reading
from picotemp_collector.metrics.exposition import Exposition, make_expositions
from picotemp_collector.metrics.format import Format
from picotemp_collector.metrics.packer import Compress, Packer, fastest, standard
from picotemp_collector.readings.clock import Clock
from picotemp_collector.readings.device import Device
from picotemp_collector.readings.store import Store

from ..errors import ToolError
from .measure import ROUNDS, Figure, VoidError, interleaved

DEVICES = 10_000
UNIX_SECONDS = 1_700_000_000.25
ONE_LABEL = (
    "pico_temperature_celsius",
    "pico_up",
    "pico_last_success_timestamp_seconds",
    "pico_polls_total",
    "pico_poll_duration_seconds",
)


async def plain() -> Figure:
    """Measure the text."""
    return await _figure(standard, _plain_of, lambda text: text)


async def gzip_standard() -> Figure:
    """Measure the text in gzip, by the standard library on both sides."""
    return await _figure(standard, Exposition.packed, gzip.compress)


async def gzip_isal() -> Figure:
    """Measure the text in gzip, ours by isal."""
    try:
        importlib.import_module("isal.isal_zlib")
    except ImportError:
        raise ToolError("isal is not installed: pip install 'picotemp[fast]'") from None
    return await _figure(fastest(), Exposition.packed, gzip.compress)


async def _plain_of(exposition: Exposition) -> bytes:
    return await exposition.plain()


@dataclass(frozen=True)
class _Poll:
    name: str
    reading: Reading
    duration_seconds: float


class _Ours:
    """The collector's own way."""

    def __init__(self, names: list[str], compress: Compress) -> None:
        clock = Clock(lambda: 0.0, lambda: UNIX_SECONDS)
        devices = [Device(name, "http://a", "http://a", 5.0, 3.5) for name in names]
        self._store = Store(devices, clock, 60.0)
        expositions = make_expositions(
            self._store, lambda: 0.0, lambda _: b"", Packer(compress)
        )
        self.exposition = expositions[Format.TEXT]

    def poll(self, poll: _Poll) -> None:
        self._store.record_reading(poll.name, poll.reading, poll.duration_seconds)


class _Gauges:
    """The way that the manual of prometheus-client shows."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._both = Gauge(
            "pico_temperature", "Both.", ("device", "unit"), registry=self.registry
        )
        self._others = [
            Gauge(name, "One.", ("device",), registry=self.registry)
            for name in ONE_LABEL
        ]

    def poll(self, poll: _Poll, polls_total: int) -> None:
        reading = poll.reading
        self._both.labels(poll.name, "celsius").set(reading.celsius)
        self._both.labels(poll.name, "fahrenheit").set(reading.fahrenheit)
        values = (reading.celsius, 1, UNIX_SECONDS, polls_total, poll.duration_seconds)
        for gauge, value in zip(self._others, values, strict=True):
            gauge.labels(poll.name).set(value)


class _Fleet:
    """Both sides, polled alike."""

    def __init__(self, compress: Compress) -> None:
        self._names = [f"device-{number:05}" for number in range(DEVICES)]
        self.ours, self.peer = _Ours(self._names, compress), _Gauges()
        self._polls_total = 0
        # Not for secrets.
        self._random = random.Random(0)  # noqa: S311

    def poll_all(self) -> None:
        self._polls_total += 1
        self._random.shuffle(self._names)
        for name in self._names:
            celsius = round(self._random.uniform(-10, 60), 2)
            reading = Reading(celsius, round(celsius * 1.8 + 32, 2))
            poll = _Poll(name, reading, self._random.uniform(0.01, 0.2))
            self.ours.poll(poll)
            self.peer.poll(poll, self._polls_total)


async def _figure(
    compress: Compress,
    ours: Callable[[Exposition], Awaitable[bytes]],
    peer: Callable[[bytes], bytes],
) -> Figure:
    fleet = _Fleet(compress)

    async def our_round() -> float:
        await asyncio.to_thread(fleet.poll_all)
        began = time.perf_counter()
        await ours(fleet.ours.exposition)
        return 1 / (time.perf_counter() - began)

    async def peer_round() -> float:
        began = time.perf_counter()
        peer(generate_latest(fleet.peer.registry))
        return 1 / (time.perf_counter() - began)

    await interleaved(our_round, peer_round, 1)  # to warm up
    figure = await interleaved(our_round, peer_round, ROUNDS, unit="/s")
    _check(await _plain_of(fleet.ours.exposition), fleet.peer.registry)
    return figure


def _check(text: bytes, registry: CollectorRegistry) -> None:
    ours, peer = _samples(text), _samples(generate_latest(registry))
    if ours != peer or len(ours) != DEVICES * 7:
        raise VoidError(f"ours tells {len(ours)} samples, not the peer's {len(peer)}")


def _samples(text: bytes) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
    }
