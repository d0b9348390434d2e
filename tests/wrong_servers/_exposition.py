"""In: what a server tells. Out: Prometheus' text of it, written anew for the tests."""

from collections.abc import Mapping
from typing import NamedTuple


class Family(NamedTuple):
    """One metric: what it is, and its samples: labels and a value each."""

    name: str
    kind: str
    samples: list[tuple[dict[str, str], object]]


def families(
    told: Mapping[str, object],
    uptime_seconds: float,
    celsius: float,
    answers: Mapping[int, int],
) -> list[Family]:
    """Give all that there is to expose."""
    who = ("id", "hostname", "version", "micropython")
    device = {key: str(told[key]) for key in who}
    cause = {"cause": str(told["reset_cause"])}
    units = {"celsius": round(celsius, 2), "fahrenheit": round(celsius * 1.8 + 32, 2)}
    by_unit = [({"unit": unit}, value) for unit, value in units.items()]
    by_code = [({"code": str(code)}, count) for code, count in answers.items()]
    return [
        Family("pico_temperature", "gauge", [*by_unit]),
        _one("pico_temperature_celsius", units["celsius"]),
        _one("pico_sensor_up", 1),
        _one("pico_uptime_seconds", uptime_seconds),
        _one("pico_wifi_rssi_dbm", told["rssi_dbm"]),
        _one("pico_wifi_reconnects_total", told["wifi_reconnects_total"]),
        _one("pico_heap_free_bytes", told["heap_free_bytes"]),
        Family("pico_http_requests_total", "counter", [*by_code]),
        _one("pico_connections_rejected_total", told["rejected_total"]),
        Family("pico_device_info", "gauge", [(device, 1)]),
        Family("pico_reset_info", "gauge", [(cause, 1)]),
    ]


def _one(name: str, value: object) -> Family:
    kind = "counter" if name.endswith("_total") else "gauge"
    return Family(name, kind, [({}, value)])


def render(shown: list[Family]) -> str:
    """Give the text, family by family."""
    return "".join(head(family) + samples(family) for family in shown)


def head(family: Family) -> str:
    """Give the two lines that begin a family."""
    name = family.name
    return f"# HELP {name} What a board tells.\n# TYPE {name} {family.kind}\n"


def samples(family: Family) -> str:
    """Give a line for each sample."""
    return "".join(
        f"{family.name}{_labels(labels)} {value}\n" for labels, value in family.samples
    )


def _labels(labels: dict[str, str]) -> str:
    pairs = [f'{name}="{escape(value)}"' for name, value in labels.items()]
    return "{" + ",".join(pairs) + "}" if pairs else ""


def escape(text: str) -> str:
    """Give a label's value as it stands between its quotes."""
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
