"""In: the collector's own doings. Out: picotemp_collector_*, by prometheus-client."""

import platform
from collections.abc import Callable, Iterable

import prometheus_client
from prometheus_client import CollectorRegistry, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import generate_latest

from picotemp import __version__

PREFIX = "picotemp_collector"
LATENESS_BUCKETS_SECONDS = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


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
        self._add_facts(start_unix_seconds, device_count)
        ProcessCollector(namespace=PREFIX, registry=self._registry)

    def observe_lateness_seconds(self, lateness_seconds: float) -> None:
        """Count one poll that began so late."""
        self._lateness.observe(lateness_seconds)

    def render(self) -> bytes:
        """Give the text of all of them."""
        return generate_latest(self._registry)

    def _add_facts(
        self, start_unix_seconds: float, device_count: Callable[[], int]
    ) -> None:
        build = self._gauge("build_info", "What runs; always 1.", ("version", "python"))
        build.labels(__version__, platform.python_version()).set(1)
        devices = self._gauge("devices", "Devices that are configured.")
        devices.set_function(device_count)
        start = self._gauge(
            "start_time_seconds", "When the collector started, in seconds since 1970."
        )
        start.set(start_unix_seconds)

    def _gauge(self, name: str, text: str, labels: Iterable[str] = ()) -> Gauge:
        return Gauge(f"{PREFIX}_{name}", text, labels, registry=self._registry)
