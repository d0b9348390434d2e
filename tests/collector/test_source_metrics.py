"""In: how sources of devices are. Out: numbers of each, under its own name."""

from collector.exposed import samples_of
from picotemp_collector.metrics.format import Format
from picotemp_collector.outlets.self_metrics import SelfMetrics
from picotemp_collector.readings.source_state import SourceState

STATES = [
    SourceState("/etc/sd/*.yml", True, (), 7, 1_700_000_000.0, 0),
    SourceState('http://sd.lan/"x"', False, ("refused", "torn"), 2, None, 3),
]
PREFIX = "picotemp_collector_source_"


def told(states: list[SourceState], text_format: Format) -> dict[object, float]:
    metrics = SelfMetrics(0.0, lambda: 0)
    metrics.show_sources(lambda: states)
    text = metrics.render(text_format).decode()
    return {
        (name.removeprefix(PREFIX), dict(labels)["source"]): value
        for (name, labels), value in samples_of(text, text_format).items()
        if name.startswith(PREFIX)
    }


def test_each_source_tells_how_it_is_in_both_formats() -> None:
    for text_format in Format:
        assert told(STATES, text_format) == {
            ("last_refresh_successful", "/etc/sd/*.yml"): 1,
            ("last_refresh_successful", 'http://sd.lan/"x"'): 0,
            ("devices", "/etc/sd/*.yml"): 7,
            ("devices", 'http://sd.lan/"x"'): 2,
            ("problems", "/etc/sd/*.yml"): 0,
            ("problems", 'http://sd.lan/"x"'): 2,
            ("refresh_failures_total", "/etc/sd/*.yml"): 0,
            ("refresh_failures_total", 'http://sd.lan/"x"'): 3,
        }


def test_no_sources_are_no_samples() -> None:
    assert told([], Format.TEXT) == {}
