"""In: requests as scrapers send them, and others. Out: aiohttp's answers, or none."""

import gzip
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collector.exposed import expositions
from collector.fake_clock import FakeClock
from collector.front_door import ask_aiohttp
from collector.running import device
from picotemp.payload import Reading
from picotemp_collector import usual
from picotemp_collector.metrics.packer import INLINE_MOST_BYTES, Packer, fast
from picotemp_collector.outlets.exposition import (
    Expositions,
    make_metrics_at_once,
    make_metrics_handler,
)
from picotemp_collector.readings.store import Store
from picotemp_collector.usual import Usual
from picotemp_collector.web import make_web_app

SCRAPE = (
    b"GET /metrics HTTP/1.1\r\nHost: 10.0.0.7:3030\r\nUser-Agent: Prometheus/3.5.0\r\n"
    b"Accept: text/plain;version=0.0.4;q=0.5,*/*;q=0.1\r\nAccept-Encoding: gzip\r\n"
    b"X-Prometheus-Scrape-Timeout-Seconds: 10\r\n\r\n"
)
LEAST = b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n"
DATE = re.compile(rb"\r\nDate: [^\r]+")
header_values = st.text('aptqgzi/*=;,. "\\01', max_size=40) | st.sampled_from(
    [
        "",
        "gzip",
        "gzip;q=0, identity",
        "text/plain;version=0.0.4",
        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8",
    ]
)


def at_once(texts: Expositions, clock: FakeClock) -> Usual:
    outlets = {"/metrics": make_metrics_at_once(texts)}
    return Usual(outlets, clock.clock.unix_seconds)


@pytest.fixture
def store(clock: FakeClock) -> Store:
    return Store([device("attic")], clock.clock, 60.0)


@pytest.fixture
def texts(store: Store, clock: FakeClock) -> Expositions:
    return expositions(store, clock)


@pytest.fixture
def scrapes(texts: Expositions, clock: FakeClock) -> Usual:
    return at_once(texts, clock)


@settings(max_examples=50)
@given(header_values, header_values)
async def test_what_is_answered_at_once_is_what_would_be_answered_anyway(
    accept: str, accept_encoding: str
) -> None:
    clock = FakeClock()
    texts = expositions(Store([device("attic")], clock.clock, 60.0), clock)
    request = (
        LEAST[:-2]
        + (f"Accept: {accept}\r\nAccept-Encoding: {accept_encoding}\r\n\r\n").encode()
    )
    parts = at_once(texts, clock).answer(request)
    assert parts is not None
    app = make_web_app({"/metrics": make_metrics_handler(texts)})
    anyway = await ask_aiohttp(app, request)
    assert DATE.sub(b"", b"".join(parts)) == DATE.sub(b"", anyway)
    assert DATE.search(parts[0])


@pytest.mark.parametrize("request_", [SCRAPE, LEAST], ids=["Prometheus", "wrk"])
async def test_a_usual_scrape_is_answered_at_once(
    scrapes: Usual, request_: bytes
) -> None:
    head, body = scrapes.answer(request_) or (b"", b"")
    text = gzip.decompress(body) if b"Content-Encoding: gzip" in head else body
    assert b'pico_up{device="attic"} 0.0\n' in text


