"""In: machines with and without MicroPython. Out: the command, or the remedy."""

import importlib.util
import re
from pathlib import Path

import pytest

from picotemp_tools.emulator import interpreter
from picotemp_tools.errors import ToolError


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the only folder on PATH, on a machine for which there is no wheel."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def program(folder: Path, text: str) -> str:
    file = folder / "micropython"
    file.write_text(text)
    file.chmod(0o755)
    return str(file)


def test_the_interpreter_is_micropython_and_new_enough() -> None:
    found = interpreter.version(interpreter.find())
    assert re.fullmatch(r"1\.\d+\.\d+", found)
    assert [int(part) for part in found.split(".")] >= [1, 25]


def test_where_there_is_no_wheel_the_one_on_path_is_taken(path: Path) -> None:
    file = program(path, "#!/bin/sh\necho 1.25.0\n")
    assert interpreter.find() == [file]
    assert interpreter.version([file]) == "1.25.0"


@pytest.mark.usefixtures("path")
def test_where_there_is_none_the_remedies_are_named() -> None:
    with pytest.raises(ToolError, match=r"on PATH.*make run DEVICES="):
        interpreter.find()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("#!/bin/sh\necho 1.19.1\n", r"is MicroPython 1\.19\.1; 1\.25 or newer"),
        ("#!/bin/sh\necho broken >&2; exit 1\n", "does not run: broken"),
        ("#!/nowhere/sh\n", "does not run: "),
    ],
)
def test_one_that_will_not_do_is_refused_with_the_reason(
    path: Path, text: str, reason: str
) -> None:
    with pytest.raises(ToolError, match=reason):
        interpreter.version([program(path, text)])
