"""In: a network that fails, ticks that wrap. Out: a board that comes back alone."""

import asyncio

import pytest

from picotemp_tools.emulator import EmulatedBoard
from picotemp_tools.emulator.place import PASSWORD

from .board_client import get, info
from .conftest import NewBoard
from .serial_line import fields


async def test_a_lost_link_is_joined_again(board: EmulatedBoard) -> None:
    await board.serial.wait_for("event=joined")
    uptime_s = int(str((await info(board))["uptime_s"]))
    board.change(wifi="lost")
    assert board.state == "starting"
    await board.serial.wait_for("event=link_lost")
    await board.wait_until_serving(5)
    assert (await get(board)).status == 200
    assert int(str((await info(board))["uptime_s"])) >= uptime_s
    assert board.boots == 1


@pytest.mark.parametrize(
    ("fault", "reason"),
    [("wrong-password", "wrong_password"), ("no-network", "network_not_found")],
)
async def test_a_network_that_refuses_is_tried_again_until_it_is_mended(
    new_board: NewBoard, fault: str, reason: str
) -> None:
    board = new_board()
    board.change(wifi=fault)
    await board.start()
    try:
        line = fields(await board.serial.wait_for("event=join_failed"))
        assert (line["reason"], line["times"]) == (reason, "1")
        await board.serial.wait_for("times=2")
        assert board.led == []
        board.change(wifi="ok")
        await board.wait_until_serving()
        assert (await get(board)).status == 200
        assert board.boots == 1
    finally:
        await board.stop()


async def test_a_reset_and_a_power_cut_are_told_apart_from_each_other(
    board: EmulatedBoard,
) -> None:
    board.press_reset()
    await board.serial.wait_for("[emulator] the chip stopped: button")
    await board.wait_until_serving()
    assert (await info(board))["reset_cause"] == "power"
    assert board.boots == 2


async def test_uptime_goes_on_when_the_chips_ticks_wrap(new_board: NewBoard) -> None:
    board = new_board(first_ticks_ms=2**30 - 1500)
    told: list[int] = []
    async with board:
        while len(told) < 300 and max(told, default=0) < 3:
            told.append(int(str((await info(board))["uptime_s"])))
            await asyncio.sleep(0.02)
        assert (await get(board)).status == 200
    assert told == sorted(told)
    assert told[0] <= 1, "before the wrap"
    assert told[-1] == 3, "after it"


@pytest.mark.parametrize("password", [PASSWORD, "do-not-tell-anybody"])
async def test_the_password_is_never_on_serial_nor_in_an_answer(
    new_board: NewBoard, password: str
) -> None:
    board = new_board(settings={"password": password})
    await board.start()
    try:
        is_right = password == PASSWORD
        await board.serial.wait_for("event=joined" if is_right else "times=2")
        if is_right:
            for path in ("/", "/info", "/metrics", "/nothing"):
                assert password.encode() not in (await get(board, path)).body
        assert password not in "\n".join(board.serial.lines)
    finally:
        await board.stop()
