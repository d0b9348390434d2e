"""In: ports that say something, go, come back, refuse. Out: their lines, and that."""

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picotemp_tools.flash.errors import FlashError, Kind
from picotemp_tools.flash.watch.log_line import Line
from picotemp_tools.flash.watch.logs import follow
from picotemp_tools.flash.watch.serial_log import RESTART, Mark, Seen, SerialLog
from tools.flash.usb.fake_host import FakeHost, FakePort

PORT, OTHER_PORT = "/dev/ttyACM0", "/dev/ttyACM1"
BEGIN = datetime(2026, 11, 21, 14, 3, 7, 123_456, tzinfo=UTC)
GONE = OSError("the device reports readiness to read but returned no data")


class FakeWire:
    """An open port with what comes of it, piece by piece; then it is silent."""

    in_waiting = 0

    def __init__(self, *pieces: bytes | OSError) -> None:
        self.pieces = list(pieces)
        self.written = b""
        self.is_stalled = False
        self.is_closed = False

    def read(self, _: int, /) -> bytes:
        piece = self.pieces.pop(0) if self.pieces else b""
        if isinstance(piece, OSError):
            raise piece
        return piece

    def write(self, data: bytes, /) -> None:
        if self.is_stalled:
            raise OSError("write timeout")
        self.written += data

    def close(self) -> None:
        self.is_closed = True
        raise OSError("it is gone")


class Ports:
    """Where the board is at each look, and what opens there."""

    def __init__(self, *wires: FakeWire | OSError, places: list[str | None]) -> None:
        self.wires = list(wires)
        self.places = places
        self.opened: list[str] = []

    def find(self) -> str | None:
        return self.places.pop(0) if len(self.places) > 1 else self.places[0]

    def connect(self, port: str) -> FakeWire:
        self.opened.append(port)
        wire = self.wires.pop(0) if len(self.wires) > 1 else self.wires[0]
        if isinstance(wire, OSError):
            raise wire
        return wire


def log_of(ports: Ports, host: FakeHost | None = None) -> SerialLog:
    seconds = itertools.count()
    return SerialLog(
        ports.find,
        (host or FakeHost(Path("/nonexistent"))).host(),
        ports.connect,
        now=lambda: BEGIN + timedelta(seconds=next(seconds)),
        sleep=lambda _: None,
    )


def first(count: int, ports: Ports) -> list[Seen]:
    with log_of(ports) as log:
        return list(itertools.islice(log, count))


def texts(*pieces: bytes) -> list[str]:
    seen = first(len(pieces) + 5, Ports(FakeWire(*pieces), places=[PORT]))
    return [line.text for line in seen if isinstance(line, Line)]


def test_a_line_that_comes_in_pieces_has_the_time_of_its_end() -> None:
    text = "t=0.020 level=info event=listening port=80"
    wire = FakeWire(text[:9].encode(), text[9:].encode() + b"\r", b"\nnext")
    second = BEGIN + timedelta(seconds=2)
    fields = {"t": "0.020", "level": "info", "port": "80"}
    expected = [None, None, Line(second, text, "listening", fields), None]
    assert first(4, Ports(wire, places=[PORT])) == expected


@given(st.lists(st.binary(max_size=9), max_size=5), st.data())
def test_it_does_not_matter_where_the_pieces_end(
    lines: list[bytes], data: st.DataObject
) -> None:
    whole = b"".join(line.replace(b"\n", b"") + b"\r\n" for line in lines)
    cut = data.draw(st.integers(0, len(whole)))
    assert texts(whole[:cut], whole[cut:]) == texts(whole)
    assert len(texts(whole)) == len(lines)


def test_what_is_no_utf_8_is_replaced() -> None:
    assert texts(b"21 \xc2\xb0C \xff\xfe\r\n") == ["21 °C \ufffd\ufffd"]


def test_a_line_without_end_is_cut_and_the_next_is_whole() -> None:
    endless = [b"x" * 700] * 3
    assert texts(*endless, b"y\nnext\n") == ["x" * 1000, "next"]


def test_a_silent_board_still_gives_its_reader_a_turn() -> None:
    assert first(3, Ports(FakeWire(), places=[PORT])) == [None, None, None]


def test_a_port_that_goes_is_opened_again_where_it_is_back() -> None:
    before = FakeWire(b"one\nbegun", GONE)
    places = [PORT, None, OTHER_PORT, OTHER_PORT]
    ports = Ports(before, GONE, FakeWire(b"two\n"), places=places)
    seen = first(7, ports)
    told = [line.text if isinstance(line, Line) else line for line in seen]
    assert told == ["one", "begun", Mark.GONE, None, None, Mark.BACK, "two"]
    assert ports.opened == [PORT, OTHER_PORT, OTHER_PORT]
    assert before.is_closed


def test_a_port_that_another_program_holds_names_it(tmp_path: Path) -> None:
    host = FakeHost(tmp_path, ports=[FakePort(PORT)])
    host.runs(41, "minicom", PORT)
    error = refused(host)
    assert (error.kind, str(error)) == (
        Kind.BUSY,
        f"minicom (process 41) uses {PORT}: close it",
    )


def test_a_port_one_may_not_open_says_the_remedy(tmp_path: Path) -> None:
    host = FakeHost(tmp_path, ports=[FakePort(PORT)], locked={PORT})
    error = refused(host)
    assert error.kind is Kind.NO_PERMISSION
    assert "sudo usermod -aG uucp ada" in str(error)


def refused(host: FakeHost) -> FlashError:
    ports = Ports(OSError("failed to access"), places=[PORT])
    with pytest.raises(FlashError) as caught, log_of(ports, host) as log:
        list(itertools.islice(log, 100))
    return caught.value


def test_a_port_that_is_not_ready_at_once_is_waited_for(tmp_path: Path) -> None:
    host = FakeHost(tmp_path, ports=[FakePort(PORT)], locked={PORT})
    denied = [OSError("permission denied")] * 10
    ports = Ports(*denied, FakeWire(b"one\n"), places=[PORT])
    with log_of(ports, host) as log:
        lines = [it.text for it in itertools.islice(log, 20) if isinstance(it, Line)]
    assert lines == ["one"]


def test_a_restart_is_typed_on_the_open_port() -> None:
    wire = FakeWire()
    with log_of(Ports(wire, places=[PORT])) as log:
        assert log.restart()
    assert wire.written == RESTART == b"\x03\x03\x02\x04"


def test_a_restart_that_cannot_be_sent_is_not_taken_for_one() -> None:
    wire = FakeWire()
    wire.is_stalled = True
    with log_of(Ports(wire, places=[PORT])) as log:
        assert not log.restart()
        assert next(iter(log)) is Mark.GONE


@pytest.mark.parametrize(
    ("seen", "told"),
    [
        (Line(BEGIN, "21 °C\tfine"), "2026-11-21 14:03:07.123  21 °C\tfine"),
        (Line(BEGIN, "\x1b[2J"), "2026-11-21 14:03:07.123  \ufffd[2J"),
        (Mark.GONE, "-- the board was unplugged or reset; waiting --"),
        (Mark.BACK, "-- back --"),
    ],
)
def test_who_follows_sees_each_line_with_its_time(seen: Seen, told: str) -> None:
    written: list[str] = []
    write: Callable[[str], None] = written.append
    follow([None, seen, None], write)
    assert written == [told]
