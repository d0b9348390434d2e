"""In: the collector's own doings. Out: picotemp_collector_*, by prometheus-client."""

import platform
from collections.abc import Callable

import prometheus_client
from prometheus_client import (
    CollectorRegistry,
    Gauge,
    Histogram,
    Info,
    ProcessCollector,
    exposition,
)
from prometheus_client.openmetrics import exposition as openmetrics_exposition

from picotemp import __version__
from picotemp_collector.metrics.format import Format

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
