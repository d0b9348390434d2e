"""In: an emulated board, its port. Out: its lines through a reset; it is seen to start.

The port goes with a reset, and comes back under its link, as a real one does.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

import picotemp
from picotemp_tools.emulator import EmulatedBoard, Place, SerialPort
from picotemp_tools.flash.usb.host import Host
from picotemp_tools.flash.watch.arrival import Arrival, wait_until_up
from picotemp_tools.flash.watch.log_line import Line
from picotemp_tools.flash.watch.serial_log import Mark, Seen, SerialLog
from tools.emulator.port import Ported, skip_without_ports

LIMIT_SECONDS = 30


@pytest.fixture
async def on(
    new_place: Callable[[], Place], built_files: Path, tmp_path: Path
) -> AsyncIterator[Ported]:
    """Give a board that serves, and says the port at which it is really reached."""
    skip_without_ports()
    port = SerialPort(link=tmp_path / "ttyACM0", vanishes=True)
    place = new_place()
    settings: dict[str, object] = {"port": place.port}
    async with EmulatedBoard(place, settings, built_files, port=port) as board:
        yield Ported(board, port)


def log_of(on: Ported) -> SerialLog:
    link = Path(on.port.name)
    return SerialLog(lambda: str(link) if link.exists() else None, Host())


def wait_for(log: SerialLog, event: str | Mark) -> Seen:
    until = time.monotonic() + LIMIT_SECONDS
    for seen in log:
        if seen is event or (isinstance(seen, Line) and seen.event == event):
            return seen
        assert time.monotonic() < until
    raise AssertionError


async def test_its_lines_go_on_through_a_reset_and_it_starts_when_told_to(
    on: Ported,
) -> None:
    with log_of(on) as log:
        on.board.power_cut()
        await asyncio.to_thread(wait_for, log, Mark.GONE)
        on.board.power_on()
        await asyncio.to_thread(wait_for, log, Mark.BACK)
        assert log.restart()
        line = await asyncio.to_thread(wait_for, log, "started")
    assert isinstance(line, Line)
    assert line.fields["version"] == picotemp.__version__


async def test_a_board_that_mpremote_resets_is_seen_to_come_up(on: Ported) -> None:
    await on.mpremote("reset")

    def watch() -> Arrival:
        with log_of(on) as log:
            return wait_until_up(log, picotemp.__version__)

    arrival = await asyncio.to_thread(watch)
    place = on.board.place
    assert arrival == Arrival(picotemp.__version__, place.address, place.port)
