"""In: thousands of devices in virtual time. Out: each on time, in places of its own."""

import asyncio
import logging
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise

import pytest
from attrs import define, evolve, field

from collector.fake_clock import FakeClock
from collector.running import device
from collector.virtual_time import now_seconds, run_virtually
from picotemp.payload import Reading
from picotemp_collector.devices.admission import Admission
from picotemp_collector.devices.asking import Asker
from picotemp_collector.devices.fleet import Fleet, polling
from picotemp_collector.devices.poller import Polling, lead_of
from picotemp_collector.devices.schedule import phase
from picotemp_collector.errors import FailureReason, PollError
from picotemp_collector.readings.device import Device
from picotemp_collector.readings.info import DeviceInfo
from picotemp_collector.readings.store import Store

FLEET = [
    device(f"pico-{number}", f"http://10.0.{number // 250}.{number % 250}", 15.0, 3.5)
    for number in range(5000)
]
GOOD = Reading(20.0, 68.0)


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    # A thousand lines of what is down take longer than the rest.
    caplog.set_level(logging.CRITICAL, "picotemp_collector")


@define
class House:
    """Devices that answer after a while, and the dead ones, which never do."""

    takes_seconds: float = 0.1
    dead: set[str] = field(factory=set)
    asked_at: dict[str, list[float]] = field(factory=lambda: defaultdict(list))
    in_flight: Counter[str] = field(factory=Counter)
    most_in_flight: int = 0

    async def read(self, device: Device) -> Reading:
        self.asked_at[device.name].append(now_seconds())
        self.in_flight[device.url] += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight[device.url])
        try:
            if device.name in self.dead:
                await asyncio.sleep(device.timeout_seconds)
                raise PollError(FailureReason.TIMEOUT, "silent")
            await asyncio.sleep(self.takes_seconds)
        finally:
            self.in_flight[device.url] -= 1
        return GOOD

    async def ask_info(self, _device: Device) -> DeviceInfo | None:
        return None


@define
class Watched:
    """What came of a run."""

    house: House
    store: Store
    lateness: list[float]


def watch(
    devices: Sequence[Device],
    house: House,
    seconds: float,
    concurrency: int = 500,
) -> Watched:
    """Poll for so many virtual seconds."""
    store = Store(devices, FakeClock().clock, 1e6)
    lateness: list[float] = []

    async def run() -> None:
        async with polling(devices, shared(house, store, lateness, concurrency)):
            await asyncio.sleep(seconds)

    run_virtually(run())
    return Watched(house, store, lateness)


def shared(
    house: House, store: Store, lateness: list[float], concurrency: int
) -> Polling:
    return Polling(
        asker=Asker(house, Admission(concurrency)),
        store=store,
        info_interval_seconds=1e6,
        observe_lateness_seconds=lateness.append,
    )


def gaps(times: Sequence[float]) -> list[float]:
    return [after - before for before, after in pairwise(times)]


def lateness_of(name: str, house: House) -> float:
    """Give the longest wait for a turn, in an interval of 15 s, once on the grid."""
    turn_seconds = phase(name) * 15.0
    return max((at - turn_seconds + 1e-6) % 15.0 for at in house.asked_at[name][2:])


def test_each_of_5000_devices_is_asked_in_every_interval_and_on_time() -> None:
    watched = watch(FLEET, House(), seconds=50)
    for name, times in watched.house.asked_at.items():
        first, second, *steady = gaps(times)
        assert times[0] <= 1010.1, name
        assert 7.499 <= first <= 15.001, name
        assert 7.499 <= second <= 15.001, name
        assert steady == pytest.approx([15.0] * len(steady), abs=1e-3), name
    assert len(watched.house.asked_at) == 5000
    assert max(watched.lateness) < 0.001
    assert watched.house.most_in_flight == 1
    assert all(view.up for view in watched.store.views())


def test_the_turns_of_5000_devices_are_spread_evenly() -> None:
    # Chi-square with 149 degrees of freedom is over 216 once in 4,000 samples.
    buckets = Counter(int(phase(each.name) * 150) for each in FLEET)
    expected = len(FLEET) / 150
    chi_square = sum(
        (buckets[bucket] - expected) ** 2 / expected for bucket in range(150)
    )
    assert chi_square < 216
    assert max(buckets.values()) < 2 * expected


def test_1000_dead_devices_delay_no_healthy_one() -> None:
    house = House(dead={each.name for each in FLEET[::5]})
    watched = watch(FLEET, house, seconds=90)
    healthy = [each.name for each in FLEET if each.name not in house.dead]
    assert max(lateness_of(name, house) for name in healthy) < 0.001
    assert all(watched.store.view(name).up for name in healthy)
    assert all(watched.store.view(name).failures for name in house.dead)


