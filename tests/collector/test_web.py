"""In: requests right and wrong. Out: answers, and errors that say what to do."""

import asyncio
import gzip
import logging

import aiohttp
import pytest
from aiohttp import web

from collector.running import Running
from picotemp_collector.config.shapes import Listen
from picotemp_collector.lifecycle import Lifecycle, serving
from picotemp_collector.listening import bind, url_of
from picotemp_collector.web import make_web_app

PATHS = (
    "/",
    "/metrics",
    "/api/v1/devices/device-0/history",
    "/sd",
    "/health",
    "/-/healthy",
    "/-/ready",
    "/api/v1/devices",
)


@pytest.mark.parametrize("path", PATHS)
async def test_head_has_the_headers_of_get_and_no_body(
    path: str, collector: Running, session: aiohttp.ClientSession
) -> None:
    async with session.head(collector.url + path) as head:
        assert await head.read() == b""
        assert head.status in (200, 503)
    async with session.get(collector.url + path) as get:
        assert head.headers["Content-Type"] == get.headers["Content-Type"]
        assert int(get.headers["Content-Length"]) > 0
        assert get.headers["Cache-Control"] == "no-store"
        assert get.headers["X-Content-Type-Options"] == "nosniff"


async def test_gzip_is_sent_to_whom_asks_for_it(
    collector: Running, session: aiohttp.ClientSession
) -> None:
    url = f"{collector.url}/api/v1/devices"
    async with session.get(url, headers={"Accept-Encoding": "gzip"}) as response:
        assert response.headers["Content-Encoding"] == "gzip"
        assert response.headers["Vary"] == "Accept-Encoding"
        assert b"device-0" in gzip.decompress(await response.read())
    async with session.get(url, headers={"Accept-Encoding": "identity"}) as response:
        assert "Content-Encoding" not in response.headers
        assert response.headers["Vary"] == "Accept-Encoding"


async def test_an_unknown_path_is_404_and_says_which_there_are(
    collector: Running, session: aiohttp.ClientSession
) -> None:
    async with session.get(f"{collector.url}/metric") as response:
        assert response.status == 404
        assert await response.json() == {
            "error": "no such path",
            "hint": "there are / /metrics /probe /api/v1/devices/{name}/history /sd"
            " /health /-/healthy /-/ready /api/v1/devices /-/reload",
        }


@pytest.mark.parametrize("path", PATHS)
async def test_a_wrong_method_is_405_and_says_which_are_right(
    path: str, collector: Running, session: aiohttp.ClientSession
) -> None:
    async with session.post(collector.url + path, data=b"x") as response:
        assert response.status == 405
        assert response.headers["Allow"] == "GET, HEAD"
        assert await response.json() == {
            "error": "method POST is not allowed here",
            "hint": "allowed: GET, HEAD",
        }


async def test_a_bug_in_an_answer_is_500_and_shows_no_traceback(
    session: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(_request: web.Request) -> web.Response:
        raise ZeroDivisionError("inner secret")

    bound = bind(Listen("127.0.0.1", 0))
    async with (
        serving(make_web_app({"/": broken}), bound, Lifecycle()),
        session.get(url_of(bound)) as response,
    ):
        assert response.status == 500
        assert "secret" not in await response.text()
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


async def test_bytes_that_are_not_http_get_400_and_no_log_line(
    collector: Running, caplog: pytest.LogCaptureFixture
) -> None:
    port = int(collector.url.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"\x16\x03\x01 junk\r\n\r\n")
    assert (await reader.read()).startswith(b"HTTP/1.0 400 ")
    writer.close()
    await writer.wait_closed()
    # Of the devices, which refuse, there are lines.
    others = [each for each in caplog.records if not each.name.endswith("poller")]
    assert [each for each in others if each.levelno >= logging.WARNING] == []
