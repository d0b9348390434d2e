"""In: a service manager, as far as it concerns us. Out: a collector that is its own."""

import asyncio
import os
import re
import socket
import sys
import time
from pathlib import Path

import aiohttp
import pytest

from collector.fake_clock import FakeClock
from collector.generations import Holder
from collector.running import config_of, device
from picotemp_collector.app import collecting
from picotemp_collector.config.shapes import Listen
from picotemp_collector.devices.fleet import Fleet
from picotemp_collector.lifecycle import Lifecycle
from picotemp_collector.listening import bind
from picotemp_collector.reload import Origin
from picotemp_collector.sources.file_watch import FileWatch
from picotemp_collector.systemd import Notifier
from real_servers import eventually, program

DEVICE = ("--device", "attic=http://127.0.0.1:1")


def listening_at(path: Path) -> socket.socket:
    """Give a datagram socket that stands for systemd's."""
    bound = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    bound.bind(str(path))
    bound.setblocking(False)
    return bound


def heard(manager: socket.socket) -> list[str]:
    """Give every message since the last look."""
    messages: list[str] = []
    while True:
        try:
            messages.append(manager.recv(4096).decode())
        except BlockingIOError:
            return messages


async def test_a_service_tells_its_manager_how_it_is_from_start_to_end(
    tmp_path: Path,
) -> None:
    path, holder = tmp_path / "notify", Holder()
    environment = {"NOTIFY_SOCKET": str(path), "WATCHDOG_USEC": "300000"}
    messages: list[str] = []

    async def all_heard() -> list[str]:
        messages.extend(heard(manager))
        return messages

    with listening_at(path) as manager, holder.bound:
        async with holder.generation(*DEVICE, **environment) as service:
            await eventually(all_heard, lambda all_: all_.count("WATCHDOG=1") > 5)
            assert "READY=1\nSTATUS=1 devices" in messages
            async with aiohttp.ClientSession() as session:
                await (await session.post(f"{holder.url}/-/reload")).release()
            log = await service.end()
        await all_heard()
    assert "0.0.0.0:3030 is not bound: systemd handed over a socket" in log
    states = [text for text in messages if text != "WATCHDOG=1"]
    assert [text.split("=")[0] for text in states] == [
        "READY",
        "RELOADING",
        "READY",
        "STOPPING",
    ]
    assert re.fullmatch(r"RELOADING=1\nMONOTONIC_USEC=\d+", states[1])


@pytest.mark.parametrize("goes_on", [True, False])
async def test_the_watchdog_hears_of_the_polls_of_the_fleet(
    goes_on: bool, tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[Fleet] = []

    def look(fleet: Fleet) -> bool:
        looks.append(fleet)
        return goes_on

    monkeypatch.setattr(Fleet, "goes_on", look)
    path = tmp_path / "notify"
    environment = {"NOTIFY_SOCKET": str(path), "WATCHDOG_USEC": "100000"}
    config, bound = config_of(device()), bind(Listen("127.0.0.1", 0))
    origin = Origin(lambda: config, FileWatch([]))
    lifecycle = Lifecycle(Notifier(environment))

    async def looked() -> int:
        return len(looks)

    with listening_at(path) as manager:
        async with collecting(config, bound, lifecycle, clock.clock, origin):
            await eventually(looked, lambda count: count > 2)
        assert ("WATCHDOG=1" in heard(manager)) == goes_on


async def test_a_loop_that_is_stuck_feeds_no_watchdog(tmp_path: Path) -> None:
    path = tmp_path / "notify"
    notifier = Notifier({"NOTIFY_SOCKET": str(path), "WATCHDOG_USEC": "150000"})

    async def fed() -> list[str]:
        return heard(manager)

    with listening_at(path) as manager:
        async with notifier.watched(lambda: True):
            await eventually(fed, lambda messages: messages != [])
            heard(manager)
            time.sleep(0.4)  # noqa: ASYNC251 this is what must be found out
            assert heard(manager) == []


async def test_real_systemd_hands_its_socket_over() -> None:
    activate = program("systemd-socket-activate")
    with bind(Listen("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        *(activate, "-l", f"127.0.0.1:{port}", "--setenv=PATH"),
        *(f"--setenv=PYTHONPATH={os.pathsep.join(sys.path)}", sys.executable),
        *("-m", "picotemp_collector", *DEVICE),
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stderr
        async with asyncio.timeout(60):
            async for line in process.stderr:  # it starts with the first client
                if b"Listening" in line:
                    break
            async with (
                aiohttp.ClientSession() as session,
                session.get(f"http://127.0.0.1:{port}/-/ready") as response,
            ):
                assert response.status == 200
            process.terminate()
            log = (await process.communicate())[1].decode()
            assert "is not bound: systemd handed over a socket" in log
            assert process.returncode == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
