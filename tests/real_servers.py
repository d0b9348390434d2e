"""In: programs under .cache/servers or on PATH. Out: the same, running, for a test."""

import asyncio
import contextlib
import json
import os
import shutil
import urllib.parse
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import aiohttp
import pytest

from picotemp_tools.bench.process import running

UNPACKED = Path(__file__).parents[1] / ".cache/servers/usr/bin"
POLL_SECONDS = 0.1
PATIENCE_SECONDS = 30

Answer = TypeVar("Answer")
Series: TypeAlias = tuple[dict[str, str], list[tuple[float, float]]]


def program(name: str) -> str:
    """Find a real program, or skip the test by its name."""
    path = os.pathsep.join([str(UNPACKED), os.environ.get("PATH", "")])
    found = shutil.which(name, path=path)
    if found is None:
        pytest.skip(f"{name} is not installed and could not be fetched")
    return found


async def eventually(
    ask: Callable[[], Awaitable[Answer]],
    is_right: Callable[[Answer], bool],
    seconds: float = PATIENCE_SECONDS,
) -> Answer:
    """Ask again and again until the answer is right; fail showing the last one."""
    answer = None
    try:
        async with asyncio.timeout(seconds):
            while True:
                answer = await ask()
                if is_right(answer):
                    return answer
                await asyncio.sleep(POLL_SECONDS)
    except TimeoutError:
        pytest.fail(f"still not right after {seconds} s: {answer!r}")


class Prometheus:
    """A running Prometheus."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self._url = url
        self._session = session

    async def query(self, expression: str) -> dict[str, float]:
        """Give the instant vector as {device: value} ({} while it cannot answer)."""
        try:
            result = await self._get("/api/v1/query", query=expression)
        except aiohttp.ClientError:
            return {}
        return {
            sample["metric"].get("device", ""): float(sample["value"][1])
            for sample in result["result"]
        }

    async def samples(self, expression: str) -> dict[str, list[tuple[float, float]]]:
        """Give a range vector as {device: [(unix seconds, value), ...]}."""
        return {
            labels.get("device", ""): samples
            for labels, samples in await self.series(expression)
        }

    async def series(self, expression: str) -> list[Series]:
        """Give a range vector as [(labels, [(unix seconds, value), ...]), ...]."""
        result = await self._get("/api/v1/query", query=expression)
        return [
            (
                series["metric"],
                [(float(at), float(value)) for at, value in series["values"]],
            )
            for series in result["result"]
        ]

    async def targets(self) -> list[dict[str, Any]]:
        """Give what is scraped, as the server shows it ([] while it cannot answer)."""
        try:
            return (await self._get("/api/v1/targets"))["activeTargets"]
        except aiohttp.ClientError:
            return []

    async def _get(self, path: str, **parameters: str) -> dict[str, list]:  # type: ignore[type-arg]
        query = urllib.parse.urlencode(parameters)
        async with self._session.get(f"{self._url}{path}?{query}") as response:
            # While it starts it answers 503, and not in JSON.
            response.raise_for_status()
            answer = json.loads(await response.text())
        assert answer["status"] == "success", answer
        data: dict[str, list] = answer["data"]  # type: ignore[type-arg]
        return data


def scraping(target: str, every: str = "1s", at_most: str = "900ms") -> str:
    """Give the configuration of a Prometheus that scrapes one target."""
    return (
        f"global: {{scrape_interval: {every}, scrape_timeout: {at_most}}}\n"
        "scrape_configs:\n"
        "- job_name: picotemp\n"
        f"  static_configs: [{{targets: ['{target}']}}]\n"
    )


@contextlib.asynccontextmanager
async def prometheus(
    address: str, target: str, folder: Path, configuration: str = ""
) -> AsyncIterator[Prometheus]:
    """Run the real Prometheus at address:9090, scraping target every second.

    Or doing what a configuration says.
    """
    file = folder / "prometheus.yml"
    file.write_text(configuration or scraping(target))
    command = (
        program("prometheus"),
        f"--config.file={file}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address={address}:9090",
    )
    async with running(*command), aiohttp.ClientSession() as session:
        server = Prometheus(f"http://{address}:9090", session)
        await eventually(lambda: server.query("up"), lambda up: up != {})
        yield server


@contextlib.asynccontextmanager
async def vmagent(
    address: str, folder: Path, configuration: str
) -> AsyncIterator[Prometheus]:
    """Run the real vmagent at address:8429; of its targets it tells as Prometheus."""
    file = folder / "vmagent.yml"
    file.write_text(configuration)
    command = (
        program("vmagent"),
        f"-promscrape.config={file}",
        f"-httpListenAddr={address}:8429",
        f"-remoteWrite.tmpDataPath={folder / 'vmagent'}",
        # Nobody is there: what it scrapes is of no use to these tests.
        f"-remoteWrite.url=http://{address}:1/",
    )
    async with running(*command), aiohttp.ClientSession() as session:
        yield Prometheus(f"http://{address}:8429", session)
