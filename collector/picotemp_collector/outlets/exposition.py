"""In: views of devices. Out: /metrics, the text that Prometheus scrapes.

    pico_temperature{device="attic",unit="celsius"} 24.31
    pico_temperature{device="attic",unit="fahrenheit"} 75.76
    pico_temperature_celsius{device="attic"} 24.31
    pico_up{device="attic"} 1
    pico_poll_failures_total{device="cellar",reason="timeout"} 3

No sample carries a timestamp: Prometheus would show it for five minutes more.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence

from aiohttp import web
from attrs import frozen

from picotemp_collector.readings.info import DeviceInfo
from picotemp_collector.readings.view import View

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
ESCAPES = (("\\", r"\\"), ('"', r"\""), ("\n", r"\n"))
# A label's text, and the sample's value.
Sample = tuple[str, float]


@frozen
class Family:
    """One metric: HELP, TYPE, and the samples that a device has of it."""

    name: str
    type: str
    help: str
    samples: Callable[[View], Iterable[Sample]]


def make_metrics_handler(
    views: Callable[[], Sequence[View]], own_metrics: Callable[[], bytes]
) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Give the handler of /metrics; `own_metrics` is the text about the collector."""

    async def metrics(_request: web.Request) -> web.Response:
        body = render(views()).encode("utf-8", "replace") + own_metrics()
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE})

    return metrics


def render(views: Sequence[View]) -> str:
    """Give the text of all device metrics, one group of lines for each family."""
    labelled = [(device_label(view.device.name), view) for view in views]
    return "".join(
        line for family in FAMILIES for line in _family_lines(family, labelled)
    )


def device_label(name: str) -> str:
    """Give the label of a device, escaped."""
    return _label("device", name)


def _family_lines(
    family: Family, labelled: Sequence[tuple[str, View]]
) -> Iterator[str]:
    yield f"# HELP {family.name} {family.help}\n# TYPE {family.name} {family.type}\n"
    for label, view in labelled:
        for further_labels, value in family.samples(view):
            yield f"{family.name}{{{label}{further_labels}}} {value!r}\n"


def _label(name: str, value: str) -> str:
    for letter, escaped in ESCAPES:
        value = value.replace(letter, escaped)
    return f'{name}="{value}"'


def _temperature(view: View) -> Iterator[Sample]:
    if view.reading is not None:
        yield ',unit="celsius"', view.reading.celsius
        yield ',unit="fahrenheit"', view.reading.fahrenheit


def _celsius(view: View) -> Iterator[Sample]:
    if view.reading is not None:
        yield "", view.reading.celsius


def _up(view: View) -> Iterator[Sample]:
    yield "", float(view.up)


def _last_success(view: View) -> Iterator[Sample]:
    if view.last_success_unix_seconds is not None:
        yield "", view.last_success_unix_seconds


def _polls(view: View) -> Iterator[Sample]:
    yield "", float(view.polls_total)


def _failures(view: View) -> Iterator[Sample]:
    for reason, count in view.failures.items():
        yield f',reason="{reason}"', float(count)


def _poll_duration(view: View) -> Iterator[Sample]:
    if view.poll_duration_seconds is not None:
        yield "", view.poll_duration_seconds


def _info(view: View) -> Iterator[Sample]:
    if view.info is not None:
        names = ("id", "hostname", "version", "micropython", "reset_cause")
        labels = (_label(name, getattr(view.info, name) or "") for name in names)
        yield "," + ",".join(labels), 1.0


def _measured(
    value: Callable[[DeviceInfo], float | None],
) -> Callable[[View], Iterator[Sample]]:
    def samples(view: View) -> Iterator[Sample]:
        number = value(view.info) if view.info is not None else None
        if number is not None:
            yield "", number

    return samples


FAMILIES = (
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
        "gauge",
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
