"""In: main.py and programs that fail, under MicroPython too. Out: no end is lost."""

import json
import runpy
import shutil
import sys
import time
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
    def say(self, text): print(text)
    def watchdog_on(self, timeout_ms): pass
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

RUN = "def run(chip, log, boots, blackbox, settings):\n "
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
    RUN + "run(chip, log, boots, blackbox, settings)": "RuntimeError",
    RUN + "pass": "RuntimeError: the program has ended",
    TASKS + " 1 / 0\n" + RUN + "asyncio.run(work())": "ZeroDivisionError",
}
RESTARTING = TASKS + " raise Restart('why')\n" + RUN + "asyncio.run(work())"


@pytest.fixture
def folder(tmp_path: Path, built_files: Path) -> Path:
    """Give a flash with the firmware on it, for a test to break."""
    shutil.copytree(built_files / "picotemp", tmp_path / "picotemp")
    (tmp_path / "settings.json").write_text('{"ssid": "attic"}')
    return tmp_path


def ended(folder: Path, app: str, micropython: Micropython) -> list[object]:
    """Give what the run after this program knows of it."""
    (folder / "picotemp" / "app.py").write_text(app)
    printed = micropython(f"FOLDER = {str(folder)!r}\n{CHIP}\n{TOLD}")
    return list(json.loads(printed.splitlines()[-1]))


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
    assert "recovery 3 False" in micropython(code).splitlines()


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


class Interrupted(ModuleType):
    """A module whose import Ctrl-C interrupts."""

    def __getattr__(self, name: str) -> object:
        raise KeyboardInterrupt if name in ("Board", "boot") else AttributeError


class Main:
    """main.py on a host, with a board and a boot() that a test makes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.did: list[str] = []
        self.modules = {n: ModuleType(n) for n in ("board", "boot", "machine")}
        self.modules["board"].__dict__["Board"] = lambda: "a board"
        self.modules["boot"].__dict__["boot"] = self.did.append
        self.modules["machine"].__dict__["reset"] = lambda: self.did.append("reset")
        self._monkeypatch = monkeypatch
        monkeypatch.setattr(sys, "path", sys.path[:])
        monkeypatch.setattr(
            time, "sleep", lambda seconds: self.did.append(f"slept {seconds}")
        )

    def run(self) -> list[str]:
        """Run it; give what it did."""
        for name, module in self.modules.items():
            place = name if name == "machine" else f"picotemp.{name}"
            self._monkeypatch.setitem(sys.modules, place, module)
        runpy.run_path(str(MAIN), run_name="__main__")
        return self.did


@pytest.fixture
def main(monkeypatch: pytest.MonkeyPatch) -> Main:
    return Main(monkeypatch)


def test_the_board_is_made_once_and_booted(main: Main) -> None:
    assert main.run() == ["a board"]


@pytest.mark.parametrize("where", ["board", "boot"])
def test_r3_ctrl_c_before_the_boot_leaves_for_the_repl(main: Main, where: str) -> None:
    main.modules[where] = Interrupted(where)
    assert main.run() == []


def spoil(main: Main, where: str) -> None:
    def fail(*_: object) -> None:
        raise MemoryError("no memory")

    if where == "import":
        del main.modules["boot"].__dict__["boot"]
    elif where == "Board()":
        main.modules["board"].__dict__["Board"] = fail
    else:
        main.modules["boot"].__dict__["boot"] = fail


@pytest.mark.parametrize("where", ["import", "Board()", "boot()"])
def test_a_failure_outside_of_boot_is_told_and_then_the_chip_restarts(
    main: Main, where: str, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil(main, where)
    assert main.run() == ["slept 30", "reset"]
    expected = "ImportError(" if where == "import" else "MemoryError('no memory')"
    assert capsys.readouterr().out.startswith(expected)


def test_ctrl_c_before_that_restart_leaves_for_the_repl(
    main: Main, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    spoil(main, "boot()")
    monkeypatch.setattr(time, "sleep", interrupt)
    with pytest.raises(KeyboardInterrupt):
        main.run()
    assert main.did == []


@pytest.mark.parametrize("current", [b"\xff\xfe", b"gone", b"a\0b\n", b"x" * 9999])
async def test_a_pointer_to_no_program_leads_to_the_plain_copy(
    new_board: NewBoard, built_files: Path, tmp_path: Path, current: bytes
) -> None:
    files = tmp_path / "files"
    shutil.copytree(built_files, files)
    (files / "app").mkdir()
    (files / "app" / "current").write_bytes(current)
    async with new_board(files=files) as board:
        assert board.boots == 1
        assert (await info(board))["reset_cause"] == "power"
