"""In: starts and ends of the collector. Out: order in both."""

import asyncio
import socket
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import aiohttp
import pytest
from aiohttp import web

from collector.fake_clock import FakeClock
from collector.running import device, running
from picotemp_collector.clients import NEWCOMER_SECONDS
from picotemp_collector.config.shapes import Listen
from picotemp_collector.lifecycle import (
    DRAIN_SECONDS,
    SHUTDOWN_SECONDS,
    Lifecycle,
    serving,
)
from picotemp_collector.listening import bind, url_of
from picotemp_collector.web import make_web_app

Eventually = Callable[[Callable[[], bool]], Awaitable[None]]


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


async def test_it_is_ready_at_once_and_not_ready_as_soon_as_the_end_begins(
    clock: FakeClock, session: aiohttp.ClientSession
) -> None:
    async with running(device(), clock=clock.clock) as collector:
        async with session.get(f"{collector.url}/-/ready") as response:
            assert response.status == 200
        collector.lifecycle.stop()
        async with session.get(f"{collector.url}/-/ready") as response:
            assert response.status == 503
        async with session.get(f"{collector.url}/-/healthy") as response:
            assert response.status == 200


def test_all_that_the_end_may_wait_for_is_over_within_5_seconds() -> None:
    waits_seconds = (DRAIN_SECONDS, NEWCOMER_SECONDS, 2 * SHUTDOWN_SECONDS)
    assert sum(waits_seconds) <= 4, "the rest is for a busy machine"


async def test_there_is_a_drain_and_a_second_signal_skips_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("picotemp_collector.lifecycle.DRAIN_SECONDS", 60)
    lifecycle = Lifecycle()
    waiting = asyncio.create_task(lifecycle.until_stopped())
    await asyncio.sleep(0)
    lifecycle.stop()
    done, _ = await asyncio.wait([waiting], timeout=0.05)
    assert not done, "who routes to us has time to see it"
    lifecycle.stop()
    await asyncio.wait_for(waiting, 30)


async def test_an_answer_in_flight_is_finished_and_the_door_is_closed(
    session: aiohttp.ClientSession,
) -> None:
    begun = asyncio.Event()

    async def slow(_request: web.Request) -> web.Response:
        begun.set()
        await asyncio.sleep(0.3)
        return web.Response(text="whole")

    bound = bind(Listen("127.0.0.1", 0))
    url = url_of(bound)

    async def ask() -> str:
        async with session.get(url) as response:
            return await response.text()

    async with serving(make_web_app({"/": slow}), bound, Lifecycle()):
        asked = asyncio.create_task(ask())
        await begun.wait()
    assert await asked == "whole"
    with pytest.raises(aiohttp.ClientConnectorError):
        await ask()


async def test_from_the_moment_the_end_begins_every_answer_tells_the_client_to_leave(
    clock: FakeClock,
) -> None:
    async with running(device(), clock=clock.clock) as collector:
        port = int(collector.url.rpartition(":")[2])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")
        assert b"\r\nConnection: " not in await reader.readuntil(b"\r\n\r\n")
        writer.close()
        collector.lifecycle.stop()
        for path in (b"/metrics", b"/-/ready", b"/nowhere", b"/-/healthy"):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET " + path + b" HTTP/1.1\r\nHost: a\r\n\r\n")
            answer = await asyncio.wait_for(reader.read(), 10)
            assert b"\r\nConnection: close\r\n" in answer, answer
            writer.close()


async def hello(_request: web.Request) -> web.Response:
    return web.Response(text="hello")


@pytest.mark.parametrize("turns_of_the_loop", range(6))
async def test_whoever_was_let_in_is_answered_and_the_others_wait_for_the_next(
    turns_of_the_loop: int,
) -> None:
    def client() -> socket.socket:
        connected = socket.create_connection(bound.getsockname(), 10)
        connected.sendall(b"GET / HTTP/1.0\r\n\r\n")
        connected.setblocking(False)
        return connected

    with bind(Listen("127.0.0.1", 0)) as bound:
        app = make_web_app({"/": hello})
        async with serving(app, bound.dup(), Lifecycle()):
            clients = [client() for _ in range(70)]
            for _ in range(turns_of_the_loop):
                await asyncio.sleep(0)
        loop = asyncio.get_running_loop()
        async with serving(make_web_app({"/": hello}), bound.dup(), Lifecycle()):
            for each in clients:
                answer = await asyncio.wait_for(loop.sock_recv(each, 4096), 10)
                assert answer.startswith(b"HTTP/1.0 200 OK")
                each.close()


