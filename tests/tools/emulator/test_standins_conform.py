"""In: the published stubs of the real board. Out: whether a stand-in offers only that.

The stubs are read as data. The rules:

- Every public name of a stand-in (in a module: functions, classes, constants, imports;
  in a class: methods, constants, what methods put on self) stands in the stub, as the
  same kind of thing. What the stub marks as another port's does not count.
- A constant whose value the stub tells has that value.
- Every call the stand-in takes, some overload of the stub takes: for each possible
  number of positional arguments, and for each keyword-only one. Parameters have the
  stub's names and order; where both tell a default, it is the same; the stand-in has no
  default where the stub has none.
- MicroPython's `def` has neither `/` nor overloads. So a parameter that is
  positional-only in the stub may be an ordinary one here (the last test holds the
  firmware to the stub's own rules), and `*x` after k parameters is the stub's pair of
  overloads with k and with k + 1 of them, the last called x.
"""

import ast
from pathlib import Path

import pytest

import picotemp
from picotemp_tools.emulator import standins
from tools.emulator.interface import ANYTHING, Interface, Signature, read

STUBS = Path(__file__).parents[3] / ".cache" / "stubs"
STANDINS = Path(next(iter(standins.__path__)))
# The firmware's only users of these modules.
USERS = [
    Path(picotemp.__file__).with_name(f"{name}.py") for name in ("board", "sockets")
]
MODULES = ("machine", "network", "rp2", "socket", "time")

# What a stand-in may have and the stub has not, and why.
EXCEPTIONS = {
    "socket.socket.ioctl": "MicroPython's stream protocol asks a stream written in "
    "Python by this name; on the board it is there too, but in C",
}

pytestmark = pytest.mark.skipif(
    not STUBS.is_dir(),
    reason="the board's stubs are missing; `make test` fetches them into .cache/stubs",
)


def stub_of(module: str) -> Interface:
    file = STUBS / f"{module}.pyi"
    return read(file if file.exists() else STUBS / module / "__init__.pyi")


def pairs(module: str) -> list[tuple[str, Interface, Interface]]:
    """Give a module and each of its classes: name, stand-in, stub."""
    ours, stub = read(STANDINS / f"{module}.py"), stub_of(module)
    classes = [
        (f"{module}.{name}", ours.classes[name], stub.classes[name])
        for name in ours.classes.keys() & stub.classes.keys()
    ]
    return [(module, ours, stub), *classes]


def calls_beyond(ours: Signature, stubs: list[Signature]) -> list[str]:
    """Give what can be called here and not there."""
    names = (*ours.positional, *((ours.rest,) if ours.rest else ()))
    wrong = [
        f"takes {count} positional arguments"
        for count in range(ours.least, len(names) + 1)
        if not any(stub.least <= count <= stub.most for stub in stubs)
    ]
    wrong += [
        f"calls parameter {place} {name}"
        for place, name in enumerate(names)
        if not any(
            stub.rest or stub.positional[place] == name
            for stub in stubs
            if place < stub.most
        )
    ]
    wrong += [
        f"takes the keyword {name}"
        for name in ours.keyword_only
        if not any(name in stub.keyword_only for stub in stubs)
    ]
    if ours.more_keywords and not any(stub.more_keywords for stub in stubs):
        wrong.append("takes any keyword")
    return wrong + defaults_beyond(ours, stubs)


def defaults_beyond(ours: Signature, stubs: list[Signature]) -> list[str]:
    wrong = []
    for name, default in ours.defaults.items():
        theirs = [stub for stub in stubs if name in stub.defaults]
        if not theirs:
            wrong.append(f"has a default for {name}")
        elif not any(
            ANYTHING in (default, stub.defaults[name]) or default == stub.defaults[name]
            for stub in theirs
        ):
            wrong.append(f"has the default {default!r} for {name}")
    return wrong


@pytest.mark.parametrize("module", MODULES)
def test_a_standin_offers_no_name_the_board_lacks(module: str) -> None:
    beyond = {
        f"{where}.{name}"
        for where, ours, stub in pairs(module)
        for name in ours.names - {"__init__"}
        if name not in stub.names
    }
    assert beyond - EXCEPTIONS.keys() == set()


