"""In: /probe as it is asked over HTTP. Out: metrics, stories and errors, no secrets."""

import json
from urllib.parse import quote

import aiohttp
import pytest
from attrs import evolve
from yarl import URL

from collector.answering import answering
from collector.exposed import samples_of
from collector.fake_device import FakeDevice
from collector.probing import probing
from collector.running import device
from picotemp_collector.devices.client import Client
from picotemp_collector.metrics.format import Format
from picotemp_collector.outlets.self_metrics import SelfMetrics

# The password and the token of a board.
CANARY = "s3cret-canary"
TEXT = "text/plain; version=0.0.4; charset=utf-8"
OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"
PLAIN = {"Accept-Encoding": "identity"}
TIMEOUT = "X-Prometheus-Scrape-Timeout-Seconds"
Session = aiohttp.ClientSession


@pytest.mark.parametrize(
    ("accept", "content_type", "text_format"),
    [("*/*", TEXT, Format.TEXT), (OPENMETRICS, OPENMETRICS, Format.OPENMETRICS)],
)
async def test_a_probe_tells_the_reading_in_the_format_that_is_wished(
    fake: FakeDevice,
    client: Client,
    session: Session,
    accept: str,
    content_type: str,
    text_format: Format,
) -> None:
    async with (
        probing(client, device("attic", fake.url)) as probes,
        answering(probes) as url,
        session.get(f"{url}/probe?target=attic", headers={"Accept": accept}) as got,
    ):
        assert (got.status, got.headers["Content-Type"]) == (200, content_type)
        assert got.headers["Vary"] == "Accept"
        samples = samples_of(await got.text(), text_format)
    assert samples["probe_success", ()] == 1
    assert samples["pico_temperature_celsius", ()] == 27.04
    assert 0 < samples["probe_duration_seconds", ()] < 10
    labels = {name for _, pairs in samples for name, _ in pairs}
    assert labels == {"unit"}, "what a target's labels say is not said again"


async def test_a_failed_device_is_an_answer_with_a_reason(
    fake: FakeDevice, client: Client, session: Session
) -> None:
    fake.follow(fake.answer(status=500))
    async with (
        probing(client, device("attic", fake.url)) as probes,
        answering(probes) as url,
        session.get(f"{url}/probe?target=attic") as got,
    ):
        assert got.status == 200
        samples = samples_of(await got.text())
    assert samples["probe_success", ()] == 0
    reason = ("pico_probe_failure_info", (("reason", "http_status"),))
    assert samples[reason] == 1
    assert not any(name.startswith("pico_temperature") for name, _ in samples)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("?target=", 400),
        ("?target=attic&target=attic", 400),
        ("?target=attic&target=", 400),
        ("?Target=attic", 400),
        ("?target=nobody", 404),
        ("?target=%61ttic", 200),
        ("?target=%2561ttic", 404),
        ("?target=10.0.0.7", 403),
        ("?target=attic&module=icmp", 200),
    ],
)
async def test_a_wrong_question_is_told_so_and_what_to_do(
    fake: FakeDevice, client: Client, session: Session, query: str, status: int,
    method: str,
) -> None:  # fmt: skip
    async with (
        probing(client, device("attic", fake.url)) as probes,
        answering(probes) as url,
        session.request(method, f"{url}/probe{query}") as got,
    ):
        assert got.status == status
        body = await got.text()
    if method == "HEAD":
        assert body == ""
    elif status != 200:
        assert json.loads(body).keys() == {"error", "hint"}


@pytest.mark.parametrize("name", ["a/b", "a b", "ä%2Fö", "a&b=c", "http://x:1/", "+"])
async def test_any_name_of_a_device_can_be_probed_and_has_a_history(
    fake: FakeDevice, client: Client, session: Session, name: str
) -> None:
    quoted = quote(name, safe="")
    async with (
        probing(client, device(name, fake.url)) as probes,
        answering(probes) as url,
    ):
        async with session.get(f"{url}/probe?target={quoted}") as got:
            assert got.status == 200
        path = URL(f"{url}/api/v1/devices/{quoted}/history", encoded=True)
        async with session.get(path) as got:
            assert got.status == 200
            history = await got.json()
    assert (history["name"], len(history["results"])) == (name, 1)
    assert history["results"][0]["celsius"] == 27.04
    assert history["failures"] == []


