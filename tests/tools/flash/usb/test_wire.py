"""In: a port that goes at any moment. Out: OSError, nothing else; it is closed."""

import contextlib
import termios
from pathlib import Path

import pytest
from mpremote import transport_serial  # type: ignore[import-untyped]
from serial import SerialException  # type: ignore[import-untyped]
from serial.tools import list_ports  # type: ignore[import-untyped]

from picotemp_tools.flash.board import session as sessions
from picotemp_tools.flash.board.session import Session
from picotemp_tools.flash.usb import host as hosts
from picotemp_tools.flash.usb.ports import State, find
from picotemp_tools.flash.usb.wire import connect, disconnect
from tools.flash.usb.fake_host import FakeHost, FakePort

FAULTS = [termios.error(5, "Input/output error"), SerialException("gone"), OSError(5)]


class FakeSerial:
    """A port that fails at what a test names."""

    fails_at = ""
    fault: BaseException = OSError()

    def __init__(self, fails_at: str, fault: BaseException) -> None:
        self.__dict__ |= {"closed": 0, "written": b""}
        self.__dict__ |= {"fails_at": fails_at, "fault": fault}

    def __setattr__(self, name: str, value: object) -> None:
        self._fail(name)
        self.__dict__[name] = value

    def write(self, data: bytes) -> int:
        self._fail("write")
        self.__dict__["written"] += data
        return len(data)

    def inWaiting(self) -> int:  # noqa: N802 pyserial's name
        self._fail("inWaiting")
        return 0

    def flush(self) -> None:
        self._fail("flush")

    def close(self) -> None:
        self.__dict__["closed"] += 1

    def _fail(self, name: str) -> None:
        if name == self.fails_at:
            if isinstance(self.fault, KeyboardInterrupt):
                self.__dict__["fails_at"] = ""  # nobody presses it for ever
            raise self.fault


class FakeTransport:
    """mpremote's, as far as its close() goes."""

    in_raw_repl = False

    def __init__(self, serial: FakeSerial) -> None:
        self.serial = serial

    def close(self) -> None:
        self.serial.rts = False
        self.serial.close()

    def enter_raw_repl(self, *_: object) -> None:
        self.serial.inWaiting()
        self.in_raw_repl = True

    def exec(self, *_: object) -> None:
        pass


@pytest.mark.parametrize("fault", FAULTS, ids=repr)
def test_a_port_that_goes_while_it_is_opened_is_an_oserror_and_closed(
    fault: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    serial = FakeSerial("write_timeout", fault)
    monkeypatch.setattr(
        transport_serial, "SerialTransport", lambda *_, **__: FakeTransport(serial)
    )
    with pytest.raises(OSError, match="/dev/ttyACM0 cannot be opened: "):
        connect("/dev/ttyACM0", 1, 1)
    assert serial.__dict__["closed"]


@pytest.mark.parametrize(
    ("moment", "fault"),
    [
        *(("write", fault) for fault in FAULTS if isinstance(fault, OSError)),
        *(("flush", fault) for fault in FAULTS),
        *(("rts", fault) for fault in FAULTS),
    ],
    ids=repr,
)
def test_a_board_that_goes_as_it_resets_is_no_error_and_leaves_no_port_open(
    moment: str, fault: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    serial = FakeSerial(moment, fault)
    transport = FakeTransport(serial)
    monkeypatch.setattr(sessions, "connect", lambda *_: transport)
    with Session("/dev/ttyACM0"):
        pass
    assert serial.__dict__["closed"]


@pytest.mark.parametrize("moment", ["inWaiting", "write", "flush"])
def test_ctrl_c_at_any_moment_of_a_session_leaves_the_board_starting_anew(
    moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    serial = FakeSerial(moment, KeyboardInterrupt())
    monkeypatch.setattr(sessions, "connect", lambda *_: FakeTransport(serial))
    with contextlib.suppress(KeyboardInterrupt), Session("/dev/ttyACM0"):
        pass
    assert serial.__dict__["written"].endswith(b"machine.reset()\r")
    assert serial.__dict__["closed"]


def test_what_was_never_opened_is_closed_in_peace() -> None:
    disconnect(FakeTransport(FakeSerial("rts", FAULTS[0])))


@pytest.mark.parametrize("fault", [TypeError("int(None)"), OSError(19)], ids=repr)
def test_a_device_that_comes_or_goes_while_all_are_listed_is_looked_past(
    fault: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    scans: list[object] = [fault, ["/dev/ttyACM0"]]

    def comports() -> object:
        found = scans.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    monkeypatch.setattr(list_ports, "comports", comports)
    assert [*map(str, hosts.serial_ports())] == ["/dev/ttyACM0"]


def test_a_port_that_goes_while_its_rights_are_looked_at_is_no_error(
    tmp_path: Path,
) -> None:
    fake = FakeHost(tmp_path, [FakePort("/dev/ttyACM0")], locked={"/dev/ttyACM0"})
    host = fake.host()

    def gone(_: str) -> hosts.Owner:
        raise FileNotFoundError

    left = hosts.Host(
        host.root, host.serial_ports, host.exists, host.may_use, gone, host.user
    )
    assert [board.state for board in find(left)] == [State.READY]
