"""In: what may stand in the header of the scrape timeout. Out: the time to answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picotemp_collector.metrics.scrape_timeout import time_to_answer

JUNK = [
    "", " ", "abc", "NaN", "nan", "inf", "Infinity", "-inf", "-1", "-0.0", "0", "0.0",
    "1e-9", "0.0009", "1e400", "9" * 400, "1_0", "\u0665", "\uff15", "0x5", "5s", "5,5",
    "5 5",
    "+5", ".", "1e", "e1", "\x00", "5\x00", "1e99999999999",
]  # fmt: skip


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("10", 9.5), ("5", 4.5), ("5.", 4.5), ("5e0", 4.5), ("0.5", 0.45),
        ("0.3", 0.27), ("0.2", 0.18), (".2", 0.18), ("0.001", 0.0009), ("120", 9.5),
    ],
)  # fmt: skip
def test_a_margin_is_kept_that_is_a_part_of_a_short_time(
    header: str, seconds: float
) -> None:
    time = time_to_answer(header)
    assert time.seconds == pytest.approx(seconds)
    assert not time.ignored


def test_without_a_header_it_is_prometheus_own() -> None:
    time = time_to_answer(None)
    assert (time.seconds, time.ignored) == (9.5, False)


@pytest.mark.parametrize("header", JUNK)
def test_what_names_no_time_is_ignored(header: str) -> None:
    time = time_to_answer(header)
    assert (time.seconds, time.ignored) == (9.5, True)


@given(st.text() | st.floats().map(str) | st.integers().map(str))
def test_there_is_always_time_for_a_healthy_device_and_it_is_told_in_one_line(
    header: str,
) -> None:
    time = time_to_answer(header)
    assert 0 < time.seconds <= 9.5
    assert time.why.isprintable()
    assert len(time.why) < 120
