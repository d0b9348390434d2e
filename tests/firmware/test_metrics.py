"""In: what a board knows. Out: an exposition that every reader takes as it is meant."""

import ast
import math
import subprocess
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from picotemp.metrics import render
from real_servers import program

from .conftest import Micropython

DEVICE = {
    "id": "e661640843259f2d",
    "hostname": "picotemp",
    "version": "1.2.3",
    "micropython": "1.29.0",
}
GOOD: dict[str, Any] = {
    "celsius": 27.04404,
    "uptime_ms": 61_500,
    "rssi_dbm": -52,
    "reconnects_total": 3,
    "heap_free_bytes": 150_000,
    "answers_by_status": {503: 1, 200: 41, 404: 2},
    "rejected_total": 7,
    "device": DEVICE,
    "reset_cause": "power",
}
NOTHING_KNOWN = GOOD | {"celsius": None, "rssi_dbm": None, "answers_by_status": {}}
TYPES = {
    "pico_temperature": "gauge",
    "pico_temperature_celsius": "gauge",
    "pico_sensor_up": "gauge",
    "pico_uptime_seconds": "gauge",
    "pico_wifi_rssi_dbm": "gauge",
    "pico_wifi_reconnects_total": "counter",
    "pico_heap_free_bytes": "gauge",
    "pico_http_requests_total": "counter",
    "pico_connections_rejected_total": "counter",
    "pico_device_info": "gauge",
    "pico_reset_info": "gauge",
}
DAY_MS = 86_400_000
WRAP_MS = 1 << 30

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def text_of(facts: Mapping[str, Any]) -> str:
    """Render and decode."""
    return render(**facts).decode()


def samples_of(facts: Mapping[str, Any]) -> Samples:
    """Give what Prometheus' own parser reads; a sample told twice is an error."""
    found: Samples = {}
    for family in text_string_to_metric_families(text_of(facts)):
        for sample in family.samples:
            key = (sample.name, frozenset(sample.labels.items()))
            assert key not in found
            found[key] = sample.value
    return found


def key(name: str, **labels: str) -> tuple[str, frozenset[tuple[str, str]]]:
    return name, frozenset(labels.items())


def names_of(facts: Mapping[str, Any]) -> set[str]:
    return {name for name, _ in samples_of(facts)}


def declared(text: str, word: str) -> list[str]:
    """Give the names of the # HELP or # TYPE lines, as they come."""
    lines = [line.split(" ") for line in text.splitlines()]
    return [line[2] for line in lines if line[:2] == ["#", word]]


def test_a_parser_reads_exactly_what_was_given() -> None:
    assert samples_of(GOOD) == {
        key("pico_temperature", unit="celsius"): 27.04,
        key("pico_temperature", unit="fahrenheit"): 80.68,
        key("pico_temperature_celsius"): 27.04,
        key("pico_sensor_up"): 1,
        key("pico_uptime_seconds"): 61.5,
        key("pico_wifi_rssi_dbm"): -52,
        key("pico_wifi_reconnects_total"): 3,
        key("pico_heap_free_bytes"): 150_000,
        key("pico_http_requests_total", code="200"): 41,
        key("pico_http_requests_total", code="404"): 2,
        key("pico_http_requests_total", code="503"): 1,
        key("pico_connections_rejected_total"): 7,
        key("pico_device_info", **DEVICE): 1,
        key("pico_reset_info", cause="power"): 1,
    }


def test_each_family_has_its_type_its_help_and_one_group() -> None:
    text = text_of(GOOD)
    assert declared(text, "TYPE") == declared(text, "HELP") == list(TYPES)
    # The parser takes _total off a counter's family and opens one for each group.
    families = [
        (family.name + "_total" * (family.type == "counter"), family.type)
        for family in text_string_to_metric_families(text)
    ]
    assert families == list(TYPES.items())
    assert all(family.documentation for family in text_string_to_metric_families(text))


