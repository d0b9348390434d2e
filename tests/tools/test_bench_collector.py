"""In: few devices, one round. Out: figures of the whole collector, and what voids them.

Nothing here judges a figure: a busy machine has any.
"""

import asyncio
import os
import re
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from picotemp_tools.bench import collector_start, fast_device, fleet, memory
from picotemp_tools.bench import probe_requests as probe
from picotemp_tools.bench.measure import Figure, VoidError, resident_bytes
from real_servers import program


@pytest.fixture
def patch(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Give one that has made every benchmark short, at ports nobody has."""
    for module, names in (
        (collector_start, ("PORT", "DEVICE_PORT")),
        (memory, ("PORT", "DEVICE_PORT")),
        (fleet, ("PORT", "DEVICE_PORT")),
        (probe, ("OURS_PORT", "PEER_PORT", "DEVICE_PORT")),
    ):
        for name in names:
            monkeypatch.setattr(module, name, free_port())
    for module in (collector_start, memory, probe):
        monkeypatch.setattr(module, "ROUNDS", 1)
    return monkeypatch


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def shorten_fleet(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(fleet, "INTERVAL_SECONDS", 1.0)
    patch.setattr(fleet, "WARM_SECONDS", 0.0)
    for name in ("RUN_SECONDS", "SETTLE_SECONDS"):
        patch.setattr(fleet, name, 2.0)
    patch.setattr(fleet, "SCRAPE_SECONDS", 0.5)
    for name, count in (("DEVICES", 10), ("HOLES", 2), ("DEAD_NAMES", 1)):
        patch.setattr(fleet, name, count)


@pytest.mark.usefixtures("patch")
async def test_a_start_is_measured_beside_the_bare_imports() -> None:
    async with asyncio.timeout(60):
        figure = await collector_start.first_scrape()
    assert figure.unit == "s"
    assert figure.ours
    assert figure.peer


async def test_a_start_without_the_reading_is_void(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(collector_start, "START_SECONDS", 3)
    patch.setattr(collector_start, "CELSIUS", re.compile(b"no such"))
    with pytest.raises(VoidError, match="/metrics was never good"):
        await collector_start.first_scrape()


async def test_memory_is_of_devices_that_are_known_whole(
    patch: pytest.MonkeyPatch,
) -> None:
    patch.setattr(memory, "DEVICES", 3)
    async with asyncio.timeout(60):
        assert (await memory.per_device()).unit == "B"
        assert (await memory.one_device()).ratio


async def test_memory_of_devices_that_tell_nothing_of_themselves_is_void(
    patch: pytest.MonkeyPatch,
) -> None:
    patch.setattr(memory, "DEVICES", 3)
    patch.setattr(memory, "ALL_KNOWN_SECONDS", 8)
    patch.setattr(memory, "INFOS", re.compile(b"no such"))
    with pytest.raises(VoidError, match="good readings, 0 infos"):
        await memory.per_device()


def test_resident_memory_is_read_in_bytes() -> None:
    assert 1e6 < resident_bytes(os.getpid()) <= resident_bytes(os.getpid(), "VmHWM")


async def test_a_fleet_is_measured_with_black_holes_and_names_that_hang(
    patch: pytest.MonkeyPatch,
) -> None:
    shorten_fleet(patch)
    async with asyncio.timeout(90):
        figures = await fleet.faulty()
    assert set(figures) == {"on_time", "lag_p99", "false_downs", "stall", "memory"}
    assert 0 < figures["on_time"].ours <= 1


async def test_a_fleet_whose_dead_live_makes_it_void(
    patch: pytest.MonkeyPatch,
) -> None:
    shorten_fleet(patch)
    patch.setattr(fleet, "DEAD", re.compile(b"(no) (such)"))
    with pytest.raises(VoidError, match="of 3 dead devices 0 failed"):
        await fleet.faulty()


@pytest.mark.parametrize("benchmark", [probe.cold, probe.warm])
async def test_probes_are_measured_beside_blackbox(
    patch: pytest.MonkeyPatch, benchmark: Callable[[], Awaitable[Figure]]
) -> None:
    for name in ("wrk", "prometheus-blackbox-exporter"):
        patch.setenv("PATH", str(Path(program(name)).parent), prepend=os.pathsep)
    patch.setattr(probe, "CONNECTIONS", 2)
    async with asyncio.timeout(90):
        figure = await benchmark()
    assert figure.unit == "/s"
    assert figure.ours
    assert figure.peer


async def test_a_probe_that_tells_something_else_makes_it_void(
    patch: pytest.MonkeyPatch,
) -> None:
    for name in ("wrk", "prometheus-blackbox-exporter"):
        patch.setenv("PATH", str(Path(program(name)).parent), prepend=os.pathsep)
    patch.setattr(probe, "OUR_SIGNS", ("\nprobe_success 2.0\n",))
    with pytest.raises(VoidError, match="Bad answers"):
        await probe.warm()


def test_addresses_go_on_over_the_end_of_a_net() -> None:
    assert fast_device.addresses("127.0.0.254", 3) == [
        "127.0.0.254",
        "127.0.0.255",
        "127.0.1.0",
    ]
