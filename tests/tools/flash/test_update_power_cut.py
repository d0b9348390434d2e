"""In: each moment of one real update. Out: the old or the new program; then the new."""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from picotemp_tools.emulator import (
    EmulatedBoard,
    FlashImage,
    Place,
    SerialPort,
    image,
    record,
)
from picotemp_tools.flash.board.reach import Reach
from picotemp_tools.flash.flashing import Flashing
from picotemp_tools.flash.planning import program as programs
from picotemp_tools.flash.planning.program import Program
from picotemp_tools.flash.usb.host import Host
from picotemp_tools.flash.watch.http_answer import info
from tools.emulator.port import skip_without_ports
from tools.flash.fake_board import FakeTelling
from tools.flash.flash_command import installed, older, settings

BOARDS_AT_ONCE = 3
USERS = {"/notes.txt": b"water the plants", "/lib/mine.py": b"x = 1"}

NewPlace = Callable[[], Place]


async def test_cut_off_after_any_block_operation_a_board_boots_and_is_updated_again(
    new_place: NewPlace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    skip_without_ports()
    new = programs.build()
    old = older(new, new.main + b"# of another day\n")
    place = new_place()
    before = installed(old, place) | USERS | {"/settings.json.good": settings(place)}
    operations = await _recorded_update(tmp_path, new, place, before)
    trees: dict[str, bytes] = {}
    prefixes = 0
    for content in record.images(image.made(before), operations):
        trees.setdefault(_name(image.files_in(content)), content)
        prefixes += 1
    ended = image.files_in(content)
    users = {path: before[path] for path in (*USERS, "/settings.json.good")}
    assert ended == installed(new, place) | users
    turns = asyncio.Semaphore(BOARDS_AT_ONCE)

    async def try_one(number: int, content: bytes) -> str:
        async with turns:
            path = tmp_path / f"flash-{number}"
            path.write_bytes(content)
            return await _booted_and_updated(path, new, new_place(), ended)

    booted = Counter(
        await asyncio.gather(*(try_one(*it) for it in enumerate(trees.values())))
    )
    assert booted.keys() == {old.version, new.version}
    with capsys.disabled():
        print(
            f"\n{prefixes} moments of an update, {len(trees)} different file trees: "
            f"{booted[old.version]} boot the old program, {booted[new.version]} the "
            "new one; all were updated again\n"
        )


async def _recorded_update(
    folder: Path, program: Program, place: Place, files: dict[str, bytes]
) -> list[record.Operation]:
    path, recorded = folder / "flash", folder / "record"
    path.write_bytes(image.made(files))
    port = SerialPort(FlashImage(path, recorded))
    board = EmulatedBoard(place, port=port)
    async with board:
        await asyncio.to_thread(_update, port.path, program)
    return [*record.operations(recorded.read_bytes())]


async def _booted_and_updated(
    path: Path, program: Program, place: Place, ended: dict[str, bytes]
) -> str:
    """Give the version that the image boots."""
    port = SerialPort(FlashImage(path))
    async with EmulatedBoard(place, port=port) as board:
        host, _, number = board.url.removeprefix("http://").partition(":")
        booted = await asyncio.to_thread(info, host, int(number))
        await asyncio.to_thread(_update, port.path, program)
        await board.wait_until_serving()
    assert image.files_in(_taken(path)) == ended
    return str(booted["version"])


def _taken(path: Path) -> bytes:
    content = path.read_bytes()
    path.unlink()
    return content


def _update(port: str, program: Program) -> None:
    Flashing(program, Reach(Host(), port), FakeTelling(), lambda _: None).run()


def _name(files: dict[str, bytes]) -> str:
    return hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest()
