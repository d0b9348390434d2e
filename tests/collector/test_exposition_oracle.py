"""In: any devices. Out: what prometheus-client would write of them, in both formats."""

import asyncio
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, exposition
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.openmetrics import exposition as openmetrics
from prometheus_client.registry import Collector

from collector.exposed import families_of, samples_of, text_of
from collector.fake_clock import FakeClock
from collector.running import device
from picotemp.payload import Reading
from picotemp_collector.errors import Failure, FailureReason
from picotemp_collector.metrics.family import FAMILIES
from picotemp_collector.metrics.format import Format
from picotemp_collector.readings.info import DeviceInfo
from picotemp_collector.readings.store import Store
from picotemp_collector.readings.view import View

GENERATE = {
    Format.TEXT: exposition.generate_latest,
    Format.OPENMETRICS: openmetrics.generate_latest,
}
HELPS = {family.name: family.help for family in FAMILIES}
any_text = st.text() | st.text('\\"\n\r\ud800ä{},= #')
finite = st.floats(allow_nan=False, allow_infinity=False)
infos = st.builds(
    DeviceInfo, id=any_text, version=any_text, uptime_seconds=st.none() | finite
)


def encodable(text: str) -> str:
    # Lone surrogates have no UTF-8; prometheus-client would raise.
    return text.encode("utf-8", "replace").decode()


class Oracle(Collector):
    """What a store knows as prometheus-client would have it written."""

    def __init__(self, views: list[View]) -> None:
        self._views = views

    def collect(self) -> Iterator[Metric]:
        yield self._temperature()
        yield self._gauge(
            "pico_temperature_celsius",
            lambda view: view.reading.celsius if view.reading else None,
        )
        yield self._gauge("pico_up", lambda view: float(view.up))
        yield self._gauge(
            "pico_last_success_timestamp_seconds",
            lambda view: view.last_success_unix_seconds,
        )
        yield from self._counters()
        yield self._gauge(
            "pico_poll_duration_seconds", lambda view: view.poll_duration_seconds
        )
        yield self._info()
        for name, key in (
            ("pico_uptime_seconds", "uptime_seconds"),
            ("pico_wifi_rssi_dbm", "wifi_rssi_dbm"),
            ("pico_heap_free_bytes", "heap_free_bytes"),
        ):
            yield self._gauge(name, lambda view, key=key: getattr(view.info, key, None))

    def _temperature(self) -> Metric:
        name = "pico_temperature"
        family = GaugeMetricFamily(name, HELPS[name], labels=("device", "unit"))
        for view in self._views:
            for unit in ("celsius", "fahrenheit") if view.reading else ():
                value = getattr(view.reading, unit)
                family.add_metric([encodable(view.device.name), unit], value)
        return family

    def _gauge(self, name, value) -> Metric:  # type: ignore[no-untyped-def]
        family = GaugeMetricFamily(name, HELPS[name], labels=("device",))
        for view in self._views:
            if value(view) is not None:
                family.add_metric([encodable(view.device.name)], value(view))
        return family

    def _counters(self) -> Iterator[Metric]:
        name = "pico_polls_total"
        polls = CounterMetricFamily(name, HELPS[name], labels=("device",))
        name = "pico_poll_failures_total"
        failures = CounterMetricFamily(name, HELPS[name], labels=("device", "reason"))
        for view in self._views:
            device_name = encodable(view.device.name)
            polls.add_metric([device_name], view.polls_total)
            for reason, count in view.failures.items():
                failures.add_metric([device_name, str(reason)], count)
        yield from (polls, failures)

    def _info(self) -> Metric:
        family = InfoMetricFamily("pico_device", HELPS["pico_device_info"], labels=())
        for view in self._views:
            if view.info is not None:
                keys = ("id", "hostname", "version", "micropython", "reset_cause")
                labels = {key: encodable(getattr(view.info, key) or "") for key in keys}
                labels["device"] = encodable(view.device.name)
                family.add_metric([], labels)
        return family


@given(
    st.lists(any_text, unique_by=encodable, max_size=6),
    st.lists(st.sampled_from(["up", "info", "down", "stale", "pending"]), min_size=6),
    st.floats(-40, 125),
    infos,
)
def test_prometheus_client_would_write_the_same(
    names: list[str], states: list[str], celsius: float, info: DeviceInfo
) -> None:
    clock = FakeClock()
    store = Store([device(name) for name in names], clock.clock, 60.0)
    put(store, clock, dict(zip(names, states, strict=False)), celsius, info)
    registry = CollectorRegistry()
    registry.register(Oracle(store.views()))
    for text_format, generate in GENERATE.items():
        theirs = generate(registry).decode()  # type: ignore[operator]
        ours = asyncio.run(text_of(store, clock, text_format))
        assert samples_of(ours, text_format) == samples_of(theirs, text_format)
        assert told(ours, text_format) == told(theirs, text_format)


def put(
    store: Store,
    clock: FakeClock,
    states: dict[str, str],
    celsius: float,
    info: DeviceInfo,
) -> None:
    """Bring each device into its state, those that are stale first."""
    for name, state in states.items():
        if state == "stale":
            store.record_reading(name, Reading(1.0, 33.8), 0.5)
    clock.advance(14)
    for name, state in states.items():
        if state in ("up", "info"):
            store.record_reading(name, Reading(celsius, celsius * 1.8 + 32), 0.5)
        if state == "info":
            store.record_info(name, info)
        if state == "down":
            failure = Failure(FailureReason.TIMEOUT, "")
            store.record_failure(name, failure, celsius)


def told(text: str, text_format: Format) -> list[tuple[str, str, str]]:
    return [
        (family.name, family.type, family.documentation)
        for family in families_of(text, text_format)
    ]
