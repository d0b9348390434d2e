"""In: programs at the watchdog's registers. Out: what disarms it, what outlives it."""

import ast

import pytest

from picotemp_tools.emulator import EmulatedBoard
from tools.emulator.conftest import Runner
from tools.emulator.waiting import until

BEGIN = """
import machine, sys, time
from machine import mem32
CTRL = 0x40058000
ENABLE = 1 << 30
SCRATCH = [0x4005800C + 4 * number for number in range(8)]
cause = machine.reset_cause()
"""
TELL = 'print("told:", [mem32[address] for address in SCRATCH])\n'
# Fills the registers once, the last one with what does not fit.
FILL = """
if not mem32[SCRATCH[0]]:
    for number, address in enumerate(SCRATCH):
        mem32[address] = number + 1
    mem32[SCRATCH[7]] = -1
"""
FILLED = [1, 2, 3, 4, 5, 6, 7, 2**32 - 1]
EMPTY = [0] * 8


def told(board: EmulatedBoard) -> list[object]:
    return [
        ast.literal_eval(line.removeprefix("told:").strip())
        for line in board.serial.lines
        if line.startswith("told:")
    ]


@pytest.mark.parametrize(
    "end",
    [
        "    machine.reset()",
        "    sys.exit()",
        "    machine.WDT(timeout=100)\n    time.sleep(60)",
    ],
)
async def test_scratch_registers_outlive_every_end_but_that_of_power(
    run: Runner, end: str
) -> None:
    program = BEGIN + TELL + FILL + end + "\n"
    async with run(program) as board:
        await until(lambda: len(told(board)) == 2)
        assert told(board) == [EMPTY, FILLED]


@pytest.mark.parametrize("way", ["power", "button"])
async def test_scratch_registers_are_zero_after_power_and_after_the_button(
    run: Runner, way: str
) -> None:
    async with run(BEGIN + TELL + FILL + TELL + "print('filled')") as board:
        await board.serial.wait_for("filled")
        if way == "power":
            board.power_cut()
            board.power_on()
        else:
            board.press_reset()
        await until(lambda: len(told(board)) == 4)
        assert told(board) == [EMPTY, FILLED] * 2


async def test_a_register_is_read_as_it_was_just_written(run: Runner) -> None:
    program = BEGIN + (
        "found = []\n"
        "for value in (7, 0xFFFFFFFF, 1 << 32, -2, 0):\n"
        "    mem32[SCRATCH[3]] = value\n"
        "    found.append(mem32[SCRATCH[3]])\n"
        "print('told:', found)\n"
    )
    async with run(program) as board:
        await board.serial.wait_for("told:")
        assert told(board) == [[7, 2**32 - 1, 0, 2**32 - 2, 0]]


async def test_where_no_register_is_memory_is_zero_and_stays_so(run: Runner) -> None:
    program = BEGIN + (
        "where = (0x40058004, 0x40058008, 0x4005802C, 0x400D800C, 0x20000000)\n"
        "for address in where:\n"
        "    mem32[address] = 5\n"
        "print('told:', [mem32[address] for address in where])\n" + TELL
    )
    async with run(program) as board:
        await until(lambda: len(told(board)) == 2)
        assert told(board) == [[0] * 5, EMPTY]


async def test_an_address_between_two_words_is_an_error(run: Runner) -> None:
    async with run(BEGIN + "mem32[CTRL + 2]") as board:
        await board.serial.wait_for("ValueError: address 40058002 is not aligned")


async def test_the_register_tells_whether_the_watchdog_is_armed(run: Runner) -> None:
    program = BEGIN + (
        "found = [mem32[CTRL]]\n"
        "machine.WDT(timeout=8000)\n"
        "found.append(mem32[CTRL])\n"
        "mem32[CTRL] = mem32[CTRL] & ~ENABLE\n"
        "found.append(mem32[CTRL])\n"
        "print('told:', found)\n"
    )
    async with run(program) as board:
        await board.serial.wait_for("told:")
        assert told(board) == [[0, 2**30, 0]]


async def test_the_register_tells_it_to_the_next_program_too(run: Runner) -> None:
    program = BEGIN + (
        "print('told:', mem32[CTRL])\n"
        "if not mem32[CTRL]:\n"
        "    machine.WDT(timeout=8388)\n"
        "    sys.exit()\n"
        "mem32[CTRL] = 0\n"
    )
    async with run(program) as board:
        await until(lambda: len(told(board)) == 2)
        assert told(board) == [0, 2**30]


async def test_a_watchdog_that_was_disarmed_bites_no_more(run: Runner) -> None:
    program = BEGIN + (
        "dog = machine.WDT(timeout=2000)\n"
        "mem32[CTRL] = mem32[CTRL] & ~ENABLE\n"
        "dog.feed()\n"
        "time.sleep_ms(2500)\n"
        "print('alive')\n"
    )
    async with run(program) as board:
        await board.serial.wait_for("alive")
        assert board.boots == 1


async def test_a_watchdog_that_is_armed_again_bites(run: Runner) -> None:
    program = BEGIN + (
        "print('cause', cause)\n"
        "if cause == 1:\n"
        "    dog = machine.WDT(timeout=300)\n"
        "    mem32[CTRL] = mem32[CTRL] & ~ENABLE\n"
        "    mem32[CTRL] = mem32[CTRL] | ENABLE\n"
        "    time.sleep(60)\n"
    )
    async with run(program) as board:
        await board.serial.wait_for("cause 3")
        assert any("stopped: watchdog" in line for line in board.serial.lines)


async def test_the_watchdogs_time_is_scaled_as_its_test_wants(run: Runner) -> None:
    program = BEGIN + "machine.WDT(timeout=100)\ntime.sleep(1)\nprint('alive')\n"
    async with run(program, watchdog_scale=1000) as board:
        await board.serial.wait_for("alive")
        assert board.boots == 1
