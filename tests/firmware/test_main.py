"""In: main.py and programs that fail, under MicroPython too. Out: no end is lost."""

import json
import runpy
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest

import picotemp
from picotemp.boots import EARLY_ENDS_MOST

from .board_client import info
from .conftest import Micropython, NewBoard

MAIN = Path(picotemp.__file__).parents[1] / "main.py"

# A chip in RAM, as far as boot() needs one; a reset of it ends the snippet's boot.
CHIP = """
import io, json, sys
sys.path.insert(0, FOLDER)
from picotemp.boot import boot
from picotemp.chip import Chip

class Reset(BaseException):
    pass

class Ram(Chip):
    registers = [0, 0, 0, 0]
    has_been_reset = False
    def id(self): return "e661640843259f2d"
    def micropython(self): return "1.29.0"
    def uptime_ms(self): return 0
    def was_reset(self): return self.has_been_reset
    def scratch(self, number): return self.registers[number]
    def set_scratch(self, number, value): self.registers[number] = value
    def reset(self):
        self.has_been_reset = True
        raise Reset
    def traceback(self, error):
        text = io.StringIO()
        sys.print_exception(error, text)
        return text.getvalue()

chip = Ram()
def start():
    for name in ("app", "recovery"):
        sys.modules.pop("picotemp." + name, None)
    try:
        boot(chip, FOLDER + "/settings.json", FOLDER + "/lastrun.json")
    except Reset:
        pass
"""
TOLD = """
start()
from picotemp.boots import Boots
boots = Boots(chip)
with open(FOLDER + "/lastrun.json") as file:
    record = json.load(file)
print(json.dumps([boots.cause, boots.early_ends, boots.was_saved, record["reason"]]))
"""

RUN = "def run(chip, log, boots, blackbox, settings, problems):\n "
TASKS = (
    "import asyncio\nfrom picotemp.supervision import Restart\n"
    "async def wait(): await asyncio.sleep(99)\n"
    "async def work():\n"
    " for _ in range(5): asyncio.create_task(wait())\n"
    " await asyncio.sleep(0)\n"
)
FAILING = {
    "def run(:": "SyntaxError",
    "import nothing_of_this_name": "ImportError",
    RUN + "all = []\n while True: all.append(bytearray(9999))": "MemoryError",
    RUN + "run(chip, log, boots, blackbox, settings, problems)": "RuntimeError",
    RUN + "pass": "RuntimeError: the program has ended",
    TASKS + " 1 / 0\n" + RUN + "asyncio.run(work())": "ZeroDivisionError",
}
RESTARTING = TASKS + " raise Restart('why')\n" + RUN + "asyncio.run(work())"


@pytest.fixture
def folder(tmp_path: Path, built_files: Path) -> Path:
    """Give a flash with the firmware on it, for a test to break."""
    shutil.copytree(built_files / "picotemp", tmp_path / "picotemp")
    return tmp_path


def ended(folder: Path, app: str, micropython: Micropython) -> list[object]:
    """Give what the run after this program knows of it."""
    (folder / "picotemp" / "app.py").write_text(app)
    printed = micropython(f"FOLDER = {str(folder)!r}\n{CHIP}\n{TOLD}")
    told = json.loads(printed.splitlines()[-1])
    assert isinstance(told, list)
    return told


@pytest.mark.parametrize("app", FAILING, ids=FAILING.values())
def test_t12_however_a_program_fails_micropython_counts_and_saves_it(
    folder: Path, micropython: Micropython, app: str
) -> None:
    *known, reason = ended(folder, app, micropython)
    assert known == ["exception", 1, True]
    assert str(reason).splitlines()[-1].startswith(FAILING[app])


def test_r2_a_restart_out_of_running_tasks_is_an_intended_end(
    folder: Path, micropython: Micropython
) -> None:
    assert ended(folder, RESTARTING, micropython) == ["intended", 0, True, "why"]


def test_t11_micropython_forgets_the_tasks_of_the_run_before(
    folder: Path, micropython: Micropython
) -> None:
    (folder / "picotemp" / "app.py").write_text(RESTARTING)
    code = "import asyncio\nstart()\nprint(asyncio.core._task_queue.peek())"
    printed = micropython(f"FOLDER = {str(folder)!r}\n{CHIP}\n{code}")
    assert printed.splitlines()[-1] == "None"


def test_a_program_that_keeps_failing_is_replaced_by_the_recovery(
    folder: Path, micropython: Micropython
) -> None:
    (folder / "picotemp" / "app.py").write_text("def run(:")
    (folder / "picotemp" / "recovery.py").write_text(
        RUN + "print('recovery', boots.early_ends, blackbox.last_run('', 0) is None)\n"
        " from picotemp.supervision import Restart\n raise Restart('another try')"
    )
    code = f"FOLDER = {str(folder)!r}\n{CHIP}\nfor _ in range(4): start()"
    assert micropython(code).splitlines()[-1] == "recovery 3 False"


async def test_an_emulated_board_with_a_broken_program_still_answers(
    new_board: NewBoard, built_files: Path, tmp_path: Path
) -> None:
    files = tmp_path / "files"
    shutil.copytree(built_files, files)
    (files / "picotemp" / "app.py").write_text("def run(:")
    board = new_board(files=files)
    await board.start()
    try:
        await board.serial.wait_for("event=recovery")
        await board.serial.wait_for("event=listening")
        assert board.boots == EARLY_ENDS_MOST + 1
        told = await info(board)
        assert (told["recovery"], told["reset_cause"]) == (True, "exception")
        assert isinstance(told["last_run"], dict)
        assert "SyntaxError" in told["last_run"]["reason"]
    finally:
        await board.stop()


class FakeBoard:
    """A board that only tells whether its watchdog was disarmed."""

    disarmed = 0

    def watchdog_off(self) -> None:
        FakeBoard.disarmed += 1


class Interrupted(ModuleType):
    """A module whose import Ctrl-C interrupts, the first time."""

    def __getattr__(self, name: str) -> object:
        if name in ("Board", "boot") and not self.__dict__.get("was_interrupted"):
            self.__dict__["was_interrupted"] = True
            raise KeyboardInterrupt
        if name == "Board":
            return FakeBoard
        raise AttributeError(name)


def interrupt(_: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("where", ["board", "boot", "run"])
def test_r3_ctrl_c_at_any_time_disarms_the_watchdog_and_leaves_for_the_repl(
    monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    modules = {name: ModuleType(name) for name in ("board", "boot")}
    modules["board"].__dict__["Board"] = FakeBoard
    modules["boot"].__dict__["boot"] = interrupt
    if where in modules:
        modules[where] = Interrupted(where)
    for name, module in modules.items():
        monkeypatch.setitem(sys.modules, f"picotemp.{name}", module)
    monkeypatch.setattr(sys, "path", sys.path[:])
    monkeypatch.setattr(FakeBoard, "disarmed", 0)
    runpy.run_path(str(MAIN), run_name="__main__")
    assert FakeBoard.disarmed == 1
