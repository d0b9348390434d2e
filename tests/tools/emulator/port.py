"""In: a board with a serial port. Out: what the real mpremote does with it."""

import asyncio
import contextlib
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from picotemp_tools.emulator import EmulatedBoard, FlashImage, Place, SerialPort

MPREMOTE = (sys.executable, "-m", "mpremote")
LIMIT_SECONDS = 30

PortRunner = Callable[..., AbstractAsyncContextManager["Ported"]]


class Ported:
    """A board, its port, mpremote at it."""

    def __init__(self, board: EmulatedBoard, port: SerialPort) -> None:
        self.board = board
        self.port = port

    async def mpremote(self, *words: str) -> str:
        """Let mpremote do something that works; give what it prints."""
        code, said = await self.tried(*words)
        assert code == 0, said
        return said

    async def tried(self, *words: str) -> tuple[int, str]:
        """Let mpremote try something; give exit code and what it prints."""
        process = await asyncio.create_subprocess_exec(
            *(*MPREMOTE, "connect", self.port.path, *words),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        try:
            async with asyncio.timeout(LIMIT_SECONDS):
                said, _ = await process.communicate()
        except TimeoutError:
            pytest.fail(f"{words} hangs; the board said: {self.board.serial.lines}")
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        return process.returncode or 0, said.decode().replace("\r\n", "\n")


@pytest.fixture
def ported(new_place: Callable[[], Place]) -> PortRunner:
    """Give what runs a board with a port: its main.py, further files, its flash."""
    skip_without_ports()

    @contextlib.asynccontextmanager
    async def run(
        program: str | None = None,
        *,
        flash: FlashImage | None = None,
        files: dict[str, str] | None = None,
        **how: Any,
    ) -> AsyncIterator[Ported]:
        with tempfile.TemporaryDirectory(prefix="program-") as name:
            folder = Path(name)
            all_files = dict(files or {}) | ({"main.py": program} if program else {})
            for path, text in all_files.items():
                (folder / path).write_text(text)
            port = SerialPort(flash)
            board = EmulatedBoard(new_place(), files=folder, port=port, **how)
            await board.start()
            try:
                await port.wait_until_begun()
                yield Ported(board, port)
            finally:
                await board.stop()

    return run


@pytest.fixture
async def serving(
    new_place: Callable[[], Place], built_files: Path
) -> AsyncIterator[Ported]:
    """Give a board with the firmware that serves, and its port."""
    skip_without_ports()
    port = SerialPort()
    async with EmulatedBoard(new_place(), files=built_files, port=port) as board:
        yield Ported(board, port)


def skip_without_ports() -> None:
    """Skip where there are none."""
    if sys.platform != "linux":
        pytest.skip("emulated serial ports need Linux")
