"""In: the collector's own doings. Out: picotemp_collector_*, by prometheus-client."""

import platform
from collections.abc import Callable, Iterable, Iterator

import prometheus_client
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    ProcessCollector,
    exposition,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.openmetrics import exposition as openmetrics_exposition
from prometheus_client.registry import Collector

from picotemp import __version__
from picotemp_collector.config.loaded import Loaded
from picotemp_collector.config.shard import Shard
from picotemp_collector.metrics.format import Format
from picotemp_collector.readings.source_state import SourceState

PREFIX = "picotemp_collector"
LATENESS_BUCKETS_SECONDS = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
WHOLE_FLEET = Shard(0, 1)


class SelfMetrics:
    """What the collector tells of itself, in a registry of its own."""

    def __init__(
        self, start_unix_seconds: float, device_count: Callable[[], int]
    ) -> None:
        # Else each histogram brings a second family, _created, that nobody asked for.
        prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]
        self._registry = CollectorRegistry()
        self._lateness = Histogram(
            f"{PREFIX}_poll_lateness_seconds",
            "How long after their time polls began: a busy loop, or no free turn.",
            buckets=LATENESS_BUCKETS_SECONDS,
            registry=self._registry,
        )
        self._ignored_scrape_timeouts = Counter(
            f"{PREFIX}_ignored_scrape_timeouts",
            "Probes whose scrape timeout was none: no number, or no time at all.",
            registry=self._registry,
        )
        self._add_facts(start_unix_seconds, device_count)
        ProcessCollector(namespace=PREFIX, registry=self._registry)

    def observe_lateness_seconds(self, lateness_seconds: float) -> None:
        """Count one poll that began so late."""
        self._lateness.observe(lateness_seconds)

    def count_ignored_scrape_timeout(self) -> None:
        """Count one probe with a scrape timeout that is none."""
        self._ignored_scrape_timeouts.inc()

    def show_reloads(self, loaded: Callable[[], Loaded]) -> None:
        """Tell how reloads go, asked for at each telling; by Prometheus' names."""
        self._gauge(
            "config_last_reload_successful",
            "Whether the last loading of the configuration succeeded: 1 or 0.",
        ).set_function(lambda: loaded().ok)
        self._gauge(
            "config_last_reload_success_timestamp_seconds",
            "When the configuration in force was loaded, in seconds since 1970.",
        ).set_function(lambda: loaded().loaded_unix_seconds)

    def show_shard(self, shard: Callable[[], Shard | None]) -> None:
        """Tell which part of the fleet is polled; without shards it is 0 of 1."""
        self._gauge("shard_index", "Which shard this is, counted from 0.").set_function(
            lambda: (shard() or WHOLE_FLEET).index
        )
        self._gauge("shards", "How many shards share the fleet.").set_function(
            lambda: (shard() or WHOLE_FLEET).count
        )

    def show_sources(self, states: Callable[[], Iterable[SourceState]]) -> None:
        """Tell of the sources of devices, asked for at each telling."""
        self._registry.register(_Sources(states))

    def render(self, text_format: Format = Format.TEXT) -> bytes:
        """Give the text of all of them; in OpenMetrics with the end, `# EOF`."""
        if text_format is Format.OPENMETRICS:
            text: bytes = openmetrics_exposition.generate_latest(  # type: ignore[no-untyped-call]
                self._registry
            )
            return text
        return exposition.generate_latest(self._registry)

    def _add_facts(
        self, start_unix_seconds: float, device_count: Callable[[], int]
    ) -> None:
        build = Info(f"{PREFIX}_build", "What runs; always 1.", registry=self._registry)
        build.info({"version": __version__, "python": platform.python_version()})
        devices = self._gauge("devices", "Devices that are configured.")
        devices.set_function(device_count)
        start = self._gauge(
            "start_time_seconds", "When the collector started, in seconds since 1970."
        )
        start.set(start_unix_seconds)

    def _gauge(self, name: str, text: str) -> Gauge:
        return Gauge(f"{PREFIX}_{name}", text, registry=self._registry)


class _Sources(Collector):
    def __init__(self, states: Callable[[], Iterable[SourceState]]) -> None:
        self._states = states

    def collect(self) -> Iterator[Metric]:
        successful = _source_gauge(
            "last_refresh_successful",
            "1 if the list in force is what the source said last, else 0.",
        )
        devices = _source_gauge("devices", "Devices that the source lists.")
        problems = _source_gauge(
            "problems", "Things to put right in what the source said last."
        )
        failures = CounterMetricFamily(
            f"{PREFIX}_source_refresh_failures",
            "Refreshes that gave no list.",
            labels=["source"],
        )
        for state in self._states():
            labels = [state.origin]
            successful.add_metric(labels, float(state.is_current))
            devices.add_metric(labels, state.device_count)
            problems.add_metric(labels, len(state.problems))
            failures.add_metric(labels, state.failure_count)
        yield from (successful, devices, problems, failures)


def _source_gauge(name: str, text: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"{PREFIX}_source_{name}", text, labels=["source"])
