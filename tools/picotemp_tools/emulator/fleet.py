"""In: a number of boards and where they begin. Out: all of them, running."""

import asyncio
import contextlib
import ipaddress
import socket
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

from .. import board_files
from ..errors import ToolError
from .board import EmulatedBoard
from .place import Place
from .serial_port import SerialPort

Heard = Callable[[str, str], None]
NewPort = Callable[[Place], SerialPort]
HIGHEST_PORT = 65535


def places(count: int, first_address: str, port: int) -> list[Place]:
    """Give each board an address of its own, or a port where there is only one.

    Linux owns all of 127.0.0.0/8; other systems have 127.0.0.1 alone. Raises
    ToolError where an address is not of the loopback network, or no port is left.
    """
    first = _loopback(first_address, count)
    if not _can_have(first_address) and port + count - 1 > HIGHEST_PORT:
        raise ToolError(f"there are no {count} ports from {port}; give a lower --port")
    names = ["picotemp"] if count == 1 else [f"picotemp-{n + 1}" for n in range(count)]
    if not _can_have(first_address):
        return [Place(name, "127.0.0.1", port + n) for n, name in enumerate(names)]
    return [Place(name, str(first + n), port) for n, name in enumerate(names)]


@contextlib.asynccontextmanager
async def running(
    places: Sequence[Place],
    heard: Heard | None = None,
    new_port: NewPort | None = None,
) -> AsyncIterator[list[EmulatedBoard]]:
    """Run boards until the block ends; raise ToolError where one cannot start.

    heard gets a board's name and a line of its serial log; new_port makes a port for
    each.
    """
    with tempfile.TemporaryDirectory(prefix="picotemp-") as folder:
        files = Path(folder) / "board"
        board_files.build(files)
        boards = [
            EmulatedBoard(
                place,
                files=files,
                heard=_labelled(place.name, heard),
                port=new_port(place) if new_port else None,
            )
            for place in places
        ]
        try:
            await _start(boards)
            yield boards
        finally:
            await asyncio.gather(*(board.stop() for board in boards))


async def _start(boards: list[EmulatedBoard]) -> None:
    try:
        for board in boards:
            await board.start()
        await asyncio.gather(*(_wait_until_up(board) for board in boards))
    except TimeoutError as error:
        raise ToolError(str(error)) from error
    except OSError as error:
        raise ToolError(f"{len(boards)} boards cannot run here: {error}") from error


async def _wait_until_up(board: EmulatedBoard) -> None:
    # A board with an empty flash has nothing that could serve.
    if board.port and board.port.flash.is_empty:
        await board.port.wait_until_begun()
    else:
        await board.wait_until_serving()


def _labelled(name: str, heard: Heard | None) -> Callable[[str], None] | None:
    return None if heard is None else lambda line: heard(name, line)


def _loopback(address: str, count: int) -> ipaddress.IPv4Address:
    try:
        first = ipaddress.IPv4Address(address)
        is_loopback = first.is_loopback and (first + count - 1).is_loopback
    except ValueError:
        is_loopback = False
    if not is_loopback:
        raise ToolError(
            f"{count} boards from {address}: not addresses of the loopback network; "
            "give an --address like 127.0.0.2"
        )
    return first


def _can_have(address: str) -> bool:
    try:
        with socket.socket() as probe:
            probe.bind((address, 0))
    except OSError:
        return False
    return True
