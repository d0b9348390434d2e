"""In: the firmware. Out: the folder of board_files, its package compiled."""

from pathlib import Path

import pytest

import picotemp
from picotemp_tools import board_files, compiled_files
from picotemp_tools.errors import ToolError

SOURCES = Path(picotemp.__file__).parent


def names(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*.*")}


def test_it_is_the_boards_folder_with_every_module_compiled(tmp_path: Path) -> None:
    plain, compiled = tmp_path / "plain", tmp_path / "compiled"
    board_files.build(plain)
    compiled_files.build(compiled)
    assert names(compiled) == {
        name.replace(".py", ".mpy") if name.startswith("picotemp/") else name
        for name in names(plain)
    }
    assert (compiled / "main.py").read_bytes() == (plain / "main.py").read_bytes()


def test_its_size_is_that_of_all_its_modules_microdot_aside(tmp_path: Path) -> None:
    compiled_files.build(tmp_path)
    modules = list((tmp_path / "picotemp").iterdir())
    assert len(modules) == len(list(SOURCES.glob("*.py")))
    size = sum(path.stat().st_size for path in modules)
    assert compiled_files.application_bytes(tmp_path) == size > 10_000


def test_what_does_not_compile_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def build(folder: Path) -> None:
        (folder / "picotemp").mkdir()
        (folder / "picotemp" / "odd.py").write_text("def")

    monkeypatch.setattr(board_files, "build", build)
    with pytest.raises(ToolError, match=r"mpy-cross failed on odd\.py"):
        compiled_files.build(tmp_path)
