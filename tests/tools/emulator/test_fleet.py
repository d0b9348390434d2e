"""In: how many boards, and where. Out: places, one for each; all of them running."""

import asyncio
from collections.abc import Callable

import pytest

from picotemp_tools.emulator import EmulatedBoard, Place, fleet
from picotemp_tools.errors import ToolError


def where(places: list[Place]) -> list[tuple[str, str, int]]:
    return [(place.name, place.address, place.port) for place in places]


def test_each_board_has_an_address_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fleet, "_can_have", lambda _: True)
    assert where(fleet.places(3, "127.0.0.254", 8080)) == [
        ("picotemp-1", "127.0.0.254", 8080),
        ("picotemp-2", "127.0.0.255", 8080),
        ("picotemp-3", "127.0.1.0", 8080),
    ]


def test_a_board_alone_has_the_plain_name() -> None:
    assert where(fleet.places(1, "127.0.0.1", 9000)) == [
        ("picotemp", "127.0.0.1", 9000)
    ]


def test_where_there_is_only_one_address_each_board_has_a_port_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fleet, "_can_have", lambda _: False)
    assert where(fleet.places(3, "127.0.0.2", 8080)) == [
        ("picotemp-1", "127.0.0.1", 8080),
        ("picotemp-2", "127.0.0.1", 8081),
        ("picotemp-3", "127.0.0.1", 8082),
    ]
    with pytest.raises(ToolError, match="a lower --port"):
        fleet.places(3, "127.0.0.2", 65534)


@pytest.mark.parametrize(
    ("count", "address"),
    [
        (1, "10.0.0.2"),
        (1, "localhost"),
        (1, "::1"),
        (1, ""),
        (3, "127.255.255.254"),
        (250, "255.255.255.255"),
    ],
)
def test_an_address_beyond_the_loopback_network_is_refused(
    count: int, address: str
) -> None:
    with pytest.raises(ToolError, match="give an --address like"):
        fleet.places(count, address, 8080)


async def test_boards_of_a_fleet_all_serve_and_are_told_apart(
    new_place: Callable[[], Place],
) -> None:
    places = [Place(name, new_place().address, 8080) for name in ("attic", "cellar")]
    heard: list[tuple[str, str]] = []
    async with fleet.running(places, lambda *line: heard.append(line)) as boards:
        assert [board.state for board in boards] == ["serving", "serving"]
    assert {name for name, _ in heard} == {"attic", "cellar"}


async def test_one_board_that_cannot_start_stops_all(
    board: EmulatedBoard, new_place: Callable[[], Place]
) -> None:
    free = Place("free", new_place().address, 8080)
    with pytest.raises(ToolError, match="cannot be had"):
        async with fleet.running([free, board.place]):
            pass
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection(free.address, free.port)
