"""In: a folder and a session. Out: an inventory of a list, files and a server."""

import asyncio
from itertools import count
from pathlib import Path

import aiohttp
from attrs import evolve

from collector.running import config_of
from picotemp_collector.background import at_work
from picotemp_collector.config.device_url import device_url
from picotemp_collector.config.shapes import Config, Seconds, SourceSettings
from picotemp_collector.readings.device import Device
from picotemp_collector.sources.inventory import Inventory


class House:
    """An inventory of a list, a folder of files and a server."""

    def __init__(self, folder: Path, session: aiohttp.ClientSession) -> None:
        self.folder = folder
        self.session = session
        self.changes = 0
        self.unix_seconds = count(1.0)

    def config(
        self,
        *listed: Device,
        urls: tuple[str, ...] = (),
        interval_seconds: float = 60.0,
    ) -> Config:
        sources = SourceSettings(
            file_sd=(f"{self.folder}/*.yml",),
            http_sd=tuple(device_url(url) for url in urls),
            http_sd_interval_seconds=Seconds(interval_seconds),
        )
        return evolve(config_of(*listed), sources=sources)

    def take_stock(self, config: Config) -> Inventory:
        return Inventory(
            config,
            self.session,
            lambda: next(self.unix_seconds),
            self.note_change,
            watch_seconds=0.02,
        )

    def note_change(self) -> None:
        self.changes += 1

    def write(self, name: str, *targets: str, named: str | None = None) -> None:
        labels = f", labels: {{device: {named}}}" if named else ""
        lines = [f"- {{targets: ['{target}']{labels}}}\n" for target in targets]
        temporary = self.folder / f"{name}.new"
        temporary.write_text("".join(lines) or "[]")
        temporary.rename(self.folder / name)


async def ask_url(inventory: Inventory) -> None:
    """Have the last source, a URL, asked once; and what it lists put in force."""
    before = inventory.states()[-1]
    async with at_work(inventory.run()), asyncio.timeout(10):
        while inventory.states()[-1] == before:  # noqa: ASYNC110 it has no event
            await asyncio.sleep(0.01)
        await inventory.refresh_files()


def names(inventory: Inventory) -> list[str]:
    return [one.name for one in inventory.devices()]
