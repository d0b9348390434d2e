"""In: a command, running boards. Out: the command, run beside them until it ends."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Sequence
from typing import TypeAlias

from ..errors import ToolError
from .board import EmulatedBoard

# The signal that stopped the emulator.
Stopped: TypeAlias = asyncio.Future[signal.Signals]

OWN_END_SECONDS = 5
# What a shell adds to the number of the signal that ended a command.
ENDED_BY_SIGNAL = 128


async def run_beside(
    command: Sequence[str], boards: Sequence[EmulatedBoard], stopped: Stopped
) -> int:
    """Run it with PICO_SERVER_URL; end it when stopped; give its exit code."""
    urls = ",".join(f"{board.place.name}={board.url}" for board in boards)
    try:
        process = await asyncio.create_subprocess_exec(
            *command, env=os.environ | {"PICO_SERVER_URL": urls}
        )
    except OSError as error:
        raise ToolError(f"{command[0]} cannot be run: {error.strerror}") from error
    ended = asyncio.create_task(process.wait())
    await asyncio.wait((ended, stopped), return_when="FIRST_COMPLETED")
    if not ended.done():
        await _end(process, ended, stopped.result())
    code = await ended
    if code >= 0:
        return code
    return 0 if stopped.done() else ENDED_BY_SIGNAL - code


async def _end(
    process: asyncio.subprocess.Process,
    ended: asyncio.Task[int],
    by: signal.Signals,
) -> None:
    # A command that got the terminal's Ctrl-C needs no second signal from us.
    first = () if by == signal.SIGTERM else (None,)
    for number in (*first, signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(TimeoutError, ProcessLookupError):
            if number:
                process.send_signal(number)
            await asyncio.wait_for(asyncio.shield(ended), OWN_END_SECONDS)
            return
