"""In: names and texts of any kind. Out: the same from two parsers and a Prometheus."""

import asyncio
import unicodedata
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from collector.exposed import expositions, samples_of, text_of
from collector.fake_clock import FakeClock
from collector.loading import problems_of
from collector.running import device
from conftest import Places
from picotemp.payload import Reading
from picotemp_collector.config.values import (
    MOST_NAME_CHARACTERS,
    UnacceptableError,
    device_name,
)
from picotemp_collector.metrics.format import Format
from picotemp_collector.outlets.exposition import make_metrics_handler
from picotemp_collector.readings.info import TEXT_MOST_CHARACTERS, parse_info
from picotemp_collector.readings.store import Store
from real_servers import Prometheus, eventually, prometheus

# Quotes, escapes, what ends a line somewhere, RTL marks, combining, astral, no letter,
# what looks like the rest of a sample.
EVIL = (
    "\\\"'n{},= #\x00\t\n\r\x0b\x0c\x1b\x7f\x85\u2028\u2029\ud800\udfff"
    "\u200f\u202e\u2066\ufeff\u00a0\u0301\u200d\U0001f321\U0010ffff\ufffe\ufdd0äﬁ℃Å"
)
texts = st.text(max_size=250) | st.text(EVIL, max_size=20) | st.text('\\"n', max_size=9)
FORMATS = tuple(Format)
NAMES = 200
PORT = 3035


def is_acceptable(name: str) -> bool:
    try:
        return device_name(name) == name
    except UnacceptableError:
        return False


acceptable = texts.filter(is_acceptable)


@given(texts)
def test_a_name_is_refused_exactly_if_no_line_or_no_encoding_could_hold_it(
    text: str,
) -> None:
    kinds = {unicodedata.category(letter) for letter in text}
    assert is_acceptable(text) == (
        0 < len(text) <= MOST_NAME_CHARACTERS
        and text == text.strip()
        and not kinds & {"Cc", "Cs", "Zl", "Zp"}
    )


@pytest.mark.parametrize("letter", "\x00\t\n\r\x1b\x7f\x85\u2028\ud800")
def test_a_name_that_is_refused_is_refused_with_one_line(letter: str) -> None:
    (problem,) = problems_of(devices=(f"a{letter}b=http://10.0.0.7",))
    assert problem.isprintable()
    assert "without control characters" in problem


@given(st.lists(acceptable, unique=True, max_size=20), st.lists(texts, max_size=20))
def test_every_text_comes_back_the_same_from_both_parsers(
    names: list[str], told: list[str]
) -> None:
    store, clock = store_of(names, told), FakeClock()
    for text_format in FORMATS:
        exposed = asyncio.run(text_of(store, clock, text_format))
        samples = samples_of(exposed, text_format)
        found = [dict(labels) for name, labels in samples if name == "pico_up"]
        assert {labels["device"] for labels in found} == set(names)
        infos = {
            labels["device"]: labels["id"]
            for labels in (dict(labels) for _, labels in samples)
            if "id" in labels
        }
        assert infos == shown(names, told)


async def test_every_text_comes_back_the_same_from_a_real_prometheus(
    new_place: Places, tmp_path: Path
) -> None:
    names, told = generated(acceptable), generated(texts)
    address, store = new_place().address, store_of(names, told)
    target = f"{address}:{PORT}"
    async with (
        serving(store, address) as served,
        prometheus(address, target, tmp_path, two_jobs(target)) as server,
    ):
        for job in served:
            # A scrape is seen as a whole: with one of its samples all are there.
            found = await seen(server, f'pico_up{{job="{job}"}}')
            assert {labels["device"] for labels in found} == set(names)
            found = await seen(server, f'pico_device_info{{job="{job}"}}')
            ids = {labels["device"]: labels.get("id", "") for labels in found}
            assert ids == shown(names, told)
    assert {job: kind.partition(";")[0] for job, kind in served.items()} == {
        "text": "text/plain",
        "openmetrics": "application/openmetrics-text",
    }


async def seen(server: Prometheus, selector: str) -> list[dict[str, str]]:
    """Give the labels of all series, once there are some."""
    found = await eventually(lambda: server.series(f"{selector}[1m]"), bool)
    return [labels for labels, _ in found]


def generated(strategy: st.SearchStrategy[str]) -> dict[str, None]:
    """Give so many different texts as hypothesis makes them, in order."""
    found: dict[str, None] = {}

    @settings(max_examples=3 * NAMES, phases=[Phase.generate], database=None)
    @given(strategy)
    def collect(text: str) -> None:
        found[text] = None

    collect()
    assert len(found) >= NAMES
    return dict.fromkeys(list(found)[:NAMES])


def store_of(names: Iterable[str], told: Iterable[str]) -> Store:
    """Give a store of devices that are up and told these texts of themselves."""
    store = Store([device(name) for name in names], FakeClock().clock, 60.0)
    for name in names:
        store.record_reading(name, Reading(27.04, 80.67), 0.1)
    for name, text in zip(names, told, strict=False):
        info = parse_info(
            {"id": text, "hostname": text, "version": text, "uptime_s": 1}
        )
        assert info is not None
        store.record_info(name, info)
    return store


def shown(names: Iterable[str], told: Iterable[str]) -> dict[str, str]:
    """Give what is shown of the texts: those that are whole and can be shown."""
    return {
        name: text if text.isprintable() and len(text) <= TEXT_MOST_CHARACTERS else ""
        for name, text in zip(names, told, strict=False)
    }


@asynccontextmanager
async def serving(store: Store, address: str) -> AsyncIterator[dict[str, str]]:
    """Serve a store in either format, each at a path; give what they last were."""
    metrics = make_metrics_handler(expositions(store, FakeClock()))
    served = {"text": "", "openmetrics": ""}

    async def openmetrics(request: web.Request) -> web.Response:
        response = await metrics(request)
        served["openmetrics"] = response.headers["Content-Type"]
        return response

    async def text(request: web.Request) -> web.Response:
        # As if that were all that the scraper knows.
        response = await metrics(request.clone(headers={"Accept": "text/plain"}))
        served["text"] = response.headers["Content-Type"]
        return response

    app = web.Application()
    app.add_routes([web.get("/openmetrics", openmetrics), web.get("/text", text)])
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, address, PORT).start()
        yield served
    finally:
        await runner.cleanup()


def two_jobs(target: str) -> str:
    """Give a configuration that scrapes either format."""
    jobs = (
        f"- job_name: {job}\n"
        f"  metrics_path: /{job}\n"
        f"  static_configs: [{{targets: ['{target}']}}]\n"
        for job in ("text", "openmetrics")
    )
    scrapes = "global: {scrape_interval: 500ms, scrape_timeout: 500ms}\n"
    return f"{scrapes}scrape_configs:\n" + "".join(jobs)
