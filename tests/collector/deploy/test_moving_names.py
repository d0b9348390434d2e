"""In: MOVING.md, a collector, the alerts. Out: names, ports and times are right."""

import re
from pathlib import Path

import aiohttp

from collector.deploy.alerting_files import alerts
from collector.exposed import families_of
from collector.fake_clock import FakeClock
from collector.running import Running
from picotemp_collector.config.shapes import (
    DEFAULT_TIMEOUT_SECONDS,
    PollSettings,
    ServerSettings,
)
from picotemp_collector.metrics.family import FAMILIES

PAGE = (Path(__file__).parents[3] / "collector/deploy/MOVING.md").read_text()
# Of boards, which have HTTP's own port, and while both exporters run on one host.
BOARD_PORT, PORT_FOR_NOW = "80", "3031"
# Its answers' time limit, Prometheus' own, and its first look at a board.
OF_THE_PREDECESSOR_SECONDS = {"10", "15"}


async def test_every_metric_on_the_page_is_one_that_there_is(
    collector: Running, session: aiohttp.ClientSession, clock: FakeClock
) -> None:
    clock.advance(60)  # Its own text is made seldom, and this is a later one.
    url, headers = f"{collector.url}/metrics", {"Accept-Encoding": ""}
    async with session.get(url, headers=headers) as response:
        families = families_of(await response.text())
    samples = {sample.name for family in families for sample in family.samples}
    there_are = samples | {family.name for family in FAMILIES}
    named = set(re.findall(r"\bpico(?:temp_collector)?_\w*", PAGE))
    # picotemp_collector_* is every name that begins so.
    starts = {name for name in named if name.endswith("_")}
    assert named - starts - there_are == set()
    assert all(any(one.startswith(name) for one in there_are) for name in starts)
    assert len(named) >= 6


def test_every_alert_on_the_page_is_one_that_there_is() -> None:
    named = set(re.findall(r"\bPico(?:temp)?[A-Z]\w+", PAGE))
    assert named
    assert named <= set(alerts())


def test_every_port_on_the_page_is_that_of_a_board_or_a_collector() -> None:
    ours = str(ServerSettings().listen.port)
    assert set(re.findall(r"\bport (\d+)", PAGE)) == {BOARD_PORT, ours}
    assert set(re.findall(r"[a-z0]:(\d+)", PAGE)) == {PORT_FOR_NOW, ours}
    assert f"| port {ours}, path `/metrics` |" in PAGE


def test_every_time_on_the_page_is_the_default() -> None:
    ours = [f"{DEFAULT_TIMEOUT_SECONDS:g}", f"{PollSettings().interval_seconds:g}"]
    now = re.findall(r"^\|[^|]+\|[^|]+\|([^|]+)\|$", PAGE, re.MULTILINE)
    assert re.findall(r"([\d.]+) s\b", " ".join(now)) == ours
    everywhere = set(re.findall(r"([\d.]+) s\b", PAGE))
    assert everywhere == OF_THE_PREDECESSOR_SECONDS.union(ours)
