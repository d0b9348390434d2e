"""In: an emulated board. Out: it keeps the whole contract that real ones keep."""

import asyncio
import json
import shutil
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from conftest import Places
from firmware.fake_chip import FakeChip
from picotemp.blackbox import BlackBox
from picotemp.log import LINES_KEPT, Log
from picotemp_tools.emulator import EmulatedBoard
from picotemp_tools.emulator.place import PASSWORD
from test_acceptance_suite import all_tests, run_suite


async def test_an_emulated_board_keeps_the_whole_contract(board: EmulatedBoard) -> None:
    run = await asyncio.to_thread(run_suite, board.url, password=PASSWORD)
    assert run.exit_code == pytest.ExitCode.OK, run.output
    assert run.passed == all_tests()


async def test_a_board_whose_last_run_ended_badly_keeps_it_too(
    new_place: Places, built_files: Path, tmp_path: Path
) -> None:
    files = shutil.copytree(built_files, tmp_path / "files")
    save_all_that_there_is_room_for(files / "lastrun.json")
    async with EmulatedBoard(new_place(), files=files) as board:
        run = await asyncio.to_thread(run_suite, board.url, {"test_info"})
        last_run = await asyncio.to_thread(last_run_of, board)
    assert run.exit_code == pytest.ExitCode.OK, run.output
    assert len(last_run["reason"]) > 100
    assert len(last_run["lines"]) > 1


def last_run_of(board: EmulatedBoard) -> Any:
    with urllib.request.urlopen(f"{board.url}/info", timeout=5) as answer:  # noqa: S310
        return json.load(answer)["last_run"]


def save_all_that_there_is_room_for(path: Path) -> None:
    chip = FakeChip()
    log = Log(chip)
    for number in range(LINES_KEPT):
        log.error("it" * 200, number=number)
    assert BlackBox(chip, log, str(path)).save("exception", '"\n' * 1000)
