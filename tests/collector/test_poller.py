"""In: scripted answers. Out: polls in turn, each device on its own."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import pytest

from collector.fake_clock import FakeClock
from collector.scripted_client import ScriptedClient, polled
from collector.virtual_time import run_virtually
from picotemp.payload import Reading
from picotemp_collector.errors import FailureReason, PollError
from picotemp_collector.readings.info import DeviceInfo
from picotemp_collector.readings.view import AbsenceReason

Eventually = Callable[[Callable[[], bool]], Awaitable[None]]
REFUSED = PollError(FailureReason.REFUSED, "nothing listens")


async def test_a_device_is_polled_again_and_again(
    clock: FakeClock, eventually: Eventually
) -> None:
    client = ScriptedClient([Reading(20.0, 68.0), Reading(21.0, 69.8)])
    async with polled(client, clock) as (store, lateness):
        await eventually(lambda: store.view("attic").polls_total >= 3)
        assert store.view("attic").reading == Reading(21.0, 69.8)
    assert len(lateness) >= 3
    assert min(lateness) >= 0


async def test_nothing_is_asked_after_the_end(clock: FakeClock) -> None:
    client = ScriptedClient([Reading(20.0, 68.0)])
    async with polled(client, clock):
        await asyncio.sleep(0.1)
    reads = client.reads
    await asyncio.sleep(0.3)
    assert client.reads == reads


async def test_a_failed_poll_removes_the_temperature_and_a_good_one_brings_it_back(
    clock: FakeClock, eventually: Eventually
) -> None:
    good = Reading(20.0, 68.0)
    client = ScriptedClient([good, REFUSED, good])
    async with polled(client, clock, interval_seconds=0.3) as (store, _):
        await eventually(lambda: store.view("attic").up)
        await eventually(lambda: not store.view("attic").up)
        assert store.view("attic").reason is FailureReason.REFUSED
        await eventually(lambda: store.view("attic").up)


async def test_one_hanging_device_never_disturbs_another(
    clock: FakeClock, eventually: Eventually
) -> None:
    client = ScriptedClient([Reading(20.0, 68.0)], hanging={"hangs"})
    names = ["hangs", "attic", "cellar"]
    async with polled(client, clock, names) as (store, _):
        await eventually(lambda: store.view("attic").polls_total >= 3)
        await eventually(lambda: store.view("cellar").polls_total >= 3)
        assert store.view("hangs").reason is AbsenceReason.NOT_ASKED_YET


async def test_a_stuck_poller_makes_no_stale_reading(
    clock: FakeClock, eventually: Eventually
) -> None:
    client = ScriptedClient([Reading(20.0, 68.0)])
    async with polled(client, clock) as (store, _):
        await eventually(lambda: store.view("attic").up)
        client.hanging.add("attic")
        await eventually(lambda: client.in_flight == 1)
        assert store.view("attic").up
        clock.advance(0.28)
        assert store.view("attic").reason is AbsenceReason.STALE
        assert store.view("attic").reading is None


async def test_a_device_never_has_two_requests_in_flight(
    clock: FakeClock, eventually: Eventually
) -> None:
    client = ScriptedClient([Reading(20.0, 68.0)], DeviceInfo(id="a"))
    client.takes_seconds = 0.15
    async with polled(client, clock, info_interval_seconds=0.1):
        await eventually(lambda: client.reads >= 4)
    assert client.most_in_flight == 1


async def test_waiting_for_a_turn_is_not_down(
    clock: FakeClock, eventually: Eventually
) -> None:
    client = ScriptedClient([Reading(20.0, 68.0)], takes_seconds=0.05)
    names = [f"device-{number}" for number in range(12)]
    async with polled(client, clock, names, concurrency=1) as (store, lateness):
        await eventually(lambda: all(view.up for view in store.views()))
        durations = [view.poll_duration_seconds for view in store.views()]
    assert client.most_in_flight == 1
    assert all(not view.failures for view in store.views())
    assert max(lateness) > 0.2, "the wait is told as lateness"
    assert all(duration is not None and duration < 0.2 for duration in durations)


async def test_a_poll_that_fails_by_a_bug_is_told_and_polling_goes_on(
    clock: FakeClock, eventually: Eventually, caplog: pytest.LogCaptureFixture
) -> None:
    bug = ZeroDivisionError("a bug")
    client = ScriptedClient([bug, bug, Reading(20.0, 68.0)])
    async with polled(client, clock) as (store, _):
        await eventually(lambda: store.view("attic").up)
    assert dict(store.view("attic").failures) == {"internal": 2}
    traces = [record for record in caplog.records if record.exc_info]
    assert len(traces) == 1, "a bug is told once, not at every poll"


async def test_a_bug_after_a_good_reading_removes_it(
    clock: FakeClock, eventually: Eventually
) -> None:
    client = ScriptedClient([Reading(20.0, 68.0), ZeroDivisionError("a bug")])
    async with polled(client, clock, interval_seconds=0.3) as (store, _):
        await eventually(lambda: store.view("attic").up)
        await eventually(lambda: store.view("attic").reason is FailureReason.INTERNAL)


async def test_down_is_logged_once_and_up_is_logged_once(
    clock: FakeClock, eventually: Eventually, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    good = Reading(20.0, 68.0)
    client = ScriptedClient([good, REFUSED, REFUSED, REFUSED, good, good])
    async with polled(client, clock) as (store, _):
        await eventually(lambda: store.view("attic").polls_total >= 7)
    lines = [record.getMessage() for record in caplog.records]
    assert lines == [
        "attic (http://127.0.0.1:1) is up: 20.00 °C",
        "attic (http://127.0.0.1:1) is down: refused: nothing listens",
        "attic (http://127.0.0.1:1) is up: 20.00 °C",
    ]
    assert caplog.records[1].__dict__["reason"] == "refused"


@pytest.mark.parametrize(
    ("reason", "polls"), [(FailureReason.BUSY, 121), (FailureReason.REFUSED, 15)]
)
def test_a_board_that_is_alive_keeps_its_pace_and_a_dead_one_does_not(
    clock: FakeClock, reason: FailureReason, polls: int
) -> None:
    client = ScriptedClient([PollError(reason, "no reading")])

    async def ten_minutes() -> None:
        async with polled(client, clock, interval_seconds=5.0):
            await asyncio.sleep(600)

    run_virtually(ten_minutes())
    assert client.reads == pytest.approx(polls, abs=2)
