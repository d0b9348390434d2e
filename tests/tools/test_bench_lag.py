"""In: when devices were asked. Out: the lag of each turn, missed ones among them."""

import math

import pytest

from picotemp_tools.bench import fleet
from picotemp_tools.bench.fleet import Run
from picotemp_tools.bench.lag import lags_seconds, on_time, quantile_seconds


def lags(*arrivals: tuple[int, float], offsets: dict[int, float]) -> list[float]:
    return lags_seconds(arrivals, offsets, 15.0, 100.0, 130.0)


def test_each_turn_between_begin_and_end_has_its_lag() -> None:
    found = lags((0, 106.25), (0, 121.0), (1, 119.0), (1, 104.5), offsets={0: 1, 1: 14})
    assert found == [0.25, 0.0, 0.5, 0.0]


def test_a_turn_without_a_request_is_late_without_end() -> None:
    assert lags((0, 106.0), offsets={0: 1}) == [0.0, math.inf]
    assert lags(offsets={0: 1}) == [math.inf, math.inf]


def test_a_request_a_hair_early_is_of_the_coming_turn() -> None:
    assert lags((0, 105.99), (0, 120.97), offsets={0: 1}) == [0.0, 0.0]


def test_a_second_request_in_a_turn_makes_no_turn_late() -> None:
    found = lags((0, 106.1), (0, 112.0), (0, 121.0), offsets={0: 1})
    assert found == [pytest.approx(0.1), 0.0]


def test_requests_to_other_devices_do_not_count() -> None:
    assert lags((1, 106.0), (1, 121.0), offsets={0: 1}) == [math.inf, math.inf]


def test_a_turn_is_on_time_within_a_second() -> None:
    assert on_time([0.0, 1.0, 1.01, math.inf]) == 0.5


def test_a_quantile_is_a_lag_that_was() -> None:
    assert quantile_seconds([float(n) for n in range(1, 101)]) == 99.0
    assert quantile_seconds([0.0] * 99 + [math.inf]) == 0.0
    assert quantile_seconds([0.25]) == 0.25


def test_a_fleet_is_told_in_figures() -> None:
    ours = Run([0.0] * 99 + [2.0], 0, stall_seconds=0.01, most_bytes=1000)
    peer = Run([math.inf] * 100, 7)
    told = fleet.figures(ours, peer)
    assert (told["on_time"].ours, told["on_time"].peer) == (0.99, 0.0)
    assert (told["lag_p99"].ours, told["lag_p99"].peer) == (0.0, 15.0)
    assert (told["false_downs"].ours, told["false_downs"].peer) == (0, 7)
    assert told["stall"].ours == 0.01
    assert told["memory"].ours == 1000
