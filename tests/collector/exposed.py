"""In: a store, a clock. Out: what /metrics tells of it, in either format, parsed."""

from collections.abc import Iterable

from prometheus_client import Metric
from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as parse_openmetrics,
)
from prometheus_client.parser import text_string_to_metric_families as parse_text

from collector.fake_clock import FakeClock
from picotemp_collector.metrics.exposition import Exposition, make_expositions
from picotemp_collector.metrics.format import Format
from picotemp_collector.metrics.packer import Packer, standard
from picotemp_collector.readings.store import Store

Labels = tuple[tuple[str, str], ...]
Samples = dict[tuple[str, Labels], float]
PARSERS = {Format.TEXT: parse_text, Format.OPENMETRICS: parse_openmetrics}


def end_of(text_format: Format) -> bytes:
    """Stand for the collector's own metrics."""
    return b"# EOF\n" if text_format is Format.OPENMETRICS else b""


def expositions(
    store: Store, clock: FakeClock, packer: Packer | None = None
) -> dict[Format, Exposition]:
    now_seconds = clock.clock.monotonic_seconds
    return make_expositions(store, now_seconds, end_of, packer or Packer(standard))


async def text_of(
    store: Store, clock: FakeClock, text_format: Format = Format.TEXT
) -> str:
    return (await expositions(store, clock)[text_format].plain()).decode()


def families_of(text: str, text_format: Format = Format.TEXT) -> list[Metric]:
    return list(PARSERS[text_format](text))  # type: ignore[no-untyped-call]


def samples_of(text: str, text_format: Format = Format.TEXT) -> Samples:
    """Give every sample once; the parsers would say nothing of a second."""
    found = [
        ((sample.name, tuple(sorted(sample.labels.items()))), sample.value)
        for family in families_of(text, text_format)
        for sample in family.samples
    ]
    assert len(dict(found)) == len(found)
    return dict(found)


def of(name: str, device: str, **labels: str) -> tuple[str, Labels]:
    return name, tuple(sorted({"device": device, **labels}.items()))


def temperatures(samples: Iterable[tuple[str, Labels]]) -> set[str]:
    """Give the devices that have a temperature."""
    return {dict(labels)["device"] for name, labels in samples if "temperature" in name}