async def test_the_history_of_a_device_that_is_not_there_is_not_there(
    client: Client, session: Session
) -> None:
    async with (
        probing(client, device("attic")) as probes,
        answering(probes) as url,
        session.get(f"{url}/api/v1/devices/cellar/history") as got,
    ):
        assert got.status == 404
        assert "cellar" in (await got.json())["error"]


@pytest.mark.parametrize("header", ["NaN", "inf", "-1", "", "abc", "0", "1e-9"])
async def test_a_scrape_timeout_that_is_none_is_ignored_and_counted(
    fake: FakeDevice, client: Client, session: Session, header: str
) -> None:
    self_metrics = SelfMetrics(0.0, lambda: 0)
    async with (
        probing(client, device("attic", fake.url)) as probes,
        answering(probes, self_metrics=self_metrics) as url,
        session.get(f"{url}/probe?target=attic", headers={TIMEOUT: header}) as got,
    ):
        assert samples_of(await got.text())["probe_success", ()] == 1
    samples = samples_of(self_metrics.render().decode())
    assert samples["picotemp_collector_ignored_scrape_timeouts_total", ()] == 1


async def test_a_probe_whose_time_is_up_says_so_in_time(
    fake: FakeDevice, client: Client, session: Session
) -> None:
    fake.follow(fake.be_silent)
    async with (
        probing(client, device("attic", fake.url)) as probes,
        answering(probes) as url,
        session.get(f"{url}/probe?target=attic", headers={TIMEOUT: "0.3"}) as got,
    ):
        samples = samples_of(await got.text())
    assert samples["probe_success", ()] == 0
    assert samples["pico_probe_failure_info", (("reason", "scrape_timeout"),)] == 1


async def test_debug_tells_the_story_of_this_probe_and_what_was_before(
    fake: FakeDevice, client: Client, session: Session
) -> None:
    fake.follow(fake.answer(b"<html>"), fake.answer())
    async with (
        probing(client, device("attic", fake.url)) as probes,
        answering(probes) as url,
    ):
        stories = []
        for header in ("0.5", "x\u00e9"):
            query = "target=attic&debug=true"
            headers = {TIMEOUT: header, **PLAIN}
            async with session.get(f"{url}/probe?{query}", headers=headers) as got:
                assert got.headers["Content-Type"] == "text/plain; charset=utf-8"
                stories.append((await got.text()).splitlines())
    first, second = stories
    assert first[:4] == [
        "probed: attic",
        "which is: a device that is polled here",
        f"URL: {fake.url}",
        "address: 127.0.0.1",
    ]
    assert "outcome: failed: bad_json: the answer is not JSON;" in "\n".join(first)
    assert "answered by: a request of this probe" in first
    assert "probe_success 0.0" in first
    assert "answered by: a request that ended before this probe came" in second
    assert any('"x' in line and "is no scrape timeout" in line for line in second)
    results = second.index("the last results of this URL, newest first:")
    assert ": failed: bad_json: " in second[results + 1]
    assert second[results + 2] == ""


async def test_nothing_that_is_secret_is_told(
    fake: FakeDevice, client: Client, session: Session
) -> None:
    fake.follow(fake.answer(status=401))
    secret = fake.url.replace("http://", f"http://user:{CANARY}@") + f"/?token={CANARY}"
    attic = evolve(device("attic", secret), shown_url="http://***@board/")
    async with probing(client, attic) as probes, answering(probes) as url:
        told = ""
        for path in (
            "probe?target=attic", "probe?target=attic&debug=true",
            "api/v1/devices/attic/history",
        ):  # fmt: skip
            async with session.get(f"{url}/{path}", headers=PLAIN) as got:
                told += await got.text()
    assert "http_status" in told
    assert CANARY not in told