@pytest.mark.parametrize(
    "request_",
    [
        b"",
        LEAST[:-2],
        LEAST + LEAST,
        LEAST + b"x",
        LEAST.replace(b"GET", b"HEAD"),
        LEAST.replace(b"GET", b"get"),
        LEAST.replace(b"1.1", b"1.0"),
        LEAST.replace(b"/metrics", b"/nowhere"),
        LEAST.replace(b"/metrics", b"/metrics?a=b"),
        LEAST.replace(b"/metrics", b"http://a/metrics"),
        LEAST.replace(b"\r\n", b"\n"),
        LEAST.replace(b"Host: a\r\n", b""),
        LEAST.replace(b"Host: a", b"Host: a b"),
        LEAST.replace(b"Host: a", b"Host: a\r\nHost: b"),
        LEAST.replace(b"Host: a", b"Host: a\r\nHOST: b"),
        LEAST.replace(b"Host: a", b"Host : a"),
        LEAST.replace(b"Host: a", b"Host: a\r\n folded: b"),
        LEAST.replace(b"Host: a", b"Host: a\r\nAccept: a\r\nAccept: b"),
        LEAST.replace(b"Host: a", b"Host: a\r\nConnection: close"),
        LEAST.replace(b"Host: a", b"Host: a\r\nContent-Length: 5"),
        LEAST.replace(b"Host: a", b"Host: a\r\nTransfer-Encoding: chunked"),
        LEAST.replace(b"Host: a", b"Host: a\r\nExpect: 100-continue"),
        LEAST.replace(b"Host: a", b"Host: a\r\nUpgrade: h2c"),
        LEAST.replace(b"Host: a", b"Host: a\r\nAuthorization: Basic YTpi"),
        LEAST.replace(b"Host: a", b"Host: a\r\nUser-Agent: \xff"),
        LEAST.replace(b"Host: a", b"Host: a\r\nUser-Agent: \x00"),
        LEAST.replace(b"Host: a", b"Host: a\r\nUser-Agent: " + b"x" * 1024),
    ],
)
def test_an_unusual_request_is_for_a_whole_server(
    scrapes: Usual, request_: bytes
) -> None:
    assert scrapes.answer(request_) is None


@pytest.mark.parametrize("request_", [SCRAPE, LEAST], ids=["gzip", "plain"])
async def test_what_changes_is_in_the_next_answer(
    scrapes: Usual, store: Store, request_: bytes
) -> None:
    scrapes.answer(request_)
    store.record_reading("attic", Reading(20.0, 68.0), 0.1)
    head, body = scrapes.answer(request_) or (b"", b"")
    assert b"Content-Length: %d\r\n" % len(body) in head
    text = gzip.decompress(body) if b"Content-Encoding: gzip" in head else body
    assert b'pico_temperature_celsius{device="attic"} 20.0\n' in text


def test_what_is_stale_is_not_answered_at_once(
    scrapes: Usual, store: Store, clock: FakeClock
) -> None:
    store.record_reading("attic", Reading(20.0, 68.0), 0.1)
    assert scrapes.answer(LEAST)
    clock.advance(1000)
    assert scrapes.answer(LEAST) is None


async def test_what_is_packed_in_a_thread_is_not_waited_for(
    store: Store, clock: FakeClock
) -> None:
    packer = Packer(fast)
    assert at_once(expositions(store, clock, packer), clock).answer(SCRAPE)
    many = Store(
        [device(f"{number}" * 100) for number in range(INLINE_MOST_BYTES // 300)],
        clock.clock,
        60.0,
    )
    large = at_once(expositions(many, clock, packer), clock)
    assert large.answer(LEAST)
    assert large.answer(SCRAPE) is None


def test_the_date_of_an_answer_is_now(texts: Expositions) -> None:
    times_seconds = iter((0, 0.9, 1))
    scrapes = Usual({"/metrics": make_metrics_at_once(texts)}, times_seconds.__next__)
    dates = []
    for _ in range(3):
        head, _body = scrapes.answer(LEAST) or (b"", b"")
        dates += DATE.findall(head)
    day = b"\r\nDate: Thu, 01 Jan 1970 00:00:0%d GMT"
    assert dates == [day % 0, day % 0, day % 1]


def test_of_many_heads_only_some_are_remembered(scrapes: Usual) -> None:
    for number in range(10 * usual.REMEMBERED_HEADS):
        assert scrapes.answer(LEAST.replace(b"Host: a", b"Host: %d" % number))
    assert scrapes._answer_of.cache_info().currsize == usual.REMEMBERED_HEADS


def test_an_unusual_head_is_not_remembered(scrapes: Usual) -> None:
    with_password = b"Host: a\r\nAuthorization: Basic YTpi"
    assert scrapes.answer(LEAST.replace(b"Host: a", with_password)) is None
    assert scrapes._answer_of.cache_info().currsize == 0
