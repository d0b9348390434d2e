"""In: what a probe came to. Out: its metrics, the same by two parsers and promtool."""

import subprocess

import pytest
from attrs import evolve

from collector.exposed import samples_of
from collector.running import device
from picotemp.payload import Reading
from picotemp_collector.errors import Failure, FailureReason
from picotemp_collector.metrics.format import Format
from picotemp_collector.metrics.probe_text import probe_text
from picotemp_collector.readings.probed import AnsweredBy, Probed
from real_servers import program

SUCCESS = ("probe_success", ())
DURATION = ("probe_duration_seconds", ())
AGE = ("pico_probe_answer_age_seconds", ())
GOOD = Probed(
    device(), "permitted", AnsweredBy.LATELY, Reading(27.04, 80.67), 1.5, 0.01, 0.02
)
FAILED = evolve(GOOD, outcome=Failure(FailureReason.TIMEOUT, "no answer"))
LATE = evolve(GOOD, outcome=None, answered_by=AnsweredBy.NOBODY)


@pytest.mark.parametrize("text_format", Format)
def test_a_good_probe_tells_the_reading_and_its_age(text_format: Format) -> None:
    assert samples_of(probe_text(GOOD, text_format).decode(), text_format) == {
        SUCCESS: 1,
        DURATION: 0.02,
        AGE: 1.5,
        ("pico_temperature", (("unit", "celsius"),)): 27.04,
        ("pico_temperature", (("unit", "fahrenheit"),)): 80.67,
        ("pico_temperature_celsius", ()): 27.04,
    }


@pytest.mark.parametrize("text_format", Format)
def test_a_failed_probe_tells_why_and_no_temperature(text_format: Format) -> None:
    assert samples_of(probe_text(FAILED, text_format).decode(), text_format) == {
        SUCCESS: 0,
        DURATION: 0.02,
        AGE: 1.5,
        ("pico_probe_failure_info", (("reason", "timeout"),)): 1,
    }


@pytest.mark.parametrize("text_format", Format)
def test_a_late_answer_has_no_age_and_a_reason_of_its_own(text_format: Format) -> None:
    assert samples_of(probe_text(LATE, text_format).decode(), text_format) == {
        SUCCESS: 0,
        DURATION: 0.02,
        ("pico_probe_failure_info", (("reason", "scrape_timeout"),)): 1,
    }
    assert "scrape_timeout" not in list(FailureReason), "it is no failed poll"


def test_openmetrics_has_an_end() -> None:
    assert probe_text(GOOD, Format.OPENMETRICS).endswith(b"\n# EOF\n")


@pytest.mark.parametrize("probed", [GOOD, FAILED, LATE])
def test_promtool_finds_nothing_to_better(probed: Probed) -> None:
    checked = subprocess.run(
        [program("promtool"), "check", "metrics"],
        input=probe_text(probed, Format.TEXT),
        capture_output=True,
        timeout=60,
    )
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, b"", b"")
