"""In: what a person wants to run. Out: boards, perhaps a command beside them."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from ..errors import ToolError
from . import interpreter
from .board import EmulatedBoard
from .control import listening
from .fleet import places, running

# A command that got the terminal's Ctrl-C needs no second signal from us.
OWN_END_SECONDS = 5


@dataclass(frozen=True)
class Wanted:
    """What the command line asks for."""

    count: int
    first_address: str
    port: int
    shows_logs: bool
    control: Path
    command: tuple[str, ...]


async def run_boards(wanted: Wanted) -> int:
    """Run boards until a signal, or until the command ends; give the exit code."""
    stopped = _signals()
    version = interpreter.version(interpreter.find())
    where = places(wanted.count, wanted.first_address, wanted.port)
    heard = _print_serial if wanted.shows_logs else None
    async with running(where, heard) as boards, listening(wanted.control, boards):
        _print_boards(boards, version)
        if not wanted.command:
            await stopped.wait()
            return 0
        return await _run_command(wanted.command, boards, stopped)


def _signals() -> asyncio.Event:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    return stopped


async def _run_command(
    command: Sequence[str], boards: Sequence[EmulatedBoard], stopped: asyncio.Event
) -> int:
    urls = ",".join(f"{board.place.name}={board.url}" for board in boards)
    try:
        process = await asyncio.create_subprocess_exec(
            *command, env=os.environ | {"PICO_SERVER_URL": urls}
        )
    except OSError as error:
        raise ToolError(f"{command[0]} cannot be run: {error.strerror}") from error
    ended = asyncio.create_task(process.wait())
    signalled = asyncio.create_task(stopped.wait())
    await asyncio.wait((ended, signalled), return_when=asyncio.FIRST_COMPLETED)
    signalled.cancel()
    await _let_end(process, ended)
    return process.returncode or 0


async def _let_end(
    process: asyncio.subprocess.Process, ended: asyncio.Task[int]
) -> None:
    for number in (None, signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(TimeoutError, ProcessLookupError):
            if number:
                process.send_signal(number)
            await asyncio.wait_for(asyncio.shield(ended), OWN_END_SECONDS)
            return


def _print_boards(boards: Sequence[EmulatedBoard], version: str) -> None:
    table = Table(
        title=f"Emulated Pico Ws, MicroPython {version}", title_justify="left"
    )
    for heading in ("board", "URL", "try"):
        table.add_column(heading, no_wrap=True)
    for board in boards:
        table.add_row(board.place.name, board.url, f"curl {board.url}/")
    # Wide enough that no URL is ever cut, also where there is no terminal.
    Console(width=max(80, Console().width)).print(table)
    sys.stdout.flush()


def _print_serial(name: str, line: str) -> None:
    print(f"{name} | {line}", flush=True)
