"""In: names, some of them dead. Out: addresses, none of them late for another."""

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable

import pytest

from collector.asking import failure_of
from collector.fake_device import FakeDevice
from collector.running import device
from picotemp_collector.devices.client import Client
from picotemp_collector.errors import FailureReason


async def test_a_name_that_is_looked_up_for_too_long_is_dns(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(*_: object, **__: object) -> object:
        time.sleep(1)
        raise socket.gaierror("dead")

    monkeypatch.setattr(socket, "getaddrinfo", late)
    slow = device(url="http://slow.invalid", timeout_seconds=0.1)
    failure = await failure_of(client, slow)
    assert failure.reason is FailureReason.DNS
    assert "slow.invalid" in failure.detail


async def test_a_dead_name_delays_no_other(
    client: Client,
    make_fake: Callable[[], Awaitable[FakeDevice]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known = socket.getaddrinfo
    fake = await make_fake()

    def slow(host: str, *args: object, **kwargs: object) -> object:
        if host.endswith(".invalid"):
            time.sleep(2)
            raise socket.gaierror("dead")
        return known(host, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    dead = [
        asyncio.create_task(client.read(device(url=f"http://n{number}.invalid")))
        for number in range(400)
    ]
    await asyncio.sleep(0)
    url = fake.url.replace("127.0.0.1", "localhost")
    begun_seconds = time.monotonic()
    assert (await client.read(device(url=url))).celsius == 27.04
    assert time.monotonic() - begun_seconds < 1.5
    for task in dead:
        task.cancel()
    await asyncio.gather(*dead, return_exceptions=True)
