"""In: devices in every state. Out: the house in one word, and each device's state."""

import aiohttp
import pytest

from collector.fake_clock import FakeClock
from collector.house import House
from collector.known import known_store
from collector.running import device, running_by
from picotemp.payload import Reading
from picotemp_collector.errors import Failure, FailureReason
from picotemp_collector.outlets.health import Status, describe, judge
from picotemp_collector.readings.clock import utc_text
from picotemp_collector.readings.store import Store


@pytest.mark.parametrize(
    ("states", "status"),
    [
        (["up", "up"], Status.OK),
        (["up", "down"], Status.DEGRADED),
        (["up", "pending"], Status.DEGRADED),
        (["pending", "down"], Status.DEGRADED),
        (["pending", "pending"], Status.DEGRADED),
        (["down", "down"], Status.DOWN),
    ],
)
def test_the_house_is_ok_degraded_or_down(
    states: list[str], status: Status, clock: FakeClock
) -> None:
    names = [f"device-{number}" for number in range(len(states))]
    store = Store([device(name) for name in names], clock.clock, 60.0)
    for name, state in zip(names, states, strict=True):
        if state == "up":
            store.record_reading(name, Reading(20.0, 68.0), 0.1)
        if state == "down":
            store.record_failure(name, Failure(FailureReason.TIMEOUT, ""), 0.1)
    assert judge(store.views()) is status


def test_each_device_has_its_state_and_reason(clock: FakeClock) -> None:
    assert describe(known_store(clock).views()) == {
        "status": "degraded",
        "devices": {
            "attic": {"state": "up"},
            "bath": {
                "state": "down",
                "reason": "stale",
                "detail": "the last reading is too old to be shown",
            },
            "cellar": {
                "state": "down",
                "reason": "refused",
                "detail": "nothing listens there",
            },
            "den": {
                "state": "pending",
                "reason": "not_asked_yet",
                "detail": "the first poll has not ended",
            },
        },
    }


async def test_a_source_that_is_wrong_is_told_with_its_last_success(
    house: House, session: aiohttp.ClientSession, clock: FakeClock
) -> None:
    pattern = f"{house.folder}/*.yml"
    house.write("a.yml", "127.0.0.1:1", "10.0.0.300")
    async with (
        running_by(house.config, clock.clock) as collector,
        session.get(f"{collector.url}/health") as response,
    ):
        told = (await response.json())["sources"]
    problem = told[0].pop("problems")[0]
    assert problem.startswith(f"{house.folder}/a.yml: group 2: target 1: expected")
    assert told == [
        {
            "origin": pattern,
            "ok": False,
            "devices": 1,
            "last_success": utc_text(clock.clock.unix_seconds()),
        }
    ]
