"""In: a board. Out: whether GET /metrics is an exposition, and agrees with the rest."""

import itertools
import math
import time

import pytest

from .board import Board
from .exposition import Exposition
from .test_busy import judge_refusal
from .test_info import UPTIME_GROWS_SECONDS, WEAKEST_DBM, uptime_seconds, whole_number

CELSIUS = "pico_temperature_celsius"
BY_UNIT = "pico_temperature"
UPTIME = "pico_uptime_seconds"
RSSI = "pico_wifi_rssi_dbm"
REQUESTS = "pico_http_requests_total"
REJECTED = "pico_connections_rejected_total"
# Name to type and labels.
DECLARED = {
    BY_UNIT: ("gauge", {"unit"}),
    CELSIUS: ("gauge", set()),
    "pico_sensor_up": ("gauge", set()),
    UPTIME: ("gauge", set()),
    RSSI: ("gauge", set()),
    "pico_wifi_reconnects_total": ("counter", set()),
    "pico_heap_free_bytes": ("gauge", set()),
    REQUESTS: ("counter", {"code"}),
    REJECTED: ("counter", set()),
    "pico_device_info": ("gauge", {"id", "hostname", "version", "micropython"}),
    "pico_reset_info": ("gauge", {"cause"}),
}
MAY_BE_ABSENT = {BY_UNIT, CELSIUS, RSSI}
# Prometheus gives these itself.
TAKEN_LABELS = {"instance", "job"}
# The next sample of the sensor may be a second away.
CELSIUS_MAY_DIFFER = 2.0
ROUNDING = 0.02
SECOND = 1.0
ASKED = 3
COUNTED_SECONDS = 1.0


def test_the_exposition_names_its_format(board: Board) -> None:
    kind = board.ask("/metrics").headers["content-type"]
    parameters = [part.strip() for part in kind.split(";")]
    assert parameters[0] == "text/plain"
    assert "version=0.0.4" in parameters[1:]


def test_each_family_is_one_group_that_begins_with_what_it_is(board: Board) -> None:
    seen: set[str] = set()
    for name, lines in itertools.groupby(board.metrics().lines, lambda line: line.name):
        whats = [line.what for line in lines]
        assert name not in seen, f"{name} is in two places"
        assert sorted(whats[:2]) == ["HELP", "TYPE"], f"{name} begins with {whats[:2]}"
        assert set(whats[2:]) <= {"SAMPLE"}, f"{name} is declared twice"
        seen.add(name)


def test_each_family_has_its_declared_type_and_labels(board: Board) -> None:
    shown = board.metrics()
    for name, (kind, labels) in DECLARED.items():
        samples = shown.of(name)
        assert samples or name in MAY_BE_ABSENT, f"{name} is missing"
        assert not samples or shown.kinds.get(name) == kind, f"{name} is no {kind}"
        for sample in samples:
            assert set(sample.labels) == labels, f"{name} has other labels"


def test_no_label_is_one_that_prometheus_gives(board: Board) -> None:
    for sample in board.metrics().samples:
        assert not TAKEN_LABELS & set(sample.labels), sample


def test_every_value_is_a_number_without_a_time_and_there_once(board: Board) -> None:
    seen = []
    for sample in board.metrics().samples:
        assert math.isfinite(sample.value), sample
        assert sample.timestamp is None, sample
        seen.append((sample.name, sorted(sample.labels.items())))
    assert all(seen.count(each) == 1 for each in seen)


def test_temperatures_are_there_exactly_while_the_sensor_is_up(board: Board) -> None:
    shown = board.metrics()
    is_up = shown.one("pico_sensor_up").value
    assert is_up in (0, 1)
    assert len(shown.of(CELSIUS)) == is_up
    units = {"celsius", "fahrenheit"} if is_up else set()
    assert set(shown.by_label(BY_UNIT, "unit")) == units


def test_the_exposed_temperature_is_that_of_the_reading(board: Board) -> None:
    reading, shown = board.reading(), board.metrics()
    assert shown.one("pico_sensor_up").value == 1
    celsius = shown.one(CELSIUS).value
    units = shown.by_label(BY_UNIT, "unit")
    assert abs(celsius - reading.celsius) <= CELSIUS_MAY_DIFFER
    assert units["celsius"] == celsius
    assert abs(units["fahrenheit"] - (celsius * 1.8 + 32)) <= ROUNDING


def test_the_exposition_names_the_same_board_as_info(board: Board) -> None:
    info, shown = board.info(), board.metrics()
    device = shown.one("pico_device_info")
    assert device.value == 1
    assert device.labels == {name: info[name] for name in device.labels}
    reset = shown.one("pico_reset_info")
    assert reset.value == 1
    assert reset.labels == {"cause": info["reset_cause"]}


def test_the_signal_is_absent_exactly_while_it_is_unknown(board: Board) -> None:
    before, shown, after = board.info(), board.metrics(), board.info()
    values = [sample.value for sample in shown.of(RSSI)]
    assert all(WEAKEST_DBM <= value <= 0 for value in values)
    is_known = before["rssi_dbm"] is not None
    if is_known == (after["rssi_dbm"] is not None):
        assert len(values) == is_known


def test_the_exposed_uptime_agrees_with_info_and_grows(board: Board) -> None:
    before, shown, after = uptime_seconds(board), uptime(board), uptime_seconds(board)
    assert before - SECOND <= shown <= after + SECOND
    until = time.monotonic() + board.limit(UPTIME_GROWS_SECONDS)
    while (later := uptime(board)) == shown and time.monotonic() < until:
        time.sleep(0.1)
    assert later > shown


@pytest.mark.parametrize(("path", "code"), [("/info", "200"), ("/nothing", "404")])
def test_each_answer_is_counted_under_its_code(
    board: Board, path: str, code: str
) -> None:
    before = answered(board.metrics(), code)
    for _ in range(ASKED):
        board.ask(path)
    until = time.monotonic() + board.limit(COUNTED_SECONDS)
    while (after := answered(board.metrics(), code)) < before + ASKED:
        assert time.monotonic() < until, f"{after - before} of {ASKED} are counted"


def test_a_refused_client_is_counted(board: Board) -> None:
    before = board.metrics().one(REJECTED).value
    board.hold()
    judge_refusal(board.exchange(board.request()))
    board.leave()
    after = board.metrics().one(REJECTED).value
    assert after >= before + 1
    assert whole_number(board.info(), "rejected_total") >= after


def uptime(board: Board) -> float:
    return board.metrics().one(UPTIME).value


def answered(shown: Exposition, code: str) -> float:
    """Give how many answers had this code; the first one makes its sample."""
    return shown.by_label(REQUESTS, "code").get(code, 0)
