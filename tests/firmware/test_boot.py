"""In: a program that ends somehow. Out: the chip restarts, the next run knows why."""

import asyncio
import json
import sys
from collections.abc import Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

import picotemp
from picotemp import boot as boot_module
from picotemp.blackbox import BlackBox
from picotemp.boot import FAILED_RECOVERY_SECONDS, boot
from picotemp.boots import EARLY_ENDS_MOST, Boots
from picotemp.settings import Settings
from picotemp.supervision import Restart

from .booted import Board, raising
from .fake_chip import ResetError
from .serial_line import fields
from .virtual_time import in_virtual_time, now_ms

Capsys = pytest.CaptureFixture[str]
NO_LUCK = "Traceback of ValueError('no luck')"


@pytest.fixture
def board(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Board:
    monkeypatch.setattr(boot_module, "FAILED_RECOVERY_SECONDS", 0)
    return Board(tmp_path, monkeypatch)


def test_the_program_is_told_all_it_has_to_know(board: Board, capsys: Capsys) -> None:
    board.start()
    chip, log, boots, blackbox, settings = board.given
    assert chip is board.chip
    assert isinstance(settings, Settings)
    assert isinstance(boots, Boots)
    assert isinstance(blackbox, BlackBox)
    assert log.lines[0] == capsys.readouterr().out.split("\n", 1)[0]
    assert log.lines[0] == (
        "t=0.000 level=info event=started early_ends=0 id=e661640843259f2d "
        f"micropython=1.29.0 reset_cause=power version={picotemp.__version__}"
    )


def test_r4_without_usable_settings_it_says_what_is_missing_and_starts_nothing(
    board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    async def complain(problems: list[str], _log: object) -> None:
        told.extend(problems)
        raise Restart("that is all of it")

    monkeypatch.setattr(boot_module, "_complain", complain)
    (board.folder / "settings.json").unlink()
    board.start()
    assert told == [f"{board.paths[0]} is missing"]
    assert board.given == ()
    # The radio is never touched, so nothing can hang.
    assert board.chip.times_of("watchdog_on") == []


def test_the_last_good_settings_are_used_and_that_is_told(
    board: Board, capsys: Capsys
) -> None:
    board.start()
    capsys.readouterr()
    (board.folder / "settings.json").write_text("{}")
    board.start()
    assert isinstance(board.given[4], Settings)
    told = capsys.readouterr().out
    assert "event=settings_last_good_used" in told
    assert "ssid: expected the network's name" in told


@pytest.mark.parametrize(
    "error",
    [
        ValueError("no luck"),
        MemoryError(),
        SyntaxError("x"),
        OSError(5),
        asyncio.CancelledError(),
        SystemExit(),
        GeneratorExit(),
    ],
)
def test_an_exception_is_told_saved_counted_and_then_the_chip_restarts(
    board: Board, error: BaseException, capsys: Capsys
) -> None:
    board.app = raising(error)
    boots = board.start()
    assert board.chip.times_of("reset") == [0]
    assert (boots.cause, boots.early_ends) == ("exception", 1)
    assert f"Traceback of {error!r}\n" in capsys.readouterr().out
    told = board.last_run()
    assert told
    assert (told["saved"], told["is_whole"]) == ("exception", True)
    assert told["reason"] == f"Traceback of {error!r}"
    events = [fields(line)["event"] for line in told["lines"]]
    assert events == ["started", "ended"]
    assert "secret" not in json.dumps(told)


def test_a_module_that_cannot_be_imported_is_an_exception_that_counts(
    board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "picotemp.app", None)
    assert board.start().early_ends == 1
    assert isinstance(board.chip.tracebacks[0], ImportError)


def test_a_program_that_returns_has_failed(board: Board) -> None:
    board.app = lambda *_: None
    assert board.start().cause == "exception"
    assert repr(board.chip.tracebacks[0]) == "RuntimeError('the program has ended')"


def test_r2_a_restart_on_purpose_is_saved_and_told_apart(board: Board) -> None:
    board.app = raising(Restart("the link is dead"))
    boots = board.start()
    assert board.chip.times_of("reset") == [0]
    assert (boots.cause, boots.early_ends) == ("intended", 0)
    told = board.last_run()
    assert told
    assert (told["saved"], told["reason"]) == ("restart", "the link is dead")
    assert told["is_whole"]


def test_ctrl_c_leaves_the_board_running_for_whoever_pressed_it(board: Board) -> None:
    board.app = raising(KeyboardInterrupt())
    boot(board.chip, *board.paths)
    assert board.chip.times_of("reset") == []
    assert (board.after().cause, board.after().early_ends) == ("intended", 0)
    assert board.last_run() is None


def test_t11_the_next_program_in_the_interpreter_finds_no_tasks(board: Board) -> None:
    for number, error in enumerate((ValueError(), Restart(), KeyboardInterrupt())):
        board.app = raising(error)
        with suppress(ResetError):
            boot(board.chip, *board.paths)
        assert board.loops == number + 1


@pytest.mark.parametrize("error", [OSError(28), MemoryError(), RuntimeError("deep")])
@pytest.mark.parametrize("ending", [ValueError("no luck"), Restart("why")])
def test_nothing_in_saving_keeps_the_chip_from_its_restart(
    board: Board,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    ending: BaseException,
) -> None:
    board.app = raising(ending)
    monkeypatch.setattr(BlackBox, "save", raising(error))
    boots = board.start()
    assert boots.cause == ("intended" if isinstance(ending, Restart) else "exception")
    assert not boots.was_saved


def test_three_early_ends_in_a_row_lead_to_recovery(board: Board) -> None:
    for early_ends in range(1, EARLY_ENDS_MOST + 1):
        assert board.start().early_ends == early_ends
    board.recovery = raising(Restart("another try"))
    board.start()
    assert board.ran == ["app"] * EARLY_ENDS_MOST + ["recovery"]
    assert board.given[2].early_ends == EARLY_ENDS_MOST


def test_a_recovery_knows_why_and_ends_with_one_more_try(board: Board) -> None:
    for _ in range(EARLY_ENDS_MOST):
        board.start()
    board.recovery = raising(Restart("another try"))
    for _ in range(3):
        boots = board.start()
        assert board.given[3].last_run("", 0)["reason"] == NO_LUCK
        assert (boots.cause, boots.early_ends) == ("intended", EARLY_ENDS_MOST - 1)
        told = board.last_run()
        assert told
        assert (told["reason"], told["is_whole"]) == ("another try", True)
        board.start()
    assert board.ran[EARLY_ENDS_MOST:] == ["recovery", "app"] * 3


def test_a_recovery_after_a_recovery_that_was_bitten_knows_why_too(
    board: Board,
) -> None:
    for _ in range(EARLY_ENDS_MOST):
        board.start()
    for _ in range(3):
        board.bitten()
        found = board.given[3].last_run("watchdog", 0)
        assert (found["reason"], board.ran[-1]) == (NO_LUCK, "recovery")
    assert not found["is_whole"]


def test_what_a_run_saved_is_never_told_of_a_later_one(board: Board) -> None:
    board.start()
    board.bitten()
    assert board.given[3].last_run("", 0)["reason"] == NO_LUCK
    board.bitten()
    assert board.given[3].last_run("", 0) is None


def test_a_recovery_that_fails_leaves_time_for_a_person(
    board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept_ms: list[int] = []

    async def timed(work: Coroutine[Any, Any, None]) -> None:
        await work
        slept_ms.append(now_ms())

    monkeypatch.setattr(boot_module, "FAILED_RECOVERY_SECONDS", FAILED_RECOVERY_SECONDS)
    monkeypatch.setattr(asyncio, "run", lambda work: in_virtual_time(timed(work)))
    for _ in range(EARLY_ENDS_MOST):
        board.start()
    assert slept_ms == []
    board.start()
    assert slept_ms == [FAILED_RECOVERY_SECONDS * 1000]
    assert [call[1] for call in board.chip.calls[-2:]] == ["watchdog_off", "reset"]
    assert board.after().early_ends == EARLY_ENDS_MOST + 1
