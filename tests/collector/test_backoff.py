"""In: failures in a row. Out: a pace that slows down, but not below once a minute."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picotemp_collector.devices.backoff import counts, turns_between
from picotemp_collector.devices.schedule import next_due_seconds, phase
from picotemp_collector.errors import Failure, FailureReason


@pytest.mark.parametrize(
    ("interval", "turns"),
    [
        (5.0, [1, 1, 2, 4, 8, 12, 12]),
        (15.0, [1, 1, 2, 4, 4, 4, 4]),
        (40.0, [1, 1, 1, 1, 1, 1, 1]),
        (3600.0, [1, 1, 1, 1, 1, 1, 1]),
    ],
)
def test_the_pace_grows_from_its_own_interval(
    interval: float, turns: list[int]
) -> None:
    assert [turns_between(failures, interval) for failures in range(7)] == turns


@given(st.integers(0, 10**9), st.floats(0.1, 86400), st.text(), st.integers(0, 10**6))
def test_the_next_turn_of_a_dead_device_is_within_a_minute_and_on_its_grid(
    failures: int, interval: float, name: str, turn: int
) -> None:
    begun = (turn + phase(name)) * interval
    turns = turns_between(failures, interval)
    due = next_due_seconds(begun, begun, begun, name, interval, turns)
    intervals = (due - begun) / interval
    assert abs(intervals - round(intervals)) < 1e-6 * (1 + turn)
    assert 1 <= round(intervals) <= turns
    assert due - begun <= max(60, interval) + 1e-3


def test_who_answers_that_it_has_no_reading_is_alive_and_keeps_its_pace() -> None:
    alive = {reason for reason in FailureReason if not counts(Failure(reason, ""))}
    assert alive == {FailureReason.BUSY, FailureReason.SENSOR}
