"""In: devices in every state. Out: samples that two parsers read as they are meant."""

import asyncio
import re
import subprocess

import pytest

from collector.exposed import of, samples_of, text_of
from collector.fake_clock import FakeClock
from collector.known import known_store
from picotemp_collector.metrics.family import FAMILIES
from picotemp_collector.metrics.format import Format
from picotemp_collector.outlets.self_metrics import SelfMetrics
from real_servers import program

BOTH = pytest.mark.parametrize("text_format", list(Format))


@BOTH
async def test_every_state_gives_exactly_its_samples(
    clock: FakeClock, text_format: Format
) -> None:
    info = {"micropython": "", "reset_cause": ""}
    text = await text_of(known_store(clock), clock, text_format)
    assert samples_of(text, text_format) == {
        of("pico_temperature", "attic", unit="celsius"): 27.04,
        of("pico_temperature", "attic", unit="fahrenheit"): 80.67,
        of("pico_temperature_celsius", "attic"): 27.04,
        of("pico_up", "attic"): 1,
        of("pico_up", "bath"): 0,
        of("pico_up", "cellar"): 0,
        of("pico_up", "den"): 0,
        of("pico_last_success_timestamp_seconds", "attic"): 1_700_000_014,
        of("pico_last_success_timestamp_seconds", "bath"): 1_700_000_000,
        of("pico_last_success_timestamp_seconds", "cellar"): 1_700_000_000,
        of("pico_polls_total", "attic"): 1,
        of("pico_polls_total", "bath"): 1,
        of("pico_polls_total", "cellar"): 2,
        of("pico_polls_total", "den"): 0,
        of("pico_poll_failures_total", "cellar", reason="refused"): 1,
        of("pico_poll_duration_seconds", "attic"): 0.125,
        of("pico_poll_duration_seconds", "cellar"): 0.25,
        of(
            "pico_device_info",
            "attic",
            id="e66",
            hostname="picotemp",
            version="0.1.0",
            **info,
        ): 1,
        of("pico_uptime_seconds", "attic"): 5,
        of("pico_wifi_rssi_dbm", "attic"): -61,
        of("pico_heap_free_bytes", "attic"): 120000,
    }


@BOTH
async def test_no_sample_has_a_timestamp(clock: FakeClock, text_format: Format) -> None:
    lines = (await text_of(known_store(clock), clock, text_format)).splitlines()
    samples = [line for line in lines if not line.startswith("#")]
    assert all(re.fullmatch(r"\w+\{.*\} [-+.e\d]+", line) for line in samples)


async def test_every_family_is_one_group_with_help_and_type(clock: FakeClock) -> None:
    lines = (await text_of(known_store(clock), clock)).splitlines()
    names = [line.split()[2] for line in lines if line.startswith("# HELP ")]
    types = [line.split()[2] for line in lines if line.startswith("# TYPE ")]
    assert names == types == [family.name for family in FAMILIES]
    assert len(set(names)) == len(names)
    current = ""
    for line in lines:
        if line.startswith("# TYPE"):
            current = line.split()[2]
        elif not line.startswith("#"):
            assert line.startswith(current + "{")


async def test_the_types_are_those_of_each_format(clock: FakeClock) -> None:
    store = known_store(clock)
    text = await text_of(store, clock)
    assert "\n# TYPE pico_polls_total counter\n" in text
    assert "\n# TYPE pico_device_info gauge\n" in text
    assert not text.endswith("# EOF\n")
    openmetrics = await text_of(store, clock, Format.OPENMETRICS)
    assert "\n# HELP pico_polls Polls" in openmetrics
    assert "\n# TYPE pico_polls counter\n" in openmetrics
    assert "\n# TYPE pico_device info\n" in openmetrics
    assert openmetrics.endswith("# EOF\n")
    assert openmetrics.count("# EOF") == 1


async def test_promtool_has_nothing_to_complain_of(clock: FakeClock) -> None:
    own = SelfMetrics(1_700_000_000.0, lambda: 4).render()
    text = (await text_of(known_store(clock), clock)).encode() + own
    command = [program("promtool"), "check", "metrics"]
    checked = await asyncio.to_thread(
        subprocess.run, command, input=text, capture_output=True
    )
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, b"", b"")
