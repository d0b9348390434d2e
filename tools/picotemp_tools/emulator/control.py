"""In: orders from another process. Out: boards changed, while they run.

One JSON object a line each way, over a Unix socket that only its owner can open.
"""

import asyncio
import contextlib
import json
import os
import socket
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any

from ..errors import ToolError
from .board import EmulatedBoard

ANSWER_SECONDS = 10
MOST_ORDER_BYTES = 4096


def default_path() -> Path:
    """Give where the emulator of this user listens for orders."""
    folder = os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()
    return Path(folder) / f"picotemp-emulator-{os.getuid()}.sock"


@contextlib.asynccontextmanager
async def listening(path: Path, boards: Sequence[EmulatedBoard]) -> AsyncIterator[None]:
    """Take orders while the block runs; raise ToolError where another emulator does."""
    with _owned(path):
        server = await asyncio.start_unix_server(
            lambda reader, writer: _converse(reader, writer, boards),
            path,
            limit=MOST_ORDER_BYTES,
        )
        path.chmod(0o600)  # noqa: ASYNC240 at the start, and short
        try:
            yield
        finally:
            server.close()


def order(path: Path, **order: object) -> Any:
    """Give an order to a running emulator and its result; raise ToolError."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(ANSWER_SECONDS)
        try:
            connection.connect(str(path))
        except OSError as error:
            raise ToolError(
                f"no emulator takes orders at {path}; start one with "
                "`picotemp-emulator`, or name its --control"
            ) from error
        connection.sendall(json.dumps(order).encode() + b"\n")
        answer = json.loads(connection.makefile().readline() or "{}")
    if "error" in answer:
        raise ToolError(answer["error"])
    return answer.get("result")


@contextlib.contextmanager
def _owned(path: Path) -> Iterator[None]:
    with socket.socket(socket.AF_UNIX) as probe:
        if probe.connect_ex(str(path)) == 0:
            raise ToolError(
                f"another emulator takes orders at {path}; give this one another "
                "--control, or stop the other"
            )
    path.unlink(missing_ok=True)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


async def _converse(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    boards: Sequence[EmulatedBoard],
) -> None:
    with contextlib.suppress(OSError, ValueError):
        async with asyncio.timeout(ANSWER_SECONDS):
            answer = _obey(json.loads(await reader.readline()), boards)
            writer.write(json.dumps(answer).encode() + b"\n")
            await writer.drain()
    writer.close()


def _obey(order: dict[str, object], boards: Sequence[EmulatedBoard]) -> object:
    if order.get("do") == "list":
        return {"result": [_description(board) for board in boards]}
    named = [board for board in boards if board.place.name == order.get("board")]
    if not named:
        names = ", ".join(board.place.name for board in boards)
        return {"error": f"no board {order.get('board')}; there are: {names}"}
    board = named[0]
    match order:
        case {"do": "change", "world": dict(world)}:
            board.change(**world)
        case {"do": "reset"}:
            board.press_reset()
        case {"do": "power", "state": "off"}:
            board.power_cut()
        case {"do": "power", "state": "on"}:
            board.power_on()
        case _:
            return {"error": "the emulator does not know this order"}
    return {"result": _description(board)}


def _description(board: EmulatedBoard) -> dict[str, object]:
    return {
        "name": board.place.name,
        "url": board.url,
        "state": board.state,
        "boots": board.boots,
        "connections": board.connections,
    }
