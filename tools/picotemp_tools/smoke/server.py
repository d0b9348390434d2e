"""In: a command that serves. Out: the same, ready, until it is ended by its id."""

import asyncio
import contextlib
import os
import sys
from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path

import aiohttp

from ..emulator import leash
from ..errors import ToolError

START_SECONDS = 15
PAUSE_SECONDS = 0.05
END_SECONDS = 3
SHOWN_LINES = 3
# What a person has set for a collector of theirs is not meant for ours.
OWN_SETTINGS = ("PICO_", "PICOTEMP_")


class Server:
    """A process of ours; what it prints goes to a file."""

    def __init__(self, url: str, command: Sequence[str], log: Path) -> None:
        self.url = url
        self._command = command
        self._log = log
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it and wait until it is ready; ToolError shows why it is not."""
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                # Not even our own sudden death leaves it behind.
                *(sys.executable, "-IS", leash.__file__, str(os.getpid())),
                *self._command,
                env=_environment(),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        try:
            async with asyncio.timeout(START_SECONDS), aiohttp.ClientSession() as web:
                await self._until_ready(web, self._process)
        except TimeoutError as error:
            raise ToolError(self._complaint("is not ready")) from error

    async def end(self, *, at_once: bool = False) -> None:
        """End it, in order if it does so soon."""
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError, TimeoutError):
            if not at_once:
                process.terminate()
                await asyncio.wait_for(process.wait(), END_SECONDS)
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()

    async def _until_ready(
        self, web: aiohttp.ClientSession, process: asyncio.subprocess.Process
    ) -> None:
        while process.returncode is None:
            with contextlib.suppress(aiohttp.ClientError):
                async with web.get(f"{self.url}/-/ready") as response:
                    if response.status == HTTPStatus.OK:
                        return
            await asyncio.sleep(PAUSE_SECONDS)
        raise ToolError(self._complaint(f"ended with {process.returncode}"))

    def _complaint(self, what: str) -> str:
        lines = self._log.read_text(errors="replace").splitlines()[-SHOWN_LINES:]
        return "\n".join([f"{Path(self._command[0]).name} {what}:", *lines])


def _environment() -> dict[str, str]:
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(OWN_SETTINGS)
    }
