"""In: RUNBOOK.md, a collector, a real Prometheus. Out: its commands do what it says."""

import asyncio
import json
import os
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp

from collector.deploy.alerting_files import (
    ALERTS,
    RECORDING,
    RUNBOOK,
    alerts,
    recordings,
)
from collector.fake_device import FakeDevice
from collector.running import device, running
from conftest import Places
from picotemp_collector.readings.clock import system_clock
from real_servers import eventually, prometheus

TEXT = RUNBOOK.read_text()
BLOCK = re.compile(r"(<!-- not run: [^\n]+ -->\n)?```console\n(.*?)```", re.DOTALL)
QUERY = "query() {"
METRIC = re.compile(r"\b(?:pico\w*_\w+|device:[\w:]+)")
CONFIGURATION = """
global: {{scrape_interval: 200ms, scrape_timeout: 200ms}}
rule_files: [{rules}]
scrape_configs:
- job_name: picotemp
  static_configs: [{{targets: ["{target}"]}}]
"""


def commands(is_run: bool) -> list[str]:
    """Give the commands that can be run here, or those that cannot."""
    return [
        line.removeprefix("$ ")
        for mark, block in BLOCK.findall(TEXT)
        if bool(mark) != is_run
        for line in block.splitlines()
    ]


async def test_every_command_of_the_runbook_gives_an_answer(
    make_fake: Callable[[], Awaitable[FakeDevice]], new_place: Places, tmp_path: Path
) -> None:
    address = new_place().address
    attic = device("attic", (await make_fake()).url)
    async with running(attic, clock=system_clock()) as collector:
        target = collector.url.removeprefix("http://")
        rules = f"{RECORDING}, {ALERTS}"
        written = CONFIGURATION.format(rules=rules, target=target)
        async with prometheus(address, target, tmp_path, written) as server:
            await eventually(lambda: server.query("pico_up"), lambda up: up != {})
            asked = commands(is_run=True)
            environment = {"C": collector.url, "P": f"http://{address}:9090"}
            said = {one: await answer(one, environment) for one in asked}
            known = await metrics(collector.url)
    for command, text in said.items():
        assert text, command
        if command.startswith("query "):
            assert json.loads(text)["status"] == "success", (command, text)
            # A name with a typing error is no error to Prometheus.
            assert set(METRIC.findall(command)) <= {*known, *recordings()}, command
    assert said["curl -s $C/-/healthy"] == "healthy\n"
    assert said["curl -s -X POST $C/-/reload"] == "reloaded\n"
    assert json.loads(said["curl -s $C/health"])["status"] == "ok"
    assert '"value":[' in said["""query 'up{job="picotemp"}'"""]
    assert "outcome: 27.04 °C" in said['curl -s "$C/probe?target=attic&debug=true"']
    lines = [command for command in said if "/api/v1/rules" in command]
    count = len(alerts()) + len(recordings())
    assert [said[line] for line in lines] == ["[]\n", f"{count}\n"]
    assert f"of the second {count}," in TEXT
    assert len(said) >= 30


async def answer(command: str, environment: dict[str, str]) -> str:
    """Run a command as people do who have said where everything is."""
    query = next(line for line in commands(is_run=False) if line.startswith(QUERY))
    process = await asyncio.create_subprocess_exec(
        *("bash", "-c", f"set -euo pipefail\n{query}\n{command}"),
        env={**os.environ, **environment},
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate()
    assert process.returncode == 0, command
    return out.decode()


async def metrics(url: str) -> set[str]:
    """Give the names that a collector's metrics have."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{url}/metrics") as response,
    ):
        text = await response.text()
    families = re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE)
    return {f"{n}_bucket" if kind == "histogram" else n for n, kind in families}


def test_every_link_within_the_runbook_leads_somewhere() -> None:
    headings = re.findall(r"^#+ (.+)$", TEXT, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", h.lower()).replace(" ", "-") for h in headings}
    assert set(re.findall(r"\]\(#([^)]+)\)", TEXT)) <= anchors
    assert len(anchors) == len(headings)
