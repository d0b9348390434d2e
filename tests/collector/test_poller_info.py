"""In: devices with and without /info. Out: it is asked rarely and costs nothing."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from collector.fake_clock import FakeClock
from collector.scripted_client import ScriptedClient, polled
from collector.virtual_time import run_virtually
from picotemp.payload import Reading
from picotemp_collector.errors import FailureReason, PollError
from picotemp_collector.readings.info import DeviceInfo

Eventually = Callable[[Callable[[], bool]], Awaitable[None]]
REFUSED = PollError(FailureReason.REFUSED, "nothing listens")


async def test_info_is_asked_rarely(clock: FakeClock, eventually: Eventually) -> None:
    client = ScriptedClient([Reading(20.0, 68.0)], DeviceInfo(id="a"))
    async with polled(client, clock) as (store, _):
        await eventually(lambda: store.view("attic").polls_total >= 4)
        assert store.view("attic").info == DeviceInfo(id="a")
    assert client.info_asked == 1


async def test_info_is_asked_again_after_its_interval(
    clock: FakeClock, eventually: Eventually
) -> None:
    client = ScriptedClient([Reading(20.0, 68.0)], DeviceInfo(id="a"))
    async with polled(client, clock, info_interval_seconds=0.15):
        await eventually(lambda: client.info_asked >= 3)


async def test_info_is_not_asked_of_a_device_that_is_down(
    clock: FakeClock, eventually: Eventually
) -> None:
    client = ScriptedClient([REFUSED], DeviceInfo(id="a"))
    async with polled(client, clock):
        await eventually(lambda: client.reads >= 3)
    assert client.info_asked == 0


@pytest.mark.parametrize("answer", [None, ZeroDivisionError("a bug")])
async def test_info_that_fails_never_costs_a_reading(
    answer: Exception | None, clock: FakeClock, eventually: Eventually
) -> None:
    client = ScriptedClient([Reading(20.0, 68.0)], answer)
    async with polled(client, clock, info_interval_seconds=0.05) as (store, _):
        await eventually(lambda: client.info_asked >= 3)
        view = store.view("attic")
    assert (view.up, view.info, dict(view.failures)) == (True, None, {})


async def test_info_that_hangs_ends_before_the_next_poll(
    clock: FakeClock, eventually: Eventually
) -> None:
    client = ScriptedClient([Reading(20.0, 68.0)], hanging={"attic/info"})
    async with polled(client, clock, info_interval_seconds=0.05) as (store, _):
        await eventually(lambda: client.info_asked >= 3)
        assert store.view("attic").up
    assert client.most_in_flight == 1
    assert store.view("attic").polls_total >= 3
    assert not store.view("attic").failures


async def test_info_waits_for_a_turn_too_and_gives_up(
    clock: FakeClock, eventually: Eventually
) -> None:
    client = ScriptedClient([Reading(20.0, 68.0)], DeviceInfo(id="a"))
    async with polled(client, clock, ["attic", "cellar"], concurrency=1):
        await eventually(lambda: client.reads >= 6)
    assert client.most_in_flight == 1


def test_a_device_without_info_is_asked_for_it_ever_more_rarely(
    clock: FakeClock,
) -> None:
    client = ScriptedClient([Reading(20.0, 68.0)])

    async def an_hour() -> None:
        async with polled(
            client, clock, interval_seconds=5.0, info_interval_seconds=15.0
        ):
            await asyncio.sleep(3600)

    run_virtually(an_hour())
    assert client.reads == pytest.approx(721, abs=1)
    assert 7 <= client.info_asked <= 9


def test_a_device_that_comes_back_is_asked_for_info_at_once(clock: FakeClock) -> None:
    good = Reading(20.0, 68.0)
    client = ScriptedClient([*[good] * 100, REFUSED, good])

    async def many_turns() -> None:
        async with polled(client, clock, interval_seconds=5.0) as (store, _):
            await asyncio.sleep(99 * 5 - 1)
            client.info = DeviceInfo(id="new")
            await asyncio.sleep(20)
            assert store.view("attic").info == DeviceInfo(id="new")

    run_virtually(many_turns())


def test_every_name_of_a_board_is_told_its_info(clock: FakeClock) -> None:
    client = ScriptedClient([Reading(20.0, 68.0)], DeviceInfo(id="a"))

    async def turns() -> None:
        names = ("attic", "top")
        async with polled(client, clock, names, url="http://10.0.0.7") as (store, _):
            await asyncio.sleep(1)
            infos = [store.view(name).info for name in names]
        assert infos == [DeviceInfo(id="a")] * 2

    run_virtually(turns())
    assert client.info_asked == 1
