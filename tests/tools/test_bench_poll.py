"""In: two clients and curl, over fast devices. Out: one and the same reading."""

import asyncio
import socket

import pytest

from picotemp_tools.bench import poll
from picotemp_tools.bench.measure import VoidError
from picotemp_tools.errors import ToolError


@pytest.fixture(autouse=True)
def short_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a few polls be enough, of devices at a port that nobody has."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        monkeypatch.setattr(poll, "PORT", sock.getsockname()[1])
    monkeypatch.setattr(poll, "ROUNDS", 1)
    monkeypatch.setattr(poll, "POLLS", 20)
    monkeypatch.setattr(poll, "TIMED_POLLS", 5)
    monkeypatch.setattr(poll, "DEVICES", 3)


async def test_both_clients_tell_the_same_on_either_loop() -> None:
    for benchmark in (poll.cpu, poll.cpu_uvloop, poll.cpu_asyncio):
        async with asyncio.timeout(60):
            figure = await benchmark()
        assert figure.unit == "s"
        assert figure.ours
        assert figure.peer


async def test_curl_tells_the_same() -> None:
    async with asyncio.timeout(60):
        figure = await poll.latency()
    assert bool(figure.ours and figure.peer)


async def test_answers_that_are_not_the_devices_make_it_void(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(poll, "EXPECTED", [20.0, 68.0])
    with pytest.raises(VoidError, match="gave"):
        await poll.cpu()


async def test_other_answers_to_curl_make_it_void(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(poll, "BODY", b"{}")
    with pytest.raises(VoidError, match="curl got"):
        await poll.latency()


async def test_without_curl_it_is_said_what_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ToolError, match="curl is not on PATH"):
        await poll.latency()
