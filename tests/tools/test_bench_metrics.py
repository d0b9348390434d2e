"""In: few devices, one round. Out: figures of /metrics, void where answers differ."""

import asyncio
import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from picotemp_tools.bench import blackbox, metrics_requests, metrics_text
from picotemp_tools.bench.measure import VoidError
from picotemp_tools.emulator import Place
from picotemp_tools.errors import ToolError
from real_servers import program


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a handful of devices and one round be enough."""
    monkeypatch.setattr(metrics_text, "DEVICES", 20)
    monkeypatch.setattr(metrics_text, "ROUNDS", 1)


@pytest.fixture
def own_places(new_place: Callable[[], Place], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let servers run where no other test has theirs, for one round."""
    monkeypatch.setenv("PATH", str(Path(program("wrk")).parent), prepend=os.pathsep)
    monkeypatch.setattr(metrics_requests, "DEVICE", new_place().address)
    monkeypatch.setattr(metrics_requests, "ROUNDS", 1)
    for name in ("OURS_PORT", "PEER_PORT"):
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            monkeypatch.setattr(metrics_requests, name, found.getsockname()[1])


@pytest.mark.usefixtures("few")
async def test_the_collector_and_gauges_tell_the_same() -> None:
    for benchmark in (metrics_text.plain, metrics_text.gzip_standard):
        figure = await benchmark()
        assert (figure.unit, bool(figure.ratio)) == ("/s", True)


@pytest.mark.usefixtures("few")
async def test_gauges_that_tell_something_else_make_it_void(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(metrics_text, "UNIX_SECONDS", 0.0)
    await metrics_text.plain()
    monkeypatch.setattr(metrics_text, "ONE_LABEL", metrics_text.ONE_LABEL[::-1])
    with pytest.raises(VoidError, match="ours tells 140 samples"):
        await metrics_text.plain()


async def test_without_isal_it_is_said_what_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr("importlib.import_module", missing)
    with pytest.raises(ToolError, match="isal is not installed"):
        await metrics_text.gzip_isal()


@pytest.mark.usefixtures("own_places")
async def test_requests_are_measured_beside_one_who_asks_at_each() -> None:
    async with asyncio.timeout(60):
        figure = await metrics_requests.on_scrape()
    assert (figure.unit, bool(figure.ours and figure.peer)) == ("/s", True)


@pytest.mark.usefixtures("own_places")
async def test_requests_are_measured_beside_blackbox() -> None:
    program(blackbox.PROGRAM)
    async with asyncio.timeout(60):
        figure = await metrics_requests.blackbox()
    assert (figure.unit, bool(figure.ours and figure.peer)) == ("/s", True)


@pytest.mark.usefixtures("own_places")
async def test_a_peer_that_never_tells_the_truth_makes_it_void(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(metrics_requests, "START_SECONDS", 4)
    modules = blackbox.MODULES.replace("27.04", "27.05")
    monkeypatch.setattr(blackbox, "MODULES", modules)
    program(blackbox.PROGRAM)
    with pytest.raises(VoidError, match="never told the truth"):
        await metrics_requests.blackbox()
