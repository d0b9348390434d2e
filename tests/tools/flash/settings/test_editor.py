"""In: an editor, a secret in its file. Out: nobody else sees it, nothing stays."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from picotemp_tools.flash.errors import FlashError, Kind
from picotemp_tools.flash.settings.editor import open_editor, private_file
from tools.flash.settings.settings_board import SECRET

LIMIT_SECONDS = 30
WAITING = """
from picotemp_tools.flash.settings.editor import private_file
with private_file("settings.json", b"secret") as file:
    print(file, flush=True)
    input()
"""


def rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_file_and_its_folder_are_the_users_alone_whatever_the_umask_is() -> None:
    before = os.umask(0)
    try:
        with private_file("settings.json", SECRET.encode()) as file:
            assert (rights(file), rights(file.parent)) == (0o600, 0o700)
            assert file.read_bytes() == SECRET.encode()
    finally:
        os.umask(before)


def test_what_an_editor_leaves_beside_the_file_goes_with_it() -> None:
    with private_file("settings.json", b"") as file:
        Path(f"{file}~").write_text(SECRET)
    assert not file.parent.exists()


def test_the_file_goes_where_the_program_fails() -> None:
    with pytest.raises(KeyboardInterrupt), private_file("it", b"") as file:
        raise KeyboardInterrupt
    assert not file.parent.exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_the_file_goes_where_a_signal_ends_the_program(
    tmp_path: Path, number: signal.Signals
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WAITING],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"TMPDIR": str(tmp_path)},
        text=True,
    ) as process:
        assert process.stdout
        file = Path(process.stdout.readline().strip())
        assert file.read_bytes() == b"secret"
        process.send_signal(number)
        assert process.wait(LIMIT_SECONDS) == 128 + number
    assert os.listdir(tmp_path) == []


def test_afterwards_signals_do_what_they_did() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with private_file("it", b""):
        assert signal.getsignal(signal.SIGTERM) != before
    assert signal.getsignal(signal.SIGTERM) == before


def test_the_users_own_editor_edits_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\necho "$1" > "$2"\n')
    editor.chmod(0o700)
    monkeypatch.setenv("EDITOR", "false")
    monkeypatch.setenv("VISUAL", f"'{editor}' typed")
    file = tmp_path / "file"
    open_editor(file)
    assert file.read_text() == "typed\n"


@pytest.mark.parametrize("editor", ["false", "no-such-editor"])
def test_an_editor_that_fails_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, editor: str
) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", editor)
    with pytest.raises(FlashError) as refused:
        open_editor(tmp_path / "file")
    assert refused.value.kind is Kind.NOT_AGREED
    assert str(refused.value).startswith(f"{editor}: Editing failed")
    assert str(refused.value).endswith(": nothing was changed; EDITOR names another")
