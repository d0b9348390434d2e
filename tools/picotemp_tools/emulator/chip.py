"""In: a flash folder and a reset cause. Out: the interpreter's process, as a chip."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from .console import Console
from .interpreter import find
from .lines import Lines
from .world import Tether, World

# Objects are twice as wide on a 64-bit host as on the chip with its 200 KiB.
HEAP = "heapsize=400k"
START = "from standins.start import start; globals().pop('start')(globals())"
# Without the packages of a person, so it starts quickly.
LEASH = (sys.executable, "-I", "-S", str(Path(__file__).with_name("leash.py")))
CHUNK_BYTES = 4096


class Chip:
    """One power-up of the chip: from main.py's first line to reset or loss of power."""

    def __init__(
        self,
        world: World,
        heard: Callable[[list[object]], None],
        serial: Callable[[str], None],
        console: Console | None = None,
    ) -> None:
        self._world = world
        self._lines = Lines(serial)
        self._console = console
        self._tether = Tether(heard)
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int:
        """Give the interpreter's process."""
        return self._process.pid if self._process else 0

    async def start(self) -> None:
        """Run the program."""
        try:
            await self._start()
        except BaseException:
            self._tether.close()
            if self._console:
                self._console.close()
            raise

    def show(self) -> None:
        """Let the program see the newest world."""
        self._tether.show(self._world)

    async def run(self) -> None:
        """Hand on what it prints until it ends."""
        if not self._process:
            return
        if self._console:
            self._console.ended(await self._process.wait())
        elif self._process.stdout:
            while chunk := await self._process.stdout.read(CHUNK_BYTES):
                self._lines.take(chunk)
            self._lines.end()

    async def kill(self) -> None:
        """Take its power."""
        try:
            if self._process and self._process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self._process.pid, signal.SIGKILL)
                await self._process.wait()
        finally:
            self._tether.close()
            if self._console:
                self._console.close()

    async def _start(self) -> None:
        self.show()
        descriptor = self._tether.theirs.fileno()
        console = self._console
        repl = ("-i",) if console else ()
        self._process = await asyncio.create_subprocess_exec(
            *LEASH,
            str(os.getpid()),
            *find(),
            *("-X", HEAP, *repl, "-c", START, str(descriptor)),
            env=_environment(),
            # Empty, but for sockets: a file beside it could cover a module.
            cwd=self._world.sockets,
            stdin=console.stdin.fileno() if console else asyncio.subprocess.DEVNULL,
            stdout=console.stdout if console else asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            pass_fds=[descriptor],
            # Ctrl-C is for the emulator: a chip does not see the host's keyboard.
            start_new_session=True,
        )
        self._tether.theirs.close()
        if console:
            console.started(self._process.pid)


def _environment() -> dict[str, str]:
    folder = Path(__file__).parent
    return {
        "MICROPYPATH": f"{folder}:.frozen",
        "PATH": os.environ.get("PATH", ""),
        # The board knows no time zones.
        "TZ": "UTC0",
    }
