"""In: drives that take a file, vanish, refuse. Out: the file is there, or why not."""

import errno
from pathlib import Path

import pytest

from picotemp_tools.flash.errors import FlashError, Kind
from picotemp_tools.flash.usb.drive_copy import copy
from tools.flash.usb.fake_bootloader import FakeBootloader
from tools.flash.usb.fake_host import FakeHost
from tools.flash.usb.uf2_file import firmware

CONTENT = firmware(kib=128)
AGAIN = "hold BOOTSEL while plugging the board in, then run this again"


class Progress:
    def __init__(self) -> None:
        self.told: list[int] = []

    def __call__(self, written_bytes: int, size_bytes: int) -> None:
        assert size_bytes == len(CONTENT)
        self.told.append(written_bytes)


@pytest.fixture
def bootloader(tmp_path: Path) -> FakeBootloader:
    return FakeBootloader(FakeHost(tmp_path), lambda: None)


def refusal(bootloader: FakeBootloader) -> tuple[Kind, str]:
    with pytest.raises(FlashError) as error:
        copy(CONTENT, bootloader.drive, Progress(), bootloader.open_file)
    return error.value.kind, str(error.value).replace(str(bootloader.drive), "DRIVE")


def test_a_file_is_copied_whole_and_its_progress_told(tmp_path: Path) -> None:
    progress = Progress()
    copy(CONTENT, tmp_path, progress)
    (file,) = tmp_path.iterdir()
    assert file.suffix == ".uf2"
    assert file.read_bytes() == CONTENT
    assert progress.told == [*range(0, len(CONTENT), 64 << 10), len(CONTENT)]


def test_each_chunk_is_on_the_drive_before_the_next_is_told(
    bootloader: FakeBootloader,
) -> None:
    copy(CONTENT, bootloader.drive, Progress(), bootloader.open_file)
    chunks = -(-len(CONTENT) // 50_000)
    assert bootloader.operations == ["open", *["write", "sync"] * chunks, "close"]
    assert bootloader.content == CONTENT


@pytest.mark.parametrize("operation", ["write", "sync", "close"])
@pytest.mark.parametrize("number", [errno.EIO, errno.ENODEV, errno.ENOENT])
def test_a_drive_that_vanishes_with_the_last_bytes_has_all(
    bootloader: FakeBootloader, operation: str, number: int
) -> None:
    bootloader.fails = (operation, len(CONTENT) - 50_000, number)
    progress = Progress()
    copy(CONTENT, bootloader.drive, progress, bootloader.open_file)
    assert progress.told[-1] == len(CONTENT)


@pytest.mark.parametrize("operation", ["write", "sync"])
def test_a_drive_that_vanishes_before_is_told_with_how_far_it_came(
    bootloader: FakeBootloader, operation: str
) -> None:
    bootloader.fails = (operation, 100_000, errno.EIO)
    percent = 100 * (100_000 if operation == "write" else 50_000) // len(CONTENT)
    text = f"copying to DRIVE stopped at {percent} % (Input/output error): {AGAIN}"
    assert refusal(bootloader) == (Kind.INTERRUPTED, text)
    assert bootloader.operations[-1] == "close"


@pytest.mark.parametrize("operation", ["open", "write", "sync"])
def test_a_drive_that_may_not_be_written_to_is_told(
    bootloader: FakeBootloader, operation: str
) -> None:
    bootloader.fails = (operation, 0, errno.EROFS)
    text = "DRIVE cannot be written to (Read-only file system): unmount it, then "
    text += "mount it as yourself, not as root"
    assert refusal(bootloader) == (Kind.NO_PERMISSION, text)


def test_a_full_drive_is_told(bootloader: FakeBootloader) -> None:
    bootloader.fails = ("write", len(CONTENT) - 100, errno.ENOSPC)
    bootloader.content = CONTENT[:-200]
    text = f"the drive DRIVE is full: unplug the board, {AGAIN}"
    assert refusal(bootloader)[1] == text


def test_a_drive_that_is_gone_at_the_beginning_is_told(tmp_path: Path) -> None:
    with pytest.raises(FlashError, match="stopped at 0 %") as error:
        copy(CONTENT, tmp_path / "gone", Progress())
    assert error.value.kind is Kind.INTERRUPTED
