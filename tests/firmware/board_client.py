"""In: an emulated board. Out: its answers, over real sockets, each with a deadline."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from picotemp_tools.emulator import EmulatedBoard

from .http_answer import Answer, parse

DEADLINE_SECONDS = 10
POLL_SECONDS = 0.02


@asynccontextmanager
async def connected(
    board: EmulatedBoard,
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Connect, and leave no socket open."""
    async with asyncio.timeout(DEADLINE_SECONDS):
        reader, writer = await asyncio.open_connection(
            board.place.address, board.place.port
        )
        try:
            yield reader, writer
        finally:
            writer.close()
            await asyncio.gather(writer.wait_closed(), return_exceptions=True)


async def converse(board: EmulatedBoard, *pieces: bytes, pause: float = 0) -> bytes:
    """Send pieces with pauses between them; give all that comes back."""
    async with connected(board) as (reader, writer):
        for number, piece in enumerate(pieces):
            await asyncio.sleep(pause if number else 0)
            writer.write(piece)
        return await reader.read()


async def get(board: EmulatedBoard, path: str = "/") -> Answer:
    """Ask for a path."""
    return parse(await converse(board, f"GET {path} HTTP/1.1\r\n\r\n".encode()))


async def info(board: EmulatedBoard) -> dict[str, object]:
    """Ask the board about itself."""
    answer = await get(board, "/info")
    assert answer.status == 200, answer
    return answer.json()


async def until(
    board: EmulatedBoard, is_so: Callable[[Answer], bool], path: str = "/"
) -> Answer:
    """Ask until the answer is so; give it."""
    ends_at = time.monotonic() + DEADLINE_SECONDS
    while True:
        answer = await get(board, path)
        if is_so(answer):
            return answer
        assert time.monotonic() < ends_at, f"still not: {answer}"
        await asyncio.sleep(POLL_SECONDS)


async def seen(is_so: Callable[[], bool]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(DEADLINE_SECONDS):
        while not is_so():  # noqa: ASYNC110 the board tells nobody
            await asyncio.sleep(POLL_SECONDS)


async def came_back(board: EmulatedBoard, boots: int) -> None:
    """Wait until the board has started so often and serves."""
    async with asyncio.timeout(30):
        while board.boots < boots:  # noqa: ASYNC110 the board tells nobody
            await asyncio.sleep(0.02)
    await board.wait_until_serving()
