"""In: what happens, a terminal or none. Out: lines, a bar, answers, a file kept."""

import io
import stat
from pathlib import Path

import pytest
from rich.console import Console

from picotemp_tools.flash import plan_text
from picotemp_tools.flash.board.look import Identity
from picotemp_tools.flash.errors import FlashError, Kind
from picotemp_tools.flash.planning.plan import plan
from picotemp_tools.flash.planning.program import sha256
from picotemp_tools.flash.planning.snapshot import Found, Snapshot
from picotemp_tools.flash.telling import Telling
from tools.flash.planning.model_board import program_of

PROGRAM = program_of({"picotemp/app.mpy": b"new", "microdot.mpy": b"dots"})
IDENTITY = Identity(
    "micropython", (1, 29, 0, ""), "Raspberry Pi Pico W with RP2040", "e661"
)


def on_terminal(width: int = 80) -> tuple[Telling, io.StringIO]:
    telling, out = Telling(), io.StringIO()
    telling._console = Console(file=out, force_terminal=True, width=width)
    return telling, out


def test_without_a_terminal_each_file_is_a_plain_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    telling = Telling()
    with telling.progress(9) as progress:
        progress.file("/app/x.mpy", 12_345)
        progress.advance(9)
    assert capsys.readouterr().out == "  send /app/x.mpy (12,345 bytes)\n"


def test_on_a_terminal_it_is_a_bar_that_goes_at_the_end() -> None:
    telling, out = on_terminal()
    with telling.progress(9) as progress:
        progress.file("/app/x.mpy", 9)
        progress.advance(9)
    assert "x.mpy" in out.getvalue()
    assert "/app" not in out.getvalue()


def test_for_json_all_that_is_told_goes_to_stderr(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Telling(is_json=True).say("[hello]")
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "[hello]\n")


def test_where_nobody_can_answer_the_answer_is_no_unless_yes_was_said(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert not Telling().agrees("Really?")
    assert capsys.readouterr().out == "Really? Nobody can answer here; --yes does.\n"
    assert Telling(says_yes=True).agrees("Really?")


def test_a_kept_file_replaces_no_other_and_is_kept_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "main.py.from-the-board").write_bytes(b"another")
    for _ in range(2):
        Telling().keep("main.py", b"mine")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        "main.py.from-the-board": b"another",
        "main.py.from-the-board-2": b"mine",
    }
    # Whoever writes a main.py may write passwords into it.
    mode = (tmp_path / "main.py.from-the-board-2").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_where_a_file_cannot_be_kept_nothing_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    with pytest.raises(FlashError, match="change to a folder of yours") as raised:
        Telling().keep("main.py", b"mine")
    assert raised.value.kind is Kind.NOT_AGREED


def test_the_plan_for_a_new_board_in_words() -> None:
    planned = plan(PROGRAM, Snapshot(free_bytes=800_000))
    assert plan_text.lines(planned, IDENTITY) == [
        "board    Raspberry Pi Pico W with RP2040, MicroPython 1.29.0",
        f"program  picotemp 1.2.3, in /app/{PROGRAM.folder}",
        f"send     5 files, {planned.send_bytes:,} bytes",
        "write    /main.py",
        "switch   /app/current, then start the board anew",
    ]


def test_the_plan_for_an_update_says_what_goes_and_what_is_not_ours() -> None:
    old = {"microdot.mpy": Found(sha256(b"dots"), 4)}
    on_board = Snapshot(
        free_bytes=800_000,
        current="0123456789ab",
        main=Found(sha256(b"blink()"), 7),
        folders={"0123456789ab": old},
    )
    planned = plan(PROGRAM, on_board)
    lines = plan_text.lines(planned, IDENTITY)
    assert lines[3:] == [
        "copy     1 file on the board",
        "replace  /main.py (not ours)",
        "switch   /app/current, then start the board anew",
        "remove   /app/0123456789ab",
    ]
