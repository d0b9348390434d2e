"""In: a person at a real terminal. Out: the answers; the password is never seen."""

import contextlib
import json
import os
import pty
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from picotemp_tools.flash.errors import FlashError, Kind
from picotemp_tools.flash.settings.questions import Terminal
from tools.flash.settings.settings_board import SECRET

LIMIT_SECONDS = 30
PROGRAM = """
import json, os, sys
os.close(os.open(os.ttyname(0), os.O_RDWR))  # now it is this session's terminal
from picotemp_tools.flash.settings.questions import Given, Terminal, ask
answers = ask(Given(), Terminal())
with open(sys.argv[1], "w") as file:
    json.dump(answers, file)
"""


def test_a_password_typed_at_a_terminal_is_not_shown_and_all_else_is(
    tmp_path: Path,
) -> None:
    person, terminal = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(tmp_path / "answers")],
        stdin=terminal,
        stdout=subprocess.PIPE,
        stderr=terminal,
        start_new_session=True,
    )
    os.close(terminal)  # so that reading ends where the program does
    limit = threading.Timer(LIMIT_SECONDS, process.kill)
    limit.start()
    try:
        seen = b""
        for prompt, typed in (
            (b"Wi-Fi network: ", "attic"),
            (b"if it has none): ", SECRET),
            (b"[picotemp]: ", "shed"),
            (b"none of them) [XX]: ", "at"),
        ):
            while not seen.endswith(prompt):
                seen += os.read(person, 1024)
            os.write(person, f"{typed}\n".encode())
        printed, _ = process.communicate(timeout=LIMIT_SECONDS)
        with contextlib.suppress(OSError):
            seen += os.read(person, 1024)
    finally:
        limit.cancel()
        process.kill()
        process.wait()
        os.close(person)
    answers = {"ssid": "attic", "password": SECRET, "hostname": "shed", "country": "AT"}
    assert json.loads((tmp_path / "answers").read_text()) == answers
    assert [word in seen for word in (b"attic", b"shed", b"at")] == [True] * 3
    assert SECRET.encode() not in seen
    assert printed == b""


def test_a_pipe_is_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    with open(os.devnull) as nothing:
        monkeypatch.setattr(sys, "stdin", nothing)
        assert not Terminal().is_there()
        assert not Terminal().agree("Really?")


def test_the_end_of_the_answers_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    with open(os.devnull) as nothing:
        monkeypatch.setattr(sys, "stdin", nothing)
        with pytest.raises(FlashError) as refused:
            Terminal().ask("Name", "", is_hidden=False)
    assert refused.value.kind is Kind.NOT_AGREED
    assert str(refused.value) == "no answer was given: nothing was changed"
