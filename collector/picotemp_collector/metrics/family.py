"""In: views of devices. Out: the metrics that a device has, and its samples of each.

    pico_temperature{device="attic",unit="celsius"} 24.31
    pico_temperature{device="attic",unit="fahrenheit"} 75.76
    pico_temperature_celsius{device="attic"} 24.31
    pico_up{device="attic"} 1.0
    pico_poll_failures_total{device="cellar",reason="timeout"} 3.0

No sample carries a timestamp: Prometheus would show it for five minutes more.
"""

from collections.abc import Callable
from typing import Generic, TypeVar

from attrs import frozen

from picotemp_collector.metrics.label import label
from picotemp_collector.readings.info import DeviceInfo
from picotemp_collector.readings.view import View

# The text of the labels after that of the device, and the sample's value.
Sample = tuple[str, float]
INFO_LABELS = ("id", "hostname", "version", "micropython", "reset_cause")
Seen = TypeVar("Seen")


@frozen
class Family(Generic[Seen]):
    """One metric: its type in OpenMetrics, HELP, and the samples of what was seen."""

    name: str
    type: str
    help: str
    samples: Callable[[Seen], tuple[Sample, ...]]


def _temperature(view: View) -> tuple[Sample, ...]:
    if view.reading is None:
        return ()
    return (
        (',unit="celsius"', view.reading.celsius),
        (',unit="fahrenheit"', view.reading.fahrenheit),
    )


def _celsius(view: View) -> tuple[Sample, ...]:
    return _if_known(view.reading.celsius if view.reading is not None else None)


def _up(view: View) -> tuple[Sample, ...]:
    return (("", float(view.up)),)


def _last_success(view: View) -> tuple[Sample, ...]:
    return _if_known(view.last_success_unix_seconds)


def _polls(view: View) -> tuple[Sample, ...]:
    return (("", float(view.polls_total)),)


def _failures(view: View) -> tuple[Sample, ...]:
    return tuple(
        (f',reason="{reason}"', float(count)) for reason, count in view.failures.items()
    )


def _poll_duration(view: View) -> tuple[Sample, ...]:
    return _if_known(view.poll_duration_seconds)


def _info(view: View) -> tuple[Sample, ...]:
    info = view.info
    if info is None:
        return ()
    labels = (label(name, getattr(info, name) or "") for name in INFO_LABELS)
    return (("," + ",".join(labels), 1.0),)


def _measured(
    value: Callable[[DeviceInfo], float | None],
) -> Callable[[View], tuple[Sample, ...]]:
    return lambda view: _if_known(value(view.info) if view.info is not None else None)


def _if_known(value: float | None) -> tuple[Sample, ...]:
    return () if value is None else (("", value),)


FAMILIES: tuple[Family[View], ...] = (
    Family(
        "pico_temperature",
        "gauge",
        "Die temperature in the unit that the label names; absent unless fresh.",
        _temperature,
    ),
    Family(
        "pico_temperature_celsius",
        "gauge",
        "Die temperature in degrees Celsius; absent unless fresh.",
        _celsius,
    ),
    Family("pico_up", "gauge", "Whether there is a fresh reading: 1 or 0.", _up),
    Family(
        "pico_last_success_timestamp_seconds",
        "gauge",
        "When the last good poll ended, in seconds since 1970.",
        _last_success,
    ),
    Family("pico_polls_total", "counter", "Polls that ended, good or failed.", _polls),
    Family(
        "pico_poll_failures_total",
        "counter",
        "Polls that gave no reading, by reason.",
        _failures,
    ),
    Family(
        "pico_poll_duration_seconds",
        "gauge",
        "How long the last poll took, without the wait for its turn.",
        _poll_duration,
    ),
    Family(
        "pico_device_info",
        "info",
        "What the device says it is; always 1.",
        _info,
    ),
    Family(
        "pico_uptime_seconds",
        "gauge",
        "Time since the device started, when it was last asked.",
        _measured(lambda info: info.uptime_seconds),
    ),
    Family(
        "pico_wifi_rssi_dbm",
        "gauge",
        "Strength of the device's Wi-Fi signal, when it was last asked.",
        _measured(lambda info: info.wifi_rssi_dbm),
    ),
    Family(
        "pico_heap_free_bytes",
        "gauge",
        "Free heap of the device, when it was last asked.",
        _measured(lambda info: info.heap_free_bytes),
    ),
)
