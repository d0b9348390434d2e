"""In: /sd, read by real Prometheus, promtool and vmagent. Out: the targets we mean."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from collector.running import device
from picotemp_collector.config.shapes import Listen
from picotemp_collector.config.shard import Shard
from picotemp_collector.lifecycle import Lifecycle, serving
from picotemp_collector.listening import bind
from picotemp_collector.outlets.service_discovery import (
    make_service_discovery_handler,
)
from picotemp_collector.web import make_web_app
from picotemp_tools.emulator import Place
from real_servers import Prometheus, eventually, program, prometheus, vmagent

NAMES = ("attic", "cellar 2", 'the "den"', "Küche", "a&b=c/d?e#f+%20", "\\o/ {x}")
SHARDS = 3
FLEET = 10_000
Run = Callable[[str, Path, str], AbstractAsyncContextManager[Prometheus]]


@asynccontextmanager
async def found_at(names: Sequence[str]) -> AsyncIterator[tuple[str, set[str]]]:
    """Serve /sd and a /probe that is good; give where, and who has been probed."""
    probed: set[str] = set()

    async def probe(request: web.Request) -> web.Response:
        probed.add(request.query["target"])
        return web.Response(text="probe_success 1\n")

    devices = [device(name) for name in names]
    handlers = {
        "/sd": make_service_discovery_handler(lambda: devices, lambda: None),
        "/probe": probe,
    }
    bound = bind(Listen("127.0.0.1", 0))
    async with serving(make_web_app(handlers), bound, Lifecycle()):
        yield f"127.0.0.1:{bound.getsockname()[1]}", probed


def discovering(address: str, relabel: str = "[]") -> str:
    """Give a configuration that scrapes whatever /sd lists."""
    return (
        "global: {scrape_interval: 1s, scrape_timeout: 900ms}\n"
        "scrape_configs:\n"
        "- job_name: picotemp\n"
        f"  http_sd_configs: [{{url: 'http://{address}/sd'}}]\n"
        f"  relabel_configs: {relabel}\n"
    )


def run_prometheus(
    address: str, folder: Path, configuration: str
) -> AbstractAsyncContextManager[Prometheus]:
    return prometheus(address, "", folder, configuration)


@pytest.mark.parametrize("run", [run_prometheus, vmagent])
async def test_real_scrapers_find_and_probe_every_device_by_its_name(
    run: Run, new_place: Callable[[], Place], tmp_path: Path
) -> None:
    def are_all_up(targets: list[dict[str, Any]]) -> bool:
        return len(targets) == len(NAMES) and all(
            target["health"] == "up" for target in targets
        )

    async with (
        found_at(NAMES) as (address, probed),
        run(new_place().address, tmp_path, discovering(address)) as server,
    ):
        targets = await eventually(server.targets, are_all_up)
    assert probed == set(NAMES)
    labels = [target["labels"] for target in targets]
    assert sorted(labels, key=str) == sorted(
        ({"device": name, "instance": address, "job": "picotemp"} for name in NAMES),
        key=str,
    )
    assert all(
        target["scrapeUrl"].startswith(f"http://{address}/probe?target=")
        for target in targets
    )


async def kept_by_promtool(address: str, shard: Shard, folder: Path) -> set[str]:
    """Give the names that are left in one shard of Prometheus, of all it found."""
    configuration = folder / f"{shard.index}.yml"
    relabel = (
        "[{source_labels: [device], action: hashmod,"
        f" modulus: {shard.count}, target_label: __tmp_shard}},"
        " {source_labels: [__tmp_shard], action: keep,"
        f" regex: '{shard.index}'}}]"
    )
    configuration.write_text(discovering(address, relabel))
    process = await asyncio.create_subprocess_exec(
        *(program("promtool"), "check", "service-discovery"),
        # It always waits so long; it needs a tenth of it.
        *("--timeout=6s", configuration, "picotemp"),
        stdout=asyncio.subprocess.PIPE,
    )
    found = json.loads((await process.communicate())[0])
    assert len(found) == FLEET
    return {each["labels"]["device"] for each in found if each["labels"]}


async def test_a_hashmod_in_promtool_keeps_the_names_of_our_shards(
    tmp_path: Path,
) -> None:
    names = [f"{NAMES[number % len(NAMES)]} {number}" for number in range(FLEET)]
    shards = [Shard(index, SHARDS) for index in range(SHARDS)]
    async with found_at(names) as (address, _):
        kept = await asyncio.gather(
            *(kept_by_promtool(address, shard, tmp_path) for shard in shards)
        )
    for shard, theirs in zip(shards, kept, strict=True):
        assert theirs == set(filter(shard.holds, names))
        assert len(theirs) > FLEET / SHARDS * 0.9
