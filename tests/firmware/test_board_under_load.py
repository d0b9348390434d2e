"""In: more clients than a board has room for. Out: whole answers, and it goes on."""

import asyncio
import shutil
import time
from pathlib import Path

import pytest

from picotemp_tools.emulator import EmulatedBoard

from .board_client import connected, converse, get, info, until
from .conftest import NewBoard
from .http_answer import is_busy, parse

GET = b"GET / HTTP/1.1\r\n\r\n"
REQUESTS = 2000
SAMPLES = 40
# Room for the collector's sawtooth; a leak of 8 bytes a request is more.
NOISE_BYTES = 8192


async def test_nine_at_once_all_get_a_whole_answer_and_never_more_than_three_are_served(
    board: EmulatedBoard,
) -> None:
    async def client() -> int:
        answer = parse(await converse(board, GET[:9], GET[9:], pause=0.25))
        assert answer.status == 200 or is_busy(answer)
        return answer.status

    started = time.monotonic()
    statuses = await asyncio.gather(*[client() for _ in range(9)])
    assert time.monotonic() - started < 10
    assert set(statuses) == {200, 503}
    told = await info(board)
    assert told["connections_in_service"] == 1
    assert told["connections_in_service_max"] == 3
    assert told["rejected_total"] == statuses.count(503)
    assert told["requests_total"] == statuses.count(200) + 1


async def test_silent_clients_are_cut_after_3_seconds_and_their_slots_are_free(
    board: EmulatedBoard,
) -> None:
    async def silent() -> float:
        started = time.monotonic()
        assert await converse(board) == b""
        return time.monotonic() - started

    three = [asyncio.create_task(silent()) for _ in range(3)]
    await board.serial.wait_for("event=joined")
    await until(board, is_busy)
    lived = await asyncio.gather(*three)
    assert min(lived) >= 2.9
    assert max(lived) <= 4
    await until(board, lambda answer: answer.status == 200)
    assert "event=cut seconds=3" in await board.serial.wait_for("event=cut")


async def test_a_client_that_goes_away_leaves_no_trace(board: EmulatedBoard) -> None:
    for sent in (b"", b"GET / HT", GET):
        async with connected(board) as (_, writer):
            writer.write(sent)
            await writer.drain()
            writer.transport.abort()
    answer = await until(
        board,
        lambda answer: (
            answer.status == 200 and answer.json()["connections_in_service"] == 1
        ),
        "/info",
    )
    assert answer.status == 200
    assert "Traceback" not in "".join(board.serial.lines)


async def test_a_bug_in_a_route_never_kills_the_board(
    new_board: NewBoard, built_files: Path, tmp_path: Path
) -> None:
    files = tmp_path / "files"
    shutil.copytree(built_files, files)
    routes = files / "picotemp" / "routes.py"
    right = "json.dumps(teller.info())"
    assert right in routes.read_text()
    routes.write_text(routes.read_text().replace(right, "teller.a_bug()"))
    async with new_board(files=files) as board:
        for _ in range(10):
            answer = await get(board, "/info")
            assert answer.status == 500
            assert list(answer.json()) == ["error"]
            assert b"a_bug" not in answer.body
        assert (await get(board)).status == 200
        assert board.boots == 1
        assert "a_bug" in await board.serial.wait_for("AttributeError")


@pytest.mark.parametrize("size", [600, 2000])
async def test_what_is_too_long_is_refused_completely(
    board: EmulatedBoard, size: int
) -> None:
    line = b"GET /" + b"x" * size + b" HTTP/1.1\r\n\r\n"
    assert parse(await converse(board, line)).status == 414
    header = b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * size + b"\r\n"
    assert parse(await converse(board, header)).status == 431
    body = b"POST / HTTP/1.1\r\nContent-Length: 5000\r\n\r\n" + b"z" * size
    assert parse(await converse(board, body)).status == 413


async def test_many_requests_leave_no_memory_behind(new_board: NewBoard) -> None:
    board = new_board()
    board.change(code=876)
    async with board:
        free = await heap_during(board)
        told = await info(board)
    half = SAMPLES // 2
    assert max(free[half:]) > max(free[2:half]) - NOISE_BYTES, free
    assert told["requests_total"] == REQUESTS + SAMPLES + 1


async def heap_during(board: EmulatedBoard) -> list[int]:
    """Ask many times; give the free heap every now and then."""
    free: list[int] = []
    for number in range(REQUESTS):
        if number % (REQUESTS // SAMPLES) == 0:
            free.append(int(str((await info(board))["heap_free_bytes"])))
        assert (await converse(board, GET)).endswith(b'"tempF": 80.68}')
    return free
