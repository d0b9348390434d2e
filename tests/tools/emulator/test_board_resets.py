"""In: programs that reset, hang, end, lose power. Out: the next boot and its cause."""

import pytest

from picotemp_tools.emulator import EmulatedBoard
from tools.emulator.conftest import Runner
from tools.emulator.waiting import until

TELL = """
import machine, sys, time
cause = machine.reset_cause()
print("cause", cause)
"""
# What follows, indented, is done by the first boot only.
ONCE = """
try:
    open("done").close()
except OSError:
    open("done", "w").close()
"""
ARM_ONCE = TELL + ONCE + "    machine.WDT(timeout=500)\n"


def heard(board: EmulatedBoard, text: str) -> int:
    return sum(text in line for line in board.serial.lines)


async def test_a_reset_restarts_the_program_and_nothing_after_it_runs(
    run: Runner,
) -> None:
    program = TELL + "if cause == 1:\n    machine.reset()\n    print('after')\n"
    async with run(program) as board:
        await board.serial.wait_for("cause 3")
        assert list(board.serial.lines) == [
            "cause 1",
            "[emulator] the chip stopped: reset",
            "cause 3",
        ]
        assert board.boots == 2


async def test_power_that_was_cut_is_a_power_on(run: Runner) -> None:
    program = TELL + ONCE + "    machine.reset()\n"
    async with run(program) as board:
        await board.serial.wait_for("cause 3")
        board.power_cut()
        await until(lambda: heard(board, "stopped: power") == 1)
        assert (board.state, heard(board, "cause 1")) == ("off", 1)
        board.power_on()
        await until(lambda: heard(board, "cause 1") == 2)


async def test_the_reset_button_is_a_power_on(run: Runner) -> None:
    async with run(TELL + ONCE + "    machine.reset()\n") as board:
        await board.serial.wait_for("cause 3")
        board.press_reset()
        await until(lambda: heard(board, "cause 1") == 2)


async def test_a_watchdog_that_is_not_fed_restarts_with_its_cause(run: Runner) -> None:
    program = TELL + "if cause == 1:\n    machine.WDT(timeout=300)\ntime.sleep(60)\n"
    async with run(program) as board:
        await board.serial.wait_for("cause 3")
        assert heard(board, "stopped: watchdog") == 1


async def test_a_watchdog_that_is_fed_lets_the_program_run(run: Runner) -> None:
    program = (
        TELL
        + """
dog = machine.WDT(timeout=2000)
for _ in range(25):
    time.sleep_ms(100)
    dog.feed()
print("alive")
dog.feed()
time.sleep(60)
"""
    )
    async with run(program) as board:
        await board.serial.wait_for("alive")
        assert board.boots == 1


@pytest.mark.parametrize("timeout_ms", [0, 8389, 16777])
async def test_a_watchdog_beyond_the_chips_reach_is_an_error(
    run: Runner, timeout_ms: int
) -> None:
    async with run(TELL + f"machine.WDT(timeout={timeout_ms})") as board:
        await board.serial.wait_for("ValueError")


async def test_the_longest_watchdog_is_taken(run: Runner) -> None:
    async with run(TELL + "machine.WDT(timeout=8388)\nprint('armed')") as board:
        await board.serial.wait_for("armed")
        assert heard(board, "Error") == 0


@pytest.mark.parametrize(
    "end", ["pass", "raise KeyboardInterrupt", "1 / 0", "sys.exit()"]
)
async def test_the_watchdog_outlives_the_program_that_armed_it(
    run: Runner, end: str
) -> None:
    async with run(ARM_ONCE + end) as board:
        await board.serial.wait_for("cause 3")
        assert heard(board, "stopped: watchdog") == 1


async def test_a_reset_disarms_the_watchdog(run: Runner) -> None:
    program = ARM_ONCE + "if cause == 1:\n    machine.reset()\n"
    program += "time.sleep(1)\nprint('alive')\n"
    async with run(program) as board:
        await board.serial.wait_for("alive")
        assert heard(board, "stopped: watchdog") == 0


async def test_a_program_that_raises_prints_its_traceback_and_idles(
    run: Runner,
) -> None:
    async with run(TELL + "def deep():\n    1 / 0\ndeep()\n") as board:
        await board.serial.wait_for("ZeroDivisionError")
        assert heard(board, "Traceback (most recent call last):") == 1
        assert heard(board, 'File "main.py", line 6, in deep') == 1
        assert board.boots == 1
        assert board.state == "starting"


async def test_a_board_without_a_program_says_so_and_idles(run: Runner) -> None:
    async with run("") as board:
        (board.flash / "main.py").unlink()
        board.press_reset()
        await board.serial.wait_for("OSError: [Errno 2] ENOENT")


async def test_an_exit_restarts_softly(run: Runner) -> None:
    async with run(TELL + "sys.exit()") as board:
        await until(lambda: heard(board, "stopped: exit") >= 2)
        await until(lambda: heard(board, "cause 1") >= 3)


async def test_a_program_that_restarts_for_ever_leaves_no_folders_behind(
    run: Runner,
) -> None:
    async with run("import sys; sys.exit()") as board:
        await until(lambda: board.boots >= 4)
        assert len(list(board.flash.parent.iterdir())) <= 3


async def test_a_line_without_an_end_is_shown_in_pieces_and_resets_nothing(
    run: Runner,
) -> None:
    async with run("print('x' * 200_000)\nprint('after')") as board:
        await board.serial.wait_for("after")
        assert sum(line.count("x") for line in board.serial.lines) == 200_000
        assert max(len(line) for line in board.serial.lines) < 10_000
        assert board.boots == 1
