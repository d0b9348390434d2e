"""In: boards that stop, fail, are killed. Out: no process, port, folder is left."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from picotemp_tools.emulator import EmulatedBoard, Place, chip
from picotemp_tools.errors import ToolError
from tools.emulator.command import children, is_alive, needs_proc
from tools.emulator.waiting import until

MOST_SECONDS_TO_DIE = 3.0
# Runs a board whose program never looks up.
EMULATE = """
import asyncio, pathlib, sys
from picotemp_tools.emulator import EmulatedBoard, Place
async def main():
    place = Place("b", sys.argv[1], 8080)
    board = EmulatedBoard(place, files=pathlib.Path(sys.argv[2]))
    await board.start()
    await board.serial.wait_for("begun")
    print("ready", flush=True)
    await asyncio.sleep(60)
asyncio.run(main())
"""


@pytest.fixture
def temporary(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give the folder in which temporary folders are made."""
    with tempfile.TemporaryDirectory(prefix="em-") as folder:
        monkeypatch.setattr(tempfile, "tempdir", folder)
        yield Path(folder)


def contents(folder: Path) -> list[Path]:
    return list(folder.iterdir())


@needs_proc
async def test_a_board_that_stops_leaves_nothing(
    new_place: Callable[[], Place], built_files: Path, temporary: Path
) -> None:
    tasks = asyncio.all_tasks()
    async with EmulatedBoard(new_place(), files=built_files) as board:
        (pid,) = children()
        assert contents(temporary) != []
    assert not is_alive(pid)
    assert contents(temporary) == []
    assert asyncio.all_tasks() == tasks
    with socket.create_server((board.place.address, board.place.port)):
        pass


async def test_a_board_can_be_stopped_at_any_moment_of_its_start(
    new_place: Callable[[], Place], built_files: Path, temporary: Path
) -> None:
    for moment in range(12):
        board = EmulatedBoard(new_place(), files=built_files)
        await board.start()
        await asyncio.sleep(moment / 100)
        await board.stop()
    assert contents(temporary) == []
    await until(lambda: children() == [])


async def test_a_board_whose_files_are_missing_leaves_nothing(
    new_place: Callable[[], Place], temporary: Path
) -> None:
    with pytest.raises(FileNotFoundError):
        async with EmulatedBoard(new_place(), files=Path("nowhere")):
            pass
    assert contents(temporary) == []


async def test_a_board_whose_address_is_taken_says_so_and_leaves_nothing(
    board: EmulatedBoard, built_files: Path, temporary: Path
) -> None:
    with pytest.raises(ToolError, match="cannot be had"):
        async with EmulatedBoard(board.place, files=built_files):
            pass
    assert contents(temporary) == []


async def test_a_board_without_an_interpreter_says_so_at_once(
    new_place: Callable[[], Place],
    built_files: Path,
    temporary: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def find() -> list[str]:
        raise ToolError("no MicroPython interpreter")

    monkeypatch.setattr(chip, "find", find)
    with pytest.raises(ToolError, match="no MicroPython interpreter"):
        async with asyncio.timeout(5), EmulatedBoard(new_place(), files=built_files):
            pass
    assert contents(temporary) == []


async def test_a_board_that_does_not_serve_shows_what_it_said(
    new_place: Callable[[], Place], tmp_path: Path
) -> None:
    (tmp_path / "main.py").write_text("print('good night')")
    board = EmulatedBoard(new_place(), files=tmp_path)
    await board.start()
    try:
        await board.serial.wait_for("good night")
        with pytest.raises(TimeoutError, match="does not serve:\ngood night"):
            await board.wait_until_serving(0.1)
    finally:
        await board.stop()


@needs_proc
@pytest.mark.parametrize(
    "program",
    [
        "while True: pass",
        "import time; time.sleep(60)",
        "import asyncio; asyncio.run(asyncio.sleep_ms(60_000))",
        "1 / 0",
    ],
)
def test_a_chip_dies_with_an_emulator_that_was_killed(
    new_place: Callable[[], Place], tmp_path: Path, temporary: Path, program: str
) -> None:
    (tmp_path / "main.py").write_text(f"print('begun')\n{program}\n")
    command = [sys.executable, "-c", EMULATE, new_place().address, str(tmp_path)]
    # Killed, it leaves its folder.
    environment = os.environ | {"TMPDIR": str(temporary)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as emulator:
        assert emulator.stdout
        assert emulator.stdout.readline() == b"ready\n"
        pids = children(emulator.pid)
        emulator.send_signal(signal.SIGKILL)
    assert len(pids) == 1
    try:
        asyncio.run(until(lambda: not is_alive(pids[0]), MOST_SECONDS_TO_DIE))
    finally:
        # A survivor would spin for ever.
        with contextlib.suppress(ProcessLookupError):
            os.kill(pids[0], signal.SIGKILL)


async def test_a_board_that_never_started_leaves_nothing(
    new_place: Callable[[], Place], temporary: Path
) -> None:
    EmulatedBoard(new_place())
    assert contents(temporary) == []


@needs_proc
def test_a_leash_whose_holder_is_dead_already_lets_nothing_run() -> None:
    command = [*chip.LEASH, str(os.getpid() + 1), "echo", "still here"]
    assert subprocess.run(command, capture_output=True).stdout == b""


async def test_no_file_of_a_person_covers_a_module(
    built_files: Path, tmp_path: Path, new_place: Callable[[], Place]
) -> None:
    (tmp_path / "random.py").write_text("x = 1")
    with contextlib.chdir(tmp_path):
        async with EmulatedBoard(new_place(), files=built_files) as here:
            assert not any("Traceback" in line for line in here.serial.lines)
