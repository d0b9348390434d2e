"""In: clients whose questions are known, or not. Out: every answer, in order."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Sequence

import pytest
import uvloop
from aiohttp import web

from collector.front_door import connected, one_answer
from picotemp_collector.config.shapes import Listen
from picotemp_collector.front import AnswerAtOnce
from picotemp_collector.lifecycle import Lifecycle, serving
from picotemp_collector.listening import bind
from picotemp_collector.web import make_web_app

KNOWN = b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n"
OTHER = b"GET /other HTTP/1.1\r\nHost: a\r\n\r\n"
AT_ONCE = (b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n", b"at once")
LOOPS = {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}
LARGE_BYTES = 1 << 20
LARGE = (
    b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % LARGE_BYTES,
    b"x" * LARGE_BYTES,
)
Run = Callable[..., None]


@pytest.fixture(params=LOOPS)
def run(request: pytest.FixtureRequest) -> Run:
    """Give what runs a scenario on either loop."""

    def run(scenario: Callable[[], object]) -> None:
        with asyncio.Runner(loop_factory=LOOPS[request.param]) as runner:
            runner.run(scenario())  # type: ignore[arg-type]

    return run


def known(asked: bytes) -> Sequence[bytes] | None:
    return AT_ONCE if asked == KNOWN else None


def app() -> web.Application:
    async def metrics(_request: web.Request) -> web.Response:
        return web.Response(text="by aiohttp")

    async def other(_request: web.Request) -> web.Response:
        return web.Response(text="other")

    return make_web_app({"/metrics": metrics, "/other": other})


def body_of(answer: bytes) -> str:
    return answer.partition(b"\r\n\r\n")[2].decode()


def test_who_asks_what_is_known_is_answered_at_once_until_he_asks_something_else(
    run: Run,
) -> None:
    async def scenario() -> None:
        async with connected(app(), known) as (reader, writer):
            bodies = []
            for request in (KNOWN, KNOWN, OTHER, KNOWN):
                writer.write(request)
                bodies.append(body_of(await one_answer(reader)))
        assert bodies == ["at once", "at once", "other", "by aiohttp"]

    run(scenario)


@pytest.mark.parametrize(
    ("pieces", "bodies"),
    [
        ([KNOWN + KNOWN], ["by aiohttp"] * 2),
        ([KNOWN + OTHER + KNOWN], ["by aiohttp", "other", "by aiohttp"]),
        ([KNOWN[:7], KNOWN[7:]], ["by aiohttp"]),
        ([KNOWN, KNOWN[:-1], KNOWN[-1:] + OTHER], ["at once", "by aiohttp", "other"]),
    ],
)
def test_requests_in_any_pieces_are_answered_in_order(
    run: Run, pieces: list[bytes], bodies: list[str]
) -> None:
    async def scenario() -> None:
        async with connected(app(), known) as (reader, writer):
            for piece in pieces:
                writer.write(piece)
                await asyncio.sleep(0.02)
            assert [body_of(await one_answer(reader)) for _ in bodies] == bodies

    run(scenario)


def test_who_does_not_read_is_not_given_more_and_more(run: Run) -> None:
    given_bytes = 0

    def large(_asked: bytes) -> Sequence[bytes]:
        nonlocal given_bytes
        given_bytes += LARGE_BYTES
        return LARGE

    async def large_too(_request: web.Request) -> web.Response:
        nonlocal given_bytes
        given_bytes += LARGE_BYTES
        return web.Response(body=b"x" * LARGE_BYTES)

    async def scenario() -> None:
        app = make_web_app({"/metrics": large_too})
        async with connected(app, large) as (_reader, writer):
            writer.transport.pause_reading()  # type: ignore[attr-defined]
            for _ in range(100):
                writer.write(KNOWN)
                await asyncio.sleep(0.002)
            # What the system holds for a connection of this machine, and a little.
            assert given_bytes < 30 * LARGE_BYTES
            writer.transport.abort()

    run(scenario)


def test_who_reads_slowly_has_all_answers_in_order(run: Run) -> None:
    async def scenario() -> None:
        async with connected(app(), lambda _asked: LARGE) as (reader, writer):
            writer.transport.pause_reading()  # type: ignore[attr-defined]
            for _ in range(50):
                writer.write(KNOWN)
                await asyncio.sleep(0.002)
            writer.transport.resume_reading()  # type: ignore[attr-defined]
            bodies = [len(body_of(await one_answer(reader))) for _ in range(50)]
        by_aiohttp = bodies.count(len("by aiohttp"))
        assert by_aiohttp >= 1
        assert bodies == [LARGE_BYTES] * (50 - by_aiohttp) + [10] * by_aiohttp

    run(scenario)


@pytest.mark.parametrize("loop", LOOPS)
def test_who_is_answered_is_let_read_to_the_end_although_the_end_has_begun(
    loop: str,
) -> None:
    bound = bind(Listen("127.0.0.1", 0))
    # As over a slow network: the system takes little of an answer at a time.
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65536)
    address, begun = bound.getsockname(), threading.Event()

    async def serve() -> None:
        async with serving(app(), bound, Lifecycle(), lambda _asked: LARGE):
            await asyncio.to_thread(begun.wait)

    def serve_and_end() -> None:
        with asyncio.Runner(loop_factory=LOOPS[loop]) as runner:
            runner.run(serve())

    server = threading.Thread(target=serve_and_end)
    server.start()
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        client.settimeout(5)
        client.connect(address)
        client.sendall(KNOWN)
        received = len(client.recv(1))
        begun.set()
        while part := client.recv(16384):
            received += len(part)
            time.sleep(0.005)
    server.join()
    assert received == sum(map(len, LARGE))


def test_who_is_only_there_is_told_of_the_end(run: Run) -> None:
    async def scenario() -> None:
        bound = bind(Listen("127.0.0.1", 0))
        async with serving(app(), bound, Lifecycle(), known):
            reader, writer = await asyncio.open_connection(*bound.getsockname())
            writer.write(KNOWN)
            await one_answer(reader)
        # The process lives on, and the connection does not.
        async with asyncio.timeout(10):
            assert await reader.read() == b""
        writer.close()

    run(scenario)


def test_a_bug_in_an_answer_at_once_is_told_by_the_other_way(run: Run) -> None:
    def broken(_asked: bytes) -> Sequence[bytes]:
        raise ZeroDivisionError

    answer_at_once: AnswerAtOnce = broken

    async def scenario() -> None:
        async with connected(app(), answer_at_once) as (reader, writer):
            writer.write(KNOWN)
            assert body_of(await one_answer(reader)) == "by aiohttp"

    run(scenario)
