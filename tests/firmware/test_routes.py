"""In: requests. Out: what each URL answers, byte for byte, by way of microdot."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from picotemp.log import Log
from picotemp.routes import Routes, Teller
from picotemp.sensor import Sensor
from picotemp.settings import Settings

from .conftest import checked
from .fake_chip import FakeChip
from .http_answer import Answer, is_busy, parse
from .test_request import HEADS, outcome
from .virtual_time import in_virtual_time

INFO: dict[str, object] = {"id": "e661", "rssi_dbm": None, "uptime_s": 7}
READING = b'{"tempC": 27.04, "tempF": 80.68}'
EXPOSITION = b'# a "metric"\nx{y="z"} 1\n'
OUR_BUG = "a very private detail"


class FakeTeller(Teller):
    """Tells always the same, or fails."""

    def __init__(self) -> None:
        self.is_broken = False

    def info(self) -> dict[str, object]:
        if self.is_broken:
            raise RuntimeError(OUR_BUG)
        return INFO

    def metrics(self) -> bytes:
        return EXPOSITION


@pytest.fixture
def teller() -> FakeTeller:
    return FakeTeller()


@pytest.fixture
def sensor(chip: FakeChip, settings: Settings, log: Log) -> Sensor:
    sensor = Sensor(chip, settings, log)
    in_virtual_time(sensor.sample())
    return sensor


@pytest.fixture
def routes(sensor: Sensor, teller: FakeTeller) -> Routes:
    return Routes(sensor, teller)


async def ask(routes: Routes, method: str, path: str) -> Answer:
    head = f"{method} {path} HTTP/1.1\r\nHost: board\r\n\r\n".encode()
    return parse(
        routes.ready(head) or await routes.answer(head), is_head=method == "HEAD"
    )


async def test_the_reading_is_the_contract(routes: Routes) -> None:
    answer = await ask(routes, "GET", "/")
    assert (answer.status, answer.body) == (200, READING)
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize("target", ["/?", "/?a=b", "/?x=%20y&z", "/?a=b&a=c"])
async def test_a_query_changes_nothing(routes: Routes, target: str) -> None:
    assert (await ask(routes, "GET", target)).body == READING


@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
@pytest.mark.parametrize("path", ["/update", "/reboot", "/reset", "/settings"])
async def test_r7_no_request_restarts_or_changes_the_board(
    chip: FakeChip, routes: Routes, method: str, path: str
) -> None:
    before = list(chip.calls)
    assert (await ask(routes, method, path)).status == 404
    assert chip.calls == before


@pytest.mark.parametrize("version", ["1.0", "1.1"])
async def test_both_versions_get_the_same(routes: Routes, version: str) -> None:
    answer = parse(routes.ready(f"GET / HTTP/{version}\r\n\r\n".encode()))
    assert answer.body == READING


async def test_every_new_temperature_is_shown(
    chip: FakeChip, sensor: Sensor, routes: Routes
) -> None:
    shown = []
    for code in (876, 860, 860, 890, 876):
        chip.code = code
        await sensor.sample()
        shown.append((await ask(routes, "GET", "/")).json()["tempC"])
    assert shown == [27.04, 34.53, 34.53, 20.49, 27.04]


async def test_a_refused_reading_is_not_shown_again(
    chip: FakeChip, sensor: Sensor, routes: Routes
) -> None:
    assert (await ask(routes, "GET", "/")).body == READING
    chip.code = 4095
    await sensor.sample()
    answer = await ask(routes, "GET", "/")
    assert answer.status == 503
    assert answer.json() == {"error": "the ADC is stuck at 65535"}


async def test_info_is_what_the_teller_tells(routes: Routes) -> None:
    answer = await ask(routes, "GET", "/info")
    assert (answer.status, answer.json()) == (200, INFO)


async def test_metrics_are_the_tellers_bytes_as_prometheus_wants_them(
    routes: Routes,
) -> None:
    answer = await ask(routes, "GET", "/metrics")
    assert (answer.status, answer.body) == (200, EXPOSITION)
    content_type = "text/plain; version=0.0.4; charset=utf-8"
    assert answer.headers["content-type"] == content_type


async def test_without_a_temperature_the_reason_is_told(
    chip: FakeChip, routes: Routes
) -> None:
    chip.later_ms = 5001
    answer = await ask(routes, "GET", "/")
    assert answer.status == 503
    assert answer.json() == {"error": "the last reading is 5001 ms old"}
    assert not is_busy(answer)


@pytest.mark.parametrize("path", ["/", "/info", "/metrics", "/nothing"])
async def test_head_has_all_of_get_but_the_body(routes: Routes, path: str) -> None:
    get = await ask(routes, "GET", path)
    head = await ask(routes, "HEAD", path)
    assert head.body == b""
    assert (head.status, head.headers) == (get.status, get.headers)
    assert int(head.headers["content-length"]) == len(get.body) > 0


@pytest.mark.parametrize(
    "path", ["/nothing", "/info/", "/metrics/", "//", "/INFO", "/../etc/passwd"]
)
async def test_an_unknown_path_is_told(routes: Routes, path: str) -> None:
    answer = await ask(routes, "GET", path)
    assert answer.status == 404
    assert answer.json() == {"error": "no such path; there are /, /info and /metrics"}


@pytest.mark.parametrize("path", ["/", "/info", "/metrics"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "BREW"])
async def test_a_wrong_method_is_told_the_right_ones(
    routes: Routes, method: str, path: str
) -> None:
    answer = await ask(routes, method, path)
    assert answer.status == 405
    assert list(answer.json()) == ["error"]
    allowed = {word.strip() for word in answer.headers["allow"].split(",")}
    assert {"GET", "HEAD"} <= allowed
    assert method not in allowed


async def test_options_are_told(routes: Routes) -> None:
    answer = await ask(routes, "OPTIONS", "/")
    assert answer.status == 200
    assert {"GET", "HEAD"} <= set(answer.headers["allow"].split(", "))
    assert answer.body == b""


async def test_a_bug_is_told_on_serial_and_not_to_the_client(
    routes: Routes, teller: FakeTeller, capsys: pytest.CaptureFixture[str]
) -> None:
    teller.is_broken = True
    answer = await ask(routes, "GET", "/info")
    assert answer.status == 500
    assert list(answer.json()) == ["error"]
    assert OUR_BUG.encode() not in answer.body
    assert b"Traceback" not in answer.body
    assert OUR_BUG in capsys.readouterr().err
    assert (await ask(routes, "GET", "/")).body == READING


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_body_that_was_dropped_is_not_asked_for(
    routes: Routes, method: str
) -> None:
    head = f"{method} / HTTP/1.1\r\nContent-Length: 5\r\n\r\n".encode()
    assert outcome(head, b"hello") == head
    answer = parse(await routes.answer(head))
    assert answer.status == (200 if method == "GET" else 405)


@pytest.mark.parametrize(
    "head",
    [
        b"GET /\xff HTTP/1.1\r\n\r\n",
        b"GET /a\tb HTTP/1.1\r\n\r\n",
        b"GET /?a=%zz HTTP/1.1\r\n\r\n",
        b"GET /?a=%ff HTTP/1.1\r\n\r\n",
        b"GET /info HTTP/1.1\r\nName: M\xfcller\r\n\r\n",
    ],
)
async def test_odd_bytes_are_the_clients_fault(routes: Routes, head: bytes) -> None:
    taken = outcome(head)
    if isinstance(taken, int):
        assert taken == 400
        return
    assert parse(await routes.answer(taken)).status in (200, 404)


@given(
    HEADS
    | st.binary(max_size=40).map(lambda odd: b"GET /" + odd + b" HTTP/1.1\r\n\r\n")
)
@example(b"GET /\xff HTTP/1.1\r\n\r\n")
def test_whatever_is_let_in_is_answered(head: bytes) -> None:
    chip = FakeChip()
    taken = outcome(head)
    if not isinstance(taken, bytes) or not taken or taken.startswith(b"OPTIONS"):
        return

    async def life() -> bytes:
        sensor = Sensor(chip, checked({"ssid": "attic"}), Log(chip))
        return await Routes(sensor, FakeTeller()).answer(taken)

    answer = parse(in_virtual_time(life()), is_head=taken.startswith(b"HEAD "))
    assert answer.status in (200, 404, 405, 503)
