"""In: hosts with boards in each state. Out: each is found, told, and one chosen."""

from pathlib import Path

import pytest

from picotemp_tools.flash.errors import FlashError, Kind
from picotemp_tools.flash.usb.host import Host
from picotemp_tools.flash.usb.ports import Board, State, choose, find, require_ready
from tools.flash.usb.fake_host import (
    BOOTSEL_RP2350,
    DEBUG_PROBE,
    PICO,
    FakeHost,
    FakePort,
)

ATTIC = FakePort("/dev/ttyACM0", serial_number="e661a4")
CELLAR = FakePort("/dev/ttyACM1", serial_number="e661b5")


@pytest.fixture
def fake(tmp_path: Path) -> FakeHost:
    return FakeHost(tmp_path)


def test_a_board_with_micropython_is_ready(fake: FakeHost) -> None:
    fake.ports = [ATTIC]
    board = Board(State.READY, "/dev/ttyACM0", serial_number="e661a4")
    assert find(fake.host()) == [board]
    assert choose([board]) == board
    assert require_ready(board) == "/dev/ttyACM0"


def test_ports_that_are_no_pico_are_not_told(fake: FakeHost) -> None:
    fake.ports = [FakePort("/dev/ttyS0", None, None), FakePort("/dev/ttyUSB0", 0x1A86)]
    assert find(fake.host()) == []


def test_no_board_at_all_names_the_cable(fake: FakeHost) -> None:
    with pytest.raises(FlashError, match="a cable that carries data") as error:
        choose(find(fake.host()))
    assert error.value.kind is Kind.NO_PORT


def test_several_boards_are_refused_and_listed(fake: FakeHost) -> None:
    fake.ports = [ATTIC, CELLAR]
    boards = find(fake.host())
    with pytest.raises(FlashError) as error:
        choose(boards)
    assert error.value.kind is Kind.SEVERAL_BOARDS
    assert str(error.value) == (
        "there are /dev/ttyACM0 (MicroPython, serial number e661a4), "
        "/dev/ttyACM1 (MicroPython, serial number e661b5); "
        "name one with --port or --serial-number"
    )
    assert choose(boards, port="/dev/ttyACM1").serial_number == "e661b5"
    assert choose(boards, serial_number="e661a4").port == "/dev/ttyACM0"


def test_a_port_that_is_missing_is_told_with_those_that_are_there(
    fake: FakeHost,
) -> None:
    fake.ports = [ATTIC]
    with pytest.raises(FlashError) as error:
        choose(find(fake.host(), "/dev/ttyACM9"), "/dev/ttyACM9")
    assert error.value.kind is Kind.NO_PORT
    assert str(error.value) == (
        "there is no board at /dev/ttyACM9 (there is /dev/ttyACM0 (MicroPython, "
        "serial number e661a4)): plug it in, or name another with --port"
    )


@pytest.mark.parametrize("serial_number", ["e661b5", "e661"])
def test_a_serial_number_that_is_not_there_is_told(
    fake: FakeHost, serial_number: str
) -> None:
    fake.ports = [ATTIC]
    with pytest.raises(FlashError, match=f"serial number {serial_number} .there is"):
        choose(find(fake.host()), serial_number=serial_number)


def test_a_port_that_is_named_needs_no_usb_identity(tmp_path: Path) -> None:
    terminal, link = tmp_path / "5", tmp_path / "attic"
    terminal.touch()
    link.symlink_to(terminal)
    host = Host(tmp_path, serial_ports=list)
    assert choose(find(host, str(link)), str(link)).port == str(terminal)
    url = "socket://127.0.0.1:2000"
    assert require_ready(choose(find(host, url), url)) == url


def test_the_folder_that_a_vanished_drive_leaves_is_no_port(tmp_path: Path) -> None:
    host = Host(tmp_path, serial_ports=list)
    assert find(host, str(tmp_path)) == []


def test_without_permission_the_group_that_really_owns_the_port_is_named(
    fake: FakeHost,
) -> None:
    fake.ports, fake.locked = [ATTIC], {"/dev/ttyACM0"}
    board = choose(find(fake.host()))
    with pytest.raises(FlashError, match="sudo usermod -aG uucp ada; then log") as e:
        require_ready(board)
    assert e.value.kind is Kind.NO_PERMISSION


def test_a_busy_port_is_told_with_the_program_that_holds_it(fake: FakeHost) -> None:
    fake.ports = [ATTIC]
    fake.runs(4711, "picocom", "/dev/null", "/dev/ttyACM0")
    with pytest.raises(FlashError) as error:
        require_ready(choose(find(fake.host())))
    assert error.value.kind is Kind.BUSY
    assert str(error.value) == "picocom (process 4711) uses /dev/ttyACM0: close it"


def test_another_firmware_is_told_and_the_way_to_the_bootloader(fake: FakeHost) -> None:
    fake.ports = [FakePort("/dev/ttyACM3", PICO, DEBUG_PROBE)]
    with pytest.raises(FlashError, match=r"hold BOOTSEL .* --uf2 FILE") as error:
        require_ready(choose(find(fake.host())))
    assert error.value.kind is Kind.NOT_MICROPYTHON


def test_a_debug_probe_beside_the_board_is_no_second_board(fake: FakeHost) -> None:
    fake.ports = [FakePort("/dev/ttyACM3", PICO, DEBUG_PROBE), ATTIC]
    assert choose(find(fake.host())).port == "/dev/ttyACM0"


def test_a_board_in_bootloader_mode_is_told_with_its_chip_and_drive(
    fake: FakeHost,
) -> None:
    drive = fake.has_drive("media/ada/RPI-RP2", "Board-ID: RPI-RP2\r\n")
    board = choose(find(fake.host()))
    assert (board.state, board.chip, board.drive) == (State.BOOTLOADER, "RP2040", drive)
    with pytest.raises(FlashError) as error:
        require_ready(board)
    assert error.value.kind is Kind.BOOTLOADER_MODE
    assert str(error.value) == (
        f"the board (RP2040) at {drive} is in bootloader mode: download the latest "
        "release's .uf2 from https://micropython.org/download/RPI_PICO_W/, "
        "then: picotemp-flash --uf2 FILE"
    )
    assert choose(find(fake.host()), str(drive)) == board


def test_a_bootloader_whose_drive_is_not_mounted_is_told_with_the_way_to_mount_it(
    fake: FakeHost,
) -> None:
    fake.has_usb("1-1", BOOTSEL_RP2350, "ABC")
    assert choose(find(fake.host())).remedy == (
        "the board (RP2350) is in bootloader mode, its drive is not mounted: open it "
        "in the file manager, or udisksctl mount -b /dev/disk/by-label/RP2350; then "
        "download the latest release's .uf2 from "
        "https://micropython.org/download/RPI_PICO2_W/, then: picotemp-flash --uf2 FILE"
    )
