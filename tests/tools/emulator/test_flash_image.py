"""In: power cut anywhere, records, full flashes. Out: what is left on the image."""

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from littlefs import LittleFSError

from picotemp_tools.emulator import (
    EmulatedBoard,
    FlashImage,
    Place,
    SerialPort,
    image,
    record,
)
from tools.emulator.command import children, is_alive, needs_proc
from tools.emulator.port import Ported, PortRunner
from tools.emulator.waiting import until

WRITE = """
for n in range({}):
    with open("f%d" % n, "w") as file:
        file.write(str(n) * 3000)
print("written")
"""


def assert_whole(files: dict[str, bytes], count: int) -> None:
    """Check that there are the first so many files, each whole."""
    names = [f"/f{number}" for number in range(count)]
    assert sorted(files) == sorted([*names, "/main.py", "/settings.json"])
    for number, name in enumerate(names):
        assert files[name] == str(number).encode() * 3000


def used(made: bytes) -> bytes:
    """Give the image with traces of an earlier use where it has no files."""
    size = record.BLOCK_BYTES
    blocks = [made[at : at + size] for at in range(0, len(made), size)]
    return b"".join(b if b.strip(record.ERASED) else bytes(size) for b in blocks)


def test_an_image_has_the_files_that_were_put_in() -> None:
    files = {"/main.py": b"print(1)", "/a/b/c.mpy": bytes(range(256)) * 40}
    made = image.made(files)
    assert (image.files_in(made), len(made)) == (files, 868_352)


def test_an_unformatted_image_has_no_files() -> None:
    with pytest.raises(LittleFSError):
        image.files_in(image.UNFORMATTED)


async def test_an_unformatted_flash_is_formatted_at_the_start(
    ported: PortRunner,
) -> None:
    async with ported(flash=FlashImage(is_empty=True)) as on:
        assert (await on.mpremote("ls")).split() == ["ls", ":"]
        assert image.files_in(on.port.flash.path.read_bytes()) == {}


async def test_a_full_flash_says_so_and_has_room_again_after_a_removal(
    ported: PortRunner, tmp_path: Path
) -> None:
    (tmp_path / "more").write_bytes(bytes(60_000))
    copy = ("cp", str(tmp_path / "more"), ":more")
    async with ported() as on:
        fill = "data = bytes(4096)\nwith open('big', 'wb') as file:\n"
        fill += "    for _ in range(200): file.write(data)\n"
        await on.mpremote("exec", fill)
        code, said = await on.tried(*copy)
        assert (code, "more: No space left on device" in said) == (1, True)
        await on.mpremote("rm", ":big")
        await on.mpremote(*copy)


async def test_an_image_that_is_kept_outlives_its_board(
    ported: PortRunner, tmp_path: Path
) -> None:
    path = tmp_path / "flash"
    async with ported(WRITE.format(2), flash=FlashImage(path)) as on:
        await on.board.serial.wait_for("written")
    async with ported("print('another')", flash=FlashImage(path)) as on:
        await on.board.serial.wait_for("written")
    assert_whole(image.files_in(path.read_bytes()), 2)


@pytest.mark.parametrize("size", [0, 1, 255, 256, 1000, 4097, 9000])
async def test_power_cut_at_any_byte_leaves_an_image_that_mounts(
    ported: PortRunner, size: int
) -> None:
    program = "import time\ntime.sleep(0.3)\n" + WRITE.format(20)
    async with ported(program) as on:
        on.board.power_cut_after(size)
        await until(lambda: on.board.state == "off")
        await on.board.serial.wait_for("stopped: power")
        assert on.port.flash.programmed_bytes == size
        files = image.files_in(on.port.flash.path.read_bytes())
        whole = [name for name in files if name.startswith("/f") and files[name]]
        assert len(whole) < 20
        on.board.power_on()
        await on.board.serial.wait_for("written")
        assert_whole(image.files_in(on.port.flash.path.read_bytes()), 20)


async def test_a_folder_counts_no_bytes(
    new_place: Callable[[], Place],
) -> None:
    with pytest.raises(ValueError, match="give the board a port"):
        EmulatedBoard(new_place()).power_cut_after(1)


async def test_a_record_replayed_whole_is_the_image_and_each_part_of_it_mounts(
    ported: PortRunner, tmp_path: Path
) -> None:
    path, log = tmp_path / "flash", tmp_path / "record"
    base = used(image.made({"/main.py": WRITE.format(6).encode()}))
    path.write_bytes(base)
    async with ported(flash=FlashImage(path, log)) as on:
        await on.board.serial.wait_for("written")
        await on.mpremote("exec", "open('late', 'w').write('x')")
    done = list(record.operations(log.read_bytes()))
    seen, part = [], b""
    for part in record.images(base, done):
        seen.append(image.files_in(part))
    assert part == path.read_bytes()
    assert (len(seen), seen[0]) == (len(done) + 1, image.files_in(base))
    # A file is not there, empty or whole; and files come in their order.
    for files in seen:
        whole = [n for n in range(6) if files.get(f"/f{n}")]
        assert whole == list(range(len(whole)))
        assert all(files[f"/f{n}"] == str(n).encode() * 3000 for n in whole)
    assert seen[-1] == image.files_in(path.read_bytes())


def test_half_an_operation_counts_as_far_as_it_came() -> None:
    whole = record.HEADER.pack(record.PROGRAM, 8, 4) + b"abcd"
    (half,) = record.operations(whole[:-2])
    assert (half.offset, half.data) == (8, b"ab")
    assert list(record.operations(whole[:3])) == []


async def test_two_boards_have_two_ports_and_two_flashes(ported: PortRunner) -> None:
    async with ported("x = 1\n") as one, ported("x = 2\n") as two:
        said = await asyncio.gather(
            *(on.mpremote("resume", "exec", "print(x)") for on in (one, two))
        )
        assert said == ["1\n", "2\n"]
        assert one.port.path != two.port.path


@needs_proc
async def test_a_board_with_a_port_leaves_nothing(ported: PortRunner) -> None:
    descriptors = len(os.listdir("/proc/self/fd"))
    async with ported("while True: pass") as on:
        (pid,) = children()
        flash = on.port.flash.path
        os.stat(on.port.path)
    assert not is_alive(pid)
    with pytest.raises(FileNotFoundError):
        os.stat(flash.parent)
    assert len(os.listdir("/proc/self/fd")) == descriptors


@pytest.mark.skipif(sys.platform != "linux", reason="serial ports need Linux")
async def test_a_port_that_vanishes_comes_back_under_its_link(
    new_place: Callable[[], Place], tmp_path: Path
) -> None:
    link = tmp_path / "ttyACM0"
    (tmp_path / "files").mkdir()
    port = SerialPort(link=link, vanishes=True)
    board = EmulatedBoard(new_place(), files=tmp_path / "files", port=port)
    await board.start()
    try:
        await port.wait_until_begun()
        board.power_cut()
        await until(lambda: not link.is_symlink())
        board.power_on()
        await port.wait_until_begun()
        assert str(link.resolve()) == port.path
        assert await Ported(board, port).mpremote("exec", "print(1)") == "1\n"
    finally:
        await board.stop()
    assert not link.is_symlink()
