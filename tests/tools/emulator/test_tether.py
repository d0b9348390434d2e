"""In: a world that changes. Out: whole lines at the chip's end, the newest in time."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from typing import cast

import pytest

from picotemp_tools.emulator.world import Tether, World
from tools.emulator.waiting import until


class Tied:
    """Both ends of a tether."""

    def __init__(self) -> None:
        self.heard: list[list[object]] = []
        self.tether = Tether(self.heard.append)
        self.chip = self.tether.theirs
        self.chip.setblocking(False)
        self.world = World("", "", [], [], "")

    def drain(self) -> list[dict[str, object]]:
        """Read what has come, as the chip does."""
        found = b""
        try:
            while chunk := self.chip.recv(65536):
                found += chunk
        except BlockingIOError:
            pass
        assert found.endswith(b"\n")
        return [json.loads(line) for line in found.splitlines()]


@pytest.fixture
async def tied() -> AsyncIterator[Tied]:
    tied = Tied()
    yield tied
    tied.tether.close()


async def test_a_state_is_sent_once_until_it_changes(tied: Tied) -> None:
    tied.tether.show(tied.world)
    tied.tether.show(tied.world)
    tied.world.code = 752.0
    tied.tether.show(tied.world)
    assert [world["code"] for world in tied.drain()] == [876.0, 752.0]


async def test_a_program_that_reads_nothing_finds_whole_lines_and_then_the_newest(
    tied: Tied,
) -> None:
    tied.chip.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
    for code in range(5000):
        tied.world.code = float(code)
        tied.tether.show(tied.world)
    old = [world["code"] for world in tied.drain()]
    assert old[:3] == [0.0, 1.0, 2.0]
    assert len(old) < 5000
    tied.tether.show(tied.world)
    assert tied.drain()[-1]["code"] == 4999.0


async def test_a_line_that_was_cut_is_completed_before_the_next(tied: Tied) -> None:
    class Narrow:
        """A socket that takes a few bytes, then none for a while."""

        def __init__(self) -> None:
            self.taken = b""
            self.room = 0

        def send(self, data: bytes) -> int:
            if not self.room:
                raise BlockingIOError
            self.room -= 1
            self.taken += data[:40]
            return len(data[:40])

    narrow = Narrow()
    real, tied.tether._ours = tied.tether._ours, cast("socket.socket", narrow)
    for code in range(50):
        narrow.room = code % 7
        tied.world.code = float(code)
        tied.tether.show(tied.world)
    tied.tether._ours = real
    *lines, _ = narrow.taken.split(b"\n")
    codes = [json.loads(line)["code"] for line in lines]
    assert len(codes) > 5
    assert codes == sorted(set(codes))


async def test_events_arrive_in_order_however_they_are_cut(tied: Tied) -> None:
    for piece in (b'["pin", "LED", 1]\n["fe', b'ed"]\n', b'["res', b'et"]\n'):
        tied.chip.send(piece)
        await asyncio.sleep(0.01)
    await until(lambda: len(tied.heard) == 3)
    assert tied.heard == [["pin", "LED", 1], ["feed"], ["reset"]]


async def test_the_end_of_the_chip_is_taken_calmly(tied: Tied) -> None:
    tied.chip.close()
    await asyncio.sleep(0.05)
    tied.world.code = 1.0
    tied.tether.show(tied.world)
    assert tied.heard == []