def test_what_cannot_be_trusted_is_absent_with_its_help_and_type() -> None:
    absent = {
        "pico_temperature",
        "pico_temperature_celsius",
        "pico_wifi_rssi_dbm",
        "pico_http_requests_total",
    }
    text = text_of(NOTHING_KNOWN)
    assert set(declared(text, "TYPE")) == set(TYPES) - absent
    assert set(declared(text, "HELP")) == set(TYPES) - absent
    assert names_of(NOTHING_KNOWN) == set(TYPES) - absent
    assert samples_of(NOTHING_KNOWN)[key("pico_sensor_up")] == 0


@pytest.mark.parametrize("celsius", [math.nan, math.inf, -math.inf, -40.01, 125.01])
def test_t13_nan_is_never_served_nor_what_cannot_be(celsius: float) -> None:
    assert samples_of(GOOD | {"celsius": celsius}) == samples_of(
        GOOD | {"celsius": None}
    )


@given(st.floats(-40, 125))
def test_the_temperature_is_the_one_of_the_other_page(celsius: float) -> None:
    samples = samples_of(GOOD | {"celsius": celsius})
    half = Fraction(5, 1000) + Fraction(1, 10**9)
    exact = Fraction(celsius)
    shown = Fraction(samples[key("pico_temperature_celsius")])
    assert samples[key("pico_temperature", unit="celsius")] == shown
    assert abs(shown - exact) <= half
    fahrenheit = Fraction(samples[key("pico_temperature", unit="fahrenheit")])
    assert abs(fahrenheit - (exact * 9 / 5 + 32)) <= half


@pytest.mark.parametrize(
    ("uptime_ms", "seconds"),
    [
        (0, "0.000"),
        (7, "0.007"),
        (WRAP_MS - 1, "1073741.823"),
        (WRAP_MS + 1, "1073741.825"),
        (3650 * DAY_MS + 1, "315360000.001"),
    ],
)
def test_r1_uptime_is_true_to_the_millisecond_past_12_days(
    uptime_ms: int, seconds: str
) -> None:
    lines = text_of(GOOD | {"uptime_ms": uptime_ms}).splitlines()
    assert f"pico_uptime_seconds {seconds}" in lines


# Text that is UTF-8: MicroPython has no other, and settings take far less.
@settings(max_examples=1000)
@given(st.text())
@example('"')
@example("\\")
@example("\\n")
@example('a\n"b\\"c\r\t\x00')
@example('"} 1\npico_up 1\n')
@example("Küche ☃ 🌡")
def test_any_hostname_survives_the_way_through_a_parser(hostname: str) -> None:
    facts = GOOD | {"device": DEVICE | {"hostname": hostname}}
    expected = samples_of(GOOD)
    del expected[key("pico_device_info", **DEVICE)]
    expected[key("pico_device_info", **(DEVICE | {"hostname": hostname}))] = 1
    assert samples_of(facts) == expected


@pytest.mark.parametrize(
    "facts",
    [
        GOOD,
        NOTHING_KNOWN,
        GOOD | {"device": DEVICE | {"hostname": 'a "quoted\\\nname" ☃'}},
    ],
    ids=["good", "nothing known", "odd hostname"],
)
def test_promtool_finds_nothing_to_say(facts: dict[str, Any]) -> None:
    checked = subprocess.run(
        [program("promtool"), "check", "metrics"],
        input=render(**facts),
        capture_output=True,
    )
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, b"", b"")


def test_micropython_writes_the_same_bytes(micropython: Micropython) -> None:
    odd = GOOD | {
        "celsius": -0.001,
        "uptime_ms": 3650 * DAY_MS + 1,
        "device": DEVICE | {"hostname": 'a "quoted\\\nname" ☃'},
    }
    cases = [GOOD, NOTHING_KNOWN, odd]
    written = micropython(
        "from picotemp.metrics import render\n"
        f"for facts in {cases!r}: print(render(**facts))\n"
        "print(render(**(facts | {'celsius': float('nan')})))"
    )
    cases.append(odd | {"celsius": None})
    assert [ast.literal_eval(line) for line in written.splitlines()] == [
        render(**facts) for facts in cases
    ]
