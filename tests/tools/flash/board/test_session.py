"""In: a session with an emulated board. Out: its orders are done, or a word why not."""

import asyncio
import json
import os
import pty
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from picotemp_tools.emulator import EmulatedBoard, Place, SerialPort
from picotemp_tools.flash.board.look import identify, look
from picotemp_tools.flash.board.session import Session
from picotemp_tools.flash.board.session import _refused as refused
from picotemp_tools.flash.errors import FlashError, Kind, LinkLostError
from picotemp_tools.flash.planning.program import sha256
from tools.emulator.port import Ported, PortRunner, skip_without_ports

ENDLESS = "while True:\n    pass\n"


async def test_it_writes_reads_copies_hashes_and_removes_any_bytes(
    ported: PortRunner,
) -> None:
    rest = random.Random(4)  # noqa: S311
    contents = [rest.randbytes(size) for size in (0, 1, 1023, 1024, 1025, 9000)]

    def use(session: Session) -> None:
        session.call("make_folder", "/a")
        session.call("make_folder", "/a")
        sizes = [0]
        for content in contents:
            session.write("/a/x", content, lambda size, _: sizes.append(size))
            assert session.read("/a/x") == content
            assert sizes[-1] == len(content)
            session.call("copy", "/a/x", "/a/y")
            session.call("rename", "/a/y", "/z")
            assert session.call("sha256s", ["/a/x", "/z", "/gone"]) == [
                sha256(content),
                sha256(content),
                None,
            ]
        session.call("remove", "/a")
        session.call("remove", "/a")
        assert session.read("/a/x") is None
        assert session.call("kind", "/z") == "file"

    async with ported(ENDLESS) as one:
        await asyncio.to_thread(_with, one.port.path, use)


async def test_a_board_says_who_it_is_and_what_lies_on_it(ported: PortRunner) -> None:
    def use(session: Session) -> None:
        identity, found = identify(session), look(session)
        assert identity.machine == "Raspberry Pi Pico W with RP2040"
        assert len(identity.unique_id) == 16
        assert found.main is not None
        assert found.main.sha256 == sha256(ENDLESS.encode())
        assert (found.current, found.folders, found.others) == (None, {}, {})
        session.call("make_folder", "/app")
        session.call("make_folder", "/app/0123456789ab")
        session.call("make_folder", "/app/0123456789ab/in")
        session.write("/app/0123456789ab/in/a.mpy", b"abc")
        session.write("/app/current", b"0123456789ab\n")
        found = look(session)
        assert found.current == "0123456789ab"
        files = found.folders["0123456789ab"]
        assert {path: it.sha256 for path, it in files.items()} == {
            "in": None,
            "in/a.mpy": sha256(b"abc"),
        }

    async with ported(ENDLESS) as one:
        await asyncio.to_thread(_with, one.port.path, use)


async def test_left_the_board_starts_its_program_anew_whatever_ended_the_session(
    serving: Ported,
) -> None:
    boots = serving.board.boots
    for fault in (None, KeyboardInterrupt, FlashError):
        await asyncio.to_thread(_leave_by, serving.port.path, fault)
        await serving.board.wait_until_serving()
    assert serving.board.boots >= boots + 3


async def test_a_board_that_resets_in_the_middle_is_noticed(
    new_place: Callable[[], Place], built_files: Path, tmp_path: Path
) -> None:
    skip_without_ports()
    port = SerialPort(link=tmp_path / "port", vanishes=True)

    def use(session: Session) -> None:
        session.call("kind", "/")
        session._limit.write(b"\x03\r\x02import machine; machine.reset()\r")
        with pytest.raises(LinkLostError):
            _ = [session.call("kind", "/") for _ in range(9)]

    async with EmulatedBoard(new_place(), files=built_files, port=port):
        await asyncio.to_thread(_with, str(tmp_path / "port"), use)


async def test_a_full_flash_is_told_and_loses_nothing(ported: PortRunner) -> None:
    def use(session: Session) -> None:
        with pytest.raises(FlashError) as raised:
            session.write("/more", bytes(99_000))
        assert raised.value.kind is Kind.FILESYSTEM_FULL
        assert session.call("sha256s", ["/mine"]) == [sha256(b"m" * 800_000)]

    async with ported(ENDLESS, files={"mine": "m" * 800_000}) as one:
        await asyncio.to_thread(_with, one.port.path, use)


async def test_wiped_a_board_has_an_empty_filesystem_that_works(
    ported: PortRunner,
) -> None:
    def use(session: Session) -> None:
        session.call("wipe")
        assert look(session).main is None
        session.write("/new", b"new")
        assert session.read("/new") == b"new"

    async with ported(ENDLESS) as one:
        await asyncio.to_thread(_with, one.port.path, use)
        assert (await one.mpremote("fs", "ls")).split() == ["ls", ":", "3", "new"]


def test_what_answers_otherwise_is_not_micropython(far_end: str) -> None:
    with pytest.raises(FlashError) as raised:
        Session(far_end, enter_seconds=0.3)
    assert raised.value.kind is Kind.NOT_MICROPYTHON


async def test_a_boot_py_that_takes_its_time_is_no_obstacle(
    ported: PortRunner,
) -> None:
    boot = "import time\ntime.sleep(3)\n"
    async with ported(ENDLESS, files={"boot.py": boot}) as one:
        await asyncio.to_thread(_with, one.port.path, identify)


async def test_a_port_that_another_has_is_busy(ported: PortRunner) -> None:
    def use(session: Session) -> None:
        with pytest.raises(FlashError) as raised:
            Session(session.port)
        assert raised.value.kind is Kind.BUSY

    async with ported(ENDLESS) as one:
        await asyncio.to_thread(_with, one.port.path, use)


def test_a_refusal_names_the_order_and_the_remedy_and_no_content() -> None:
    text = str(_refusal_of('Traceback:\n  File "x", "secret"\nOSError: 5\n'))
    assert text == (
        "the board cannot write /x: OSError: 5; try again, and if it stays so: "
        "picotemp-flash backup FILE, then picotemp-flash erase"
    )


@pytest.fixture
def far_end() -> Iterator[str]:
    """Give a port at which somebody else prints without end."""
    skip_without_ports()
    ours, theirs = pty.openpty()
    os.set_blocking(ours, False)
    os.write(ours, json.dumps({"hello": "world"}).encode() * 9)
    try:
        yield os.ttyname(theirs)
    finally:
        os.close(ours)
        os.close(theirs)


def _with(path: str, use: Callable[[Session], object]) -> None:
    with Session(path) as session:
        use(session)


def _leave_by(path: str, fault: type[BaseException] | None) -> None:
    def use(session: Session) -> None:
        session.write("/x", b"x")
        if fault is FlashError:
            raise FlashError(Kind.BUSY, "")
        if fault:
            raise fault

    if fault is None:
        return _with(path, use)
    with pytest.raises(fault):
        _with(path, use)
    return None


def _refusal_of(said: str) -> Exception:
    return refused("write /x", said)
