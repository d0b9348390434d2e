"""In: log records. Out: lines for people or for programs."""

import json
import logging

import pytest

from picotemp_collector.config.shapes import LogFormat
from picotemp_collector.logs import formatter


@pytest.fixture
def record() -> logging.LogRecord:
    made = logging.LogRecord(
        "picotemp_collector.devices.poller",
        logging.WARNING,
        "poller.py",
        1,
        "%s is down",
        ("attic",),
        None,
    )
    made.__dict__.update(device="attic", reason="refused")
    return made


def test_a_line_for_people_has_time_level_and_text(record: logging.LogRecord) -> None:
    line = formatter(LogFormat.TEXT).format(record)
    assert line.endswith(" WARNING attic is down")


def test_a_line_for_programs_has_the_device_and_the_reason(
    record: logging.LogRecord,
) -> None:
    line = json.loads(formatter(LogFormat.JSON).format(record))
    assert line.pop("timestamp")
    assert line == {
        "level": "WARNING",
        "logger": "picotemp_collector.devices.poller",
        "message": "attic is down",
        "device": "attic",
        "reason": "refused",
    }
