"""In: a family, a view. Out: its lines: HELP and TYPE, and one for each sample."""

from typing import Any

from picotemp_collector.metrics.family import FAMILIES, Family
from picotemp_collector.metrics.format import Format
from picotemp_collector.metrics.label import label
from picotemp_collector.readings.view import View

# What a sample's name has behind that of its family, by OpenMetrics' types.
SUFFIXES = {"counter": "_total", "info": "_info"}


def device_lines(view: View) -> list[str]:
    """Give the lines of a device, those of each family apart."""
    device = label("device", view.device.name)
    return [_sample_lines(family, device, view) for family in FAMILIES]


def heading(family: Family[Any], text_format: Format) -> bytes:
    """Give HELP and TYPE of a family."""
    name, kind = family.name, family.type
    if text_format is Format.OPENMETRICS:
        name = name.removesuffix(SUFFIXES.get(kind, ""))
    elif kind == "info":  # which the older format does not know
        kind = "gauge"
    return f"# HELP {name} {family.help}\n# TYPE {name} {kind}\n".encode()


def _sample_lines(family: Family[View], device: str, view: View) -> str:
    text = ""
    for further_labels, value in family.samples(view):
        text += f"{family.name}{{{device}{further_labels}}} {value!r}\n"
    return text