def test_those_who_wait_for_a_turn_wait_alike() -> None:
    # 5,000 in 15 s, each 0.1 s: they need 33 places, and there are 30.
    watched = watch(FLEET, House(), seconds=100, concurrency=30)
    polls = [len(times) for times in watched.house.asked_at.values()]
    assert sum(polls) > 0.95 * 100 * 300
    assert max(polls) - min(polls) <= 2
    assert max(watched.lateness) < 2 * 15
    assert all(not view.failures for view in watched.store.views())


def test_a_dead_device_is_asked_ever_more_rarely_but_once_a_minute() -> None:
    dead = device("dead", interval_seconds=5.0)
    house = House(dead={"dead"})
    watch([dead], house, seconds=1000)
    found = gaps(house.asked_at["dead"])
    assert max(found) == pytest.approx(60)
    assert min(found[1:]) >= 5 - 1e-6
    assert found[-10:] == pytest.approx([60] * 10)


def test_a_device_whose_interval_is_longer_than_a_minute_keeps_it() -> None:
    house = House(dead={"dead"})
    watch([device("dead", interval_seconds=90.0)], house, seconds=1000)
    assert gaps(house.asked_at["dead"])[2:] == pytest.approx([90] * 9)


def test_devices_that_die_together_are_not_asked_together() -> None:
    dead = FLEET[:1000]
    house = House(dead={each.name for each in dead})
    watch(dead, house, seconds=300)
    last_minute = Counter(int(times[-1]) for times in house.asked_at.values())
    assert len(last_minute) >= 60
    assert max(last_minute.values()) < 2.5 * len(dead) / 60


def test_a_success_ends_the_backoff_at_once() -> None:
    house = House(dead={"attic"})

    async def revive() -> None:
        store = Store([device()], FakeClock().clock, 1e6)
        async with polling([device()], shared(house, store, [], 10)):
            await asyncio.sleep(500)
            house.dead.clear()
            await asyncio.sleep(100)

    run_virtually(revive())
    alive = [at for at in house.asked_at["attic"] if at > 1500]
    assert alive[0] <= 1560
    assert gaps(alive) == pytest.approx([5.0] * (len(alive) - 1))


def test_a_board_with_two_names_is_asked_once_for_both() -> None:
    slow = device("attic", interval_seconds=10.0)
    fast = device("top", interval_seconds=5.0)
    house = House()
    watched = watch([slow, fast, device("cellar", "http://10.0.0.9")], house, 60)
    assert set(house.asked_at) == {"top", "cellar"}
    assert max(gaps(house.asked_at["top"])) == pytest.approx(5.0)
    polls = [watched.store.view(name).polls_total for name in ("attic", "top")]
    assert polls[0] == polls[1] >= 12
    assert all(view.up for view in watched.store.views())


def test_a_board_with_two_names_is_given_the_time_of_the_patient_one() -> None:
    hasty = device("hasty", interval_seconds=2.0, timeout_seconds=0.5)
    patient = device("patient", interval_seconds=9.0, timeout_seconds=1.5)
    assert lead_of([patient, hasty]) == evolve(hasty, timeout_seconds=1.5)
    very_patient = evolve(patient, timeout_seconds=5.0)
    assert lead_of([very_patient, hasty]) == evolve(hasty, timeout_seconds=2.0)


def turns_with(changed: Sequence[Device] | None) -> dict[str, list[float]]:
    """Give when each of a small fleet was asked; midway the devices may change."""
    before = FLEET[:1000]
    house = House(dead={each.name for each in before[::10]})
    everyone = {each.name: each for each in [*before, *(changed or ())]}

    async def run() -> None:
        store = Store(everyone.values(), FakeClock().clock, 1e6)
        fleet = Fleet(shared(house, store, [], 500))
        await fleet.turn_to(before)
        # In the middle of many requests.
        await asyncio.sleep(100.05)
        if changed is not None:
            await fleet.turn_to(changed)
        await asyncio.sleep(100)
        await fleet.close()

    run_virtually(run())
    return house.asked_at


def test_a_device_that_comes_or_goes_or_changes_disturbs_no_other() -> None:
    stays = FLEET[2:1000]
    newcomer = device("new", "http://10.9.9.9", 15.0)
    renamed = evolve(FLEET[1], name="renamed")
    as_ever = turns_with(None)
    changed = turns_with([newcomer, renamed, *reversed(stays)])
    assert all(as_ever[each.name] == changed[each.name] for each in stays)
    assert all(at <= 1100.05 for at in changed[FLEET[0].name])
    assert changed["new"][0] <= 1102.1
    assert len(changed["renamed"]) >= 6
