"""In: orders to running boards, good and bad. Out: they are obeyed, or refused."""

import asyncio
import json
import socket
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from picotemp_tools.emulator import EmulatedBoard, control
from picotemp_tools.errors import ToolError
from tools.emulator.waiting import until

Answer = dict[str, object]


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a folder whose path leaves room for a socket's name."""
    with tempfile.TemporaryDirectory(prefix="em-") as name:
        yield Path(name)


@pytest.fixture
async def path(board: EmulatedBoard, folder: Path) -> AsyncIterator[Path]:
    path = folder / "orders"
    async with control.listening(path, [board]):
        yield path


async def obeyed(path: Path, **order: object) -> Any:
    return await asyncio.to_thread(control.order, path, **order)


async def said(path: Path, line: bytes) -> Answer:
    """Say a line that control.order() would not."""
    reader, writer = await asyncio.open_unix_connection(path)
    writer.write(line)
    async with asyncio.timeout(15):
        answer = await reader.read()
    writer.close()
    found: Answer = json.loads(answer) if answer else {}
    return found


async def test_the_list_tells_what_runs_where(path: Path, board: EmulatedBoard) -> None:
    (one,) = await obeyed(path, do="list")
    assert one == {
        "name": "picotemp",
        "url": board.url,
        "state": "serving",
        "boots": 1,
        "connections": 0,
        "serial": "",
    }


async def test_the_world_is_changed(path: Path, board: EmulatedBoard) -> None:
    answer = await obeyed(
        path, do="change", board="picotemp", world={"wifi": "lost", "slow_seconds": 0.0}
    )
    assert (answer["name"], answer["state"]) == ("picotemp", "starting")
    assert board.state == "starting"


async def test_the_reset_button_is_pressed(path: Path, board: EmulatedBoard) -> None:
    await obeyed(path, do="reset", board="picotemp")
    await until(lambda: board.boots == 2)


async def test_power_goes_off_and_on(path: Path, board: EmulatedBoard) -> None:
    answer = await obeyed(path, do="power", board="picotemp", state="off")
    assert answer["state"] == "off"
    await asyncio.sleep(0.1)
    assert board.boots == 1
    await obeyed(path, do="power", board="picotemp", state="on")
    await board.wait_until_serving()
    assert board.boots == 2


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        ({"do": "reset", "board": "attic"}, "no board attic; there are: picotemp"),
        ({"do": "reset", "board": 7}, "no board 7; there are: picotemp"),
        ({"do": "dance", "board": "picotemp"}, "does not know this order"),
        ({"do": "power", "board": "picotemp"}, "does not know this order"),
        ({"do": "change", "board": "picotemp"}, "does not know this order"),
        ({}, "does not know this order"),
    ],
)
async def test_an_unknown_order_is_refused_with_a_reason(
    path: Path, order: dict[str, object], reason: str
) -> None:
    with pytest.raises(ToolError, match=reason):
        await obeyed(path, **order)


@pytest.mark.parametrize(
    "world",
    [
        {"wifi": "haunted"},
        {"adc": "melted"},
        {"code": 4096},
        {"code": "many"},
        {"celsius": float("nan")},
        {"celsius": "warm"},
        {"slow_seconds": -1},
        {"slow_seconds": "very"},
        {"udp": "everybody"},
        {"dhcp_address": "attic"},
        {"dhcp_address": 7},
        {"gravity": 0},
    ],
)
async def test_a_world_there_cannot_be_is_refused_and_the_board_serves_on(
    path: Path, board: EmulatedBoard, world: dict[str, object]
) -> None:
    with pytest.raises(ToolError, match="does not understand this order"):
        await obeyed(path, do="change", board="picotemp", world=world)
    assert board.state == "serving"
    assert (await obeyed(path, do="reset", board="picotemp"))["boots"] == 1


@pytest.mark.parametrize("line", [b"\n", b"junk\n", b'{"do":\n', b"\xff\xfe\n"])
async def test_junk_is_answered_with_an_error(path: Path, line: bytes) -> None:
    assert "does not understand" in str((await said(path, line))["error"])


@pytest.mark.parametrize("line", [b"[1]\n", b"7\n", b"null\n", b'"list"\n'])
async def test_what_is_no_order_is_answered_with_an_error(
    path: Path, line: bytes
) -> None:
    assert "does not know" in str((await said(path, line))["error"])


async def test_an_order_beyond_all_bounds_ends_the_connection(path: Path) -> None:
    assert await said(path, b"x" * 20_000 + b"\n") == {}
    assert await obeyed(path, do="list") != []


async def test_a_silent_client_is_let_go(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(control, "ANSWER_SECONDS", 0.1)
    assert await said(path, b"") == {}


async def test_a_second_emulator_on_the_same_path_is_refused(path: Path) -> None:
    with pytest.raises(ToolError, match="another emulator takes orders at"):
        async with control.listening(path, []):
            pass
    assert await obeyed(path, do="list") != []


async def test_only_the_owner_can_open_it_and_it_is_gone_afterwards(
    folder: Path,
) -> None:
    path = folder / "orders"
    async with control.listening(path, []):
        assert mode_of(path) == 0o600
    assert not exists(path)


async def test_what_a_killed_emulator_left_behind_is_replaced(folder: Path) -> None:
    path = folder / "orders"
    with socket.socket(socket.AF_UNIX) as killed:
        killed.bind(str(path))
    async with control.listening(path, []):
        assert await obeyed(path, do="list") == []


async def test_a_file_that_is_no_socket_is_never_removed(folder: Path) -> None:
    path = folder / "thesis.txt"
    write(path, "years of work")
    with pytest.raises(ToolError, match="cannot take orders"):
        async with control.listening(path, []):
            pass
    assert read(path) == "years of work"


@pytest.mark.parametrize("name", ["missing/orders", "x" * 200])
async def test_a_path_that_cannot_be_is_said_in_one_line(
    folder: Path, name: str
) -> None:
    with pytest.raises(ToolError, match=r"cannot take orders.*--control"):
        async with control.listening(folder / name, []):
            pass


def test_where_nobody_listens_the_remedy_is_named(folder: Path) -> None:
    with pytest.raises(ToolError, match=r"no emulator takes orders at .*--control"):
        control.order(folder / "orders", do="list")


@pytest.mark.parametrize("answer", [b"", b"junk\n", b"[]\n", b"{}\n"])
async def test_whoever_else_listens_there_is_not_an_emulator(
    folder: Path, answer: bytes
) -> None:
    def reply(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        writer.close()

    server = await asyncio.start_unix_server(reply, folder / "orders")
    with pytest.raises(ToolError, match="does not answer"):
        await obeyed(folder / "orders", do="list")
    server.close()


async def test_an_emulator_that_does_not_answer_is_not_waited_for(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(control, "ANSWER_SECONDS", 0.1)
    with socket.socket(socket.AF_UNIX) as stopped:
        stopped.bind(str(folder / "orders"))
        stopped.listen()
        with pytest.raises(ToolError, match="does not answer"):
            await obeyed(folder / "orders", do="list")


def mode_of(path: Path) -> int:
    return path.stat().st_mode & 0o777


def exists(path: Path) -> bool:
    return path.exists()


def write(path: Path, text: str) -> None:
    path.write_text(text)


def read(path: Path) -> str:
    return path.read_text()
