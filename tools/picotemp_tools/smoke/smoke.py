"""In: what to run it with. Out: the checks walked, a table of them, an exit code."""

import asyncio
import contextlib
from collections.abc import Sequence
from pathlib import Path

from attrs import frozen
from rich.console import Console

from ..emulator import interpreter
from ..errors import ToolError
from . import shipped, stack
from .address import free_address
from .check import Check, walk
from .checks import CHECKS
from .programs import MissingError, Programs, find_programs
from .report import Report

PASSED, FAILED = 0, 1
START_SECONDS = 20
# With the end of it all less than a minute.
WHOLE_SECONDS = 55


@frozen
class Wanted:
    """What the command line asks for; without an address a free one is found."""

    alerting: Path
    divisor: int
    address: str | None


async def smoke(
    wanted: Wanted, console: Console, checks: Sequence[Check] = CHECKS
) -> int:
    """Run everything, walk the checks, end everything; give the exit code.

    Raises MissingError, with nothing begun, where something that is needed is missing.
    """
    deadline = asyncio.get_running_loop().time() + WHOLE_SECONDS
    programs = find_programs()
    version = _interpreter_version()
    documents = shipped.load(wanted.alerting, wanted.divisor)
    title = f"smoke test; the rules' durations are divided by {wanted.divisor}"
    async with contextlib.AsyncExitStack() as exits:
        report = exits.enter_context(Report(console, title))
        report.began("start")
        address = wanted.address or free_address()
        # The last one joins by a reload.
        polled = stack.BOARDS - 1
        running = stack.running(programs, documents, address, polled)
        try:
            async with asyncio.timeout(START_SECONDS):
                started = await exits.enter_async_context(running)
        except (ToolError, OSError) as error:
            report.ended(passed=False, seen=str(error) or "not in time")
            return FAILED
        report.ended(passed=True, seen=_who(programs, version))
        passed = await walk(started, checks, deadline, report)
        return PASSED if passed else FAILED


def _interpreter_version() -> str:
    try:
        return interpreter.version(interpreter.find())
    except ToolError as error:
        raise MissingError(str(error)) from error


def _who(programs: Programs, version: str) -> str:
    servers = "collector, Prometheus" + (", Alertmanager" * bool(programs.alertmanager))
    return f"{stack.BOARDS} boards (MicroPython {version}), {servers}"
