"""In: one file_sd file for collectors and Prometheus. Out: they deal it out alike."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from collector.fake_device import FakeDevice
from conftest import Places
from picotemp_tools.bench.process import running
from real_servers import Prometheus, eventually, prometheus

PORT = 3037
SHARDS = 2
NAMES = [f"pico {number}" for number in range(12)]
LATER = [*NAMES[3:], "new one", "Küche"]
SCRAPE_SECONDS = 1.0


def groups(names: Sequence[str], url: str) -> str:
    return json.dumps(
        [
            {"targets": [f"{url}/{number}"], "labels": {"device": name}}
            for number, name in enumerate(names)
        ]
    )


def scraping(addresses: Sequence[str], file: Path) -> str:
    """Scrape every collector; and deal the file's names out by hashmod."""
    targets = [f"{address}:{PORT}" for address in addresses]
    jobs = [f"- {{job_name: metrics, static_configs: [{{targets: {targets}}}]}}"]
    jobs += [
        f"- job_name: shard-{number}\n"
        f"  file_sd_configs: [{{files: ['{file}'], refresh_interval: 1s}}]\n"
        "  relabel_configs:\n"
        "  - {source_labels: [device], modulus: 2, target_label: __tmp_shard,"
        " action: hashmod}\n"
        f"  - {{source_labels: [__tmp_shard], regex: '{number}', action: keep}}\n"
        # Else it would have to be an address for Prometheus.
        "  - {target_label: __address__, replacement: '127.0.0.1:1'}"
        for number in range(SHARDS)
    ]
    times = "global: {scrape_interval: 1s, scrape_timeout: 900ms}"
    return "\n".join([times, "scrape_configs:", *jobs])


@asynccontextmanager
async def sharded(addresses: Sequence[str], file: Path) -> AsyncIterator[None]:
    """Run a collector for each shard."""
    commands = [
        (
            *(sys.executable, "-m", "picotemp_collector", "--interval", "1"),
            *("--listen", f"{address}:{PORT}", "--file-sd", str(file)),
            *("--shard", f"{number}/{SHARDS}"),
        )
        for number, address in enumerate(addresses)
    ]
    async with running(*commands[0]), running(*commands[1]):
        yield


async def polled_by(address: str, server: Prometheus) -> set[str]:
    """Give whom a collector polls, as Prometheus sees it."""
    return set(await server.query(f'pico_up{{instance="{address}:{PORT}"}} == 1'))


async def dealt_to(number: int, server: Prometheus) -> set[str]:
    """Give whom Prometheus' own hashmod keeps."""
    return {
        target["labels"]["device"]
        for target in await server.targets()
        if target["labels"]["job"] == f"shard-{number}"
    }


async def listed_at(address: str) -> set[str]:
    """Give whom a collector names in /sd."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://{address}:{PORT}/sd") as response,
    ):
        return {group["labels"]["device"] for group in await response.json()}


async def test_shards_are_prometheus_own_and_follow_the_file_with_it(
    fake: FakeDevice, new_place: Places, tmp_path: Path
) -> None:
    file = tmp_path / "devices.json"
    file.write_text(groups(NAMES, fake.url))
    addresses = [new_place().address for _ in range(SHARDS)]
    configuration = scraping(addresses, file)
    async with (
        sharded(addresses, file),
        prometheus(new_place().address, "", tmp_path, configuration) as server,
    ):
        for names in (NAMES, LATER):
            file.write_text(groups(names, fake.url))
            shards = await agreed(addresses, server, set(names))
            assert set.union(*shards) == set(names)
            assert set.intersection(*shards) == set()
            assert all(shards)
        gone = set(NAMES) - set(LATER)
        await asyncio.sleep(3 * SCRAPE_SECONDS)
        recent = await server.samples(f"pico_up[{2 * SCRAPE_SECONDS:g}s]")
        assert gone & set(recent) == set()


async def agreed(
    addresses: Sequence[str], server: Prometheus, names: set[str]
) -> list[set[str]]:
    """Wait until all see the same devices in each shard; give those."""

    async def seen() -> list[list[set[str]]]:
        return [
            [
                await polled_by(address, server),
                await dealt_to(number, server),
                await listed_at(address),
            ]
            for number, address in enumerate(addresses)
        ]

    def are_equal(shards: list[list[set[str]]]) -> bool:
        return all(one == other == third for one, other, third in shards) and (
            set.union(*(one for one, *_ in shards)) == names
        )

    return [one for one, *_ in await eventually(seen, are_equal)]