async def test_who_came_before_the_door_closed_may_still_ask(
    eventually: Eventually,
) -> None:
    bound = bind(Listen("127.0.0.1", 0))
    lifecycle = Lifecycle()
    served = serving(make_web_app({"/": hello}), bound, lifecycle)
    await served.__aenter__()
    reader, writer = await asyncio.open_connection(*bound.getsockname())
    await asyncio.sleep(0.05)
    lifecycle.stop()
    ending = asyncio.create_task(served.__aexit__(None, None, None))
    await eventually(lambda: bound.fileno() < 0)
    writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    assert (await reader.read()).endswith(b"hello")
    writer.close()
    await ending


async def test_who_does_not_read_his_answer_does_not_delay_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("picotemp_collector.lifecycle.SHUTDOWN_SECONDS", 0.2)

    async def large(_request: web.Request) -> web.Response:
        return web.Response(body=b"x" * 50_000_000)

    bound = bind(Listen("127.0.0.1", 0))
    async with serving(make_web_app({"/": large}), bound, Lifecycle()):
        reader, writer = await asyncio.open_connection(*bound.getsockname())
        writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        await reader.readexactly(1)
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        begun_seconds = time.monotonic()
    assert time.monotonic() - begun_seconds < 30
    writer.transport.abort()


async def test_it_is_ready_before_the_first_answer_of_a_dead_device(
    clock: FakeClock, session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_over = threading.Event()

    def never_found(*_arguments: object, **_keywords: object) -> list[object]:
        is_over.wait()
        return []

    with bind(Listen("127.0.0.1", 0)) as silent:
        holes = [
            device(f"hole-{number}", f"{url_of(silent)}/{number}", 600, 400)
            for number in range(100)
        ]
        names = [
            device(f"name-{number}", f"http://{number}.example", 600, 400)
            for number in range(100)
        ]
        async with running(*holes, *names, clock=clock.clock) as collector:
            monkeypatch.setattr("socket.getaddrinfo", never_found)
            async with session.get(f"{collector.url}/-/ready") as response:
                assert response.status == 200
            assert not any(view.polls_total for view in collector.store.views())
        is_over.set()


async def test_silent_clients_do_not_delay_the_end(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("picotemp_collector.lifecycle.SHUTDOWN_SECONDS", 0.2)
    async with running(device(), clock=clock.clock) as collector:
        port = int(collector.url.rpartition(":")[2])
        writers = [
            (await asyncio.open_connection("127.0.0.1", port))[1] for _ in range(5)
        ]
        writers[0].write(b"GET / HTTP/1.1\r\nHo")
        await asyncio.sleep(0.1)
        begun_seconds = time.monotonic()
    assert time.monotonic() - begun_seconds < 30
    for writer in writers:
        writer.close()


SECRET = b"GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer s3cr3t"


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\r\n\r\n",
        b"GET /?" + b"s3cr3t" * 2000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        SECRET + b"\0\r\n\r\n",
        SECRET * 600 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
    ],
)
async def test_what_is_not_http_is_refused_and_leaves_no_trace_in_the_log(
    clock: FakeClock, caplog: pytest.LogCaptureFixture, sent: bytes
) -> None:
    caplog.set_level("DEBUG")
    async with running(device(), clock=clock.clock) as collector:
        caplog.clear()
        _, _, port = collector.url.rpartition(":")
        reader, writer = await asyncio.open_connection("127.0.0.1", int(port))
        writer.write(sent)
        assert (await reader.readline()).split()[1] == b"400"
        writer.close()
    assert [each.getMessage() for each in caplog.records if each.exc_info] == []
    assert "s3cr3t" not in caplog.text
