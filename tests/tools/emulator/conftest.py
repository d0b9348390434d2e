"""In: a program of a few lines. Out: an emulated board that runs it as its main.py."""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from picotemp_tools.emulator import EmulatedBoard, Place, life
from tools.emulator.fake_life import SOFT_RESET_SECONDS, Lived
from tools.emulator.port import ported, serving

__all__ = ["lived", "ported", "run", "serving"]

Runner = Callable[..., AbstractAsyncContextManager[EmulatedBoard]]

# What a program begins with that wants to be on the air.
JOIN = """
import network, time
wlan = network.WLAN(network.STA_IF)
wlan.active(True)
wlan.connect("emulated", "emulated-password")
while wlan.status() != 3:
    time.sleep_ms(5)
"""


@pytest.fixture
async def lived(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Lived]:
    """Give a life that has begun."""
    monkeypatch.setattr(life, "SOFT_RESET_SECONDS", SOFT_RESET_SECONDS)
    lived = Lived()
    running = asyncio.create_task(lived.run())
    lived.power_on()
    await lived.booted(1)
    yield lived
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


@pytest.fixture
def run(new_place: Callable[[], Place]) -> Runner:
    """Give what runs a program on a board of its own, powered on."""

    @contextlib.asynccontextmanager
    async def run(
        program: str, *, place: Place | None = None, **how: Any
    ) -> AsyncIterator[EmulatedBoard]:
        with tempfile.TemporaryDirectory(prefix="program-") as folder:
            files = Path(folder)
            (files / "main.py").write_text(program)
            board = EmulatedBoard(place or new_place(), files=files, **how)
            await board.start()
            try:
                yield board
            finally:
                await board.stop()

    return run
