"""In: a chip that starts. Out: its watchdog armed before the radio, off at Ctrl-C."""

import sys
from pathlib import Path

import pytest

from picotemp import boot as boot_module
from picotemp.boot import WATCHDOG_MS, boot
from picotemp.boots import EARLY_ENDS_MOST

from .booted import Board, raising
from .fake_chip import FakeChip


@pytest.fixture
def board(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Board:
    monkeypatch.setattr(boot_module, "FAILED_RECOVERY_SECONDS", 0)
    return Board(tmp_path, monkeypatch)


def touch_the_radio(chip: FakeChip, *_: object) -> None:
    chip.radio_on("XX", "picotemp")
    raise ValueError


def names(board: Board) -> list[str]:
    """Give what was asked of the chip, in order."""
    return [call[1] for call in board.chip.calls]


def test_w10_the_watchdog_is_armed_before_the_program_touches_the_radio(
    board: Board,
) -> None:
    board.app = touch_the_radio
    board.start()
    assert names(board) == ["watchdog_on", "radio_on", "reset"]
    assert board.chip.calls[0][2] == (str(WATCHDOG_MS),)


def test_w10_the_watchdog_is_armed_before_the_recovery_touches_the_radio(
    board: Board,
) -> None:
    for _ in range(EARLY_ENDS_MOST):
        board.start()
    board.chip.calls = []
    board.recovery = touch_the_radio
    board.start()
    assert names(board) == ["watchdog_on", "radio_on", "watchdog_off", "reset"]


def test_r3_slow_imports_are_not_watched(
    board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "picotemp.app", None)
    board.start()
    assert names(board) == ["reset"]


@pytest.mark.parametrize("presses", [1, 2, 5])
def test_r3_ctrl_c_disarms_the_watchdog_however_often_it_is_pressed(
    board: Board, monkeypatch: pytest.MonkeyPatch, presses: int
) -> None:
    more = iter(range(presses - 1))
    disarm = board.chip.watchdog_off

    def interrupted() -> None:
        if next(more, None) is not None:
            raise KeyboardInterrupt
        disarm()

    monkeypatch.setattr(board.chip, "watchdog_off", interrupted)
    board.app = raising(KeyboardInterrupt())
    try:
        boot(board.chip, *board.paths)
    except KeyboardInterrupt:
        pytest.fail("it came out, and the watchdog stays armed")
    assert names(board) == ["watchdog_on", "watchdog_off"]
    assert board.chip.watchdog_timeout_ms is None
    assert board.after().cause == "intended"
