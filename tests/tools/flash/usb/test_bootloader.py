"""In: boards in bootloader mode, UF2 files. Out: they come up, or the reason."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from picotemp_tools.flash.errors import FlashError, Kind
from picotemp_tools.flash.usb import newcomer
from picotemp_tools.flash.usb.bootloader import install, read
from picotemp_tools.flash.usb.ports import Board, State, choose, find
from picotemp_tools.flash.usb.wire import SETTLE_SECONDS
from tools.flash.usb.fake_bootloader import FakeBootloader, FakeClock
from tools.flash.usb.fake_host import BOOTSEL_RP2350, FakeHost, FakePort
from tools.flash.usb.uf2_file import ARM_S, PICO_2_W, PICO_W, firmware, uf2

ATTIC = FakePort("/dev/ttyACM0", serial_number="e661a4")
NEW = FakePort("/dev/ttyACM1", serial_number="e661b5")
CONTENT = firmware(kib=128)


@dataclass
class Room:
    """A host with a board in bootloader mode, and a file."""

    fake: FakeHost
    clock: FakeClock
    bootloader: FakeBootloader
    file: Path

    def install(self) -> Board:
        def look() -> list[Board]:
            return find(self.fake.host())

        (board,) = (b for b in look() if b.state is State.BOOTLOADER)
        return install(
            *(board, self.file, look, lambda *_: None),
            *(self.clock, self.clock.sleep, self.bootloader.open_file),
        )

    def comes_up(self, *ports: FakePort, after_seconds: float = 3) -> None:
        self.clock.after(after_seconds, lambda: self.fake.ports.extend(ports))


@pytest.fixture
def make_room(tmp_path: Path) -> Callable[[Callable[[Room], None]], Room]:
    def make(started: Callable[[Room], None]) -> Room:
        fake, clock, file = FakeHost(tmp_path), FakeClock(), tmp_path / "mine.uf2"
        file.write_bytes(CONTENT)
        bootloader = FakeBootloader(fake, lambda: started(room))
        room = Room(fake, clock, bootloader, file)
        return room

    return make


MakeRoom = Callable[[Callable[[Room], None]], Room]


def refusal(room: Room) -> tuple[Kind, str]:
    with pytest.raises(FlashError) as error:
        room.install()
    return error.value.kind, str(error.value)


def test_a_board_gets_the_file_and_comes_up_with_micropython(
    make_room: MakeRoom,
) -> None:
    room = make_room(lambda room: room.comes_up(NEW))
    board = Board(State.READY, "/dev/ttyACM1", serial_number="e661b5")
    assert room.install() == board
    assert room.bootloader.content == CONTENT


def test_a_board_that_was_there_before_is_not_the_new_one(make_room: MakeRoom) -> None:
    room = make_room(lambda room: room.comes_up(NEW))
    room.fake.ports = [ATTIC]
    assert room.install().port == "/dev/ttyACM1"


def test_another_board_whose_port_gets_a_new_name_is_not_the_new_one(
    make_room: MakeRoom,
) -> None:
    def start(room: Room) -> None:
        room.fake.ports = [FakePort("/dev/ttyACM5", serial_number="e661a4")]
        room.comes_up(NEW)

    room = make_room(start)
    room.fake.ports = [ATTIC]
    assert room.install().port == "/dev/ttyACM1"


def test_a_board_with_one_serial_number_in_both_modes_is_the_new_one() -> None:
    waiting = Board(State.BOOTLOADER, chip="RP2350", serial_number="e661b5")
    board = Board(State.READY, "/dev/ttyACM1", serial_number="e661b5")
    clock = FakeClock()
    assert newcomer.wait(lambda: [board], [waiting], clock, clock.sleep) == board


def test_a_second_board_that_waits_in_bootloader_mode_is_not_the_new_one(
    make_room: MakeRoom,
) -> None:
    def start(room: Room) -> None:
        room.fake.has_drive("media/ada/RP2350", "Board-ID: RP2350\r\n")
        room.comes_up(NEW)

    assert make_room(start).install().port == "/dev/ttyACM1"


def test_rights_that_come_a_moment_after_the_port_are_waited_for(
    make_room: MakeRoom,
) -> None:
    def start(room: Room) -> None:
        room.fake.locked = {"/dev/ttyACM1"}
        room.comes_up(NEW)
        room.clock.after(7, room.fake.locked.clear)

    assert make_room(start).install().state is State.READY


def test_rights_that_do_not_come_are_told_with_the_remedy(make_room: MakeRoom) -> None:
    room = make_room(lambda room: room.comes_up(NEW))
    room.fake.locked = {"/dev/ttyACM1"}
    kind, text = refusal(room)
    assert (kind, room.clock()) == (Kind.NO_PERMISSION, 3 + SETTLE_SECONDS)
    assert text.startswith("group uucp may open /dev/ttyACM1, ada is not in it: ")


def test_several_new_boards_are_refused(make_room: MakeRoom) -> None:
    room = make_room(lambda room: room.comes_up(NEW, ATTIC))
    kind, text = refusal(room)
    assert kind is Kind.SEVERAL_BOARDS
    assert text.endswith("name one with --port or --serial-number")


def test_a_board_that_does_not_come_up_within_a_minute_is_told(
    make_room: MakeRoom,
) -> None:
    room = make_room(lambda _: None)
    kind, text = refusal(room)
    assert (kind, room.clock()) == (Kind.DID_NOT_COME_UP, 60)
    assert text.startswith("MicroPython did not come up within 60 seconds: unplug the ")


def test_nothing_is_written_where_the_file_is_for_the_other_chip(
    make_room: MakeRoom,
) -> None:
    room = make_room(lambda _: None)
    room.file.write_bytes(uf2(PICO_2_W, ARM_S))
    kind, text = refusal(room)
    assert (kind, room.bootloader.operations) == (Kind.WRONG_BOARD, [])
    assert text == (
        f"{room.file}: the file is for the RP2350, the board has the RP2040; "
        "download the file from https://micropython.org/download/RPI_PICO_W/"
    )


def test_a_drive_that_is_not_mounted_is_told_with_the_way_to_mount_it(
    tmp_path: Path,
) -> None:
    fake, file = FakeHost(tmp_path), tmp_path / "mine.uf2"
    fake.has_usb("1-1", BOOTSEL_RP2350, "ABC")
    file.write_bytes(firmware(PICO_2_W, ARM_S, kib=16))
    with pytest.raises(FlashError) as error:
        install(choose(find(fake.host())), file, list, lambda *_: None)
    assert error.value.kind is Kind.BOOTLOADER_MODE
    assert str(error.value) == (
        "the board (RP2350) is in bootloader mode, its drive is not mounted: open it "
        "in the file manager, or udisksctl mount -b /dev/disk/by-label/RP2350"
    )


@pytest.mark.parametrize("version", ["1.25.0", "1.19.1", "1.25.0-preview.9.gabc"])
def test_a_micropython_that_is_too_old_is_refused(tmp_path: Path, version: str) -> None:
    file = tmp_path / "old.uf2"
    file.write_bytes(uf2(PICO_W.replace("1.29.0", version)))
    with pytest.raises(FlashError) as error:
        read(file, "RP2040")
    assert error.value.kind is Kind.MICROPYTHON_TOO_OLD
    assert str(error.value) == (
        f"{file}: MicroPython {version} is too old, picotemp needs 1.26 or newer: "
        "download the latest release's .uf2 from "
        "https://micropython.org/download/RPI_PICO_W/"
    )


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("gone.uf2", "cannot be read (No such file or directory): name the .uf2 file"),
        (".", "cannot be read (Is a directory): name the .uf2 file"),
        ("large.uf2", "is larger than 16 MiB, so no MicroPython: name the .uf2 file"),
    ],
)
def test_a_file_that_cannot_be_one_is_refused(
    tmp_path: Path, name: str, reason: str
) -> None:
    with (tmp_path / "large.uf2").open("wb") as large:
        large.truncate((16 << 20) + 1)
    with pytest.raises(FlashError) as error:
        read(tmp_path / name, None)
    assert error.value.kind is Kind.BAD_UF2
    assert str(error.value).startswith(f"{tmp_path / name} {reason}")
