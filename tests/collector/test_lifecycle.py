"""In: starts and ends of the collector. Out: order in both."""

import asyncio
import time
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from collector.fake_clock import FakeClock
from collector.running import device, running
from picotemp_collector.config.shapes import Listen
from picotemp_collector.lifecycle import Lifecycle, serving
from picotemp_collector.listening import bind, url_of
from picotemp_collector.web import make_web_app


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


async def test_the_drain_is_short_and_a_second_signal_skips_it() -> None:
    lifecycle = Lifecycle()
    waiting = asyncio.create_task(lifecycle.until_stopped())
    await asyncio.sleep(0)
    lifecycle.stop()
    done, _ = await asyncio.wait([waiting], timeout=0.05)
    assert not done, "who routes to us has time to see it"
    lifecycle.stop()
    await asyncio.wait_for(waiting, 0.5)


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

    async with serving(make_web_app({"/": slow}), bound):
        asked = asyncio.create_task(ask())
        await begun.wait()
    assert await asked == "whole"
    with pytest.raises(aiohttp.ClientConnectorError):
        await ask()


async def test_silent_clients_do_not_delay_the_end(clock: FakeClock) -> None:
    async with running(device(), clock=clock.clock) as collector:
        port = int(collector.url.rpartition(":")[2])
        writers = [
            (await asyncio.open_connection("127.0.0.1", port))[1] for _ in range(5)
        ]
        writers[0].write(b"GET / HTTP/1.1\r\nHo")
        await asyncio.sleep(0.1)
        begun_seconds = time.monotonic()
    assert time.monotonic() - begun_seconds < 4
    for writer in writers:
        writer.close()
