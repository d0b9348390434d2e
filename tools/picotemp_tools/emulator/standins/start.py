"""In: a tether and a flash folder (arguments). Out: the board's program, running.

What the chip's own start does: the modules are there, the flash is /, main.py runs.
"""

import asyncio  # noqa: F401 it must keep the interpreter's own clock: before `time` is covered
import sys

from . import machine, network, rp2, socket, time
from .drive import Drive
from .tether import Tether, builtin


def start(names: dict[str, object]) -> None:
    """Plug the stand-ins in, mount the flash, run main.py, idle as the REPL does."""
    tether = Tether(int(sys.argv[1]))
    machine._plug(tether)  # noqa: SLF001
    network._plug(tether)  # noqa: SLF001
    socket._plug(tether, tether.text("sockets"))  # noqa: SLF001
    time._plug(tether.whole("first_ticks_ms"))  # noqa: SLF001
    for name, module in (
        ("machine", machine),
        ("network", network),
        ("rp2", rp2),
        ("socket", socket),
        ("time", time),
    ):
        sys.modules[name] = module
    if tether.text("image"):
        from .console import start as start_with_console

        return start_with_console(tether, names)
    _mount(tether.text("flash"))
    _run("main.py")
    tether.tell("ended")
    while True:
        try:
            builtin("time").sleep(1)
            tether.whole("is_hung")  # so that it ends with its emulator
        except KeyboardInterrupt:
            pass  # a REPL has nothing to interrupt


def _mount(folder: str) -> None:
    builtin("vfs").mount(Drive(folder), "/")
    builtin("os").chdir("/")
    # As on the board: the root, the frozen modules, /lib.
    sys.path[:] = ["", ".frozen", "/lib"]


def _run(name: str) -> None:
    try:
        with open(name) as file:
            program = compile(file.read(), name, "exec")
        exec(program, {"__name__": "__main__"})  # noqa: S102 it is the board's program
    except SystemExit:
        raise
    except BaseException as error:  # noqa: BLE001 the board prints it and idles
        sys.print_exception(error)  # type: ignore[attr-defined]
