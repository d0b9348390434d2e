"""In: clients that say nothing, or are too many. Out: a collector that goes on."""

import asyncio
import contextlib
import errno
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from picotemp_collector import clients, door
from picotemp_collector.clients import Clients
from picotemp_collector.config.shapes import Listen
from picotemp_collector.front import AnswerAtOnce, answers_nothing
from picotemp_collector.listening import bind
from picotemp_collector.web import HEAR, make_web_app

REQUEST = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
Eventually = Callable[[Callable[[], bool]], Awaitable[None]]
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def hello_at_once(asked: bytes) -> Sequence[bytes] | None:
    if asked != REQUEST:
        return None
    return b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", b"hello"


# Clients are answered by aiohttp, or in front of it.
WAYS = pytest.mark.parametrize("way", [answers_nothing, hello_at_once])


@asynccontextmanager
async def served(
    most: int,
    patience_seconds: float,
    bound: socket.socket | None = None,
    way: AnswerAtOnce = answers_nothing,
) -> AsyncIterator[tuple[int, Clients]]:
    """Serve an application that says hello; give its port, and who is there."""

    async def hello(_request: web.Request) -> web.Response:
        return web.Response(text="hello")

    app = make_web_app({"/": hello})
    runner = web.AppRunner(app)
    admission = Clients(runner, most, lambda: True, patience_seconds, way)
    app[HEAR] = admission.hear
    await runner.setup()
    bound = bound or bind(Listen("127.0.0.1", 0))
    port = bound.getsockname()[1]
    try:
        async with admission.admitted(bound):
            yield port, admission
    finally:
        await runner.cleanup()


async def connect(port: int) -> Streams:
    return await asyncio.open_connection("127.0.0.1", port)


async def ask(streams: Streams) -> bytes:
    """Ask and give the answer's first line, or nothing at the end."""
    streams[1].write(REQUEST)
    async with asyncio.timeout(10):
        line = await streams[0].readline()
        if line:
            await streams[0].readuntil(b"hello")
    return line


async def ended(streams: Streams) -> bool:
    """Tell whether the other side ends it, within reason."""
    async with asyncio.timeout(10):
        return await streams[0].read() == b""


@pytest.mark.parametrize("said", [b"", b"GET / HT", REQUEST[:-2]])
async def test_a_client_without_a_whole_request_is_cut(said: bytes) -> None:
    async with served(most=10, patience_seconds=0.1) as (port, _):
        silent = await connect(port)
        silent[1].write(said)
        assert await ended(silent)
        silent[1].close()


@WAYS
async def test_a_client_that_was_answered_may_stay(way: AnswerAtOnce) -> None:
    async with served(most=10, patience_seconds=0.3, way=way) as (port, _):
        scraper = await connect(port)
        assert await ask(scraper) == b"HTTP/1.1 200 OK\r\n"
        await asyncio.sleep(0.7)
        assert await ask(scraper) == b"HTTP/1.1 200 OK\r\n"
        scraper[1].close()


@WAYS
async def test_a_client_that_was_answered_does_not_stay_for_ever(
    monkeypatch: pytest.MonkeyPatch, way: AnswerAtOnce
) -> None:
    monkeypatch.setattr(clients, "KEEPALIVE_SECONDS", 0.1)
    async with served(most=10, patience_seconds=0.1, way=way) as (port, _):
        scraper = await connect(port)
        assert await ask(scraper) == b"HTTP/1.1 200 OK\r\n"
        scraper[1].write(b"GET / HT")
        assert await ended(scraper)
        scraper[1].close()


async def test_one_too_many_is_refused_and_has_room_later() -> None:
    async with served(most=2, patience_seconds=60) as (port, _):
        seated = [await connect(port) for _ in range(2)]
        for streams in seated:
            assert await ask(streams) == b"HTTP/1.1 200 OK\r\n"
        late = await connect(port)
        assert await ended(late)
        late[1].close()
        for streams in seated:
            streams[1].close()
        await asyncio.sleep(0.1)
        again = await connect(port)
        assert await ask(again) == b"HTTP/1.1 200 OK\r\n"
        again[1].close()


async def test_who_has_not_said_anything_takes_a_place_too() -> None:
    async with served(most=2, patience_seconds=60) as (port, _):
        silent = [await connect(port) for _ in range(2)]
        late = await connect(port)
        assert await ended(late)
        for streams in (*silent, late):
            streams[1].close()


async def test_many_who_come_at_once_are_no_more_than_there_is_room_for() -> None:
    async with served(most=4, patience_seconds=60) as (port, _):
        # All at the door before anybody is let in.
        crowd = [socket.create_connection(("127.0.0.1", port)) for _ in range(40)]
        await asyncio.sleep(0.1)
        streams = [await asyncio.open_connection(sock=each) for each in crowd]
        answers = []
        for each in streams:
            with contextlib.suppress(ConnectionError):
                answers.append(await ask(each))
            each[1].close()
    assert answers.count(b"HTTP/1.1 200 OK\r\n") == 4


@WAYS
@pytest.mark.parametrize("said", [b"", b"GET / HT", REQUEST])
async def test_of_who_is_gone_nothing_is_left(
    way: AnswerAtOnce, said: bytes, eventually: Eventually
) -> None:
    async with served(most=100, patience_seconds=0.1, way=way) as (port, known):
        for _ in range(20):
            streams = await connect(port)
            streams[1].write(said)
            if said == REQUEST:
                await streams[0].readuntil(b"hello")
            streams[1].close()
        await eventually(
            lambda: not (known._until_seconds or known._newcomers or known._fronts)
        )


class Exhausted(socket.socket):
    """A listening socket of a process that may open nothing more, for a while."""

    failures_left = 3

    def accept(self) -> tuple[socket.socket, object]:
        if self.failures_left:
            self.failures_left -= 1
            raise OSError(errno.EMFILE, "too many open files")
        return super().accept()


async def test_a_lack_of_descriptors_is_waited_for_and_not_in_a_busy_loop(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(door, "ACCEPT_AGAIN_SECONDS", 0.1)
    loop = asyncio.get_running_loop()
    begun_seconds = loop.time()
    exhausted = Exhausted(fileno=bind(Listen("127.0.0.1", 0)).detach())
    async with served(most=10, patience_seconds=60, bound=exhausted) as (port, _):
        late = await connect(port)
        assert await ask(late) == b"HTTP/1.1 200 OK\r\n"
        late[1].close()
    assert loop.time() - begun_seconds >= 0.3
    assert exhausted.failures_left == 0
