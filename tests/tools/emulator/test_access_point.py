"""In: a board that joins, a network that fails. Out: the status, number by number."""

import asyncio

import pytest

from picotemp_tools.emulator import access_point
from picotemp_tools.emulator.access_point import FAULTS, LASTING_FAULTS, AccessPoint

PASSWORD = "secret-1"  # noqa: S105 of nothing
DOWN, JOINING, NO_ADDRESS, UP, NO_NETWORK, BAD_PASSWORD = 0, 1, 2, 3, -2, -3
# Long after every timer of the access point.
LATER_SECONDS = 0.1


class Watched(AccessPoint):
    """An access point that notes every status it has had."""

    def __init__(self) -> None:
        self.seen: list[int] = []
        self.waits_for_address = asyncio.Event()
        super().__init__("home", PASSWORD, self._note)

    async def after_join(
        self, ssid: str | None = "home", password: str | None = PASSWORD
    ) -> list[int]:
        self.seen.clear()
        self.join(self.answered + 1, ssid, password)
        await asyncio.sleep(LATER_SECONDS)
        return self.seen

    def _note(self) -> None:
        if self.seen[-1:] != [self.status]:
            self.seen.append(self.status)
        if self.status == NO_ADDRESS:
            self.waits_for_address.set()


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access_point, "JOIN_SECONDS", 0.01)
    monkeypatch.setattr(access_point, "ADDRESS_SECONDS", 0.01)


async def test_a_board_is_down_then_joins_then_waits_for_an_address_then_is_up() -> (
    None
):
    network = Watched()
    assert (network.status, network.is_on_air) == (DOWN, False)
    assert await network.after_join() == [JOINING, NO_ADDRESS, UP]
    assert network.is_on_air


@pytest.mark.parametrize("password", ["secret-2", "", None])
async def test_a_wrong_password_is_refused(password: str | None) -> None:
    network = Watched()
    assert await network.after_join(password=password) == [JOINING, BAD_PASSWORD]
    assert not network.is_on_air


@pytest.mark.parametrize("ssid", ["elsewhere", "", None])
async def test_an_unknown_network_is_not_found(ssid: str | None) -> None:
    assert await Watched().after_join(ssid=ssid) == [JOINING, NO_NETWORK]


@pytest.mark.parametrize(
    ("fault", "seen"),
    [
        ("ok", [JOINING, NO_ADDRESS, UP]),
        ("wrong-password", [JOINING, BAD_PASSWORD]),
        ("no-network", [JOINING, NO_NETWORK]),
        ("no-address", [JOINING, NO_ADDRESS]),
    ],
)
async def test_a_lasting_fault_meets_every_join_until_it_is_mended(
    fault: str, seen: list[int]
) -> None:
    network = Watched()
    network.set_fault(fault)
    assert await network.after_join() == seen
    assert await network.after_join() == seen
    network.set_fault("ok")
    assert await network.after_join() == [JOINING, NO_ADDRESS, UP]


@pytest.mark.parametrize("fault", [*LASTING_FAULTS[1:], "lost"])
async def test_a_lost_link_says_joining_though_nobody_joins(fault: str) -> None:
    network = Watched()
    await network.after_join()
    network.set_fault(fault)
    assert (network.status, network.is_on_air) == (JOINING, False)
    await asyncio.sleep(LATER_SECONDS)
    assert network.status == JOINING


async def test_a_lost_link_comes_back_by_joining_only() -> None:
    network = Watched()
    await network.after_join()
    network.set_fault("lost")
    network.set_fault("ok")
    await asyncio.sleep(LATER_SECONDS)
    assert network.status == JOINING
    assert await network.after_join() == [JOINING, NO_ADDRESS, UP]


async def test_a_link_lost_while_it_waits_for_an_address_gets_none() -> None:
    network = Watched()
    network.join(1, "home", PASSWORD)
    await network.waits_for_address.wait()
    network.set_fault("lost")
    await asyncio.sleep(LATER_SECONDS)
    assert network.status == JOINING


async def test_a_dead_link_goes_on_saying_up_until_the_board_joins_again() -> None:
    network = Watched()
    await network.after_join()
    network.set_fault("dead")
    assert (network.status, network.is_on_air) == (UP, False)
    await asyncio.sleep(LATER_SECONDS)
    assert (network.status, network.is_on_air) == (UP, False)
    assert await network.after_join() == [JOINING, NO_ADDRESS, UP]
    assert network.is_on_air


async def test_a_dead_link_is_mended_from_outside_too() -> None:
    network = Watched()
    await network.after_join()
    network.set_fault("dead")
    network.set_fault("ok")
    assert network.is_on_air


async def test_a_board_that_leaves_is_down_at_once_and_stays_so() -> None:
    network = Watched()
    network.join(1, "home", PASSWORD)
    network.leave(2)
    assert network.status == DOWN
    await asyncio.sleep(LATER_SECONDS)
    assert network.status == DOWN


async def test_answers_carry_the_number_of_the_question() -> None:
    network = Watched()
    network.join(7, "home", PASSWORD)
    assert network.answered == 7
    network.leave(8)
    assert network.answered == 8
    network.forget()
    assert (network.answered, network.status) == (0, DOWN)


async def test_a_second_join_replaces_the_first() -> None:
    network = Watched()
    network.join(1, "home", "wrong-one")
    assert await network.after_join() == [JOINING, NO_ADDRESS, UP]


async def test_a_fault_there_is_not_is_refused_and_changes_nothing() -> None:
    network = Watched()
    await network.after_join()
    with pytest.raises(ValueError, match=", ".join(FAULTS)):
        network.set_fault("haunted")
    assert network.status == UP


@pytest.mark.parametrize("fault", ["ok", "no-address"])
async def test_who_has_an_address_waits_for_none(fault: str) -> None:
    network = Watched()
    network.set_static(True)
    network.set_fault(fault)
    assert await network.after_join() == [JOINING, UP]
    network.set_fault("no-address")
    assert network.is_on_air


async def test_who_takes_an_address_while_waiting_for_one_is_up() -> None:
    network = Watched()
    network.set_fault("no-address")
    assert await network.after_join() == [JOINING, NO_ADDRESS]
    network.set_static(True)
    assert network.is_on_air


@pytest.mark.parametrize("fault", ["lost", "no-network", "wrong-password"])
async def test_other_faults_meet_who_has_an_address_too(fault: str) -> None:
    network = Watched()
    network.set_static(True)
    await network.after_join()
    network.set_fault(fault)
    assert network.status == JOINING


@pytest.mark.parametrize("way", ["set_static", "forget"])
async def test_without_that_address_one_is_waited_for_again(way: str) -> None:
    network = Watched()
    network.set_static(True)
    if way == "forget":
        network.forget()
    else:
        network.set_static(False)
    assert await network.after_join() == [JOINING, NO_ADDRESS, UP]
