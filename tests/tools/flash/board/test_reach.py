"""In: ports that come and go. Out: the one board that is meant, wherever it is."""

from collections.abc import Callable
from pathlib import Path

import pytest

from picotemp_tools.flash.board.reach import Reach
from picotemp_tools.flash.errors import FlashError, Kind
from picotemp_tools.flash.usb.wire import SETTLE_SECONDS
from tools.flash.usb.fake_bootloader import FakeClock
from tools.flash.usb.fake_host import FakeHost, FakePort

Opened = list[str]


@pytest.fixture
def fake(tmp_path: Path) -> FakeHost:
    return FakeHost(tmp_path, [FakePort("/dev/ttyACM0", serial_number="E661A")])


def reach_of(
    fake: FakeHost,
    opened: Opened,
    clock: FakeClock,
    port: str | None = None,
    refusal: Callable[[], FlashError | None] = lambda: None,
) -> Reach:
    def open_session(name: str) -> str:
        opened.append(name)
        error = refusal()
        if error:
            raise error
        return name

    return Reach(
        fake.host(),
        port,
        None,
        open_session,  # type: ignore[arg-type]
        clock.sleep,
        clock,
    )


def test_a_board_that_comes_back_at_another_port_is_the_same_board(
    fake: FakeHost,
) -> None:
    opened: Opened = []
    reach = reach_of(fake, opened, FakeClock(), "/dev/ttyACM0")
    reach.session()
    fake.ports = [
        FakePort("/dev/ttyACM0", serial_number="E661B"),
        FakePort("/dev/ttyACM1", serial_number="E661A"),
    ]
    reach.session_again()
    assert opened == ["/dev/ttyACM0", "/dev/ttyACM1"]


def test_it_waits_for_a_board_that_is_away(fake: FakeHost) -> None:
    opened: Opened = []
    clock = FakeClock()
    reach = reach_of(fake, opened, clock)
    ports, fake.ports = fake.ports, []
    clock.after(5, lambda: setattr(fake, "ports", ports))
    reach.session_again()
    assert opened == ["/dev/ttyACM0"]


def test_rights_that_come_a_moment_after_the_port_are_waited_for(
    fake: FakeHost,
) -> None:
    opened: Opened = []
    clock = FakeClock()
    fake.locked = {"/dev/ttyACM0"}
    clock.after(1, fake.locked.clear)
    reach_of(fake, opened, clock).session_again()
    assert opened == ["/dev/ttyACM0"]


def test_a_board_that_stays_away_is_told_with_the_way_on(fake: FakeHost) -> None:
    clock = FakeClock()
    reach = reach_of(fake, [], clock)
    fake.ports = []
    with pytest.raises(FlashError, match="does not come back") as raised:
        reach.session_again()
    assert raised.value.kind is Kind.INTERRUPTED
    assert clock.now_seconds >= SETTLE_SECONDS


def test_what_time_does_not_mend_is_not_waited_for(fake: FakeHost) -> None:
    clock = FakeClock()
    full = FlashError(Kind.FILESYSTEM_FULL, "full")
    reach = reach_of(fake, [], clock, refusal=lambda: full)
    with pytest.raises(FlashError) as raised:
        reach.session_again()
    assert (raised.value.kind, clock.now_seconds) == (Kind.FILESYSTEM_FULL, 0)


def test_the_first_session_waits_for_nothing(fake: FakeHost) -> None:
    clock = FakeClock()
    fake.ports = []
    with pytest.raises(FlashError) as raised:
        reach_of(fake, [], clock).session()
    assert (raised.value.kind, clock.now_seconds) == (Kind.NO_PORT, 0)


def test_a_port_that_is_refused_is_there_all_the_same(fake: FakeHost) -> None:
    reach = reach_of(fake, [], FakeClock())
    fake.locked = {"/dev/ttyACM0"}
    assert reach.port_if_there() == "/dev/ttyACM0"
    fake.ports = []
    assert reach.port_if_there() is None
