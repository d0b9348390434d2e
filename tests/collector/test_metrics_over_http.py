"""In: scrapes as they are sent. Out: whole answers, right in type, coding and text."""

import asyncio
import gzip

import aiohttp
import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from collector.exposed import of, samples_of
from collector.fake_clock import FakeClock
from collector.running import Running, device
from picotemp_collector.config.shapes import Listen
from picotemp_collector.lifecycle import Lifecycle, serving
from picotemp_collector.listening import bind
from picotemp_collector.metrics.exposition import make_expositions
from picotemp_collector.metrics.format import Format
from picotemp_collector.outlets.exposition import make_metrics_handler
from picotemp_collector.outlets.self_metrics import SelfMetrics
from picotemp_collector.readings.store import Store
from picotemp_collector.web import make_web_app

TEXT = "text/plain; version=0.0.4; charset=utf-8"
OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"
TYPES = {
    TEXT: Format.TEXT,
    OPENMETRICS: Format.OPENMETRICS,
    OPENMETRICS.replace("1.0.0", "0.0.1"): Format.OPENMETRICS,
}
# All that HTTP allows in a field's value, and what parts its words more often.
field_values = st.binary().map(
    lambda raw: bytes(byte for byte in raw if byte >= 32 and byte != 127)
) | st.text('aptqgzi/*=;,. "\\01', max_size=60).map(str.encode)


async def test_without_a_wish_it_is_the_text_format_in_plain(
    collector: Running, session: aiohttp.ClientSession
) -> None:
    headers = {"Accept-Encoding": ""}
    async with session.get(f"{collector.url}/metrics", headers=headers) as response:
        assert response.status == 200
        assert response.headers["Content-Type"] == TEXT
        assert response.headers["Vary"] == "Accept, Accept-Encoding"
        assert "Content-Encoding" not in response.headers
        text = await response.text()
    assert 'pico_up{device="device-0"} 0.0\n' in text
    assert "\npicotemp_collector_devices 20.0\n" in text


async def test_a_wish_that_comes_in_several_lines_is_one(
    collector: Running, session: aiohttp.ClientSession
) -> None:
    headers = [
        ("Accept", "text/plain;q=0.5"),
        ("Accept", "application/openmetrics-text"),
        ("Accept-Encoding", "identity;q=0.5"),
        ("Accept-Encoding", "gzip"),
    ]
    async with session.get(f"{collector.url}/metrics", headers=headers) as response:
        assert response.headers["Content-Type"] == OPENMETRICS
        assert response.headers["Content-Encoding"] == "gzip"
        assert response.headers["Vary"] == "Accept, Accept-Encoding"
        text = gzip.decompress(await response.read()).decode()
    samples = samples_of(text, Format.OPENMETRICS)
    assert samples[of("pico_up", "device-0")] == 0
    assert samples["picotemp_collector_devices", ()] == 20


@pytest.mark.parametrize("coding", ["gzip", "identity"])
async def test_head_has_the_headers_of_get_and_no_body(
    coding: str, collector: Running, session: aiohttp.ClientSession
) -> None:
    url, headers = f"{collector.url}/metrics", {"Accept-Encoding": coding}
    async with (
        session.get(url, headers=headers) as get,
        session.head(url, headers=headers) as head,
    ):
        assert await head.read() == b""
        assert {**head.headers, "Date": ""} == {**get.headers, "Date": ""}
        assert int(head.headers["Content-Length"]) == len(await get.read())


@given(field_values, field_values)
async def test_whatever_is_wished_a_whole_answer_is_given(
    accept: bytes, accept_encoding: bytes
) -> None:
    raw = await ask(
        b"GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
        b"Accept: " + accept + b"\r\nAccept-Encoding: " + accept_encoding + b"\r\n\r\n"
    )
    head, _, body = raw.partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    assert status == "HTTP/1.1 200 OK"
    text_format = TYPES[headers["Content-Type"].partition("; escaping=")[0]]
    if "Content-Encoding" in headers:
        assert headers["Content-Encoding"] == "gzip"
        body = gzip.decompress(body)
    assert samples_of(body.decode(), text_format)[of("pico_up", "attic")] == 0
    assert set(headers) <= {
        *("Content-Type", "Content-Length", "Content-Encoding", "Vary", "Date"),
        *("Server", "Connection", "Cache-Control", "X-Content-Type-Options"),
    }


async def ask(request: bytes) -> bytes:
    """Send bytes to a /metrics without pollers; give all that comes back."""
    clock = FakeClock()
    store = Store([device("attic")], clock.clock, 60.0)
    bound = bind(Listen("127.0.0.1", 0))
    async with serving(app_of(store, clock), bound, Lifecycle()):
        reader, writer = await asyncio.open_connection(*bound.getsockname()[:2])
        writer.write(request)
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
    return answer


def app_of(store: Store, clock: FakeClock) -> web.Application:
    own = SelfMetrics(0.0, lambda: 1)
    expositions = make_expositions(store, clock.clock.monotonic_seconds, own.render)
    return make_web_app({"/metrics": make_metrics_handler(expositions)})
