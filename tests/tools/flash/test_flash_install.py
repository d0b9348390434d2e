"""In: --uf2 FILE, a board. Out: MicroPython on the one that waits for it, no other."""

from functools import partial
from pathlib import Path

import pytest

from picotemp_tools.flash.board.reach import Reach
from picotemp_tools.flash.errors import FlashError, Kind
from picotemp_tools.flash.flash_command import _install as install
from picotemp_tools.flash.usb import bootloader
from tools.flash.fake_board import FakeTelling
from tools.flash.usb.fake_bootloader import FakeBootloader, FakeClock
from tools.flash.usb.fake_host import FakeHost, FakePort
from tools.flash.usb.uf2_file import firmware


@pytest.fixture
def uf2(tmp_path: Path) -> Path:
    file = tmp_path / "micropython.uf2"
    file.write_bytes(firmware(kib=64))
    return file


def test_it_goes_on_the_board_that_waits_and_that_board_is_flashed(
    tmp_path: Path, uf2: Path
) -> None:
    fake, clock, telling = FakeHost(tmp_path / "root"), FakeClock(), FakeTelling()
    waiting = FakeBootloader(fake, lambda: fake.ports.append(FakePort("/dev/ttyACM0")))
    reach = Reach(fake.host())
    how = partial(
        bootloader.install, clock=clock, sleep=clock.sleep, open_file=waiting.open_file
    )
    install(uf2, reach, telling, how)  # type: ignore[arg-type]
    assert waiting.content == uf2.read_bytes()
    assert telling.advanced_bytes == len(waiting.content)
    assert telling.said == [
        "MicroPython 1.29.0 for Raspberry Pi Pico W goes on the board"
    ]
    assert reach.port() == "/dev/ttyACM0"


def test_a_board_that_runs_is_left_alone(tmp_path: Path, uf2: Path) -> None:
    fake = FakeHost(tmp_path / "root", [FakePort("/dev/ttyACM0")])
    with pytest.raises(FlashError, match="leave out --uf2") as raised:
        install(uf2, Reach(fake.host()), FakeTelling())  # type: ignore[arg-type]
    assert raised.value.kind is Kind.BOOTLOADER_MODE
