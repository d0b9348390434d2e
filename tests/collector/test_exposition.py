"""In: devices in every state. Out: samples that two parsers read as they are meant."""

import re
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

from collector.fake_clock import FakeClock
from collector.known import known_store
from collector.running import device
from picotemp.payload import Reading
from picotemp_collector.outlets.exposition import FAMILIES, render
from picotemp_collector.readings.info import DeviceInfo
from picotemp_collector.readings.store import Store

Labels = tuple[tuple[str, str], ...]
Samples = dict[tuple[str, Labels], float]
labels_text = st.text(st.characters(exclude_categories=["Cs"]))


def samples_of(text: str) -> Samples:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def of(name: str, device: str, **labels: str) -> tuple[str, Labels]:
    return name, tuple(sorted({"device": device, **labels}.items()))


def test_every_state_gives_exactly_its_samples(clock: FakeClock) -> None:
    info = {"micropython": "", "reset_cause": ""}
    assert samples_of(render(known_store(clock).views())) == {
        of("pico_temperature", "attic", unit="celsius"): 27.04,
        of("pico_temperature", "attic", unit="fahrenheit"): 80.67,
        of("pico_temperature_celsius", "attic"): 27.04,
        of("pico_up", "attic"): 1,
        of("pico_up", "bath"): 0,
        of("pico_up", "cellar"): 0,
        of("pico_up", "den"): 0,
        of("pico_last_success_timestamp_seconds", "attic"): 1_700_000_014,
        of("pico_last_success_timestamp_seconds", "bath"): 1_700_000_000,
        of("pico_last_success_timestamp_seconds", "cellar"): 1_700_000_000,
        of("pico_polls_total", "attic"): 1,
        of("pico_polls_total", "bath"): 1,
        of("pico_polls_total", "cellar"): 2,
        of("pico_polls_total", "den"): 0,
        of("pico_poll_failures_total", "cellar", reason="refused"): 1,
        of("pico_poll_duration_seconds", "attic"): 0.125,
        of("pico_poll_duration_seconds", "cellar"): 0.25,
        of(
            "pico_device_info",
            "attic",
            id="e66",
            hostname="picotemp",
            version="0.1.0",
            **info,
        ): 1,
        of("pico_uptime_seconds", "attic"): 5,
        of("pico_wifi_rssi_dbm", "attic"): -61,
        of("pico_heap_free_bytes", "attic"): 120000,
    }


def test_stale_reading_leaves_the_exposition(clock: FakeClock) -> None:
    store = known_store(clock)
    assert "pico_temperature_celsius{" in render(store.views())
    clock.advance(14)
    text = render(store.views())
    assert "pico_temperature{" not in text
    assert "pico_temperature_celsius{" not in text
    assert samples_of(text)[of("pico_up", "attic")] == 0


def test_no_sample_has_a_timestamp(clock: FakeClock) -> None:
    lines = render(known_store(clock).views()).splitlines()
    samples = [line for line in lines if not line.startswith("#")]
    assert all(re.fullmatch(r"\w+\{.*\} [-+.e\d]+", line) for line in samples)


def test_every_family_is_one_group_with_help_and_type(clock: FakeClock) -> None:
    lines = render(known_store(clock).views()).splitlines()
    names = [line.split()[2] for line in lines if line.startswith("# HELP ")]
    types = [line.split()[2] for line in lines if line.startswith("# TYPE ")]
    assert names == types == [family.name for family in FAMILIES]
    assert len(set(names)) == len(names)
    current = ""
    for line in lines:
        if line.startswith("# TYPE"):
            current = line.split()[2]
        elif not line.startswith("#"):
            assert line.startswith(current + "{")


class Oracle(Collector):
    """The temperatures and polls as prometheus-client would write them."""

    def __init__(self, store: Store) -> None:
        self._views = store.views()

    def collect(self) -> Iterator[Metric]:
        helps = {family.name: family.help for family in FAMILIES}
        name = "pico_temperature"
        both = GaugeMetricFamily(name, helps[name], labels=("device", "unit"))
        name = "pico_polls_total"
        polls = CounterMetricFamily(name, helps[name], labels=("device",))
        for view in self._views:
            polls.add_metric([view.device.name], view.polls_total)
            if view.reading is not None:
                both.add_metric([view.device.name, "celsius"], view.reading.celsius)
                both.add_metric(
                    [view.device.name, "fahrenheit"], view.reading.fahrenheit
                )
        yield both
        yield polls


@given(st.lists(labels_text, unique=True, max_size=5), st.floats(-40, 125))
def test_prometheus_client_would_write_the_same(
    names: list[str], celsius: float
) -> None:
    store = Store([device(name) for name in names], FakeClock().clock, 60.0)
    for name in names:
        store.record_reading(name, Reading(celsius, celsius * 1.8 + 32), 0.5)
    registry = CollectorRegistry()
    registry.register(Oracle(store))
    oracle = samples_of(generate_latest(registry).decode())
    ours = samples_of(render(store.views()))
    assert {
        key: value
        for key, value in ours.items()
        if key[0] in ("pico_temperature", "pico_polls_total")
    } == oracle


@given(labels_text, labels_text)
def test_label_values_of_any_text_come_back_the_same(name: str, version: str) -> None:
    store = Store([device(name)], FakeClock().clock, 60.0)
    store.record_reading(name, Reading(20.0, 68.0), 0.5)
    store.record_info(name, DeviceInfo(version=version))
    samples = samples_of(render(store.views()))
    assert samples[of("pico_up", name)] == 1
    info = next(key for key in samples if key[0] == "pico_device_info")
    assert dict(info[1])["device"] == name
    assert dict(info[1])["version"] == version
