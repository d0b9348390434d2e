"""In: names and times. Out: turns that are spread, steady and never in the past."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picotemp_collector.devices.schedule import (
    first_due_seconds,
    next_due_seconds,
    phase,
)

NAMES = [f"device-{number}" for number in range(1000)]
seconds = st.floats(0, 1e7)


@given(st.text())
def test_every_name_has_a_place_within_the_interval(name: str) -> None:
    assert 0 <= phase(name) < 1
    assert phase(name) == phase(name)


def test_places_are_spread_evenly() -> None:
    tenths = [int(phase(name) * 10) for name in NAMES]
    assert all(70 < tenths.count(tenth) < 130 for tenth in range(10))


def test_the_first_readings_of_a_few_devices_come_at_once() -> None:
    assert all(0 <= first_due_seconds(100, n, 1) - 100 < 0.01 for n in NAMES)
    assert all(0 <= first_due_seconds(100, n, 10) - 100 < 0.1 for n in NAMES)


def test_a_fleet_does_not_start_all_at_once() -> None:
    first = [first_due_seconds(0, name, 5000) for name in NAMES]
    assert max(first) > 9
    assert max(first) < 10


@given(seconds, st.floats(0, 100), st.text(), st.floats(0.1, 86400))
def test_the_next_turn_is_ahead_and_at_most_one_interval_away(
    begun: float, took: float, name: str, interval: float
) -> None:
    now = begun + took
    due = next_due_seconds(begun, begun, now, name, interval)
    slack = 1e-6 * (1 + now)
    assert due >= now - slack
    assert due >= begun + interval * 0.02 - slack
    assert due <= max(begun + interval * 0.02, now) + interval + slack


@given(st.integers(0, 10**6), st.sampled_from(NAMES))
def test_turns_are_one_interval_apart_on_the_grid_of_the_name(
    turn: int, name: str
) -> None:
    due = (turn + phase(name)) * 5.0
    following = next_due_seconds(due, due, due + 0.1, name, 5.0)
    assert abs(following - due - 5.0) < 1e-6


@given(seconds, st.text(), st.floats(0.1, 86400))
def test_polls_are_half_an_interval_apart_at_least_and_one_at_most(
    begun: float, name: str, interval: float
) -> None:
    due = next_due_seconds(begun, begun, begun, name, interval)
    slack = 1e-6 * (1 + begun)
    assert interval / 2 - slack <= due - begun <= interval + slack


def test_the_next_poll_is_an_interval_after_an_earlier_answer() -> None:
    due = (200 + phase("attic")) * 5.0
    assert next_due_seconds(due, due - 2.0, due, "attic", 5.0) == pytest.approx(
        due + 3.0
    )


def test_a_poll_off_the_grid_leads_back_to_it() -> None:
    due = 1001.0
    for _ in range(3):
        due = next_due_seconds(due, due, due, "attic", 5.0)
    assert (due / 5.0) % 1 == pytest.approx(phase("attic"))


def test_turns_that_were_missed_are_left_out() -> None:
    due = next_due_seconds(100, 100, 112, "attic", 5.0)
    assert 112 <= due < 117


def test_places_are_the_same_in_every_process() -> None:
    assert phase("attic") == pytest.approx(0.27563437)
