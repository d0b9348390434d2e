"""In: the system's resolver, in threads. Out: addresses; nobody waits for a thread."""

import asyncio
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable
from threading import Event

import pytest

from picotemp_collector.devices.address import Address
from picotemp_collector.devices.system_names import SystemNames

Eventually = Callable[[Callable[[], bool]], Awaitable[None]]
ENDS = """
import asyncio, socket, time
from picotemp_collector.devices.resolver import DaemonResolver

socket.getaddrinfo = lambda *_, **__: time.sleep(600)

async def main():
    resolver = DaemonResolver()
    try:
        async with asyncio.timeout(0.1):
            await resolver.resolve("dead.invalid")
    except TimeoutError:
        print("late")
    await resolver.close()

asyncio.run(main())
"""


async def test_a_name_has_the_addresses_that_the_system_gives() -> None:
    found = await SystemNames().look_up("localhost")
    assert Address("127.0.0.1", socket.AF_INET) in found


async def test_a_link_local_address_keeps_its_interface(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    row = (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("fe80::7", 0, 0, 3))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [row])
    assert await SystemNames().look_up("pico") == (
        Address("fe80::7%3", socket.AF_INET6),
    )


@pytest.mark.parametrize("host", ["a" * 64 + ".lan", "nowhere.invalid"])
async def test_a_name_that_cannot_be_is_an_error_of_the_system(host: str) -> None:
    with pytest.raises(OSError, match=r"."):
        await SystemNames().look_up(host)


async def test_threads_are_bounded_also_when_nobody_waits_for_them(
    monkeypatch: pytest.MonkeyPatch, eventually: Eventually
) -> None:
    begun: list[str] = []
    end = Event()

    def hang(host: str, *_: object, **__: object) -> list[object]:
        begun.append(host)
        end.wait(30)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    names = SystemNames(most_threads=2)
    left = [asyncio.create_task(names.look_up(f"left-{n}")) for n in range(2)]
    await eventually(lambda: len(begun) == 2)
    for each in left:
        each.cancel()
    await asyncio.wait(left)
    waits = asyncio.create_task(names.look_up("waits"))
    await asyncio.sleep(0.05)
    assert len(begun) == 2
    end.set()
    assert await waits == ()
    assert begun[2:] == ["waits"]


async def test_a_machine_without_another_thread_fails_one_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def cannot(_thread: object) -> None:
        raise RuntimeError("can't start new thread")

    names = SystemNames(most_threads=1)
    with monkeypatch.context() as patch:
        patch.setattr("threading.Thread.start", cannot)
        with pytest.raises(OSError, match="no more threads"):
            await names.look_up("localhost")
    assert await names.look_up("localhost")


def test_a_lookup_that_hangs_does_not_hold_up_the_end_of_the_process() -> None:
    done = subprocess.run(
        [sys.executable, "-c", ENDS],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "late\n", "")
