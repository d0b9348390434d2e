"""In: an emulated board. Out: it keeps the whole contract that real ones keep."""

import asyncio

import pytest

from picotemp_tools.emulator import EmulatedBoard
from test_acceptance_suite import all_tests, run_suite


async def test_an_emulated_board_keeps_the_whole_contract(board: EmulatedBoard) -> None:
    run = await asyncio.to_thread(run_suite, board.url)
    assert run.exit_code == pytest.ExitCode.OK, run.output
    assert run.passed == all_tests()
