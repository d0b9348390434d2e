"""In: a process that may open few files. Out: no more requests than it can bear."""

import asyncio

import pytest

from collector.probing import GOOD, Board, probing
from collector.running import device
from collector.virtual_time import run_virtually

DEVICES = [device(f"pico-{n}", f"http://10.0.0.{n}/") for n in range(100)]


def test_a_low_limit_of_files_makes_no_healthy_device_look_dead(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("resource.getrlimit", lambda _: (16, 16))
    board = Board()

    async def story() -> None:
        async with probing(board, *DEVICES, places=500) as probes:
            asked = (probes.prober.probe(each.name, 9.5) for each in DEVICES)
            assert {each.outcome for each in await asyncio.gather(*asked)} == {GOOD}

    run_virtually(story())
    assert 0 < board.most_in_flight <= 8
