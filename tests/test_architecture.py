"""In: the sources. Out: the house stands as drawn: imports point down, rooms small."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted(
    path
    for folder in ("firmware", "collector", "tools", "tests")
    for path in (ROOT / folder).rglob("*.py")
)
MOST_MODULE_LINES = 250
MOST_FUNCTION_LINES = 40

# What each firmware module may import of its own package, top to bottom.
FIRMWARE_LAYERS = (
    ("board", "boot"),
    ("app", "recovery", "sockets"),
    ("routes", "metrics"),
    ("server", "lamp", "health"),
    ("sensor", "wifi", "blackbox"),
    ("probe", "boots", "supervision", "request", "answer", "settings_file"),
    ("settings", "log"),
    ("chip", "payload"),
)
COLLECTOR_LAYERS = (
    ("__main__",),
    ("cli", "healthcheck"),
    (
        "app",
        "lifecycle",
        "web",
        "listening",
        "logs",
        "clients",
        "descriptors",
        "reload",
        "in_force",
        "probes",
        "systemd",
        "door",
        "front",
        "usual",
    ),
    ("outlets", "devices", "sources"),
    ("metrics",),
    ("readings", "config"),
    ("errors", "background", "daemon_thread"),
)
FLASH_LAYERS = (
    ("cli",),
    ("flash_command", "board_commands", "settings_commands"),
    ("options", "telling"),
    ("flashing", "plan_text", "doctor"),
    ("board",),
    ("watch", "settings", "planning"),
    ("usb",),
    ("errors",),
)


def imports(path: Path) -> set[str]:
    """Give the absolute dotted names of what a module imports."""
    package = module_name(path).split(".")
    if path.name != "__init__.py":
        package.pop()
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= imported_from(node, package)
    return names


def imported_from(node: ast.ImportFrom, package: list[str]) -> set[str]:
    """Give what one `from` statement may mean: the module, or modules in it."""
    base = package[: len(package) - node.level + 1] if node.level else []
    stem = ".".join([*base, *(node.module.split(".") if node.module else [])])
    return {stem} | {f"{stem}.{alias.name}" for alias in node.names}


def module_name(path: Path) -> str:
    """Give a source's dotted name below its source root."""
    parts = list(path.relative_to(ROOT).with_suffix("").parts[1:])
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def layer_of(
    name: str, package: str, layers: tuple[tuple[str, ...], ...]
) -> int | None:
    """Give how deep a module of a package lies; None for what is not in it."""
    for depth, rooms in enumerate(layers):
        if room_of(name, package) in rooms:
            return depth
    return None


def room_of(name: str, package: str) -> str | None:
    """Give the room of a package that a module lies in; None for what is not in it."""
    if not name.startswith(f"{package}."):
        return None
    return name.removeprefix(f"{package}.").partition(".")[0]


@pytest.mark.parametrize(
    ("folder", "package", "layers"),
    [
        ("firmware/picotemp", "picotemp", FIRMWARE_LAYERS),
        ("collector/picotemp_collector", "picotemp_collector", COLLECTOR_LAYERS),
        ("tools/picotemp_tools/flash", "picotemp_tools.flash", FLASH_LAYERS),
    ],
)
def test_imports_point_down(
    folder: str, package: str, layers: tuple[tuple[str, ...], ...]
) -> None:
    wrong = []
    for path in sorted((ROOT / folder).rglob("*.py")):
        own = layer_of(module_name(path), package, layers)
        for name in imports(path):
            depth = layer_of(name, package, layers)
            same_room = room_of(name, package) == room_of(module_name(path), package)
            if own is not None and depth is not None and not same_room and depth < own:
                wrong.append(f"{module_name(path)} imports {name}")
    assert wrong == []


def test_every_room_has_its_layer() -> None:
    for package, layers in (
        ("firmware/picotemp", FIRMWARE_LAYERS),
        ("collector/picotemp_collector", COLLECTOR_LAYERS),
        ("tools/picotemp_tools/flash", FLASH_LAYERS),
    ):
        rooms = {
            path.stem for path in (ROOT / package).iterdir() if path.stem[:2] != "__"
        }
        assert rooms <= {room for layer in layers for room in layer}


def test_app_is_handed_a_board_and_never_imports_it() -> None:
    assert "picotemp.board" not in imports(ROOT / "firmware/picotemp/app.py")


def test_outlets_import_neither_one_another_nor_devices() -> None:
    outlets = ROOT / "collector/picotemp_collector/outlets"
    names = {path.stem for path in outlets.glob("*.py")} - {"__init__"}
    for path in outlets.glob("*.py"):
        for name in imports(path) if path.name != "__init__.py" else ():
            assert "picotemp_collector.devices" not in name, path
            room, _, module = name.rpartition(".")
            if room.endswith(".outlets"):
                assert module not in names - {path.stem}, f"{path} imports {name}"


def test_nothing_imports_tools() -> None:
    for path in SOURCES:
        if path.relative_to(ROOT).parts[0] in ("firmware", "collector"):
            assert not any(name.startswith("picotemp_tools") for name in imports(path))


def test_tools_know_only_the_contract_and_the_client() -> None:
    allowed = ("picotemp", "picotemp.settings", "picotemp.payload", "picotemp.__init__")
    for path in (ROOT / "tools").rglob("*.py"):
        for name in imports(path):
            if name.split(".")[0] == "picotemp":
                assert name.startswith(allowed[1:]) or name in allowed, (
                    f"{path}: {name}"
                )
            if name.split(".")[0] == "picotemp_collector":
                assert "devices" in name or "bench" in str(path), f"{path}: {name}"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_is_small_and_says_what_comes_in_and_goes_out(path: Path) -> None:
    text = path.read_text()
    docstring = ast.get_docstring(ast.parse(text)) or ""
    assert docstring.startswith("In: "), "the first sentence says what comes in"
    assert "Out: " in docstring, "and what goes out"
    assert text.count("\n") <= MOST_MODULE_LINES


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_function_is_short(path: Path) -> None:
    long = [
        f"{node.name}: {node.end_lineno - node.lineno + 1} lines"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > MOST_FUNCTION_LINES
    ]
    assert long == []


def test_no_room_is_called_by_what_is_not_a_noun_of_the_field() -> None:
    lazy = {"utils", "util", "helpers", "helper", "common", "misc"}
    assert [path for path in SOURCES if path.stem in lazy] == []
