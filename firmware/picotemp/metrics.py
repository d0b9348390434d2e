"""In: what a board knows of itself, in plain values. Out: Prometheus' text of it.

    pico_temperature{unit="celsius"} 27.04
    pico_temperature{unit="fahrenheit"} 80.68
    pico_device_info{hostname="picotemp",id="e661640843259f2d"} 1

What cannot be trusted is absent, with its HELP and TYPE: never a zero, never NaN.
"""

from .payload import HIGHEST_CELSIUS, LOWEST_CELSIUS, fahrenheit, two_decimals

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def render(
    *,
    celsius: float | None,
    uptime_ms: int,
    rssi_dbm: int | None,
    reconnects_total: int,
    heap_free_bytes: int,
    answers_by_status: dict[int, int],
    rejected_total: int,
    device: dict[str, str],
    reset_cause: str,
) -> bytes:
    """Give the exposition; None stands for what is not known."""
    families: list[bytes] = []
    _add_sensor(families, celsius)
    # In whole numbers: a 32-bit float loses the milliseconds within hours.
    uptime = "%d.%03d" % divmod(uptime_ms, 1000)
    _add(families, "uptime_seconds", "Time since the start.", {"": uptime})
    if rssi_dbm is not None:
        _add_whole(families, "wifi_rssi_dbm", "Wi-Fi signal.", rssi_dbm)
    _add_whole(
        families, "wifi_reconnects_total", "Wi-Fi joined anew.", reconnects_total
    )
    _add_whole(families, "heap_free_bytes", "Free memory.", heap_free_bytes)
    codes = answers_by_status.items()
    answers = {_labels({"code": str(code)}): str(count) for code, count in codes}
    _add(families, "http_requests_total", "Answers by status.", answers)
    rejected = "Clients turned away."
    _add_whole(families, "connections_rejected_total", rejected, rejected_total)
    _add(families, "device_info", "Who the board is.", {_labels(device): "1"})
    cause = _labels({"cause": reset_cause})
    _add(families, "reset_info", "Why the board started.", {cause: "1"})
    return b"".join(families)


def _add_sensor(families: list[bytes], celsius: float | None) -> None:
    # Written so that NaN fails it.
    is_up = celsius is not None and LOWEST_CELSIUS <= celsius <= HIGHEST_CELSIUS
    if celsius is not None and is_up:
        shown = two_decimals(celsius)
        by_unit = {
            _labels({"unit": "celsius"}): shown,
            _labels({"unit": "fahrenheit"}): two_decimals(fahrenheit(celsius)),
        }
        _add(families, "temperature", "Die temperature.", by_unit)
        _add(families, "temperature_celsius", "Die temperature.", {"": shown})
    _add_whole(families, "sensor_up", "1 if there is a temperature.", is_up)


def _add_whole(families: list[bytes], name: str, explanation: str, number: int) -> None:
    _add(families, name, explanation, {"": "%d" % number})


def _add(
    families: list[bytes], name: str, explanation: str, samples: dict[str, str]
) -> None:
    """Add a family: samples is {labels: value}."""
    if not samples:
        return
    kind = "counter" if name.endswith("_total") else "gauge"
    text = "# HELP pico_%s %s\n# TYPE pico_%s %s\n" % (name, explanation, name, kind)
    # Sorted, because MicroPython's dicts keep no order.
    for key in sorted(samples):
        text += "pico_%s%s %s\n" % (name, key, samples[key])
    families.append(text.encode())


def _labels(labels: dict[str, str]) -> str:
    pairs = ['%s="%s"' % (name, _escaped(labels[name])) for name in sorted(labels)]
    return "{" + ",".join(pairs) + "}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
