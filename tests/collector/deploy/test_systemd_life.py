"""In: the shipped unit, a board, what stands for systemd. Out: a whole life by it."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from collector.deploy import sandboxed
from collector.deploy.unit_file import (
    SERVICE,
    read_unit,
    reload_command,
    seconds,
    start_command,
)
from collector.exposed import Samples, of, samples_of
from collector.fake_device import FakeDevice
from picotemp_collector.config.shapes import Listen
from picotemp_collector.listening import bind
from real_servers import eventually, program

SETTINGS = read_unit(SERVICE)["Service"]
PATIENCE_SECONDS = 60


class Manager:
    """What stands for systemd: the unit's command, and what it is told."""

    def __init__(
        self, process: asyncio.subprocess.Process, told: socket.socket
    ) -> None:
        self.process = process
        self._told = told
        self.messages: list[str] = []

    async def heard(self) -> list[str]:
        while True:
            try:
                self.messages.append(self._told.recv(4096).decode())
            except BlockingIOError:
                return self.messages

    async def reload(self) -> None:
        command = reload_command(SETTINGS, self.process.pid)
        done = await asyncio.create_subprocess_exec(*command)
        assert await done.wait() == 0

    async def stop(self) -> int:
        self.process.terminate()
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self.process.wait()


@asynccontextmanager
async def started(folder: Path, configuration: Path) -> AsyncIterator[Manager]:
    """Run the unit's command in its sandbox, as far as a test can."""
    notify_usec = round(seconds(SETTINGS["WatchdogSec"][0]) * 1e6)
    environment = {
        "WATCHDOG_USEC": str(notify_usec),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    heard_at = str(folder / "notify")
    # Of another Type systemd heeds no READY=1.
    if SETTINGS["Type"] == ["notify"]:
        environment["NOTIFY_SOCKET"] = heard_at
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        told.bind(heard_at)
        told.setblocking(False)
        process = await asyncio.create_subprocess_exec(
            *sandboxed.command(SERVICE, *start_command(SETTINGS, configuration)),
            env=os.environ | environment,
        )
        try:
            yield Manager(process, told)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


def write(file: Path, port: int, boards: dict[str, str]) -> None:
    tables = [f'[[devices]]\nname = "{n}"\nurl = "{u}"\n' for n, u in boards.items()]
    head = f'[server]\nlisten = "127.0.0.1:{port}"\n[poll]\ninterval_seconds = 0.5\n'
    file.write_text("\n".join([head, *tables]))


async def test_by_the_unit_it_starts_reads_reloads_and_stops_in_its_sandbox(
    tmp_path: Path, make_fake: Callable[[], Awaitable[FakeDevice]]
) -> None:
    program("systemd-analyze")
    if not sandboxed.can_be_had():
        pytest.skip("libseccomp is not installed")
    attic, cellar = await make_fake(), await make_fake()
    file = tmp_path / "collector.toml"
    with bind(Listen("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    write(file, port, {"attic": attic.url})

    async def exposed() -> Samples:
        async with session.get(f"http://127.0.0.1:{port}/metrics") as response:
            return samples_of(await response.text())

    async with started(tmp_path, file) as manager, aiohttp.ClientSession() as session:
        await eventually(manager.heard, lambda all_: "WATCHDOG=1" in all_, 60)
        assert "READY=1\nSTATUS=1 devices" in manager.messages
        warm = of("pico_temperature_celsius", "attic")
        await eventually(exposed, lambda samples: samples.get(warm) == 27.04)

        # The names of the file in force, and what the manager hears of it.
        write(file, port, {"attic": attic.url, "cellar": cellar.url})
        await manager.reload()
        await eventually(
            manager.heard, lambda all_: "READY=1\nSTATUS=2 devices" in all_
        )
        warm = of("pico_temperature_celsius", "cellar")
        await eventually(exposed, lambda samples: samples.get(warm) == 27.04)

        assert await manager.stop() == 0
        assert (await manager.heard())[-1].startswith("STOPPING=1")
