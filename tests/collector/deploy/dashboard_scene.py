"""In: a board that is up, one that is down. Out: what the dashboard's queries find."""

import asyncio
import json
import math
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import yaml
from attrs import frozen

from collector.deploy.dashboard_panels import FILE, UNITS, Query, asked, queries
from collector.fake_device import FakeDevice
from conftest import Places
from picotemp_tools.bench.process import running
from picotemp_tools.smoke.hurried import hurried
from real_servers import Prometheus, prometheus, scraping

GOOD, DOWN = "attic", "cellar"
GOOD_PORT, DOWN_PORT, COLLECTOR_PORT = 8080, 8081, 3030
RULES = ("recording.yml", "alerts.yml")
# A rule that is evaluated every ten minutes is so every ten seconds.
DIVISOR = 60
ALERTS, FAILURES = "Alerts", "Failures by reason"
OF_DOWN = (ALERTS, FAILURES)
PATIENCE_SECONDS = 90
INFO = {
    "id": "e6614103e7452d2f",
    "hostname": "attic",
    "version": "0.1.0",
    "micropython": "1.29.0",
    "reset_cause": "power_on",
    "uptime_s": 3600,
    "rssi_dbm": -61,
    "heap_free_bytes": 101000,
}
# What Grafana puts in; the least of $__rate_interval is four scrapes.
VARIABLES = {
    "device": f"({GOOD}|{DOWN})",
    "__rate_interval": "4s",
    "__interval": "1s",
    "__range": "1m",
}


@frozen
class Question:
    """A query, with the unit that the user chose."""

    query: Query
    unit: str


# By device; "" is a series without one.
Answers = dict[Question, dict[str, float]]


def questions() -> list[Question]:
    """Give all that the dashboard may ask, in either unit."""
    return [Question(query, unit) for query in queries() for unit in UNITS]


def is_for_the_other_unit(question: Question) -> bool:
    """Whether a query is of one unit, and the other was chosen."""
    return question.query.is_of_one_unit and question.query.name != question.unit


async def tell(new_place: Places, folder: Path) -> Answers:
    """Run it all until every query has an answer that should; fail if none comes."""
    address = new_place().address
    async with boards(address), watched(address, folder) as server:
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            answers = {found: await _ask(server, found) for found in questions()}
            missing = without_data(answers)
            if not missing:
                return answers
            if time.monotonic() > until:
                pytest.fail(f"after {PATIENCE_SECONDS} s no data of {missing}")
            await asyncio.sleep(0.5)


def without_data(answers: Answers) -> list[str]:
    """Give the queries whose data is still to come; of some, that of the board."""
    return [
        f"{found.query.panel}, {found.query.name} ({found.unit}): {answer}"
        for found, answer in answers.items()
        if not is_for_the_other_unit(found)
        and not (
            is_data(answer) and (found.query.panel not in OF_DOWN or answer.get(DOWN))
        )
    ]


def is_data(answer: dict[str, float]) -> bool:
    """Whether there is something to draw, and only that."""
    return answer != {} and all(map(math.isfinite, answer.values()))


async def _ask(server: Prometheus, question: Question) -> dict[str, float]:
    expression = question.query.expression
    return await server.query(asked(expression, unit=question.unit, **VARIABLES))


@asynccontextmanager
async def boards(address: str) -> AsyncIterator[None]:
    """Serve a board that is good, and one that does not trust its sensor.

    Who does not answer would be asked ever less.
    """
    good, down = FakeDevice(), FakeDevice()
    good.follow(good.answer())
    down.follow(down.answer(b'{"error": "the sensor is not trusted"}', status=503))
    good.info = down.info = good.answer(json.dumps(INFO).encode())
    async with (
        await asyncio.start_server(good.serve_one, address, GOOD_PORT),
        await asyncio.start_server(down.serve_one, address, DOWN_PORT),
    ):
        yield


@asynccontextmanager
async def watched(address: str, folder: Path) -> AsyncIterator[Prometheus]:
    """Run the real collector, and the real Prometheus with the shipped rules."""
    listen = f"{address}:{COLLECTOR_PORT}"
    urls = (
        f"{GOOD}=http://{address}:{GOOD_PORT}",
        f"{DOWN}=http://{address}:{DOWN_PORT}",
    )
    configuration = scraping(listen) + _with_rules(folder)
    async with (
        running(
            *(sys.executable, "-m", "picotemp_collector", "--listen", listen),
            *("--interval", "1", "--timeout", "0.9"),
            PICO_SERVER_URL=",".join(urls),
        ),
        prometheus(address, listen, folder, configuration) as server,
    ):
        yield server


def _with_rules(folder: Path) -> str:
    for name in RULES:
        rules = yaml.safe_load((FILE.parents[1] / "alerting" / name).read_text())
        (folder / name).write_text(yaml.safe_dump(hurried(rules, DIVISOR)))
    return f"rule_files: [{', '.join(RULES)}]\n"
