"""In: every way to go wrong, at once. Out: no untrue sample in a real Prometheus."""

import asyncio
import math

import pytest

from collector.truth.modes import MODES
from collector.truth.story import (
    HEALTHY,
    INFO_INTERVAL_SECONDS,
    INTERVAL_SECONDS,
    SCRAPE_SECONDS,
    TIMEOUT_SECONDS,
    History,
    tell,
)
from conftest import Places
from picotemp_collector.errors import FailureReason

CELSIUS = ('pico_temperature{unit="celsius"}', "pico_temperature_celsius")
FAHRENHEIT = 'pico_temperature{unit="fahrenheit"}'
# The rule, and one more scrape for the scheduling of a busy machine.
LATE_SECONDS = INTERVAL_SECONDS + TIMEOUT_SECONDS + 2 * SCRAPE_SECONDS
# A busy machine may keep a board from its answer, and the collector from its time.
OF_A_BUSY_MACHINE = {FailureReason.TIMEOUT, FailureReason.RESET}

ALL = (*MODES, *HEALTHY)
FAULTY = tuple(name for name, mode in MODES.items() if mode.reason)
ONCE_GOOD = tuple(name for name in FAULTY if not MODES[name].url)
NEVER_GOOD = tuple(name for name, mode in MODES.items() if mode.url)
SILENT = tuple(name for name in ONCE_GOOD if name != "flapping")


@pytest.fixture(scope="module")
def history(new_place: Places, tmp_path_factory: pytest.TempPathFactory) -> History:
    """Tell the story once; every test reads it."""
    return asyncio.run(tell(new_place, tmp_path_factory.mktemp("prometheus")))


@pytest.mark.parametrize("name", ALL)
def test_every_temperature_was_true_at_most_a_poll_and_a_scrape_ago(
    name: str, history: History
) -> None:
    for metric in CELSIUS:
        for at, celsius in history.of(metric, name):
            assert celsius in true_at(history, name, at)
    for at, fahrenheit in history.of(FAHRENHEIT, name):
        true = true_at(history, name, at)
        assert fahrenheit in {round(celsius * 1.8 + 32, 2) for celsius in true}


@pytest.mark.parametrize("name", ALL)
def test_a_temperature_is_there_exactly_while_its_board_is_up(
    name: str, history: History
) -> None:
    up = history.of("pico_up", name)
    assert {value for _, value in up} <= {0, 1}
    for metric in (*CELSIUS, FAHRENHEIT):
        there = [at for at, _ in history.of(metric, name)]
        assert there == [at for at, value in up if value == 1]


@pytest.mark.parametrize("name", ONCE_GOOD)
def test_up_falls_within_an_interval_a_timeout_and_a_scrape(
    name: str, history: History
) -> None:
    since = history.begun_at
    fallen = [at for at, up in history.of("pico_up", name) if at > since and not up]
    assert since < fallen[0] <= since + LATE_SECONDS


@pytest.mark.parametrize("name", SILENT)
def test_it_stays_down_while_its_board_is_faulty(name: str, history: History) -> None:
    assert name not in history.shown
    begin, end = history.begun_at + LATE_SECONDS, history.ended_at
    up = [value for at, value in history.of("pico_up", name) if begin < at < end]
    assert len(up) >= 3
    assert set(up) == {0}


@pytest.mark.parametrize("name", ONCE_GOOD)
def test_it_comes_back_with_its_new_temperature(name: str, history: History) -> None:
    assert history.of(CELSIUS[0], name)[-1][1] == history.boards[name].truth[-1][1]


@pytest.mark.parametrize("name", FAULTY)
def test_every_failure_has_the_reason_of_its_mode(name: str, history: History) -> None:
    counted = {
        labels["reason"]: samples[-1][1]
        for labels, samples in history.series["pico_poll_failures_total"]
        if labels["device"] == name
    }
    assert counted.pop(str(MODES[name].reason)) >= 1
    assert set(counted) <= OF_A_BUSY_MACHINE


@pytest.mark.parametrize("name", NEVER_GOOD)
def test_what_never_was_good_has_no_temperature(name: str, history: History) -> None:
    assert [history.of(metric, name) for metric in (*CELSIUS, FAHRENHEIT)] == [[]] * 3
    assert {up for _, up in history.of("pico_up", name)} == {0}


@pytest.mark.parametrize("name", HEALTHY)
def test_the_others_have_no_gap(name: str, history: History) -> None:
    scrapes = [at for at in history.scrapes() if at > history.steady_at]
    assert len(scrapes) > (history.ended_at - history.steady_at) / SCRAPE_SECONDS / 2
    for metric in (*CELSIUS, FAHRENHEIT):
        there = [at for at, _ in history.of(metric, name)]
        assert [at for at in there if at > history.steady_at] == scrapes


def test_every_device_has_an_up_in_every_scrape(history: History) -> None:
    for name in ALL:
        times = [at for at, _ in history.of("pico_up", name)]
        assert times == [at for at in history.scrapes() if at >= times[0]]


def test_no_sample_is_nan_and_no_temperature_zero(history: History) -> None:
    for metric, found in history.series.items():
        values = [value for _, samples in found for _, value in samples]
        assert values
        assert not any(math.isnan(value) for value in values)
        assert 0 not in values or "temperature" not in metric


def test_of_another_board_at_the_same_address_no_old_identity_stays(
    history: History,
) -> None:
    late_seconds = INFO_INTERVAL_SECONDS + LATE_SECONDS
    last_at = {
        labels["id"]: [at for at, _ in samples if at < history.ended_at]
        for labels, samples in history.series["pico_device_info"]
        if labels["device"] == "another board"
    }
    assert last_at["first"][-1] <= history.begun_at + late_seconds
    assert last_at["another"]


def true_at(history: History, name: str, at: float) -> set[float]:
    """Give what the board told within the rule's time before a sample."""
    told = history.boards[name].truth
    ends = [*(begun_at for begun_at, _ in told[1:]), math.inf]
    return {
        celsius
        for (begun_at, celsius), ended_at in zip(told, ends, strict=True)
        # A scrape is dated at its begin, and told at its end.
        if begun_at <= at + SCRAPE_SECONDS and at - LATE_SECONDS <= ended_at
        if celsius is not None
    }