def test_every_exception_is_still_one() -> None:
    beyond = {
        f"{where}.{name}"
        for module in MODULES
        for where, ours, stub in pairs(module)
        for name in ours.names - stub.names
    }
    assert EXCEPTIONS.keys() <= beyond


@pytest.mark.parametrize("module", MODULES)
def test_a_name_stands_for_the_same_kind_of_thing(module: str) -> None:
    for where, ours, stub in pairs(module):
        assert ours.constants.keys() & stub.names <= stub.constants.keys(), where
        assert ours.functions.keys() & stub.names <= stub.functions.keys(), where
        assert ours.classes.keys() & stub.names <= stub.classes.keys(), where


@pytest.mark.parametrize("module", MODULES)
def test_a_constant_has_the_boards_value(module: str) -> None:
    wrong = {
        f"{where}.{name} is {value}, on the board {stub.constants[name]}"
        for where, ours, stub in pairs(module)
        for name, value in ours.constants.items()
        if ANYTHING not in (stub.constants.get(name, ANYTHING), value)
        and stub.constants[name] != value
    }
    assert wrong == set()


@pytest.mark.parametrize("module", MODULES)
def test_a_standin_takes_no_call_the_board_refuses(module: str) -> None:
    wrong = [
        f"{where}.{name} {what}"
        for where, ours, stub in pairs(module)
        for name, signatures in ours.functions.items()
        for what in calls_beyond(signatures[0], stub.functions.get(name, signatures))
    ]
    assert wrong == []


def classes_of_variables(tree: ast.AST) -> dict[str, str]:
    """Find what `self._adc = machine.ADC(…)` and the like make of a name."""
    accepted = ("accepted", "self._accepted", "self._listening")
    found = dict.fromkeys(accepted, "socket.socket")
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            made = ast.unparse(node.value.func)
            if made.split(".")[0] in MODULES and made[-1:] and made.count(".") == 1:
                found[ast.unparse(node.targets[0])] = made
    return found


def looked_up(path: str) -> object:
    """Find machine.ADC.read_u16 in the stubs: its signatures, a constant, or None."""
    module, *names = path.split(".")
    where = stub_of(module)
    for name in names[:-1]:
        if name not in where.classes:
            return None
        where = where.classes[name]
    last = names[-1]
    if last in where.classes:
        return where.classes[last].functions.get("__init__", [])
    return where.functions.get(last) or where.constants.get(last)


def uses(tree: ast.AST) -> dict[str, list[ast.Call]]:
    """Give every name of the board's modules that is used, with its calls."""
    variables = classes_of_variables(tree)
    found: dict[str, list[ast.Call]] = {}
    calls = {node.func: node for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            # What is made and used at once, as in machine.Pin(…).value(1), too.
            made = node.value.func if isinstance(node.value, ast.Call) else node.value
            owner = ast.unparse(made)
            owner = variables.get(owner, owner)
            if owner.split(".")[0] in MODULES:
                call = [calls[node]] if node in calls else []
                found.setdefault(f"{owner}.{node.attr}", []).extend(call)
    return found


def test_the_firmware_uses_the_board_as_it_is() -> None:
    found = uses(ast.parse("\n".join(path.read_text() for path in USERS)))
    assert {
        "machine.ADC.read_u16",
        "machine.Pin.value",
        "machine.mem32",
        "network.WLAN.connect",
        "socket.socket.accept",
        "socket.socket.sendto",
    } <= found.keys()
    wrong = []
    for path, calls in found.items():
        there = looked_up(path)
        if there is None:
            wrong.append(f"the board has no {path}")
        if isinstance(there, list):
            wrong += [
                f"the board does not take {ast.unparse(call)}"
                for call in calls
                if not is_taken(call, there)
            ]
    assert wrong == []


def is_taken(call: ast.Call, signatures: list[Signature]) -> bool:
    keywords = tuple(keyword.arg or "" for keyword in call.keywords)
    return any(one.takes(len(call.args), keywords) for one in signatures)
