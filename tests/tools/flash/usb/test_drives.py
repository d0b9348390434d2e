"""In: drives and USB devices of a host. Out: the chips that wait for a UF2 file."""

from pathlib import Path

import pytest

from picotemp_tools.flash.usb.drives import Waiting, chip_of, waiting
from tools.flash.usb.fake_host import (
    BOOTSEL_RP2040,
    BOOTSEL_RP2350,
    PICO,
    REPL,
    FakeHost,
    FakePort,
)

RP2040 = "UF2 Bootloader v3.0\r\nModel: Raspberry Pi RP2\r\nBoard-ID: RPI-RP2\r\n"
RP2350 = "UF2 Bootloader v1.0\r\nModel: Raspberry Pi RP2350\r\nBoard-ID: RP2350\r\n"


@pytest.fixture
def fake(tmp_path: Path) -> FakeHost:
    return FakeHost(tmp_path)


@pytest.mark.parametrize(
    ("info", "chip"),
    [
        (RP2040, "RP2040"),
        (RP2350, "RP2350"),
        ("Board-ID: SAMD51G19A-Feather-v0\r\n", None),
        ("Model: RP2350\r\n", None),
        ("", None),
    ],
)
def test_the_chip_is_what_the_bootloader_says(info: str, chip: str | None) -> None:
    assert chip_of(info) == chip


def test_drives_are_found_among_the_mounts_even_with_blanks_in_their_names(
    fake: FakeHost,
) -> None:
    first = fake.has_drive("mnt/my pico", RP2040)
    second = fake.has_drive("run/media/ada/RP2350", RP2350)
    fake.has_drive("mnt/stick", None)
    fake.has_drive("mnt/far", RP2040)
    fake.mounts(
        "proc /proc proc rw 0 0",
        r"/dev/sda1 /mnt/my\040pico vfat rw 0 0",
        "/dev/sdb1 /run/media/ada/RP2350 vfat rw 0 0",
        "/dev/sdc1 /mnt/stick vfat rw 0 0",
        "/dev/sdd1 /gone vfat rw 0 0",
        "server:/far /mnt/far nfs rw 0 0",
    )
    expected = [Waiting("RP2040", first), Waiting("RP2350", second)]
    assert waiting(fake.host()) == expected


@pytest.mark.parametrize(
    "folder", ["Volumes/RPI-RP2", "media/RPI-RP2", "run/media/ada/RPI-RP2"]
)
def test_without_proc_the_usual_places_are_looked_at(
    fake: FakeHost, folder: str
) -> None:
    drive = fake.has_drive(folder, RP2040)
    assert waiting(fake.host()) == [Waiting("RP2040", drive)]


def test_a_bootloader_whose_drive_is_not_mounted_is_found_on_usb(
    fake: FakeHost,
) -> None:
    fake.has_usb("1-1", BOOTSEL_RP2350, "ABC")
    fake.has_usb("1-2", REPL, "DEF")
    assert waiting(fake.host()) == [Waiting("RP2350", None, "ABC")]


def test_a_bootloader_is_told_once_with_its_drive_and_its_usb_device(
    fake: FakeHost,
) -> None:
    drive = fake.has_drive("media/RPI-RP2", RP2040)
    fake.has_usb("1-1", BOOTSEL_RP2040, "ABC")
    assert waiting(fake.host()) == [Waiting("RP2040", drive)]
    fake.has_usb("1-2", BOOTSEL_RP2040, "DEF")
    assert len(waiting(fake.host())) == 2


def test_a_drive_whose_board_was_unplugged_is_not_told(fake: FakeHost) -> None:
    fake.has_drive("media/RPI-RP2", RP2040)
    fake.has_usb("1-1", REPL, "ABC")
    assert waiting(fake.host()) == []


def test_a_bootloader_that_pyserial_lists_is_found(fake: FakeHost) -> None:
    fake.ports = [FakePort("COM3", PICO, BOOTSEL_RP2040, "ABC")]
    assert waiting(fake.host()) == [Waiting("RP2040", None, "ABC")]
