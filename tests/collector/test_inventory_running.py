"""In: an inventory at work. Out: what changes is seen, what hangs holds up nothing."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

import aiohttp
import pytest
from attrs import evolve

from collector.exposed import of, samples_of
from collector.fake_clock import FakeClock
from collector.house import House, names
from collector.running import device, running_by
from collector.sd_server import SdServer
from picotemp_collector.config.device_url import device_url
from picotemp_collector.config.shapes import Seconds, SourceSettings
from picotemp_collector.sources import file_source, http_source
from picotemp_collector.sources.file_source import FilesRead
from picotemp_collector.sources.inventory import Inventory
from picotemp_collector.sources.listing import Listing

Eventually = Callable[[Callable[[], bool]], Awaitable[None]]


@asynccontextmanager
async def at_work(inventory: Inventory) -> AsyncIterator[None]:
    running = asyncio.create_task(inventory.run())
    try:
        yield
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_files_are_watched_and_urls_asked_again_and_again(
    house: House, sd: SdServer, eventually: Eventually
) -> None:
    inventory = house.take_stock(house.config(urls=(sd.url,)))
    await inventory.refresh_files()
    async with at_work(inventory):
        house.write("a.yml", "10.0.0.1")
        await eventually(lambda: names(inventory) == ["10.0.0.1"])
        sd.list_targets("10.0.0.2")
        await eventually(lambda: names(inventory) == ["10.0.0.1", "10.0.0.2"])
        (house.folder / "a.yml").unlink()
        await eventually(lambda: names(inventory) == ["10.0.0.2"])
        sd.status = 500
        await eventually(lambda: not inventory.states()[1].is_current)
        assert names(inventory) == ["10.0.0.2"]


async def test_a_url_that_comes_is_asked_at_once_and_one_that_goes_no_more(
    house: House, sd: SdServer, eventually: Eventually
) -> None:
    inventory = house.take_stock(house.config())
    async with at_work(inventory):
        sd.list_targets("10.0.0.1")
        await inventory.turn_to(house.config(urls=(sd.url,)))
        await eventually(lambda: names(inventory) == ["10.0.0.1"])
        await inventory.turn_to(house.config())
        assert names(inventory) == []
        asked = len(sd.asked)
        await asyncio.sleep(0.3)
        assert len(sd.asked) == asked


async def test_a_url_that_never_answers_holds_up_nothing(
    house: House, sd: SdServer, eventually: Eventually
) -> None:
    sd.is_silent = True
    config = evolve(
        house.config(device("zoo"), urls=(sd.url,)),
        sources=evolve(
            house.config(urls=(sd.url,)).sources,
            http_sd_interval_seconds=Seconds(60.0),
        ),
    )
    inventory = house.take_stock(config)
    async with at_work(inventory):
        await eventually(lambda: len(sd.asked) == 1)
        house.write("a.yml", "10.0.0.1")
        await eventually(lambda: names(inventory) == ["zoo", "10.0.0.1"])
        house.write("b.yml", "10.0.0.2")
        await inventory.turn_to(config)
        assert names(inventory) == ["zoo", "10.0.0.1", "10.0.0.2"]
        assert inventory.states()[1].last_success_unix_seconds is None


async def test_refreshing_ends_also_if_nobody_answers(
    house: House, sd: SdServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_source, "TIMEOUT_SECONDS", 0.05)
    sd.is_silent = True
    inventory = house.take_stock(house.config(urls=(sd.url,)))
    await inventory.refresh_urls()
    assert inventory.states()[1].failure_count == 1


async def test_the_collector_starts_and_polls_beside_a_url_that_never_answers(
    house: House,
    sd: SdServer,
    session: aiohttp.ClientSession,
    clock: FakeClock,
    eventually: Eventually,
) -> None:
    sd.is_silent = True
    house.write("a.yml", "127.0.0.1:1", named="attic")
    config = evolve(
        house.config(urls=(sd.url,)),
        sources=SourceSettings((f"{house.folder}/*.yml",), (device_url(sd.url),)),
    )
    plain = {"Accept-Encoding": "identity"}
    async with running_by(lambda: config, clock.clock) as collector:
        await eventually(lambda: len(sd.asked) == 1)
        async with session.get(f"{collector.url}/metrics", headers=plain) as response:
            samples = samples_of(await response.text())
    assert samples[of("pico_up", "attic")] == 0
    silent = (("source", sd.url),)
    assert samples["picotemp_collector_source_last_refresh_successful", silent] == 0


async def test_a_file_that_changes_while_it_is_read_is_seen_later(
    house: House, eventually: Eventually, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.write("a.yml", "10.0.0.1")
    inventory = house.take_stock(house.config())
    read_files = file_source.read_files

    def read_and_change(pattern: str, last_good: Mapping[str, Listing]) -> FilesRead:
        read = read_files(pattern, last_good)
        monkeypatch.undo()
        house.write("a.yml", "10.0.0.2")
        return read

    monkeypatch.setattr(file_source, "read_files", read_and_change)
    await inventory.refresh_files()
    assert names(inventory) == ["10.0.0.1"]
    async with at_work(inventory):
        await eventually(lambda: names(inventory) == ["10.0.0.2"])
