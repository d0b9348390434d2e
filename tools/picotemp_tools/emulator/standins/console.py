"""In: a plugged-in chip, a flash of blocks. Out: what starts on it before its REPL."""

import io
import sys
from collections import namedtuple

from . import keyboard, rp2
from .cover import Cover
from .flash import Flash
from .tether import Tether, builtin

_MACHINE = "Raspberry Pi Pico W with RP2040"
_PROGRAM_BYTES = 256
_OWN = "/standins/console.py"

_Implementation = namedtuple(  # type: ignore[misc]  # the names are MicroPython's
    "_Implementation", ("name", "version", "_machine", "_mpy", "_build")
)
_Uname = namedtuple("_Uname", ("sysname", "nodename", "release", "version", "machine"))


def start(tether: Tether, names: dict[str, object]) -> None:
    """Mount the flash, run boot.py and main.py; the interpreter's REPL follows."""
    flash = Flash(tether)
    _mount(flash)
    rp2.Flash = lambda: flash  # type: ignore[attr-defined]
    _cover()
    tether.tell("begun")
    try:
        if _run("boot.py", names) and tether.whole("runs_main"):
            _run("main.py", names)
    except SystemExit:
        tether.halt("reset", "exit")
    tether.tell("ended")


def _mount(flash: Flash) -> None:
    vfs, system = builtin("vfs"), None
    try:
        system = vfs.VfsLfs2(flash, progsize=_PROGRAM_BYTES)
    except OSError:  # as on the board: what cannot be read is formatted
        vfs.VfsLfs2.mkfs(flash, progsize=_PROGRAM_BYTES)
        system = vfs.VfsLfs2(flash, progsize=_PROGRAM_BYTES)
    vfs.umount("/")
    vfs.mount(system, "/")
    sys.path[:] = ["", ".frozen", "/lib"]


def _cover() -> None:
    real = sys.implementation
    version = ".".join([str(part) for part in real.version[:3]])
    implementation = _Implementation(
        real.name,
        real.version,
        _MACHINE,
        real._mpy,  # noqa: SLF001 so it is called
        "RPI_PICO_W",
    )
    uname = _Uname("rp2", "rp2", version, "v" + version, _MACHINE)
    for module, own in (
        ("micropython", {"kbd_intr": keyboard.kbd_intr}),
        ("os", {"uname": lambda: uname}),
        ("sys", {"implementation": implementation, "platform": "rp2"}),
    ):
        sys.modules[module] = Cover(builtin(module), **own)  # type: ignore[assignment]


def _run(name: str, names: dict[str, object]) -> bool:
    """Run a file, if it is there; tell whether it raised nothing."""
    try:
        with open(name) as file:
            source = file.read()
    except OSError:
        return True
    try:
        exec(compile(source, name, "exec"), names)  # noqa: S102 it is the board's program
    except SystemExit:
        raise
    except BaseException as error:  # noqa: BLE001 the board prints it and goes on
        _print(error)
        return False
    return True


def _print(error: BaseException) -> None:
    text = io.StringIO()
    sys.print_exception(error, text)  # type: ignore[attr-defined]
    for line in text.getvalue().split("\n")[:-1]:
        # On the board nothing of Python runs below the program.
        if _OWN not in line:
            print(line)
