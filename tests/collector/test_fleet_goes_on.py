"""In: polls that end, hang, wait. Out: whether the fleet goes on, for a watchdog."""

import asyncio
import logging

import pytest
from attrs import define, field

from collector.fake_clock import FakeClock
from collector.running import device
from collector.virtual_time import run_virtually
from picotemp.payload import Reading
from picotemp_collector.devices.address import Addresses
from picotemp_collector.devices.admission import Admission
from picotemp_collector.devices.asking import Asker, FindHost
from picotemp_collector.devices.fleet import Fleet
from picotemp_collector.devices.poller import Polling
from picotemp_collector.errors import FailureReason, PollError
from picotemp_collector.readings.device import Device
from picotemp_collector.readings.info import DeviceInfo
from picotemp_collector.readings.store import Store

LOOK_SECONDS = 0.5


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, "picotemp_collector")


@define
class Boards:
    """Some hang, some are dead, the others answer after a while."""

    takes_seconds: float = 0.1
    hanging: set[str] = field(factory=set)
    dead: set[str] = field(factory=set)

    async def read(self, device: Device) -> Reading:
        if device.name in self.hanging:
            await asyncio.Event().wait()
        if device.name in self.dead:
            await asyncio.sleep(device.timeout_seconds)
            raise PollError(FailureReason.TIMEOUT, "silent")
        await asyncio.sleep(self.takes_seconds)
        return Reading(20.0, 68.0)

    async def ask_info(self, _device: Device) -> DeviceInfo | None:
        return None


async def names_that_hang(_host: str) -> Addresses:
    await asyncio.Event().wait()
    return ()


def stops_after_seconds(
    devices: list[Device],
    boards: Boards,
    seconds: float,
    places: int = 100,
    find_host: FindHost | None = None,
) -> float | None:
    """Give when a fleet first stopped going on, if it did in so many seconds."""

    async def run() -> float | None:
        store = Store(devices, FakeClock().clock, 1e6)
        asker = Asker(boards, Admission(places), find_host)
        fleet = Fleet(Polling(asker, store, 1e6, lambda _seconds: None))
        await fleet.turn_to(devices)
        loop = asyncio.get_running_loop()
        begun_seconds, stopped_after_seconds = loop.time(), None
        while stopped_after_seconds is None and loop.time() < begun_seconds + seconds:
            await asyncio.sleep(LOOK_SECONDS)
            if not fleet.goes_on():
                stopped_after_seconds = loop.time() - begun_seconds
        await fleet.close()
        return stopped_after_seconds

    return run_virtually(run())


def test_a_fleet_that_polls_goes_on() -> None:
    devices = [device(name, f"http://{name}") for name in ("attic", "cellar")]
    assert stops_after_seconds(devices, Boards(), 1000) is None


def test_a_fleet_without_devices_goes_on() -> None:
    assert stops_after_seconds([], Boards(), 1000) is None


def test_a_fleet_that_is_seldom_due_goes_on() -> None:
    assert stops_after_seconds([device("a", "http://a", 3600)], Boards(), 1e5) is None


def test_a_fleet_of_dead_devices_goes_on() -> None:
    devices = [device(f"d{number}", f"http://d{number}") for number in range(50)]
    boards = Boards(dead={each.name for each in devices})
    assert stops_after_seconds(devices, boards, 1000) is None


def test_a_fleet_of_names_that_hang_goes_on() -> None:
    devices = [device(f"d{number}", f"http://d{number}") for number in range(50)]
    assert (
        stops_after_seconds(devices, Boards(), 1000, find_host=names_that_hang) is None
    )


def test_a_fleet_that_waits_for_places_goes_on() -> None:
    devices = [device(f"d{number}", f"http://d{number}") for number in range(200)]
    boards = Boards(dead={each.name for each in devices})
    assert stops_after_seconds(devices, boards, 2000, places=1) is None


def test_a_poll_that_hangs_among_others_that_end_is_no_end() -> None:
    devices = [device("attic", "http://a"), device("cellar", "http://c")]
    assert stops_after_seconds(devices, Boards(hanging={"attic"}), 1000) is None


def test_a_fleet_whose_due_polls_all_hang_has_stopped() -> None:
    devices = [device(name, f"http://{name}") for name in ("attic", "cellar")]
    boards = Boards(hanging={"attic", "cellar"})
    stopped_after_seconds = stops_after_seconds(devices, boards, 1000)
    assert stopped_after_seconds == pytest.approx(12.5, abs=LOOK_SECONDS)


def test_a_fleet_whose_places_are_all_lost_has_stopped() -> None:
    devices = [device(f"d{number}", f"http://d{number}") for number in range(50)]
    boards = Boards(hanging={"d25"})
    assert stops_after_seconds(devices, boards, 1000, places=1) is not None
