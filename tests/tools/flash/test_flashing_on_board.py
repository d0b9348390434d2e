"""In: programs that fail, an emulated board. Out: it runs what it ran before."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from picotemp_tools.emulator import Place
from picotemp_tools.flash.board.reach import Reach
from picotemp_tools.flash.errors import FlashError, Kind
from picotemp_tools.flash.flashing import Flashing
from picotemp_tools.flash.planning import program as programs
from picotemp_tools.flash.planning.program import Program, folder_name
from picotemp_tools.flash.usb.host import Host
from tools.flash.fake_board import FakeTelling
from tools.flash.flash_command import Plugged, installed, plugged

RESET = b"import machine\nmachine.reset()\n"
FAULTS = {
    "an exception": b"raise ValueError('spoilt')\n",
    "a missing name": b"from .health import nothing_like_it\n",
    "a reset": b"import machine\nmachine.reset()\n",
    "its end": b"def run(*_): pass\n",
    "the REPL": b"raise KeyboardInterrupt\n",
}


def broken(program: Program, content: bytes, module: str = "app") -> Program:
    path = f"picotemp/{module}"
    files = {p: it for p, it in program.files.items() if p != f"{path}.mpy"}
    files[f"{path}.py"] = content
    return Program(program.version, folder_name(files), files, program.main)


def flash(one: Plugged, program: Program) -> None:
    board = Reach(Host(), one.name)
    Flashing(program, board, FakeTelling(), lambda _: None).run()


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_program_that_does_not_come_up_is_switched_back(
    new_place: Callable[[], Place], tmp_path: Path, fault: str
) -> None:
    place, good = new_place(), programs.build()
    before = installed(good, place)
    # What is printed before a port is back is lost: one such test is enough.
    vanishes = fault == "an exception"
    async with plugged(place, tmp_path, before, vanishes=vanishes) as one:
        with pytest.raises(FlashError, match="switched back") as raised:
            await asyncio.to_thread(flash, one, broken(good, FAULTS[fault]))
        assert raised.value.kind is Kind.DID_NOT_COME_UP
        await one.board.wait_until_serving()
        left = one.files()
        assert left["/app/current"] == before["/app/current"]
        assert "/app/previous" not in left
        await asyncio.to_thread(flash, one, good)


async def test_a_program_that_gives_nobody_time_to_stop_it_is_left_by_the_board_itself(
    new_place: Callable[[], Place], tmp_path: Path
) -> None:
    place, good = new_place(), programs.build()
    before = installed(good, place)
    async with plugged(place, tmp_path, before, vanishes=False) as one:
        with pytest.raises(FlashError, match="switched back") as raised:
            await asyncio.to_thread(flash, one, broken(good, RESET, "boot"))
        assert raised.value.kind is Kind.DID_NOT_COME_UP
        await one.board.wait_until_serving()
        left = one.files()
        assert left["/app/current"] == before["/app/current"]
        assert not {"/app/previous", "/app/starts"} & left.keys()


async def test_power_cuts_in_a_trial_that_nobody_ends_lead_back_to_what_came_up(
    new_place: Callable[[], Place], tmp_path: Path
) -> None:
    place, good = new_place(), programs.build()
    bad = broken(good, RESET, "boot")
    files = installed(good, place) | {
        f"/app/{bad.folder}/{path}": content for path, content in bad.files.items()
    }
    files["/app/current"] = f"{bad.folder}\n".encode()
    files["/app/previous"] = f"{good.folder}\n".encode()
    async with plugged(place, tmp_path, files) as one:
        await one.board.wait_until_serving()
        await asyncio.to_thread(flash, one, good)
        assert one.files()["/app/current"].decode().strip() == good.folder
