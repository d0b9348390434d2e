"""In: results of polls, and time that passes. Out: a fresh reading, or a reason."""

import time

import pytest

from collector.fake_clock import FakeClock
from collector.running import device
from picotemp.payload import Reading
from picotemp_collector.errors import Failure, FailureReason, UnknownDeviceError
from picotemp_collector.readings.clock import system_clock
from picotemp_collector.readings.info import DeviceInfo
from picotemp_collector.readings.store import Store
from picotemp_collector.readings.view import AbsenceReason

READING = Reading(27.04, 80.67)
REFUSED = Failure(FailureReason.REFUSED, "nothing listens")
# Two intervals of 5 s and a timeout of 3.5 s.
FRESH_SECONDS = 13.5


@pytest.fixture
def store(clock: FakeClock) -> Store:
    return Store([device("attic"), device("cellar")], clock.clock, 60.0)


def test_a_device_that_was_not_asked_is_pending_and_not_failed(store: Store) -> None:
    view = store.view("attic")
    assert (view.up, view.reading) == (False, None)
    assert view.reason is AbsenceReason.NOT_ASKED_YET
    assert (view.polls_total, dict(view.failures)) == (0, {})


def test_a_reading_is_given_out_with_its_age(store: Store, clock: FakeClock) -> None:
    store.record_reading("attic", READING, 0.02)
    clock.advance(3)
    view = store.view("attic")
    assert (view.up, view.reading, view.reason) == (True, READING, None)
    assert (view.age_seconds, view.poll_duration_seconds) == (3, 0.02)
    assert view.last_success_unix_seconds == 1_700_000_000.0


def test_a_reading_is_fresh_for_two_intervals_and_a_timeout(
    store: Store, clock: FakeClock
) -> None:
    store.record_reading("attic", READING, 0.02)
    clock.advance(FRESH_SECONDS)
    assert store.view("attic").reading == READING
    clock.advance(0.001)
    view = store.view("attic")
    assert (view.up, view.reading, view.reason) == (False, None, AbsenceReason.STALE)
    assert view.poll_duration_seconds is None


def test_the_calendar_does_not_decide_what_is_fresh(
    store: Store, clock: FakeClock
) -> None:
    store.record_reading("attic", READING, 0.02)
    clock.unix_seconds += 1e6
    assert store.view("attic").up
    clock.unix_seconds -= 2e6
    assert store.view("attic").up


def test_a_failed_poll_removes_the_reading_at_once(
    store: Store, clock: FakeClock
) -> None:
    store.record_reading("attic", READING, 0.02)
    clock.advance(1)
    store.record_failure("attic", REFUSED, 0.01)
    view = store.view("attic")
    assert (view.up, view.reading, view.reason) == (False, None, FailureReason.REFUSED)
    assert view.detail == "nothing listens"
    assert view.last_success_unix_seconds == 1_700_000_000.0


def test_failures_are_counted_by_reason_and_stay_counted(store: Store) -> None:
    for reason in ("timeout", "refused", "timeout"):
        store.record_failure("attic", Failure(FailureReason(reason), ""), 0.01)
    store.record_reading("attic", READING, 0.02)
    view = store.view("attic")
    assert view.up
    assert view.polls_total == 4
    assert dict(view.failures) == {"timeout": 2, "refused": 1}


def test_one_device_does_not_touch_another(store: Store) -> None:
    store.record_reading("attic", READING, 0.02)
    store.record_failure("cellar", REFUSED, 0.01)
    assert [(view.device.name, view.up) for view in store.views()] == [
        ("attic", True),
        ("cellar", False),
    ]


def test_a_snapshot_that_was_given_out_does_not_change(store: Store) -> None:
    store.record_failure("attic", REFUSED, 0.01)
    before = store.view("attic")
    store.record_failure("attic", REFUSED, 0.01)
    assert dict(before.failures) == {"refused": 1}


def test_info_is_shown_while_the_device_is_up_and_it_is_recent(
    store: Store, clock: FakeClock
) -> None:
    info = DeviceInfo(id="e66", uptime_seconds=5)
    store.record_reading("attic", READING, 0.02)
    store.record_info("attic", info)
    assert store.view("attic").info == info
    clock.advance(123.5)
    store.record_reading("attic", READING, 0.02)
    assert store.view("attic").info == info
    clock.advance(0.5)
    assert store.view("attic").info is None


def test_a_failed_poll_forgets_the_info_because_the_device_may_have_restarted(
    store: Store,
) -> None:
    store.record_reading("attic", READING, 0.02)
    store.record_info("attic", DeviceInfo(uptime_seconds=5))
    store.record_failure("attic", REFUSED, 0.01)
    store.record_reading("attic", READING, 0.02)
    assert store.view("attic").info is None


def test_stale_info_of_a_stale_device_is_not_shown(
    store: Store, clock: FakeClock
) -> None:
    store.record_reading("attic", READING, 0.02)
    store.record_info("attic", DeviceInfo(uptime_seconds=5))
    clock.advance(FRESH_SECONDS + 1)
    assert store.view("attic").info is None


def test_a_name_that_nobody_configured_is_a_bug(store: Store) -> None:
    with pytest.raises(UnknownDeviceError, match="garage"):
        store.view("garage")


def test_the_system_clock_goes_on_while_the_machine_sleeps(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # No test can suspend the machine: the clock that counts it is known by its id.
    goes_on = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC", None))
    monkeypatch.setattr(time, "clock_gettime", {goes_on: 12345.0}.__getitem__)
    assert system_clock().monotonic_seconds() == 12345.0


def test_a_new_configuration_keeps_what_is_known_of_those_that_stay(
    store: Store,
) -> None:
    told: list[str] = []
    store.record_reading("attic", READING, 0.02)
    store.record_reading("cellar", READING, 0.02)
    store.watch(told.append)
    store.follow([device("den"), device("attic")])
    assert [(view.device.name, view.up) for view in store.views()] == [
        ("den", False),
        ("attic", True),
    ]
    assert sorted(told) == ["cellar", "den"]
    with pytest.raises(UnknownDeviceError, match="cellar"):
        store.view("cellar")


def test_a_device_that_moves_is_another_one(store: Store) -> None:
    store.record_reading("attic", READING, 0.02)
    store.follow([device("attic", "http://127.0.0.1:2"), device("cellar")])
    view = store.view("attic")
    assert (view.up, view.polls_total) == (False, 0)


def test_a_device_that_is_asked_more_often_is_the_same_one(
    store: Store, clock: FakeClock
) -> None:
    told: list[str] = []
    store.record_reading("attic", READING, 0.02)
    store.watch(told.append)
    store.follow([device("attic", interval_seconds=1), device("cellar")])
    assert (store.view("attic").reading, told) == (READING, ["attic"])
    clock.advance(5.6)
    assert store.view("attic").reason is AbsenceReason.STALE


def test_whoever_watches_hears_of_each_result(store: Store) -> None:
    told: list[str] = []
    store.watch(told.append)
    store.record_reading("attic", READING, 0.02)
    store.record_info("attic", DeviceInfo())
    store.record_failure("cellar", REFUSED, 0.01)
    assert told == ["attic", "attic", "cellar"]
