"""In: a chip that hangs, crashes, is interrupted. Out: a board that comes back."""

import asyncio
import os
import shutil
import signal
from pathlib import Path

import pytest

import picotemp
from picotemp.boots import EARLY_ENDS_MOST

from .board_client import came_back, get, info, until
from .conftest import NewBoard

# The firmware's 5 s are then one, and a busy machine still feeds in time.
WATCHDOG_SCALE = 0.2
SOURCES = Path(picotemp.__file__).parent
LONGER_THAN_THE_WATCHDOG_SECONDS = 2.5


async def test_a_hung_chip_is_reset_by_its_watchdog_and_says_so(
    new_board: NewBoard,
) -> None:
    async with new_board(watchdog_scale=WATCHDOG_SCALE) as board:
        assert (await info(board))["reset_cause"] == "power"
        board.change(is_hung=True)
        await came_back(board, 2)
        assert (await info(board))["reset_cause"] == "watchdog"
        assert (await get(board)).status == 200


async def test_r3_ctrl_c_disarms_the_watchdog_so_that_mpremote_is_not_cut_off(
    new_board: NewBoard,
) -> None:
    async with new_board(watchdog_scale=WATCHDOG_SCALE) as board:
        await get(board)
        os.kill(board.pid, signal.SIGINT)
        await asyncio.sleep(LONGER_THAN_THE_WATCHDOG_SECONDS)
        assert board.boots == 1
        assert "Traceback" not in "\n".join(board.serial.lines)


@pytest.fixture
def broken_files(built_files: Path, tmp_path: Path) -> Path:
    """Give a program whose app fails as soon as it runs."""
    files = tmp_path / "files"
    shutil.copytree(built_files, files)
    app = files / "picotemp" / "app.py"
    app.write_text(
        app.read_text() + "\n\ndef run(*_):\n    raise ValueError('spoilt')\n"
    )
    return files


async def test_a_program_that_crashes_three_times_gives_way_to_a_minimal_server(
    new_board: NewBoard, broken_files: Path
) -> None:
    async with new_board(files=broken_files) as board:
        assert board.boots == 4
        told = await info(board)
        assert told["recovery"] is True
        assert told["early_ends"] == 3
        assert told["reset_cause"] == "exception"
        assert "ValueError: spoilt" in str(told["last_run"])
        answer = await get(board)
        assert answer.status == 503
        assert "recovery" in str(answer.json()["error"])
        assert "retry-after" not in answer.headers
        assert (await get(board, "/nothing")).status == 404


async def test_power_off_and_on_gives_the_program_another_chance(
    new_board: NewBoard, broken_files: Path, built_files: Path
) -> None:
    async with new_board(files=broken_files) as board:
        mended = (built_files / "picotemp" / "app.py").read_bytes()
        (board.flash / "picotemp" / "app.py").write_bytes(mended)
        board.power_cut()
        await asyncio.sleep(0.1)
        board.power_on()
        await came_back(board, 5)
        told = await info(board)
        assert told["reset_cause"] == "power"
        assert "ValueError: spoilt" in str(told["last_run"])
        await until(board, lambda answer: answer.status == 200)


async def test_w10_a_radio_that_hangs_as_it_is_switched_on_is_reset(
    new_board: NewBoard, built_files: Path, tmp_path: Path
) -> None:
    files = tmp_path / "files"
    shutil.copytree(built_files, files)
    for seam in (files / "picotemp").glob("board.*"):
        seam.unlink()
    source = (SOURCES / "board.py").read_text()
    first = "network.country(country)"
    assert source.count(first) == 1
    hanging = source.replace(first, "while True: pass")
    (files / "picotemp" / "board.py").write_text(hanging)
    board = new_board(files=files, watchdog_scale=WATCHDOG_SCALE)
    await board.start()
    try:
        # The program three times, then the recovery, again and again.
        await board.serial.wait_for(f"event=recovery early_ends={EARLY_ENDS_MOST}")
        await board.serial.wait_for(f"event=recovery early_ends={EARLY_ENDS_MOST + 1}")
    finally:
        await board.stop()
