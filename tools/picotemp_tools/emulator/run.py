"""In: what a person wants to run. Out: boards, perhaps a command beside them."""

import asyncio
import contextlib
import os
import resource
import signal
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from . import interpreter
from .beside import Stopped, run_beside
from .board import EmulatedBoard
from .control import listening
from .flash_image import FlashImage
from .fleet import places, running
from .place import Place
from .serial_port import SerialPort

# As a terminal sends them: Ctrl-C, the default of kill, the window closed.
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# A board has five files open, and two for each connection; 256 is a usual limit.
MANY_FILES = 8192


@dataclass(frozen=True)
class Wanted:
    """What the command line asks for."""

    count: int
    first_address: str
    port: int
    shows_logs: bool
    control: Path
    command: tuple[str, ...]
    has_serial: bool = False
    links: Path | None = None
    is_empty: bool = False


async def run_boards(wanted: Wanted) -> int:
    """Run boards until a signal, or until the command ends; give the exit code."""
    _allow_many_files()
    stopped = _signals()
    say = _sayer(stopped)
    version = interpreter.version(interpreter.find())
    async with contextlib.AsyncExitStack() as stack:
        starting = asyncio.create_task(stack.enter_async_context(_boards(wanted, say)))
        await asyncio.wait((starting, stopped), return_when="FIRST_COMPLETED")
        if not starting.done():
            starting.cancel()
            await asyncio.wait((starting,))
            return 0
        boards = starting.result()
        say(_table(boards, version))
        if wanted.command:
            return await run_beside(wanted.command, boards, stopped)
        await stopped
        return 0


def _allow_many_files() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    limits = [limit for limit in (hard, MANY_FILES) if limit != resource.RLIM_INFINITY]
    if soft != resource.RLIM_INFINITY and soft < min(limits):
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(limits), hard))


def _signals() -> Stopped:
    loop = asyncio.get_running_loop()
    stopped: Stopped = loop.create_future()
    for number in STOPPING:
        # nohup means what it says.
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            loop.add_signal_handler(number, _stop, stopped, number)
    return stopped


def _stop(stopped: Stopped, number: signal.Signals) -> None:
    if not stopped.done():
        stopped.set_result(number)


@contextlib.asynccontextmanager
async def _boards(
    wanted: Wanted, say: Callable[[str], None]
) -> AsyncIterator[list[EmulatedBoard]]:
    def log(name: str, line: str) -> None:
        say(f"{name} | {line}")

    where = places(wanted.count, wanted.first_address, wanted.port)
    heard = log if wanted.shows_logs else None
    new_port = _port_maker(wanted) if wanted.has_serial else None
    async with (
        running(where, heard, new_port) as boards,
        listening(wanted.control, boards),
    ):
        yield boards


def _port_maker(wanted: Wanted) -> Callable[[Place], SerialPort]:
    def new_port(place: Place) -> SerialPort:
        link = wanted.links / place.name if wanted.links else None
        return SerialPort(FlashImage(is_empty=wanted.is_empty), link)

    return new_port


def _table(boards: Sequence[EmulatedBoard], version: str) -> str:
    table = Table(
        title=f"Emulated Pico Ws, MicroPython {version}", title_justify="left"
    )
    ports = [board.port.name for board in boards if board.port]
    for heading in ("board", "URL", "try", *(["serial port"] if ports else [])):
        table.add_column(heading, no_wrap=True)
    for board in boards:
        port = [board.port.name] if board.port else []
        table.add_row(board.place.name, board.url, f"curl {board.url}/", *port)
    # Wide enough that nothing is ever cut, also where there is no terminal.
    more = max((len(port) for port in ports), default=0)
    console = Console(width=max(80, Console().width) + more + len("serial port"))
    with console.capture() as capture:
        console.print(table)
    return capture.get().rstrip()


def _sayer(stopped: Stopped) -> Callable[[str], None]:
    def say(text: str) -> None:
        try:
            print(text, flush=True)
        except BrokenPipeError:
            # Whoever read has gone, say `head`: so do we, without another word.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            _stop(stopped, signal.SIGTERM)

    return say
