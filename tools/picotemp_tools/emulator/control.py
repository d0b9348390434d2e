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
    talks: set[asyncio.Task[None]] = set()

    def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.create_task(_converse(reader, writer, boards))
        talks.add(talk)
        talk.add_done_callback(talks.discard)

    with _owned(path) as listener:
        server = await asyncio.start_unix_server(
            meet, sock=listener, limit=MOST_ORDER_BYTES
        )
        try:
            yield
        finally:
            server.close()
            for talk in talks:
                talk.cancel()
            await asyncio.gather(*talks, return_exceptions=True)


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
        try:
            answer = _asked(connection, order)
        except (OSError, ValueError) as error:
            raise ToolError(f"whoever listens at {path} does not answer") from error
    if "error" in answer:
        raise ToolError(str(answer["error"]))
    return answer["result"]


def _asked(connection: socket.socket, order: dict[str, object]) -> dict[str, Any]:
    connection.sendall(json.dumps(order).encode() + b"\n")
    with connection.makefile() as answers:
        answer = json.loads(answers.readline())
    if not isinstance(answer, dict) or not answer.keys() & {"error", "result"}:
        raise ValueError
    return answer


@contextlib.contextmanager
def _owned(path: Path) -> Iterator[socket.socket]:
    try:
        listener = _bound(path)
    except OSError as error:
        raise ToolError(
            f"{path} cannot take orders ({error.strerror or error}); name another "
            "--control"
        ) from error
    try:
        yield listener
    finally:
        listener.close()
        path.unlink(missing_ok=True)


def _bound(path: Path) -> socket.socket:
    with socket.socket(socket.AF_UNIX) as probe:
        if probe.connect_ex(str(path)) == 0:
            raise ToolError(
                f"another emulator takes orders at {path}; give this one another "
                "--control, or stop the other"
            )
    # What a killed emulator left behind; never a file that is something else.
    if path.is_socket():
        path.unlink()
    listener = socket.socket(socket.AF_UNIX)
    others_may = os.umask(0o177)
    try:
        listener.bind(str(path))
    except OSError:
        listener.close()
        raise
    finally:
        os.umask(others_may)
    return listener


async def _converse(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    boards: Sequence[EmulatedBoard],
) -> None:
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            answer = _answer(await reader.readline(), boards)
            writer.write(json.dumps(answer).encode() + b"\n")
            await writer.drain()
    except (OSError, ValueError):
        # Silent, gone, or an order beyond all bounds: nobody to answer.
        pass
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


def _answer(line: bytes, boards: Sequence[EmulatedBoard]) -> dict[str, object]:
    try:
        return {"result": _obey(json.loads(line), boards)}
    except ToolError as error:
        return {"error": str(error)}
    except (TypeError, ValueError) as error:
        return {"error": f"the emulator does not understand this order: {error}"}


def _obey(order: object, boards: Sequence[EmulatedBoard]) -> object:
    match order:
        case {"do": "list"}:
            return [_description(board) for board in boards]
        case {"do": "change", "board": name, "world": dict(world)}:
            board = _named(name, boards)
            board.change(**world)
        case {"do": "reset", "board": name}:
            board = _named(name, boards)
            board.press_reset()
        case {"do": "power", "board": name, "state": "off"}:
            board = _named(name, boards)
            board.power_cut()
        case {"do": "power", "board": name, "state": "on"}:
            board = _named(name, boards)
            board.power_on()
        case _:
            raise ToolError("the emulator does not know this order")
    return _description(board)


def _named(name: object, boards: Sequence[EmulatedBoard]) -> EmulatedBoard:
    for board in boards:
        if board.place.name == name:
            return board
    names = ", ".join(board.place.name for board in boards)
    raise ToolError(f"no board {name}; there are: {names}")


def _description(board: EmulatedBoard) -> dict[str, object]:
    return {
        "name": board.place.name,
        "url": board.url,
        "state": board.state,
        "boots": board.boots,
        "connections": board.connections,
        "serial": board.port.path if board.port else "",
    }
