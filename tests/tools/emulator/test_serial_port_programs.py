"""In: programs on a board with a serial port. Out: what ends them, what follows."""

import asyncio
import contextlib
import os

import pytest

from tools.emulator.port import MPREMOTE, PortRunner
from tools.emulator.waiting import until

WAIT = "import time\nprint('begun')\nwhile True:\n    time.sleep(60)\n"


@pytest.mark.parametrize("program", [WAIT, "while True: pass"])
async def test_ctrl_c_interrupts_whatever_runs(
    ported: PortRunner, program: str
) -> None:
    async with ported(program) as on:
        assert await on.mpremote("exec", "print(1)") == "1\n"


async def test_what_a_program_leaves_is_there_in_the_repl(ported: PortRunner) -> None:
    async with ported("x = 5\n") as on:
        said = await on.mpremote("resume", "exec", "print(x, __name__)")
        assert said == "5 __main__\n"


async def test_a_traceback_shows_the_program_and_nothing_below(
    ported: PortRunner,
) -> None:
    async with ported("def deep():\n    1 / 0\ndeep()\n") as on:
        await on.board.serial.wait_for("ZeroDivisionError")
        lines = [line for line in on.board.serial.lines if "File" in line]
        assert lines == [
            '  File "main.py", line 3, in <module>',
            '  File "main.py", line 2, in deep',
        ]


async def test_a_soft_reset_of_the_raw_repl_runs_boot_and_not_main(
    ported: PortRunner,
) -> None:
    files = {"boot.py": "print('boot')\n"}
    async with ported("print('main')\n", files=files) as on:
        await on.board.serial.wait_for("main")
        await on.mpremote("soft-reset")
        await until(lambda: list(on.board.serial.lines).count("boot") == 2)
        assert list(on.board.serial.lines).count("main") == 1


async def test_a_boot_that_raises_keeps_main_from_running(ported: PortRunner) -> None:
    async with ported("print('main')\n", files={"boot.py": "1 / 0\n"}) as on:
        await on.board.serial.wait_for("help()")
        assert "main" not in on.board.serial.lines


async def test_a_reset_of_the_program_runs_main_again(ported: PortRunner) -> None:
    async with ported("print('main')\n") as on:
        await on.mpremote("exec", "--no-follow", "import machine; machine.reset()")
        await until(lambda: list(on.board.serial.lines).count("main") == 2)
        assert await on.mpremote("exec", "print(1)") == "1\n"


async def test_an_exit_of_the_program_is_a_soft_reset(ported: PortRunner) -> None:
    # One that ends at once leaves hardly a moment in which Ctrl-C is one.
    program = "import sys, time\nprint('main')\ntime.sleep_ms(300)\nsys.exit()\n"
    async with ported(program) as on:
        await until(lambda: list(on.board.serial.lines).count("main") >= 3)
        assert await on.mpremote("exec", "print(1)") == "1\n"


async def test_the_watchdog_bites_a_command_that_takes_long(
    ported: PortRunner,
) -> None:
    program = (
        "import machine\n"
        "print('cause', machine.reset_cause())\n"
        "if machine.reset_cause() == 1:\n"
        "    machine.WDT(timeout=1500)\n"
    )
    async with ported(program) as on:
        await on.mpremote("exec", "--no-follow", "while True: pass")
        await on.board.serial.wait_for("cause 3")


async def test_much_output_arrives_whole(ported: PortRunner) -> None:
    async with ported() as on:
        said = await on.mpremote("exec", "for n in range(4000): print(n)")
        assert said.split() == [str(n) for n in range(4000)]


async def test_a_program_prints_on_while_nobody_reads(ported: PortRunner) -> None:
    program = "for _ in range(300):\n    print('x' * 1000)\nprint('done')\n"
    async with ported(program) as on:
        await on.board.serial.wait_for("done")
        assert await on.mpremote("exec", "print(1)") == "1\n"


async def test_the_repl_echoes_interrupts_and_restarts(ported: PortRunner) -> None:
    async with ported(WAIT) as on:
        ours, theirs = os.openpty()
        mpremote = await asyncio.create_subprocess_exec(
            *(*MPREMOTE, "connect", on.port.path, "repl"),
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
        )
        os.close(theirs)
        seen = Screen(ours)
        await seen.wait_for(b"to exit this shell")
        # Pressed twice, as people do.
        os.write(ours, b"\x03\x03")
        await seen.wait_for(b"Raspberry Pi Pico W with RP2040\r\n")
        await seen.wait_for(b">>> ")
        os.write(ours, b"6 * 7\r")
        await seen.wait_for(b"\r\n42\r\n>>> ")
        os.write(ours, b"\x04")
        await seen.wait_for(b"MPY: soft reboot\r\nbegun\r\n")
        os.write(ours, b"\x18")
        assert await asyncio.wait_for(mpremote.wait(), 15) == 0
        os.close(ours)


class Screen:
    """What a terminal shows."""

    def __init__(self, descriptor: int) -> None:
        os.set_blocking(descriptor, False)
        self._descriptor = descriptor
        self._seen = b""

    async def wait_for(self, text: bytes) -> None:
        """Wait for it; forget what came before."""
        await until(lambda: text in self._read())
        self._seen = self._seen.partition(text)[2]

    def _read(self) -> bytes:
        with contextlib.suppress(BlockingIOError):
            self._seen += os.read(self._descriptor, 65536)
        return self._seen
